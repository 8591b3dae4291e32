//! Where values come from, the later over the earlier: file, environment, flags.

use std::path::{Path, PathBuf};

use figment::providers::{Format, Toml};
use figment::value::{Dict, Map, Value};
use figment::{Error, Figment, Metadata, Profile, Provider};

use super::Mistake;
use super::settings::{is_known, meant, variable};

/// What the command line says.
#[derive(Clone, Debug, Default)]
pub struct Flags {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--data`.
    pub data: Option<PathBuf>,
    /// `--bind`.
    pub bind: Option<String>,
}

/// All values, each with its source.
#[derive(Debug)]
pub struct Layers {
    pub(super) figment: Figment,
    /// What was wrong already when they were gathered.
    pub(super) mistakes: Vec<Mistake>,
}

/// One source and what it says.
struct Layer {
    name: String,
    values: Dict,
}

impl Provider for Layer {
    fn metadata(&self) -> Metadata {
        Metadata::named(self.name.clone())
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Profile::Default.collect(self.values.clone()))
    }
}

impl Layers {
    /// From the process's own environment.
    pub fn of_process(flags: &Flags) -> Self {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::gather(flags, environment)
    }

    /// From a given environment.
    pub fn gather(flags: &Flags, environment: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut layers = Self { figment: Figment::new(), mistakes: Vec::new() };
        let environment: Vec<(String, String)> =
            environment.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        let named = environment.iter().find(|(n, _)| n == "SAMSPILL_CONFIG").map(|(_, v)| PathBuf::from(v));
        if let Some(file) = flags.config.clone().or(named) {
            layers.add_file(&file);
        }
        for (name, value) in environment {
            layers.add_variable(&name, value);
        }
        let data = flags.data.as_ref().map(|d| d.display().to_string());
        layers.add_flag("--data", "data.folder", data);
        layers.add_flag("--bind", "http.bind", flags.bind.clone());
        layers
    }

    /// A setting's value and source for people to see, secrets hidden.
    pub fn shown(&self, setting: &super::Setting) -> Option<(String, String)> {
        let file = format!("{}_file", setting.path);
        let path = [setting.path, file.as_str()]
            .into_iter()
            .find(|p| self.figment.find_value(p).is_ok_and(|v| v.as_str() != Some("")))?;
        let source = self.figment.find_metadata(path)?.name.to_string();
        if setting.is_secret && path == setting.path {
            return Some(("(hidden)".to_owned(), source));
        }
        let value = super::reader::Reader::new(self).text(path)?;
        Some((value, source))
    }

    fn add(&mut self, name: &str, values: Dict) {
        let figment = std::mem::take(&mut self.figment);
        self.figment = figment.merge(Layer { name: name.to_owned(), values });
    }

    fn add_text(&mut self, name: &str, path: &str, text: String) {
        if let Value::Dict(_, values) = figment::util::nest(path, Value::from(text)) {
            self.add(name, values);
        }
    }

    fn add_flag(&mut self, flag: &str, path: &str, value: Option<String>) {
        if let Some(value) = value {
            self.add_text(flag, path, value);
        }
    }

    /// A variable of ours; values stay text, so that a password of digits keeps its zeros.
    fn add_variable(&mut self, name: &str, value: String) {
        if name == "DATABASE_URL" {
            // Ours is more precise.
            let figment = std::mem::take(&mut self.figment);
            let has_own =
                figment.find_metadata("database.url").is_some_and(|m| m.name.starts_with("SAMSPILL_"));
            self.figment = figment;
            if !has_own {
                self.add_text(name, "database.url", value);
            }
            return;
        }
        let Some(rest) = name.strip_prefix("SAMSPILL_") else { return };
        let path = rest.replace("__", ".").to_ascii_lowercase();
        if is_known(&path) {
            self.add_text(name, &path, value);
        } else if let Some(meant) = meant(&path).filter(|_| name != "SAMSPILL_CONFIG")
            && (path.contains('.') || variable(meant).replace("__", "_") == name)
        {
            self.unknown(&path, name, Some(&variable(meant)));
        } else if path.contains('.') {
            self.unknown(&path, name, None);
        }
    }

    fn add_file(&mut self, file: &Path) {
        let name = file.display().to_string();
        let read = std::fs::read_to_string(file).map_err(|e| e.to_string());
        let parsed = read.and_then(|text| Toml::string(&text).data().map_err(|e| e.to_string()));
        match parsed {
            Ok(mut profiles) => {
                let values = profiles.remove(&Profile::Default).unwrap_or_default();
                for path in leaves(&values, "") {
                    if !is_known(&path) {
                        self.unknown(&path, &name, meant(&path));
                    }
                }
                self.add(&name, values);
            }
            Err(why) => self.mistakes.push(Mistake {
                setting: "--config".to_owned(),
                source: Some(name),
                what: format!("can't be read: {}", why.trim()),
            }),
        }
    }

    fn unknown(&mut self, path: &str, source: &str, meant: Option<&str>) {
        let hint = meant.map(|m| format!("; did you mean {m}?")).unwrap_or_default();
        self.mistakes.push(Mistake {
            setting: path.to_owned(),
            source: Some(source.to_owned()),
            what: format!("there is no such setting{hint}"),
        });
    }
}

/// The paths of all values that are no tables.
fn leaves(values: &Dict, above: &str) -> Vec<String> {
    let below = |name: &String| if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
    values
        .iter()
        .flat_map(|(name, value)| match value {
            Value::Dict(_, inner) => leaves(inner, &below(name)),
            _ => vec![below(name)],
        })
        .collect()
}

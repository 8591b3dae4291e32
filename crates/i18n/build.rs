//! Reads `locales/{nb,nn,en}/*.ftl`, fails the build where a key or one of its
//! variables is missing in a language, and writes one typed function a message.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};

const LANGUAGES: [&str; 3] = ["nb", "nn", "en"];

type Messages = BTreeMap<String, (BTreeSet<String>, String)>;

fn main() {
    println!("cargo::rerun-if-changed=locales");
    let mut problems = Vec::new();
    let read: Vec<Messages> = LANGUAGES.iter().map(|l| messages(l, &mut problems)).collect();
    let all: BTreeSet<&String> = read.iter().flat_map(BTreeMap::keys).collect();
    for key in all {
        let found: Vec<Option<&BTreeSet<String>>> = read.iter().map(|m| m.get(key).map(|m| &m.0)).collect();
        for (language, variables) in LANGUAGES.iter().zip(&found) {
            match variables {
                None => problems.push(format!("{language}: {key} is missing")),
                Some(v) if Some(*v) != found[0] && found[0].is_some() => {
                    problems.push(format!("{language}: {key} uses other variables than nb: {v:?}"));
                }
                Some(_) => {}
            }
        }
    }
    // A panic is how a build script fails the build.
    assert!(problems.is_empty(), "texts:\n{}", problems.join("\n"));
    let out = env::var_os("OUT_DIR").unwrap_or_default();
    write(&read[0], Path::new(&out));
}

/// All messages of one language: key, variables, the Bokmål text for the docs.
fn messages(language: &str, problems: &mut Vec<String>) -> Messages {
    let mut found = Messages::new();
    let mut whole = String::new();
    let mut files: Vec<_> = fs::read_dir(format!("locales/{language}"))
        .into_iter()
        .flatten()
        .filter_map(|f| Some(f.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "ftl"))
        .collect();
    files.sort();
    for path in files {
        let source = fs::read_to_string(&path).unwrap_or_default();
        let resource = match fluent_syntax::parser::parse(source.as_str()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                problems.push(format!("{}: {errors:?}", path.display()));
                resource
            }
        };
        for entry in &resource.body {
            if let Entry::Message(message) = entry {
                let mut variables = BTreeSet::new();
                if let Some(pattern) = &message.value {
                    collect(pattern, &mut variables);
                }
                let text = source_of(&source, message.id.name);
                if found.insert(message.id.name.to_owned(), (variables, text)).is_some() {
                    problems.push(format!("{language}: {} is there twice", message.id.name));
                }
            }
        }
        whole.push_str(&source);
        whole.push('\n');
    }
    let out = env::var_os("OUT_DIR").unwrap_or_default();
    if let Err(error) = fs::write(Path::new(&out).join(format!("{language}.ftl")), whole) {
        problems.push(format!("{language}: {error}"));
    }
    found
}

/// The first line of a message's source, for the documentation.
fn source_of(source: &str, key: &str) -> String {
    source
        .lines()
        .find_map(|l| l.strip_prefix(key)?.trim_start().strip_prefix('=').map(|t| t.trim().to_owned()))
        .unwrap_or_default()
}

fn collect(pattern: &Pattern<&str>, into: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            expression_variables(expression, into);
        }
    }
}

fn expression_variables(expression: &Expression<&str>, into: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => inline_variables(inline, into),
        Expression::Select { selector, variants } => {
            inline_variables(selector, into);
            for variant in variants {
                collect(&variant.value, into);
            }
        }
    }
}

fn inline_variables(inline: &InlineExpression<&str>, into: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            into.insert(id.name.to_owned());
        }
        InlineExpression::Placeable { expression } => expression_variables(expression, into),
        _ => {}
    }
}

fn write(messages: &Messages, out: &Path) {
    let mut code = String::from("impl Texts {\n");
    for (key, (variables, text)) in messages {
        let name = key.replace('-', "_");
        let arguments: String = variables.iter().fold(String::new(), |mut s, v| {
            let _ = write!(s, ", {v}: impl Value");
            s
        });
        let pairs: Vec<String> = variables.iter().map(|v| format!("({v:?}, {v}.value())")).collect();
        let _ = writeln!(code, "    /// `{}`", text.replace('`', "'"));
        let _ = writeln!(code, "    pub fn {name}(&self{arguments}) -> String {{");
        let _ = writeln!(code, "        self.get({key:?}, [{}])", pairs.join(", "));
        code.push_str("    }\n");
    }
    code.push_str(
        "}\n\n/// Every key, for tests that look for texts of enums.\npub const KEYS: &[&str] = &[\n",
    );
    for key in messages.keys() {
        let _ = writeln!(code, "    {key:?},");
    }
    code.push_str("];\n");
    if let Err(error) = fs::write(out.join("texts.rs"), code) {
        println!("cargo::error={error}");
    }
}

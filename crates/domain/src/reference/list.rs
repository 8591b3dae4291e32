//! The full CPV list, once the installation has imported it.
//!
//! It is read into memory: ten thousand labels are about a megabyte, and are
//! searched faster there than in a table, alike on both engines. A node looks
//! once a minute whether another one has imported a list.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use entity::cpv_code;
use sea_orm::{ActiveValue::Set, EntityTrait, QueryOrder};
use sha2::{Digest, Sha256};
use types::{CpvCode, EntryKind, FieldError, Language, Time};

use super::cpv::{self, Cpv};
use crate::record::{self, Entry};
use crate::{Actor, App, Error, Result};

/// Which list is in the table; absent while there is none.
const SETTING: &str = "cpv.list";
const RECHECK: TimeDelta = TimeDelta::minutes(1);
/// The most that a search answers.
const MAX_FOUND: usize = 20;

/// What an [`App`] remembers of the list.
#[derive(Clone, Debug, Default)]
pub struct CpvCache(Arc<Mutex<Option<Loaded>>>);

#[derive(Clone, Debug)]
struct Loaded {
    checked_at: Time,
    version: Option<String>,
    codes: Arc<Vec<Cpv>>,
}

impl CpvCache {
    fn get(&self) -> Option<Loaded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, loaded: Option<Loaded>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = loaded;
    }
}

/// Replaces the full list, and answers how many codes it has. A list with a
/// broken line is refused whole; the path names the line.
pub async fn import_cpv(app: &App, bytes: &[u8]) -> Result<usize> {
    let entries = read_cpv(bytes)?;
    let version = hex::encode(Sha256::digest(bytes));
    let tx = app.db.write().await?;
    // First of all, so that two imports come one after the other.
    App::set_setting(&*tx, SETTING, &version).await?;
    cpv_code::Entity::delete_many().exec(&*tx).await?;
    for batch in entries.chunks(500) {
        let rows = batch.iter().map(|e| cpv_code::ActiveModel {
            code: Set(e.code.as_str().to_owned()),
            nb: Set(e.nb.clone()),
            en: Set(e.en.clone()),
        });
        cpv_code::Entity::insert_many(rows).exec_without_returning(&*tx).await?;
    }
    let facts = serde_json::json!({ "list": "cpv", "codes": entries.len(), "sha256": version });
    let entry = Entry::new(EntryKind::ReferenceImported, record::INSTALLATION).payload(facts);
    record::append(app, &tx, &Actor::system(), entry).await?;
    tx.commit().await?;
    app.cpv.set(None);
    Ok(entries.len())
}

/// Whether [`import_cpv`] would take this file.
pub fn check_cpv(bytes: &[u8]) -> Result<()> {
    read_cpv(bytes).map(drop)
}

fn read_cpv(bytes: &[u8]) -> Result<Vec<cpv::CpvEntry>> {
    cpv::parse_list(bytes).map_err(|e| {
        // Line 0 is the header's: columns are missing.
        let error = match e.line {
            0 => FieldError::new("file.header", e.code),
            line => FieldError::new(&format!("file.{line}"), e.code).with("line", line),
        };
        Error::Invalid(vec![error])
    })
}

/// The full list, or what is built in, by code.
async fn codes(app: &App) -> Result<Arc<Vec<Cpv>>> {
    let now = app.now();
    let known = app.cpv.get();
    if let Some(known) = known.as_ref().filter(|k| now - k.checked_at < RECHECK) {
        return Ok(Arc::clone(&known.codes));
    }
    let version = app.setting(SETTING).await?;
    let codes = match known.filter(|k| k.version == version) {
        Some(known) => known.codes,
        None if version.is_some() => Arc::new(load(app).await?),
        None => Arc::new(cpv::builtin().to_vec()),
    };
    app.cpv.set(Some(Loaded { checked_at: now, version, codes: Arc::clone(&codes) }));
    Ok(codes)
}

async fn load(app: &App) -> Result<Vec<Cpv>> {
    let rows = cpv_code::Entity::find().order_by_asc(cpv_code::Column::Code).all(app.db.read()).await?;
    let read = |row: cpv_code::Model| Some(Cpv { code: row.code.parse().ok()?, nb: row.nb, en: row.en });
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Codes with their labels; one that the list does not know has that of its
/// group or division, and none at all is left out.
pub async fn labels(app: &App, wanted: &[CpvCode], language: Language) -> Result<Vec<(CpvCode, String)>> {
    let codes = codes(app).await?;
    let label = |code: &CpvCode| match codes.binary_search_by(|c| c.code.cmp(code)) {
        Ok(at) => codes.get(at).map(|c| c.label(language)),
        Err(_) => cpv::label(code, language),
    };
    Ok(wanted.iter().filter_map(|code| Some((code.clone(), label(code)?.to_owned()))).collect())
}

/// Codes that begin with what was typed, or whose labels have all of its
/// words, each in full or from its beginning; the widest first, at most 20.
pub async fn search(app: &App, words: &str, language: Language) -> Result<Vec<(CpvCode, String)>> {
    let codes = codes(app).await?;
    let typed = words.trim().split('-').next().unwrap_or_default();
    let is_code = typed.len() >= 2 && typed.bytes().all(|b| b.is_ascii_digit());
    let wanted = tokens(words);
    let fits = |c: &Cpv| {
        if is_code {
            return c.code.as_str().starts_with(typed);
        }
        let label = tokens(c.label(language));
        wanted.iter().all(|w| label.iter().any(|l| l.starts_with(w.as_str())))
    };
    if !is_code && wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: Vec<&Cpv> = codes.iter().filter(|c| fits(c)).collect();
    found.sort_by_key(|c| c.code.prefix().len());
    Ok(found.into_iter().take(MAX_FOUND).map(|c| (c.code.clone(), c.label(language).to_owned())).collect())
}

/// The words of a label as they are compared.
fn tokens(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words.map(str::to_lowercase).collect()
}

//! Places and CPV codes, for forms and filters.

use async_graphql::{Context, Object, Result, SimpleObject};
use domain::reference as domain_reference;

use crate::error::OrTop;
use crate::{CpvCode, Ctx};

/// A code with its name in the language of who is asking.
#[derive(Clone, Debug, SimpleObject)]
pub struct Code {
    /// The code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// An entry of the CPV list with its name in the language of who is asking.
#[derive(Clone, Debug, SimpleObject)]
pub struct CpvEntry {
    /// The code.
    pub code: CpvCode,
    /// Its name.
    pub name: String,
}

/// Reading reference tables.
#[derive(Debug, Default)]
pub struct ReferenceQuery;

#[Object]
impl ReferenceQuery {
    /// The counties, by name.
    async fn counties(&self) -> Vec<Code> {
        let mut all: Vec<Code> = domain_reference::counties()
            .iter()
            .map(|c| Code { code: c.number.clone(), name: c.name.clone() })
            .collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    }

    /// The municipalities, by number.
    async fn municipalities(&self) -> Vec<Code> {
        domain_reference::municipalities()
            .iter()
            .map(|m| Code { code: m.number.clone(), name: m.official_name.clone() })
            .collect()
    }

    /// The divisions and groups of CPV 2008.
    async fn cpv_codes(&self, ctx: &Context<'_>) -> Vec<CpvEntry> {
        let language = ctx.actor().language;
        domain_reference::cpv::builtin().iter().filter_map(|c| cpv_entry(&c.code, language)).collect()
    }

    /// CPV codes by the beginning of a code or by words of their labels, the
    /// widest first; at most 20.
    async fn search_cpv_codes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was typed.")] words: String,
    ) -> Result<Vec<CpvEntry>> {
        let language = ctx.actor().language;
        let found = domain_reference::search_cpv(ctx.app(), &words, language).await.or_top(ctx)?;
        Ok(found.into_iter().map(|(code, name)| CpvEntry { code: code.as_str().into(), name }).collect())
    }
}

/// CPV codes with their labels.
pub(crate) async fn cpv_entries(ctx: &Context<'_>, codes: &[types::CpvCode]) -> Result<Vec<CpvEntry>> {
    let found = domain_reference::cpv_labels(ctx.app(), codes, ctx.actor().language).await.or_top(ctx)?;
    Ok(found.into_iter().map(|(code, name)| CpvEntry { code: code.as_str().into(), name }).collect())
}

/// A CPV code with its label.
pub(crate) fn cpv_entry(code: &types::CpvCode, language: types::Language) -> Option<CpvEntry> {
    let name = domain_reference::cpv::label(code, language)?;
    Some(CpvEntry { code: code.as_str().into(), name: name.to_owned() })
}

/// A place with its name.
pub(crate) fn place_of(code: &str, language: types::Language) -> Code {
    let name = domain_reference::place_name(code, language).unwrap_or(code);
    Code { code: code.to_owned(), name: name.to_owned() }
}

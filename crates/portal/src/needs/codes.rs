//! Finding CPV codes for a need.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::get;
use serde::Deserialize;

use crate::kit::operations::types::*;
use crate::kit::{Choice, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/needs/codes.graphql": FindCpvCodes, SetCpvCodes }

pub(crate) fn routes() -> Router {
    Router::new().route("/m/needs/{slug}/codes", get(show).post(save))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Search {
    q: String,
}

#[derive(Template)]
#[template(path = "needs/codes.html")]
struct CodesTemplate {
    v: Visitor,
    f: Form,
    need: find_cpv_codes::FindCpvCodesNeed,
    /// The draft's codes, ticked, and what was found.
    choices: Vec<Choice>,
    words: String,
    finds_nothing: bool,
}

impl CodesTemplate {
    fn path(&self) -> String {
        format!("/m/needs/{}", self.need.slug)
    }
}

async fn load(v: &Visitor, slug: String, words: String, f: Form) -> Result<CodesTemplate, PageError> {
    v.buyer()?;
    let variables = find_cpv_codes::Variables { slug, words: words.clone() };
    let data = v.run::<FindCpvCodes>(variables).await?;
    let mut need = data.need.ok_or(PageError::NotFound)?;
    let draft = need.draft.take().ok_or(PageError::NotFound)?;
    let choice = |code: &str, name: &str| Choice::new(code, format!("{code} {name}"));
    let own: Vec<String> = draft.cpv_codes.iter().map(|c| c.code.clone()).collect();
    let mut choices: Vec<Choice> = draft.cpv_codes.iter().map(|c| choice(&c.code, &c.name)).collect();
    let new = data.search_cpv_codes.iter().filter(|c| !own.contains(&c.code));
    choices.extend(new.map(|c| choice(&c.code, &c.name)));
    let finds_nothing = !words.trim().is_empty() && data.search_cpv_codes.is_empty();
    let f = f.with("q", &words).with("version", need.version.unwrap_or_default());
    let f = if v.is_post { f } else { f.with_all("cpvCodes", own) };
    Ok(CodesTemplate { v: v.clone(), f, need, choices, words, finds_nothing })
}

async fn show(v: Visitor, Path(slug): Path<String>, Query(search): Query<Search>) -> Page {
    let page = load(&v, slug, search.q, Form::of(&v)).await?;
    v.page(&page)
}

async fn save(v: Visitor, Path(slug): Path<String>, Query(search): Query<Search>, mut f: Form) -> Page {
    let (codes, expected_version) = (f.all("cpvCodes"), f.number("version"));
    let mut page = load(&v, slug, search.q, f).await?;
    if page.f.is_valid() {
        let variables = set_cpv_codes::Variables { need_id: page.need.id.clone(), expected_version, codes };
        match v.send::<SetCpvCodes>(variables).await? {
            Ok(_) => return v.redirect_saying(&format!("{}/codes", page.path()), "need-saved"),
            Err(refused) => page.f.refuse(&refused),
        }
    }
    v.invalid(&page)
}

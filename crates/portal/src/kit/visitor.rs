//! Who asks: language, session, address; and how a page answers.

use std::borrow::Borrow;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use askama::Template;
use async_graphql::futures_util::stream::BoxStream;
use axum::extract::FromRequestParts;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse};
use graphql_client::GraphQLQuery;
use i18n::Texts;
use types::{Language, NeedState, Role, Time};

use super::labels::Labels;
use super::{
    Api, Keeper, Page, PageError, PortalConfig, Refused, RequestData, ShellData, Viewer, assets, flash,
    typist, ui,
};

/// Who asks for a page. An extractor; cheap to clone. A template has it as its
/// field `v`, for the layout reads it.
#[derive(Clone)]
pub struct Visitor(Arc<Asking>);

/// What [`Visitor`] points at.
pub struct Asking {
    /// The texts of the interface's language.
    pub t: Texts,
    /// The interface's language.
    pub language: Language,
    /// The address without language and query: `/needs/snow`; the front page is empty.
    pub path: String,
    /// The query, without its mark.
    pub query: Option<String>,
    /// Whether something was sent, not only asked for.
    pub is_post: bool,
    /// Who is signed in.
    pub shell: ShellData,
    /// What the last answer left to say.
    pub flash: Option<String>,
    /// The request's id in the log.
    pub request_id: Option<String>,
    /// What the portal was told.
    pub config: Arc<PortalConfig>,
    pub(super) api: Api,
    pub(super) caller: Option<RequestData>,
    pub(super) keeper: Option<Keeper>,
    pub(super) failed: AtomicBool,
    pub(super) labels: Labels,
    pub(super) typed: OnceLock<Vec<(String, String)>>,
    /// The mark that came with the form; see `typist`.
    pub(super) typist: OnceLock<String>,
}

impl Deref for Visitor {
    type Target = Asking;

    fn deref(&self) -> &Asking {
        &self.0
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, PageError> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| PageError::internal("no frame around the page"))
    }
}

impl Visitor {
    pub(super) fn new(asking: Asking) -> Self {
        Self(Arc::new(asking))
    }

    /// Runs a query: `v.run::<NeedPage>(need_page::Variables { slug }).await?`.
    pub async fn run<Op: GraphQLQuery>(
        &self,
        variables: Op::Variables,
    ) -> Result<Op::ResponseData, PageError> {
        self.api.run::<Op>(self.caller.as_ref(), variables).await
    }

    /// Runs a mutation; a refusal goes to [`super::Form::refuse`]. The document
    /// must select `userErrors { code message path }`.
    pub async fn send<Op: GraphQLQuery>(
        &self,
        variables: Op::Variables,
    ) -> Result<Result<Op::ResponseData, Refused>, PageError> {
        self.api.send::<Op>(self.caller.as_ref(), variables).await
    }

    /// Runs a subscription, for `/live/…` addresses.
    pub fn stream<Op>(
        &self,
        variables: Op::Variables,
    ) -> Result<BoxStream<'static, Result<Op::ResponseData, PageError>>, PageError>
    where
        Op: GraphQLQuery + 'static,
        Op::ResponseData: Send,
    {
        self.api.stream::<Op>(self.caller.as_ref(), variables)
    }

    /// Who is signed in.
    pub fn viewer(&self) -> Option<&Viewer> {
        self.shell.viewer.as_ref()
    }

    /// Who is signed in; others are sent to sign in.
    pub fn signed_in(&self) -> Result<&Viewer, PageError> {
        self.viewer().ok_or(PageError::SignIn)
    }

    /// Who is signed in and writes needs for an organisation that buys.
    pub fn buyer(&self) -> Result<&Viewer, PageError> {
        let viewer = self.signed_in()?;
        match &viewer.acting {
            Some(_) if self.writes_needs() => Ok(viewer),
            Some(acting) if acting.organisation.kind.is_buyer() => Err(PageError::Forbidden(None)),
            Some(_) => Err(PageError::Forbidden(Some(self.t.error_wrong_organisation()))),
            None => Err(PageError::Forbidden(Some(self.t.error_acting_required()))),
        }
    }

    /// Now.
    pub fn now(&self) -> Time {
        self.config.clock.now()
    }

    /// Until when answers are taken, or that they are taken no more: a
    /// dialogue may end before its deadline.
    pub fn deadline(&self, at: impl i18n::Moment, is_open: impl Borrow<bool>) -> String {
        let at = at.time();
        if *is_open.borrow() {
            self.t.needs_answer_by(self.t.moment(at))
        } else if at <= self.now() {
            self.t.needs_answered_by(self.t.date(at))
        } else {
            self.t.needs_closed_early()
        }
    }

    /// Whether the person may write needs for whom it acts.
    pub fn writes_needs(&self) -> bool {
        const WRITERS: [Role; 3] = [Role::Owner, Role::ProcurementOfficer, Role::NeedOwner];
        let acting = self.viewer().and_then(|viewer| viewer.acting.as_ref());
        acting.is_some_and(|a| {
            a.organisation.kind.is_buyer() && a.roles.iter().any(|role| WRITERS.contains(role))
        })
    }

    /// A page.
    pub fn page(&self, page: &impl Template) -> Page {
        let page = page.render().map_err(PageError::internal)?;
        let page =
            typist::sign(self.labels.resolve(page), self.viewer().map(|viewer| viewer.form_mark.as_str()));
        Ok(Html(page).into_response())
    }

    /// The page again, with what was typed and what is wrong with it (422).
    pub fn invalid(&self, page: &impl Template) -> Page {
        self.failed.store(true, Ordering::Relaxed);
        let mut response = self.page(page)?;
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        Ok(response)
    }

    /// On to another page of the same language: `v.redirect("/needs")`.
    pub fn redirect(&self, path: &str) -> Page {
        let place = HeaderValue::from_str(&self.href(path)).map_err(PageError::internal)?;
        Ok((StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response())
    }

    /// Why a need that was public takes neither responses nor questions, where
    /// it is not for the deadline.
    pub fn why_closed(&self, state: NeedState, is_announced: bool) -> Option<String> {
        match state {
            _ if is_announced => Some(self.t.need_closed_competition()),
            NeedState::OnHold => Some(self.t.need_closed_on_hold()),
            NeedState::Summarised => Some(self.t.need_closed_summarised()),
            NeedState::ToProcurement => Some(self.t.need_closed_to_procurement()),
            NeedState::Closed => Some(self.t.need_closed_closed()),
            _ => None,
        }
    }

    /// On to an address of this installation, language and all: where
    /// somebody was going. Another site's address leads to the front page.
    pub fn redirect_to(&self, address: &str) -> Page {
        match self.local(address) {
            Some(address) => {
                let place = HeaderValue::from_str(&address).map_err(PageError::internal)?;
                Ok((StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response())
            }
            None => self.redirect("/"),
        }
    }

    /// `address` if it lies within this installation, read as a browser does.
    pub fn local(&self, address: &str) -> Option<String> {
        let base = url::Url::parse(&self.config.public_url).ok()?;
        let there = base
            .join(address)
            .ok()
            .filter(|url| address.starts_with('/') && url.origin() == base.origin())?;
        // Two slashes at the start would name another host.
        let path = there.path().trim_start_matches('/');
        let query = there.query().map(|q| format!("?{q}")).unwrap_or_default();
        Some(format!("/{path}{query}"))
    }

    /// On to another page, which then says the text `flash-<key>`.
    pub fn redirect_saying(&self, path: &str, key: &str) -> Page {
        self.redirect_saying_in(self.language, path, key)
    }

    /// The same, to a page of another language.
    pub fn redirect_saying_in(&self, language: Language, path: &str, key: &str) -> Page {
        let mut response = self.redirect_to(&self.href_in(language, path))?;
        if let Some(cookie) = flash::leave(key, &self.config) {
            response.headers_mut().append(SET_COOKIE, cookie);
        }
        Ok(response)
    }

    /// Answers an autosave: hidden fields that the page must now hold, such
    /// as the version. The page then says when it was saved.
    pub fn autosaved(&self, fields: &[(&str, String)]) -> Page {
        let fields: serde_json::Map<String, serde_json::Value> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into())).collect();
        let text = self.t.shell_saved_at(self.t.hour(self.now()));
        Ok(axum::Json(serde_json::json!({ "text": text, "fields": fields })).into_response())
    }

    /// Whether the page tells of errors; its title then begins so.
    pub fn has_failed(&self) -> bool {
        self.failed.load(Ordering::Relaxed)
    }

    /// The address of `path` in this language.
    pub fn href(&self, path: impl std::fmt::Display) -> String {
        self.href_in(self.language, path)
    }

    /// The address of `path` in another language.
    pub fn href_in(&self, language: impl std::fmt::Display, path: impl std::fmt::Display) -> String {
        let path = path.to_string();
        format!("/{}{}", language, if path == "/" { "" } else { &path })
    }

    /// This page in another language.
    pub fn here_in(&self, language: impl std::fmt::Display) -> String {
        self.href_in(language, self.address_without_language())
    }

    /// This page's address, with language and query.
    pub fn address(&self) -> String {
        self.href(self.address_without_language())
    }

    fn address_without_language(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// This page with one value of the query changed, and paging forgotten:
    /// `v.with_query("sort", "deadline")`. An empty value takes it out.
    pub fn with_query(&self, name: &str, value: impl std::fmt::Display) -> String {
        let value = value.to_string();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (n, v) in url::form_urlencoded::parse(self.query.as_deref().unwrap_or_default().as_bytes()) {
            if n != name && n != "after" && n != "before" {
                query.append_pair(&n, &v);
            }
        }
        if !value.is_empty() {
            query.append_pair(name, &value);
        }
        let query = query.finish();
        let mark = if query.is_empty() { "" } else { "?" };
        format!("{}{mark}{query}", self.href(&self.path))
    }

    /// Whether this page lies under `path`, for the navigation.
    pub fn is_under(&self, path: &str) -> bool {
        self.path == path || self.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
    }

    /// Where an asset is served.
    pub fn asset(&self, name: &str) -> &'static str {
        assets::url(name)
    }

    /// An icon of the sprite, for decoration: the words stand beside it.
    pub fn icon(&self, name: &str) -> ui::Html {
        ui::icon(name)
    }

    pub(super) fn typed(&self) -> Vec<(String, String)> {
        self.typed.get().cloned().unwrap_or_default()
    }
}

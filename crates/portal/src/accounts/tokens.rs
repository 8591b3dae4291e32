//! The tokens by which the organisation's own systems speak: seen, made, taken over, ended.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query};
use axum::routing::{get, post};
use chrono::TimeDelta;

use crate::kit::operations::types::{DateTime, TokenScope, TokenState};
use crate::kit::{After, Choice, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/accounts/tokens.graphql":
    TokensPage, TokenPage, CreateToken, TakeOverToken, RevokeToken
}

/// How long a token may be made for, in days; the API takes a year at most.
const DAYS: [i64; 4] = [30, 90, 180, 365];

pub(super) fn routes() -> Router {
    Router::new()
        .route("/organisation/tokens", get(list))
        .route("/organisation/tokens/new", get(show_new).post(create))
        .route("/organisation/tokens/{id}", get(show))
        .route("/organisation/tokens/{id}/take-over", post(take_over))
        .route("/organisation/tokens/{id}/revoke", post(revoke))
}

/// These pages are for those who manage members, as the API has it too.
fn manager(manages: Option<bool>) -> Result<(), PageError> {
    match manages {
        None => Err(PageError::NotFound),
        Some(false) => Err(PageError::Forbidden(None)),
        Some(true) => Ok(()),
    }
}

fn words(v: &Visitor, scopes: &[TokenScope]) -> String {
    scopes.iter().map(|s| v.t.word("token-scope", s.as_str())).collect::<Vec<_>>().join(", ")
}

#[derive(Template)]
#[template(path = "tokens/list.html")]
struct ListTemplate {
    v: Visitor,
    name: String,
    found: tokens_page::TokensPageOrganisationTokens,
}

impl ListTemplate {
    fn next(&self) -> Option<&str> {
        self.found.page_info.end_cursor.as_deref().filter(|_| self.found.page_info.has_next_page)
    }
}

async fn list(v: Visitor, Query(After { after }): Query<After>) -> Page {
    if v.signed_in()?.acting.is_none() {
        return v.redirect("/act-as");
    }
    let data = v.run::<TokensPage>(tokens_page::Variables { after }).await?;
    let acting = data.viewer.and_then(|viewer| viewer.acting).ok_or(PageError::NotFound)?;
    v.page(&ListTemplate { name: acting.organisation.name, found: data.organisation_tokens, v: v.clone() })
}

#[derive(Template)]
#[template(path = "tokens/new.html")]
struct NewTemplate {
    v: Visitor,
    f: Form,
    scopes: Vec<Choice>,
    days: Vec<Choice>,
}

impl NewTemplate {
    fn of(v: &Visitor, f: Form) -> Self {
        let scope = |scope: &TokenScope| {
            let word = scope.as_str();
            Choice::new(word, v.t.word("token-scope", word)).help(v.t.word("token-scope-help", word))
        };
        Self {
            v: v.clone(),
            f,
            scopes: TokenScope::ALL.iter().map(scope).collect(),
            days: DAYS.iter().map(|days| Choice::new(days, v.t.tokens_days(*days))).collect(),
        }
    }
}

async fn show_new(v: Visitor) -> Page {
    // Asks the API: the page of a list is for the same people.
    v.signed_in()?;
    v.run::<TokensPage>(tokens_page::Variables { after: None }).await?;
    v.page(&NewTemplate::of(&v, Form::of(&v).with("days", DAYS[2])))
}

#[derive(Template)]
#[template(path = "tokens/made.html")]
struct MadeTemplate {
    v: Visitor,
    secret: String,
    token: create_token::CreateTokenCreateOrganisationTokenToken,
}

/// The secret stands in the answer to the form and nowhere else: to load the page
/// again makes none, and an address that showed it would stay in the history.
async fn create(v: Visitor, mut f: Form) -> Page {
    let days = f.number("days").filter(|days| DAYS.contains(days)).unwrap_or(DAYS[0]);
    let input = create_token::CreateOrganisationTokenInput {
        name: f.text_of("name"),
        scopes: f.all("scopes").iter().filter_map(|s| s.parse().ok()).collect(),
        expires_at: v.now() + TimeDelta::days(days),
    };
    let sent = v.send::<CreateToken>(create_token::Variables { input }).await?;
    let made = match sent {
        Ok(data) => data.create_organisation_token,
        Err(refused) => {
            f.refuse(&refused);
            return v.invalid(&NewTemplate::of(&v, f));
        }
    };
    let lacking = || PageError::internal("a token without its secret");
    let (secret, token) = (made.secret.ok_or_else(lacking)?, made.token.ok_or_else(lacking)?);
    v.page(&MadeTemplate { v: v.clone(), secret, token })
}

type Token = token_page::TokenPageNodeOnOrganisationToken;

#[derive(Template)]
#[template(path = "tokens/token.html")]
struct TokenTemplate {
    v: Visitor,
    f: Form,
    token: Token,
    is_mine: bool,
}

impl TokenTemplate {
    async fn of(v: &Visitor, f: Form, id: String) -> Result<Self, PageError> {
        v.signed_in()?;
        let data = v.run::<TokenPage>(token_page::Variables { id }).await?;
        let viewer = data.viewer.ok_or(PageError::SignIn)?;
        manager(viewer.acting.map(|acting| acting.manages_members))?;
        let Some(token_page::TokenPageNode::OrganisationToken(token)) = data.node else {
            return Err(PageError::NotFound);
        };
        let is_mine = token.answerable.as_ref().is_some_and(|person| person.email == viewer.email);
        Ok(Self { v: v.clone(), f, token, is_mine })
    }

    fn is_over(&self) -> bool {
        matches!(self.token.state, TokenState::Revoked | TokenState::Expired)
    }
}

async fn show(v: Visitor, Path(id): Path<String>) -> Page {
    v.page(&TokenTemplate::of(&v, Form::of(&v), id).await?)
}

async fn take_over(v: Visitor, Path(id): Path<String>, f: Form) -> Page {
    let mut page = TokenTemplate::of(&v, f, id.clone()).await?;
    let input = take_over_token::TakeOverOrganisationTokenInput { token_id: id };
    if let Err(refused) = v.send::<TakeOverToken>(take_over_token::Variables { input }).await? {
        page.f.refuse(&refused);
        return v.invalid(&page);
    }
    v.redirect_saying("/organisation/tokens", "token-taken-over")
}

async fn revoke(v: Visitor, Path(id): Path<String>, f: Form) -> Page {
    let mut page = TokenTemplate::of(&v, f, id.clone()).await?;
    let input = revoke_token::RevokeOrganisationTokenInput { token_id: id };
    if let Err(refused) = v.send::<RevokeToken>(revoke_token::Variables { input }).await? {
        page.f.refuse(&refused);
        return v.invalid(&page);
    }
    v.redirect_saying("/organisation/tokens", "token-revoked")
}

//! The first run: who administers the platform.

use askama::Template;
use axum::Router;
use axum::extract::Query;
use axum::routing::get;

use super::sign_in;
use crate::kit::operations::types::DateTime;
use crate::kit::{Form, Page, PageError, Visitor};

crate::operations! { "../../graphql/operations/accounts/set_up.graphql": SetUpPage, SetUpInstallation }

pub(super) fn routes() -> Router {
    Router::new().route("/setup", get(show).post(set_up))
}

#[derive(Template)]
#[template(path = "accounts/set_up.html")]
struct SetUpTemplate {
    v: Visitor,
    f: Form,
}

#[derive(serde::Deserialize)]
struct Link {
    token: Option<String>,
}

/// Once there is an administrator, there is no such page.
async fn waits(v: &Visitor) -> Result<(), PageError> {
    let waits = v.run::<SetUpPage>(set_up_page::Variables).await?.awaits_set_up;
    if waits { Ok(()) } else { Err(PageError::NotFound) }
}

async fn show(v: Visitor, Query(link): Query<Link>) -> Page {
    waits(&v).await?;
    v.page(&SetUpTemplate { f: Form::of(&v).with_some("token", link.token), v: v.clone() })
}

async fn set_up(v: Visitor, mut f: Form) -> Page {
    waits(&v).await?;
    let input = set_up_installation::SetUpInstallationInput {
        token: f.text_of("token"),
        name: f.text_of("name"),
        email: f.text_of("email"),
    };
    match v.send::<SetUpInstallation>(set_up_installation::Variables { input }).await? {
        Ok(data) => {
            let signed = data.set_up_installation.signed_in.ok_or(PageError::NotFound)?;
            let device = Some(signed.device_token.as_str());
            sign_in::begin(&v, &signed.session_token, signed.session_expires_at, device, None)
        }
        Err(refused) => {
            f.refuse(&refused);
            v.invalid(&SetUpTemplate { f, v: v.clone() })
        }
    }
}

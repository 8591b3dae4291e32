//! Ending all sessions of somebody whose mailbox or machine is in other hands.

use askama::Template;
use axum::Router;
use axum::routing::get;

use super::administrator;
use crate::kit::{Form, Page, Visitor, ui};

crate::operations! { "../../graphql/operations/accounts/sign_out.graphql": EndSessionsOfPerson }

pub(super) fn routes() -> Router {
    Router::new().route("/admin/sessions", get(show).post(end))
}

#[derive(Template)]
#[template(path = "admin/sessions.html")]
struct SessionsTemplate {
    v: Visitor,
    f: Form,
}

async fn show(v: Visitor) -> Page {
    administrator(&v)?;
    v.page(&SessionsTemplate { f: Form::of(&v), v: v.clone() })
}

async fn end(v: Visitor, mut f: Form) -> Page {
    administrator(&v)?;
    let input = end_sessions_of_person::EndSessionsOfPersonInput { email: f.text_of("email") };
    if let Err(refused) = v.send::<EndSessionsOfPerson>(end_sessions_of_person::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&SessionsTemplate { f, v: v.clone() });
    }
    v.redirect_saying("/admin", "person-signed-out")
}

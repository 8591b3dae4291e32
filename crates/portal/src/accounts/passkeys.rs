//! One's passkeys: added, named, removed. What a browser must be asked stands in the page, and a
//! script asks it and sends the form; without the script the page says so, and all else works.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::routing::get;

use crate::kit::operations::types::DateTime;
use crate::kit::{Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/accounts/passkeys.graphql":
    PasskeyPage, StartPasskeyRegistration, AddPasskey, RenamePasskey, RemovePasskey
}

/// The most that a person has; the API says no to more.
pub(super) const MOST: usize = 10;

pub(super) fn routes() -> Router {
    Router::new()
        .route("/account/security/passkeys/new", get(show_new).post(add))
        .route("/account/security/passkeys/{id}", get(show).post(change))
}

#[derive(Template)]
#[template(path = "accounts/passkey_new.html")]
struct NewTemplate {
    v: Visitor,
    f: Form,
    /// What the browser is asked; none where it may not be.
    asked: Option<start_passkey_registration::StartPasskeyRegistrationStartPasskeyRegistrationRegistration>,
}

impl NewTemplate {
    /// Each page has a question of its own, for each is answered once.
    async fn of(v: &Visitor, mut f: Form) -> Result<Self, PageError> {
        v.signed_in()?;
        let sent = v.send::<StartPasskeyRegistration>(start_passkey_registration::Variables).await?;
        let asked = match sent {
            Ok(data) => data.start_passkey_registration.registration,
            Err(refused) => {
                f.refuse(&refused);
                None
            }
        };
        Ok(Self { v: v.clone(), f, asked })
    }
}

async fn show_new(v: Visitor) -> Page {
    v.page(&NewTemplate::of(&v, Form::of(&v)).await?)
}

async fn add(v: Visitor, mut f: Form) -> Page {
    let input = add_passkey::AddPasskeyInput {
        ceremony: f.text_of("ceremony"),
        response: f.text_of("response"),
        name: f.text_of("name"),
    };
    if let Err(refused) = v.send::<AddPasskey>(add_passkey::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&NewTemplate::of(&v, f).await?);
    }
    v.redirect_saying("/account/security", "passkey-added")
}

type Passkey = passkey_page::PasskeyPageNodeOnPasskey;

#[derive(Template)]
#[template(path = "accounts/passkey.html")]
struct PasskeyTemplate {
    v: Visitor,
    f: Form,
    passkey: Passkey,
    is_last: bool,
}

impl PasskeyTemplate {
    async fn of(v: &Visitor, f: Form, id: String) -> Result<Self, PageError> {
        v.signed_in()?;
        let data = v.run::<PasskeyPage>(passkey_page::Variables { id }).await?;
        let Some(passkey_page::PasskeyPageNode::Passkey(passkey)) = data.node else {
            return Err(PageError::NotFound);
        };
        let is_last = data.viewer.is_some_and(|viewer| viewer.passkeys.len() == 1);
        Ok(Self { v: v.clone(), f, passkey, is_last })
    }
}

async fn show(v: Visitor, Path(id): Path<String>) -> Page {
    let mut page = PasskeyTemplate::of(&v, Form::of(&v), id).await?;
    page.f.put("name", &page.passkey.name);
    v.page(&page)
}

/// Saves the name, or removes the passkey: the button says which.
async fn change(v: Visitor, Path(id): Path<String>, mut f: Form) -> Page {
    let (refused, said) = if f.ticked("remove") {
        let input = remove_passkey::RemovePasskeyInput { passkey_id: id.clone() };
        let sent = v.send::<RemovePasskey>(remove_passkey::Variables { input }).await?;
        (sent.err(), "passkey-removed")
    } else {
        let input = rename_passkey::RenamePasskeyInput { passkey_id: id.clone(), name: f.text_of("name") };
        let sent = v.send::<RenamePasskey>(rename_passkey::Variables { input }).await?;
        (sent.err(), "passkey-renamed")
    };
    if let Some(refused) = refused {
        f.refuse(&refused);
        return v.invalid(&PasskeyTemplate::of(&v, f, id).await?);
    }
    v.redirect_saying("/account/security", said)
}

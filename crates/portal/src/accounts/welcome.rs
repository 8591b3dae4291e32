//! The first steps of somebody who belongs nowhere yet, and the profile.

use askama::Template;
use axum::Router;
use axum::routing::get;
use types::ErrorCode;

use crate::kit::operations::types::{Language, MembershipState};
use crate::kit::{Choice, Form, Page, PageError, Refused, Visitor, ui};

crate::operations! { "../../graphql/operations/accounts/profile.graphql": ProfilePage, UpdateViewer }

pub(super) fn routes() -> Router {
    Router::new()
        .route("/welcome", get(show).post(save))
        .route("/welcome/buyer", get(buyer))
        .route("/profile", get(show_profile).post(save_profile))
}

async fn load(v: &Visitor) -> Result<profile_page::ProfilePageViewer, PageError> {
    v.run::<ProfilePage>(profile_page::Variables).await?.viewer.ok_or(PageError::SignIn)
}

async fn update(
    v: &Visitor,
    name: Option<String>,
    language: Option<Language>,
) -> Result<Result<(), Refused>, PageError> {
    let input = update_viewer::UpdateViewerInput { language, name };
    Ok(v.send::<UpdateViewer>(update_viewer::Variables { input }).await?.map(|_| ()))
}

#[derive(Template)]
#[template(path = "accounts/welcome.html")]
struct WelcomeTemplate {
    v: Visitor,
    f: Form,
    sides: Vec<Choice>,
}

impl WelcomeTemplate {
    fn of(v: &Visitor, f: Form) -> Self {
        let t = v.t;
        let sides = vec![
            Choice::new("supplier", t.welcome_supplier()).help(t.welcome_supplier_help()),
            Choice::new("buyer", t.welcome_buyer()).help(t.welcome_buyer_help()),
            Choice::new("support-actor", t.welcome_support_actor()).help(t.welcome_support_actor_help()),
            Choice::new("nobody", t.welcome_nobody()).help(t.welcome_nobody_help()),
        ];
        Self { v: v.clone(), f, sides }
    }
}

async fn show(v: Visitor) -> Page {
    let viewer = load(&v).await?;
    v.page(&WelcomeTemplate::of(&v, Form::of(&v).with("name", viewer.name)))
}

async fn save(v: Visitor, mut f: Form) -> Page {
    v.signed_in()?;
    let next = match f.value("side") {
        "supplier" => "/supplier/start",
        "support-actor" => "/supplier/start?kind=SUPPORT_ACTOR",
        "buyer" => "/welcome/buyer",
        "nobody" => "/",
        _ => {
            f.fail("side", ErrorCode::Required);
            "/welcome"
        }
    };
    if let Err(refused) = update(&v, Some(f.text_of("name")), None).await? {
        f.refuse(&refused);
    }
    if f.is_valid() { v.redirect(next) } else { v.invalid(&WelcomeTemplate::of(&v, f)) }
}

#[derive(Template)]
#[template(path = "accounts/buyer.html")]
struct BuyerTemplate {
    v: Visitor,
}

async fn buyer(v: Visitor) -> Page {
    v.signed_in()?;
    v.page(&BuyerTemplate { v: v.clone() })
}

#[derive(Template)]
#[template(path = "accounts/profile.html")]
struct ProfileTemplate {
    v: Visitor,
    f: Form,
    email: String,
    languages: Vec<Choice>,
}

impl ProfileTemplate {
    fn of(v: &Visitor, f: Form, email: String) -> Self {
        let names = crate::kit::shell::languages();
        let languages = names.iter().map(|(language, name)| Choice::new(language, name)).collect();
        Self { v: v.clone(), f, email, languages }
    }
}

async fn show_profile(v: Visitor) -> Page {
    let viewer = load(&v).await?;
    let f = Form::of(&v).with("name", viewer.name).with("language", viewer.language);
    v.page(&ProfileTemplate::of(&v, f, viewer.email))
}

async fn save_profile(v: Visitor, mut f: Form) -> Page {
    let email = v.signed_in()?.email.clone();
    let language = f.read::<Language>("language");
    if f.is_valid()
        && let Err(refused) = update(&v, Some(f.text_of("name")), language).await?
    {
        f.refuse(&refused);
    }
    if !f.is_valid() {
        return v.invalid(&ProfileTemplate::of(&v, f, email));
    }
    v.redirect_saying_in(language.unwrap_or(v.language), "/profile", "profile-saved")
}

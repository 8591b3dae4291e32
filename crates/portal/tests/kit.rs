//! The kit through its router: languages, errors, forms, headers.
#![expect(clippy::unwrap_used, reason = "a test may")]

use std::sync::Arc;

use async_graphql::{
    Context, EmptyMutation, EmptySubscription, ErrorExtensions, Object, Schema, SimpleObject,
};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use portal::{PortalConfig, RequestData};
use tower::ServiceExt;
use types::SystemClock;

struct Query;

#[derive(SimpleObject)]
struct Viewer {
    name: String,
    email: String,
    form_mark: String,
    platform_administrator: bool,
    acting: Option<Acting>,
}

#[derive(SimpleObject)]
struct Acting {
    organisation: Organisation,
    roles: Vec<String>,
}

#[derive(SimpleObject)]
struct Organisation {
    id: String,
    name: String,
    kind: String,
    suspended_at: Option<String>,
    suspension_reason: Option<String>,
}

/// Set by the request's data: who is signed in, or which error the API gives.
enum Caller {
    Person(&'static str),
    Fails(&'static str),
}

#[Object]
impl Query {
    #[expect(clippy::unused_async, reason = "the macro wants it")]
    async fn viewer(&self, context: &Context<'_>) -> async_graphql::Result<Option<Viewer>> {
        match context.data_opt::<Caller>() {
            None => Ok(None),
            Some(Caller::Person(name)) => Ok(Some(Viewer {
                name: (*name).into(),
                email: "person@example.no".into(),
                form_mark: format!("mark-of-{name}"),
                platform_administrator: false,
                acting: Some(Acting {
                    roles: vec!["PROCUREMENT_OFFICER".into()],
                    organisation: Organisation {
                        id: "1".into(),
                        name: "Fjordvik <kommune>".into(),
                        kind: "MUNICIPALITY".into(),
                        suspended_at: None,
                        suspension_reason: None,
                    },
                }),
            })),
            Some(Caller::Fails(code)) => {
                Err(async_graphql::Error::new("secret text").extend_with(|_, e| e.set("code", *code)))
            }
        }
    }
}

struct Portal(Router);

impl Portal {
    fn new() -> Self {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        let mut config = PortalConfig::new("http://127.0.0.1:8080", Arc::new(SystemClock));
        config.gallery = true;
        config.max_body = 4096;
        Self(portal::router(Arc::new(schema), config))
    }

    async fn send(&self, request: Request<Body>) -> Answer {
        Answer::of(self.0.clone().oneshot(request).await.unwrap()).await
    }

    async fn get(&self, path: &str) -> Answer {
        self.send(get(path).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, path: &str, caller: Option<RequestData>, form: &str) -> Answer {
        let mut request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form.to_owned()))
            .unwrap();
        request.extensions_mut().extend(caller.map(extension).unwrap_or_default());
        self.send(request).await
    }
}

fn extension(caller: RequestData) -> axum::http::Extensions {
    let mut extensions = axum::http::Extensions::new();
    extensions.insert(caller);
    extensions
}

fn person() -> RequestData {
    named("Kari")
}

fn named(name: &'static str) -> RequestData {
    RequestData(Arc::new(move |r| r.data(Caller::Person(name))))
}

fn fails(code: &'static str) -> RequestData {
    RequestData(Arc::new(move |r| r.data(Caller::Fails(code))))
}

fn get(path: &str) -> axum::http::request::Builder {
    Request::get(path).header(header::ACCEPT, "text/html")
}

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    text: String,
}

impl Answer {
    async fn of(response: Response) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Self {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().unwrap())
    }

    fn place(&self) -> &str {
        self.header(header::LOCATION)
    }
}

#[tokio::test]
async fn an_address_without_a_language_gets_the_visitors() {
    let portal = Portal::new();
    assert_eq!(portal.get("/").await.place(), "/nb");
    let english = get("/needs?q=snow").header(header::ACCEPT_LANGUAGE, "en-GB").body(Body::empty()).unwrap();
    assert_eq!(portal.send(english).await.place(), "/en/needs?q=snow");
    let remembered = get("/")
        .header(header::ACCEPT_LANGUAGE, "en")
        .header(header::COOKIE, "language=nn")
        .body(Body::empty())
        .unwrap();
    assert_eq!(portal.send(remembered).await.place(), "/nn");
    assert_eq!(portal.get("/nb/help/").await.place(), "/nb/help");
    assert_eq!(portal.get("//evil.example").await.status, StatusCode::NOT_FOUND);
    assert_eq!(portal.get("/missing.txt").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_icon_and_the_rules_for_robots_are_where_they_are_looked_for() {
    let portal = Portal::new();
    let icon = portal.get("/favicon.ico").await;
    assert!(icon.status.is_redirection());
    assert_eq!(portal.get(icon.place()).await.header(header::CONTENT_TYPE), "image/svg+xml");
    let rules = portal.get("/robots.txt").await;
    assert_eq!(rules.status, StatusCode::OK);
    assert!(rules.text.contains("Allow: /") && !rules.text.contains("Disallow"), "{}", rules.text);
}

#[tokio::test]
async fn language_links_keep_the_page_and_its_query() {
    let page = Portal::new().get("/nn/help?a=1&b=%C3%A6").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("<html lang=\"nn\""));
    assert!(page.text.contains("href=\"/en/help?a=1&#38;b=%C3%A6\""), "{}", page.text);
    assert!(page.header(header::SET_COOKIE).starts_with("language=nn;"));
    assert!(page.header(header::CONTENT_SECURITY_POLICY).contains("frame-ancestors 'none'"));
}

#[tokio::test]
async fn the_frame_says_for_whom_one_acts_and_escapes_it() {
    let mut request = get("/en/help").body(Body::empty()).unwrap();
    request.extensions_mut().insert(person());
    let page = Portal::new().send(request).await;
    assert!(page.text.contains("Signed in as Kari for Fjordvik &#60;kommune&#62;"), "{}", page.text);
}

#[tokio::test]
async fn errors_become_pages_and_tell_nothing_internal() {
    let portal = Portal::new();
    for (code, status) in [
        ("NOT_FOUND", StatusCode::NOT_FOUND),
        ("RATE_LIMITED", StatusCode::TOO_MANY_REQUESTS),
        ("UNAVAILABLE", StatusCode::SERVICE_UNAVAILABLE),
        ("ANYTHING", StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        let mut request = get("/en/help").header("x-request-id", "id-1").body(Body::empty()).unwrap();
        request.extensions_mut().insert(fails(code));
        let page = portal.send(request).await;
        assert_eq!(page.status, status, "{code}");
        assert!(page.text.contains("</html>") && !page.text.contains("secret text"), "{code}");
        assert_eq!(page.text.contains("id-1"), status.is_server_error(), "{code}");
    }
    let missing = portal.get("/en/nowhere").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert!(missing.text.contains("<h1"));
    // The address of a sent form, opened anew, leads to the page that has it.
    for (path, page) in [
        ("/en/events/meeting/register", "/en/events/meeting"),
        ("/en/m/needs/safe/events/meeting/announce", "/en/m/needs/safe/events/meeting"),
        ("/en/m/needs/safe/announce", "/en/m/needs/safe/questions"),
        ("/en/m/needs/safe/questions/1/answer", "/en/m/needs/safe/questions"),
        ("/en/m/needs/safe/ledger/1/share", "/en/m/needs/safe/ledger"),
        ("/en/m/needs/safe/ledger/note", "/en/m/needs/safe/ledger"),
        ("/en/m/responses/1/2/decide", "/en/m/responses/1"),
        ("/en/m/responses/1/acknowledge", "/en/m/responses/1"),
        ("/en/needs/safe/respond/files/a/remove", "/en/needs/safe/respond/files"),
        ("/en/needs/safe/respond/files/a", "/en/needs/safe/respond/files"),
        ("/en/needs/safe/follow", "/en/needs/safe"),
        ("/en/logout", "/en"),
    ] {
        let page_of_form = portal.get(path).await;
        assert_eq!((page_of_form.status, page_of_form.place()), (StatusCode::SEE_OTHER, page), "{path}");
    }
    let method = portal.post("/en/help", None, "").await;
    assert_eq!(method.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(method.text.contains("</html>"));
}

#[tokio::test]
async fn whoever_must_sign_in_comes_back_to_the_same_page() {
    let mut request = get("/en/help?a=1").body(Body::empty()).unwrap();
    request.extensions_mut().insert(fails("UNAUTHENTICATED"));
    let page = Portal::new().send(request).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(page.place(), "/en/login?next=%2Fen%2Fhelp%3Fa%3D1");
}

#[tokio::test]
async fn a_refused_form_keeps_what_was_typed() {
    let typed = "title=%3Cb%3ESn%C3%B8&kind=ROUND&volume=many&startsAt=2026-03-29T02:30";
    let page = Portal::new().post("/en/dev/gallery", None, typed).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("<title>Error: Gallery"));
    assert!(page.text.contains("value=\"&#60;b&#62;Snø\""));
    assert!(page.text.contains("value=\"ROUND\" checked"));
    assert!(page.text.contains("href=\"#volume\">Expected volume: "), "many is no number");
    assert!(
        page.text.contains("href=\"#startsAt\">Starts: "),
        "that hour is skipped when summer time begins"
    );
    assert!(page.text.contains("aria-describedby=\"title-help title-error\" aria-invalid=\"true\""));
}

#[tokio::test]
async fn a_session_lost_in_the_middle_of_a_form_loses_no_text() {
    let portal = Portal::new();
    let page =
        portal.post("/en/dev/gallery/401?step=2", None, "title=%22Sn%C3%B8%22&themes=A&themes=B").await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    assert!(page.text.contains("action=\"/en/dev/gallery/401?step=2\""));
    assert!(page.text.contains("name=\"title\" value=\"&#34;Snø&#34;\""), "{}", page.text);
    assert!(
        page.text.contains("name=\"themes\" value=\"A\"")
            && page.text.contains("name=\"themes\" value=\"B\"")
    );
    assert_eq!(portal.get("/en/dev/gallery/401").await.status, StatusCode::SEE_OTHER);
    assert_eq!(portal.get("/en/dev/gallery/500").await.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn a_form_is_never_sent_for_somebody_else_than_who_typed_it() {
    let portal = Portal::new();
    let form = portal.post("/en/dev/gallery", Some(person()), "title=Snow").await;
    assert!(form.text.contains("name=\"_typist\" value=\"mark-of-Kari\""), "{}", form.text);
    let typed = "title=Snow&_typist=mark-of-Kari";
    let own = portal.post("/en/dev/gallery", Some(person()), typed).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "it went out");
    // The session is lost: the mark stays with the text.
    let lost = portal.post("/en/dev/gallery/401", None, typed).await;
    assert_eq!(lost.status, StatusCode::UNAUTHORIZED);
    assert!(lost.text.contains("name=\"_typist\" value=\"mark-of-Kari\""));

    let other = portal.post("/en/dev/gallery", Some(named("Per")), typed).await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert!(other.text.contains("name=\"title\" value=\"Snow\""), "nothing typed is lost");
    assert!(other.text.contains("Send as Per, Fjordvik &#60;kommune&#62;"), "{}", other.text);
    assert!(!other.text.replace("mark-of-Kari", "").contains("Kari"), "who typed it is not told");
    let asked =
        portal.post("/en/dev/gallery", Some(named("Per")), &format!("{typed}&_typist=mark-of-Per")).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY, "the button says as whom");
}

#[tokio::test]
async fn forms_from_elsewhere_and_forms_too_large_are_refused() {
    let portal = Portal::new();
    let from = |name: &str, value: &str| {
        Request::post("/en/dev/gallery")
            .header(header::HOST, "samspill.example")
            .header(name, value)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from("title=a"))
            .unwrap()
    };
    let status = async |request| portal.send(request).await.status;
    assert_eq!(status(from("sec-fetch-site", "cross-site")).await, StatusCode::FORBIDDEN);
    assert_eq!(status(from("sec-fetch-site", "same-site")).await, StatusCode::FORBIDDEN);
    assert_eq!(status(from("origin", "https://evil.example")).await, StatusCode::FORBIDDEN);
    assert_eq!(status(from("origin", "https://samspill.example")).await, StatusCode::UNPROCESSABLE_ENTITY);
    let large = portal.post("/en/dev/gallery", None, &format!("title={}", "a".repeat(5000))).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(large.text.contains("</html>"));
}

#[tokio::test]
async fn a_flash_is_shown_once_and_only_if_it_is_ours() {
    let portal = Portal::new();
    let with =
        |value: &str| get("/en/help").header(header::COOKIE, format!("flash={value}")).body(Body::empty());
    let ours = portal.send(with("signed-out").unwrap()).await;
    assert!(ours.text.contains("You are signed out."));
    assert!(
        ours.headers.get_all(header::SET_COOKIE).iter().any(|c| c.to_str().unwrap().starts_with("flash=;"))
    );
    let forged = portal.send(with("call-this-number").unwrap()).await;
    assert!(!forged.text.contains("call-this-number"));
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_unknown_ones_are_not_there() {
    let portal = Portal::new();
    let url = portal::kit::assets::find("portal.css").unwrap();
    let small = portal
        .send(Request::get(url).header(header::ACCEPT_ENCODING, "gzip, br").body(Body::empty()).unwrap())
        .await;
    assert_eq!(small.status, StatusCode::OK);
    assert_eq!(small.header(header::CONTENT_TYPE), "text/css; charset=utf-8");
    assert!(small.header(header::CACHE_CONTROL).contains("immutable"));
    let plain = portal.get(url).await;
    assert_eq!(plain.header(header::CONTENT_ENCODING), "");
    assert!(!plain.text.is_empty());
    assert_eq!(portal.get("/assets/portal.css").await.status, StatusCode::NOT_FOUND);
}

//! What the settings must be, each by itself and all together.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use axum::http::HeaderName;
use domain::throttle::{Allowance, Allowances};
use graphql::limits::Bounds;
use url::{Host, Url};

use super::reader::Reader;
use super::{Config, Http, Layers, Log, Mail, Mistakes, Purpose, Secret, Smtp, Sockets};

const DEFAULT_BIND: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

pub(super) fn check(layers: &Layers, purpose: Purpose) -> Result<Config, Mistakes> {
    let mut read = Reader::new(layers);
    let is_demo = matches!(purpose, Purpose::Demo(_));
    let http = http(&mut read, purpose);
    let data: PathBuf = read.text("data.folder").unwrap_or_else(|| "data".to_owned()).into();
    let database_url = database(&mut read, &data);
    let is_postgres = !database_url.reveal().starts_with("sqlite:");
    let mail = mail(&mut read, is_demo);
    let register = register(&mut read, is_demo);
    let max_mb = read.parse::<usize>("uploads.max_mb", "a whole number of megabytes").unwrap_or(20);
    if !(1..=1024).contains(&max_mb) {
        read.wrong("uploads.max_mb", "must be from 1 to 1024");
    }
    let sockets = sockets(&mut read);
    let limits = limits(&mut read);
    let idle_hours = read.parse::<i64>("sessions.idle_hours", "a whole number of hours").unwrap_or(24);
    if !(1..=720).contains(&idle_hours) {
        read.wrong("sessions.idle_hours", "must be from 1 to 720");
    }
    let webhooks_on_loopback =
        read.word("webhooks.allow_loopback", &[("false", false), ("true", true)]).unwrap_or(false);
    // Whoever is not at this machine would reach into it.
    if webhooks_on_loopback
        && http.as_ref().is_some_and(|http| http.is_secure() || !http.bind.ip().is_loopback())
    {
        read.wrong(
            "webhooks.allow_loopback",
            "is for who develops a receiver: only where http.bind and http.public_url are of this machine",
        );
    }
    let oidc = super::oidc::read(&mut read, is_demo);
    let log = log(&mut read);
    let secret_key = read.secret("secret_key");
    if secret_key.as_ref().is_some_and(|s| s.reveal().chars().count() < 32) {
        read.wrong("secret_key", "is too short: at least 32 characters, from `openssl rand -hex 32`");
    }
    let checkpoint_key = checkpoint_key(&mut read);
    if is_postgres && !is_demo {
        // A demonstration has made its own, which the other commands then use.
        let is_kept = |file| data.join(file).is_file();
        let why = "is needed on PostgreSQL, the same on all nodes: `openssl rand -hex 32` makes one";
        if secret_key.is_none() && !is_kept("secret.key") {
            read.wrong("secret_key", why);
        }
        let is_given = checkpoint_key.is_some() || read.text("record.checkpoint_key").is_some();
        if !is_given && !is_kept("checkpoint.key") {
            read.wrong("record.checkpoint_key", why);
        }
    }
    match (http, mail) {
        (Some(http), Some(mail)) if read.mistakes.is_empty() => Ok(Config {
            http,
            database_url,
            data,
            mail,
            register,
            max_upload: max_mb * 1024 * 1024,
            sockets,
            limits,
            webhooks_on_loopback,
            session_idle: chrono::TimeDelta::hours(idle_hours.clamp(1, 720)),
            oidc,
            log,
            secret_key,
            checkpoint_key,
            purpose,
        }),
        _ => Err(Mistakes(read.mistakes)),
    }
}

fn sockets(read: &mut Reader<'_>) -> Sockets {
    let mut number = |path: &'static str, default| match read.parse::<usize>(path, "a whole number") {
        Some(0) => {
            read.wrong(path, "must be 1 or more");
            default
        }
        number => number.unwrap_or(default),
    };
    let (per_node, per_person) = (number("sockets.per_node", 10_000), number("sockets.per_person", 100));
    let per_address = number("sockets.per_address", 1_000);
    let seconds = read.parse::<u64>("sockets.patience_seconds", "a whole number of seconds").unwrap_or(10);
    if !(1..=60).contains(&seconds) {
        read.wrong("sockets.patience_seconds", "must be from 1 to 60");
    }
    Sockets { per_node, per_person, per_address, patience: Duration::from_secs(seconds) }
}

fn limits(read: &mut Reader<'_>) -> Allowances {
    let usual = Allowances::default();
    let mut one = |points_path: &'static str, rate_path: &'static str, usual: Allowance| {
        let mut number = |path, usual| read.parse::<u32>(path, "a whole number").unwrap_or(usual);
        let allowance =
            Allowance { points: number(points_path, usual.points), rate: number(rate_path, usual.rate) };
        let dearest = u32::try_from(Bounds::COST.most).unwrap_or(u32::MAX);
        if (1..dearest).contains(&allowance.points) {
            let what =
                format!("must be {dearest} or more, which the dearest request costs, or 0 for no limit");
            read.wrong(points_path, what);
        }
        if allowance.rate == 0 {
            read.wrong(rate_path, "must be 1 or more");
        }
        allowance
    };
    Allowances {
        person: one("limits.person_points", "limits.person_rate", usual.person),
        token: one("limits.token_points", "limits.token_rate", usual.token),
        address: one("limits.address_points", "limits.address_rate", usual.address),
    }
}

fn http(read: &mut Reader<'_>, purpose: Purpose) -> Option<Http> {
    let bind = match read.text("http.bind") {
        None => Some(DEFAULT_BIND),
        Some(_) => read.parse("http.bind", "ADDRESS:PORT, such as 127.0.0.1:8080 or [::]:8080"),
    };
    let is_open_demo = purpose == Purpose::Demo(true);
    if purpose == Purpose::Demo(false) && bind.is_some_and(|b| !b.ip().is_loopback()) {
        read.wrong(
            "http.bind",
            "anybody can sign in to a demo, so it stays on this machine: bind to 127.0.0.1, or add --allow-remote-demo",
        );
    }
    let public_url = match (read.text("http.public_url"), bind) {
        (Some(text), _) => public_url(read, &text, is_open_demo),
        (None, Some(bind)) if bind.ip().is_loopback() => Some(format!("http://{bind}")),
        (None, Some(bind)) if is_open_demo => Some(format!("http://localhost:{}", bind.port())),
        (None, Some(_)) => {
            read.wrong(
                "http.public_url",
                "is needed when the server listens beyond this machine: the https:// address that people use",
            );
            None
        }
        (None, None) => None,
    };
    let trusted_proxy_header = read.text("http.trusted_proxy_header");
    if let Some(name) = &trusted_proxy_header
        && name.parse::<HeaderName>().is_err()
    {
        read.wrong(
            "http.trusted_proxy_header",
            format!("`{name}` is not the name of a header, such as X-Real-IP"),
        );
    }
    Some(Http { bind: bind?, public_url: public_url?, trusted_proxy_header })
}

fn public_url(read: &mut Reader<'_>, text: &str, is_open_demo: bool) -> Option<String> {
    let parsed = Url::parse(text).ok().filter(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
    let Some(url) = parsed else {
        read.wrong(
            "http.public_url",
            format!("`{text}` is not an address such as https://samspill.example.no"),
        );
        return None;
    };
    let is_bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    if !is_bare {
        read.wrong("http.public_url", "must be scheme and host only, such as https://samspill.example.no");
        return None;
    }
    let is_loopback = match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    };
    if url.scheme() == "http" && !is_loopback && !is_open_demo {
        read.wrong("http.public_url", "must be https:// beyond this machine: sign-in travels over it");
        return None;
    }
    Some(url.as_str().trim_end_matches('/').to_owned())
}

fn database(read: &mut Reader<'_>, data: &std::path::Path) -> Secret {
    // The two characters that mean something in such an address.
    let file = data.join("samspill.db").display().to_string().replace('%', "%25").replace('?', "%3F");
    let own = || Secret::new(format!("sqlite://{file}"));
    let Some(url) = read.secret("database.url") else { return own() };
    let is_known = ["sqlite://", "postgres://", "postgresql://"].iter().any(|s| url.reveal().starts_with(s));
    if !is_known {
        read.wrong("database.url", "must begin with sqlite://, postgres:// or postgresql://");
        return own();
    }
    url
}

fn mail(read: &mut Reader<'_>, is_demo: bool) -> Option<Mail> {
    let is_smtp = read.word("mail.transport", &[("folder", false), ("smtp", true)])?;
    let from = match read.text("mail.from") {
        Some(_) => read.parse("mail.from", "an e-mail address"),
        None if is_smtp => {
            read.wrong("mail.from", "is needed with smtp: the address that mails come from");
            None
        }
        None => "samspill@samspill.invalid".parse().ok(),
    };
    // A demonstration never writes to anybody.
    let smtp = if is_smtp && !is_demo { Some(smtp(read)?) } else { None };
    Some(Mail { smtp, from: from? })
}

fn smtp(read: &mut Reader<'_>) -> Option<Smtp> {
    use mail::Tls;
    let host = read.text("mail.host");
    if host.is_none() {
        read.wrong("mail.host", "is needed with smtp: the name of the mail server");
    }
    let tls = read
        .word("mail.tls", &[("starttls", Tls::StartTls), ("implicit", Tls::Implicit), ("none", Tls::None)]);
    let usual = match tls {
        Some(Tls::Implicit) => 465,
        Some(Tls::None) => 25,
        _ => 587,
    };
    let port = match read.text("mail.port") {
        None => Some(usual),
        Some(_) => read.parse("mail.port", "a port, 1 to 65535"),
    };
    let credentials = match (read.text("mail.username"), read.secret("mail.password")) {
        (Some(user), Some(password)) => Some((user, password)),
        (None, None) => None,
        (Some(_), None) => {
            read.wrong("mail.password", "is missing: mail.username is set");
            None
        }
        (None, Some(_)) => {
            read.wrong("mail.username", "is missing: mail.password is set");
            None
        }
    };
    if tls == Some(Tls::None) && credentials.is_some() {
        read.wrong(
            "mail.tls",
            "a password needs TLS: use starttls or implicit, or leave username and password out",
        );
    }
    let root_certificate: Option<PathBuf> = read.text("mail.root_certificate").map(Into::into);
    if let Some(file) = root_certificate.as_ref().filter(|f| !f.is_file()) {
        read.wrong("mail.root_certificate", format!("there is no file {}", file.display()));
    }
    Some(Smtp { host: host?, port: port?, tls: tls?, credentials, root_certificate })
}

/// A demonstration asks nobody unless told to.
fn register(read: &mut Reader<'_>, is_demo: bool) -> Option<String> {
    let words: &[(&str, bool)] = if is_demo {
        &[("offline", false), ("online", true)]
    } else {
        &[("online", true), ("offline", false)]
    };
    let is_online = read.word("register.mode", words)?;
    let base = read.text("register.base_url").unwrap_or_else(|| "https://data.brreg.no".to_owned());
    if !Url::parse(&base).is_ok_and(|u| matches!(u.scheme(), "http" | "https")) {
        read.wrong("register.base_url", format!("`{base}` is not a web address"));
    }
    is_online.then_some(base)
}

fn log(read: &mut Reader<'_>) -> Log {
    let is_json = read.word("log.format", &[("text", false), ("json", true)]).unwrap_or(false);
    let filter =
        read.text("log.filter").unwrap_or_else(|| "info,sea_orm_migration=warn,sqlx=warn".to_owned());
    if let Err(why) = tracing_subscriber::EnvFilter::try_new(&filter) {
        read.wrong("log.filter", format!("`{filter}` can't be read: {why}"));
    }
    Log { is_json, filter }
}

fn checkpoint_key(read: &mut Reader<'_>) -> Option<[u8; 32]> {
    let text = read.secret("record.checkpoint_key")?;
    let key = hex::decode(text.reveal()).ok().and_then(|bytes| bytes.try_into().ok());
    if key.is_none() {
        read.wrong("record.checkpoint_key", "must be 64 hexadecimal digits, from `openssl rand -hex 32`");
    }
    key
}

//! Every setting there is.

/// A setting: where it lies in the file, and what it means.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its path, `http.bind`.
    pub path: &'static str,
    /// What it is, in a few words.
    pub about: &'static str,
    /// The value without configuration, in words.
    pub default: &'static str,
    /// Whether its value is never shown.
    pub is_secret: bool,
}

const fn setting(path: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting { path, about, default, is_secret: false }
}

const fn secret(path: &'static str, default: &'static str, about: &'static str) -> Setting {
    Setting { path, about, default, is_secret: true }
}

/// Every setting, in the order of `config dump`.
pub const SETTINGS: &[Setting] = &[
    setting("http.bind", "127.0.0.1:8080", "address and port to listen on"),
    setting("http.public_url", "http:// and http.bind, on loopback", "where people reach the installation"),
    setting("http.trusted_proxy_header", "", "header in which your proxy tells the client's address"),
    secret("database.url", "sqlite in data.folder", "sqlite://FILE or postgres://USER:PASSWORD@HOST/NAME"),
    setting("data.folder", "data", "folder of everything that is not in PostgreSQL"),
    setting("mail.transport", "folder", "smtp, or folder: mails are filed in data.folder"),
    setting("mail.from", "samspill@samspill.invalid", "sender of mails"),
    setting("mail.host", "", "mail server, as its certificate names it"),
    setting("mail.port", "587; 465 for implicit TLS, 25 without", "its port"),
    setting("mail.tls", "starttls", "starttls, implicit or none"),
    setting("mail.username", "", "user at the mail server"),
    secret("mail.password", "", "password at the mail server"),
    setting("mail.root_certificate", "", "PEM file of further root certificates to trust"),
    setting(
        "register.mode",
        "online; offline in a demo",
        "whether Enhetsregisteret is asked: online or offline",
    ),
    setting("register.base_url", "https://data.brreg.no", "where Enhetsregisteret answers"),
    setting("sockets.per_node", "10000", "sockets and streams that one node keeps open"),
    setting("sockets.per_person", "100", "of them, so many of one person"),
    setting("sockets.per_address", "1000", "of them, so many from one address"),
    setting("limits.person_points", "20000", "points that a person may spend at once; 0 for no limit"),
    setting("limits.person_rate", "200", "points that come back in a second"),
    setting("limits.token_points", "50000", "the same for a token of an organisation"),
    setting("limits.token_rate", "500", "points that come back in a second"),
    setting("limits.address_points", "40000", "the same for a network, of those who are not signed in"),
    setting("limits.address_rate", "400", "points that come back in a second"),
    setting(
        "sockets.patience_seconds",
        "10",
        "a socket that says nothing at first, or does not take a message, is let go after so long",
    ),
    setting(
        "sessions.idle_hours",
        "24",
        "a session ends when it was not used for so many hours; after 30 days in any case",
    ),
    setting(
        "webhooks.allow_loopback",
        "false",
        "whether a webhook may have an address of this machine, also without https: to develop a receiver",
    ),
    secret(
        "oidc.providers",
        "none",
        "services by which people sign in: [[oidc.providers]] tables, or a JSON list",
    ),
    setting("uploads.max_mb", "20", "largest upload in megabytes"),
    setting("log.format", "text", "text or json"),
    setting(
        "log.filter",
        "info,sea_orm_migration=warn,sqlx=warn",
        "what is logged: info, debug, domain=debug,warn, …",
    ),
    secret(
        "record.checkpoint_key",
        "made in data.folder, on SQLite",
        "64 hexadecimal digits; sign the record's checkpoints",
    ),
    secret(
        "secret_key",
        "made in data.folder, on SQLite",
        "at least 32 characters; seal the keys in the database",
    ),
];

/// The environment variable of a setting.
pub(super) fn variable(path: &str) -> String {
    format!("SAMSPILL_{}", path.replace('.', "__").to_ascii_uppercase())
}

/// Whether `path` is a setting, or names the file of a secret one.
pub(super) fn is_known(path: &str) -> bool {
    let is_file_of = |s: &Setting| s.is_secret && path.strip_suffix("_file") == Some(s.path);
    SETTINGS.iter().any(|s| s.path == path || is_file_of(s))
}

/// The setting that somebody may have meant.
pub(super) fn meant(path: &str) -> Option<&'static str> {
    let fold = |p: &str| p.replace(['.', '_', '-'], "").to_ascii_lowercase();
    let last = |p: &str| p.rsplit('.').next().map(str::to_owned);
    let same = SETTINGS.iter().find(|s| fold(s.path) == fold(path));
    same.or_else(|| SETTINGS.iter().find(|s| last(s.path) == last(path))).map(|s| s.path)
}

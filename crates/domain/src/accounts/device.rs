//! Browser and system in a few words, so that one knows one's own sessions.
//!
//! What a client says of itself proves nothing; no more of it is kept than these
//! words, and of the address nothing.

/// Browsers by their marks. The likes of Edge call themselves Chrome too, and Chrome calls
/// itself Safari: the most special first.
const BROWSERS: [(&str, &str); 9] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// `Firefox/Windows`, of a `User-Agent`; a tool by its own name (`curl`).
pub fn device_of(user_agent: &str) -> Option<String> {
    const SYSTEMS: [(&str, &str); 8] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Macintosh", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
        ("X11", "Linux"),
    ];
    let find = |names: &[(&'static str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    let system = find(&SYSTEMS);
    let browser = find(&BROWSERS).map(str::to_owned).or_else(|| tool(user_agent));
    match (browser, system) {
        (Some(browser), Some(system)) => Some(format!("{browser}/{system}")),
        (Some(browser), None) => Some(browser),
        (None, Some(system)) => Some(format!("/{system}")),
        (None, None) => None,
    }
}

/// The first word of what is no browser: `python-requests` of `python-requests/2.31`.
fn tool(user_agent: &str) -> Option<String> {
    let name = user_agent.split(['/', ' ']).next()?;
    let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    (is_name && !name.is_empty() && name.len() <= 40 && name != "Mozilla").then(|| name.to_owned())
}

/// Browser and system of what is kept.
pub(super) fn parts(device: &str) -> (Option<&str>, Option<&str>) {
    let (browser, system) = device.split_once('/').unwrap_or((device, ""));
    (Some(browser).filter(|b| !b.is_empty()), Some(system).filter(|s| !s.is_empty()))
}

/// Whether it is a tool, which keeps no cookie, and not a browser.
pub(super) fn is_tool(device: Option<&str>) -> bool {
    let browser = device.and_then(|device| parts(device).0);
    !BROWSERS.iter().any(|(_, name)| browser == Some(*name))
}

/// `Firefox, Windows`, for letters.
pub(super) fn shown(device: &str) -> String {
    match parts(device) {
        (Some(browser), Some(system)) => format!("{browser}, {system}"),
        (one, other) => one.or(other).unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_told_in_few_words() {
        for (told, device) in [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
                "Firefox/Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36 Edg/138.0.0.0",
                "Edge/Windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "Safari/iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Mobile Safari/537.36",
                "Chrome/Android",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
                "Safari/macOS",
            ),
            ("python-requests/2.31.0", "python-requests"),
            ("curl/8.5.0", "curl"),
        ] {
            assert_eq!(device_of(told).as_deref(), Some(device), "{told}");
        }
        for nothing in ["", "Mozilla/5.0", "<script>alert(1)</script>", "\u{1b}[31m", &"x".repeat(200)] {
            assert_eq!(device_of(nothing), None, "{nothing}");
        }
        assert_eq!(shown("Firefox/Windows"), "Firefox, Windows");
        assert_eq!((shown("curl"), shown("/Linux")), ("curl".to_owned(), "Linux".to_owned()));
    }
}

//! Which addresses a webhook may have. Without IO: a name is looked up when it is called,
//! each time anew, and [`is_public`] is asked of what it leads to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use types::ErrorCode;
use url::{Host, Url};

/// The longest address.
pub const LONGEST: usize = 1_000;
/// Ports that are for https: no other service is knocked at.
const PORTS: [u16; 2] = [443, 8443];

/// Networks that are nobody's in public, from the registries of IANA for special
/// purposes; and one public address at which a cloud answers its own machines alone.
const NOT_PUBLIC: [(Ipv4Addr, u32); 17] = [
    (Ipv4Addr::UNSPECIFIED, 8),
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    (Ipv4Addr::new(127, 0, 0, 0), 8),
    (Ipv4Addr::new(168, 63, 129, 16), 32),
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    (Ipv4Addr::new(192, 0, 2, 0), 24),
    (Ipv4Addr::new(192, 31, 196, 0), 24),
    (Ipv4Addr::new(192, 52, 193, 0), 24),
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    (Ipv4Addr::new(198, 51, 100, 0), 24),
    (Ipv4Addr::new(203, 0, 113, 0), 24),
    // Multicast, and all that is reserved above it.
    (Ipv4Addr::new(224, 0, 0, 0), 3),
];

/// Whether an address is one of the public internet.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC.iter().any(|(net, bits)| {
            let mask = u32::MAX << (32 - bits);
            u32::from(address) & mask == u32::from(*net) & mask
        }),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Of IPv6 the part that is given out (`2000::/3`), and of that nothing in which another
/// address is hidden or that is for examples: so IPv4-mapped, NAT64, local and link-local
/// ones are none.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let is_given_out = a & 0xe000 == 0x2000;
    // `2001::/23` (Teredo, ORCHID, benchmarks), 2001:db8::/32, 6to4, 3fff::/20.
    let is_special =
        (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || a == 0x2002 || (a == 0x3fff && b < 0x1000);
    is_given_out && !is_special
}

/// Whether an address may be called, with those of this machine where that is allowed.
pub fn may_call(address: IpAddr, on_loopback: bool) -> bool {
    is_public(address) || (on_loopback && address.is_loopback())
}

/// Whether a name or address is this machine's own by its spelling.
fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
        Host::Domain(name) => *name == "localhost",
    }
}

/// Reads the address of an endpoint: what is refused by its spelling is told at once.
pub(super) fn check(raw: &str, on_loopback: bool) -> Result<Url, ErrorCode> {
    let text = raw.trim();
    if text.is_empty() {
        return Err(ErrorCode::Required);
    }
    if text.chars().count() > LONGEST {
        return Err(ErrorCode::TooLong);
    }
    // The parser drops line breaks and tabs without a word.
    if text.chars().any(char::is_control) {
        return Err(ErrorCode::InvalidCharacters);
    }
    let mut url = Url::parse(text).map_err(|_| ErrorCode::InvalidUrl)?;
    url.set_fragment(None);
    let host = url.host().ok_or(ErrorCode::InvalidUrl)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(ErrorCode::AddressNotAllowed);
    }
    if on_loopback && is_loopback(&host) && matches!(url.scheme(), "http" | "https") {
        return Ok(url);
    }
    if url.scheme() != "https" {
        return Err(ErrorCode::InvalidUrl);
    }
    let is_sound = match host {
        Host::Ipv4(address) => is_public(address.into()),
        Host::Ipv6(address) => is_public(address.into()),
        Host::Domain(name) => is_public_name(name),
    };
    let is_port = url.port_or_known_default().is_some_and(|port| PORTS.contains(&port));
    if is_sound && is_port { Ok(url) } else { Err(ErrorCode::AddressNotAllowed) }
}

/// Names of several labels that are not kept for inner networks.
fn is_public_name(name: &str) -> bool {
    const INNER: [&str; 9] =
        ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "onion", "arpa"];
    let name = name.strip_suffix('.').unwrap_or(name);
    name.rsplit_once('.').is_some_and(|(_, last)| !INNER.contains(&last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_not_public_are_known() {
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.8.8.8",
            "169.254.169.254",
            "168.63.129.16",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:8.8.8.8",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:1ff::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "168.63.129.17",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2001:200::1",
            "2a00:1450::1",
            "2606:4700:4700::1111",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn an_address_is_read_as_it_will_be_called() {
        let code = |text: &str| check(text, false).err();
        for fine in [
            "https://kommune.example.no/samspill?key=1",
            "https://kommune.example.no:8443/",
            "https://8.8.8.8/",
            "https://[2606:4700:4700::1111]/x",
            "  https://blåbær.example.no/  ",
        ] {
            assert_eq!(code(fine), None, "{fine}");
        }
        for elsewhere in [
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://127.1/",
            "https://169.254.169.254/latest",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://localhost/",
            "https://x.localhost/",
            "https://printer.local/",
            "https://metadata.google.internal/",
            "https://intranett/",
            "https://localhost./",
            "https://kommune.example.no:22/",
            "https://kommune.example.no:6379/",
            "https://user@kommune.example.no/",
            "https://u:p@kommune.example.no/",
            "https://127。0。0。1/",
        ] {
            assert_eq!(code(elsewhere), Some(ErrorCode::AddressNotAllowed), "{elsewhere}");
        }
        for wrong in [
            "http://kommune.example.no/",
            "ftp://kommune.example.no/",
            "kommune.example.no",
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://",
        ] {
            assert_eq!(code(wrong), Some(ErrorCode::InvalidUrl), "{wrong}");
        }
        assert_eq!(code(""), Some(ErrorCode::Required));
        assert_eq!(code(&format!("https://x.no/{}", "a".repeat(LONGEST))), Some(ErrorCode::TooLong));
        assert_eq!(code("https://x.no/\r\nHost: y"), Some(ErrorCode::InvalidCharacters));
        assert_eq!(check("https://x.no/a#b", false).unwrap().as_str(), "https://x.no/a");
        // For who develops a receiver, and nobody else.
        for own in ["http://127.0.0.1:4000/hook", "http://localhost:4000/", "http://[::1]:4000/"] {
            assert!(check(own, true).is_ok(), "{own}");
            assert!(check(own, false).is_err(), "{own}");
        }
        assert!(check("http://10.0.0.1/", true).is_err());
        assert!(check("https://10.0.0.1/", true).is_err());
    }
}

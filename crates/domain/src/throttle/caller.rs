//! Who is one caller.

use std::net::IpAddr;

use super::Allowance;
use crate::{Actor, App};

/// The key of an actor's bucket, and what it may ask for; none for the product
/// itself, for a caller without an address, and where there is no limit.
pub(super) fn of(app: &App, actor: &Actor) -> Option<(String, Allowance)> {
    if actor.is_system {
        return None;
    }
    let all = app.throttle.allowances;
    let (allowance, key) = match (&actor.token, &actor.person) {
        (Some(token), _) => (all.token, format!("token:{}", token.id)),
        (None, Some(person)) => (all.person, format!("person:{}", person.id)),
        (None, None) => (all.address, format!("network:{}", network(app, actor.address.as_deref()?))),
    };
    (allowance.points > 0).then_some((key, allowance))
}

/// The network of an address, hashed under the installation's key: four
/// thousand million addresses would be tried in a minute. IPv6 counts by its
/// first 64 bits, for each household has as many addresses as it likes.
pub fn network(app: &App, address: &str) -> String {
    app.keys.mark(&[b"network", of_address(address).as_bytes()])
}

/// The network that an address counts for, in clear: for what is counted in memory alone.
pub fn of_address(address: &str) -> String {
    match address.parse::<IpAddr>().map(|ip| ip.to_canonical()) {
        Ok(IpAddr::V4(ip)) => ip.to_string(),
        Ok(IpAddr::V6(ip)) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        // What a proxy of ours says otherwise is at least the same for the same.
        Err(_) => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::of_address;

    #[test]
    fn a_household_is_one_network() {
        let one = of_address("2001:db8:1:2:aaaa::1");
        assert_eq!(one, of_address("2001:db8:1:2:ffff:1:2:3"));
        assert_ne!(one, of_address("2001:db8:1:3::1"));
        assert_eq!(of_address("192.0.2.1"), of_address("::ffff:192.0.2.1"));
        assert_ne!(of_address("192.0.2.1"), of_address("192.0.2.2"));
        assert_eq!(of_address("unknown"), "unknown");
    }
}

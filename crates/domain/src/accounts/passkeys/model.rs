//! The signature counter.

/// Whether a counter went back or stood still, so that there may be two of the passkey
/// (`WebAuthn` level 3, 7.2, step 22). Most that are kept in several devices count nothing: 0.
pub(super) fn went_back(before: i64, now: u32) -> bool {
    (before != 0 || now != 0) && i64::from(now) <= before
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_grows_or_is_not_there() {
        for (before, now, is_back) in [
            (0, 0, false),
            (0, 1, false),
            (1, 2, false),
            (4_294_967_294, 4_294_967_295, false),
            (1, 1, true),
            (2, 1, true),
            (1, 0, true),
        ] {
            assert_eq!(went_back(before, now), is_back, "{before} → {now}");
        }
    }
}

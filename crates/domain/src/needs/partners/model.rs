//! Rules without IO: who may answer what, and which sum may be shown.

use types::PartnerState;

use super::Partner;

/// From so many contributors on a sum is shown, and so many contributions must
/// have changed before it is shown anew.
const ENOUGH: usize = 3;

/// Whether a partner may put itself from one state in the other.
pub const fn can_answer(from: PartnerState, to: PartnerState) -> bool {
    use PartnerState as S;
    // A mandate binds; ending it is the joint procurement's to rule.
    !matches!(from, S::Mandated | S::OptionParty | S::Withdrawn)
        && matches!(to, S::Interested | S::NeedAligned | S::Intent | S::Observer | S::Withdrawn)
}

/// What the partners expect together, for the owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Total {
    /// Whole kroner.
    pub minimum: i64,
    /// Whole kroner.
    pub expected: i64,
    /// Whole kroner.
    pub maximum: i64,
    /// How many partners gave an expected volume.
    pub parties: usize,
}

/// Adds up what those who stand behind the need expect.
pub fn total(partners: &[Partner]) -> Total {
    partners.iter().filter(|p| p.state.stands_behind()).fold(Total::default(), |sum, p| Total {
        minimum: sum.minimum + p.volume_minimum.unwrap_or(0),
        expected: sum.expected + p.volume_expected.unwrap_or(0),
        maximum: sum.maximum + p.volume_maximum.or(p.volume_expected).unwrap_or(0),
        parties: sum.parties + usize::from(p.volume_expected.is_some()),
    })
}

/// The sum that everybody sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicVolume {
    /// Whole kroner.
    pub kroner: i64,
    /// How many partners it is of.
    pub parties: usize,
}

/// What a partner adds to the sum now.
fn contribution(partner: &Partner) -> Option<i64> {
    partner.volume_expected.filter(|_| partner.state.stands_behind())
}

/// The partners whose part of the public sum is to change now, with the new
/// part. None until three have changed: whoever compares the sums of two days
/// learns what three together changed, never what one did.
pub(super) fn settle(partners: &[Partner]) -> Vec<(types::PartnerId, Option<i64>)> {
    let changed: Vec<_> = partners
        .iter()
        .map(|p| (p.id, p.volume_shown, contribution(p)))
        .filter(|(_, shown, now)| shown != now)
        .map(|(id, _, now)| (id, now))
        .collect();
    if changed.len() < ENOUGH { Vec::new() } else { changed }
}

/// The sum as last settled, while it is of enough partners.
pub(super) fn public_volume(partners: &[Partner]) -> Option<PublicVolume> {
    let shown: Vec<i64> = partners.iter().filter_map(|p| p.volume_shown).collect();
    let contributing = partners.iter().filter(|p| contribution(p).is_some()).count();
    (shown.len() >= ENOUGH && contributing >= ENOUGH)
        .then(|| PublicVolume { kroner: shown.iter().sum(), parties: shown.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::{NeedId, OrganisationId, PartnerId};
    use uuid::Uuid;

    fn partner(n: u128, state: PartnerState, expected: Option<i64>) -> Partner {
        Partner {
            id: PartnerId(Uuid::from_u128(n)),
            need_id: NeedId(Uuid::nil()),
            organisation_id: OrganisationId(Uuid::from_u128(n)),
            state,
            volume_minimum: None,
            volume_expected: expected,
            volume_maximum: None,
            units: None,
            starts_on: None,
            note: None,
            message: None,
            invited_by: None,
            invited_at: None,
            told_at: None,
            answered_at: None,
            left_reason: None,
            volume_shown: None,
            updated_at: chrono::DateTime::UNIX_EPOCH,
            version: 1,
        }
    }

    /// The rows after settling, and what everybody sees.
    fn shown(partners: &mut [Partner]) -> Option<(i64, usize)> {
        for (id, part) in settle(partners) {
            for p in partners.iter_mut().filter(|p| p.id == id) {
                p.volume_shown = part;
            }
        }
        public_volume(partners).map(|v| (v.kroner, v.parties))
    }

    #[test]
    fn two_partners_show_no_sum_and_three_do() {
        let mut all = vec![
            partner(1, PartnerState::Intent, Some(100)),
            partner(2, PartnerState::Interested, Some(20)),
            partner(3, PartnerState::Observer, Some(7)),
        ];
        assert_eq!(shown(&mut all), None, "an observer adds nothing");
        all.push(partner(4, PartnerState::NeedAligned, Some(3)));
        assert_eq!(shown(&mut all), Some((123, 3)));
    }

    #[test]
    fn the_sum_never_moves_by_what_fewer_than_three_changed() {
        let mut all: Vec<Partner> = (1..=3).map(|n| partner(n, PartnerState::Intent, Some(100))).collect();
        assert_eq!(shown(&mut all), Some((300, 3)));
        all.push(partner(4, PartnerState::Intent, Some(5)));
        assert_eq!(shown(&mut all), Some((300, 3)), "the fourth alone does not show");
        all[0].volume_expected = Some(110);
        assert_eq!(shown(&mut all), Some((300, 3)));
        all[0].volume_expected = Some(120);
        assert_eq!(shown(&mut all), Some((300, 3)), "one that changes twice is still one");
        all[1].state = PartnerState::Withdrawn;
        assert_eq!(shown(&mut all), Some((225, 3)));
    }

    #[test]
    fn below_three_the_sum_goes_away() {
        let mut all: Vec<Partner> = (1..=3).map(|n| partner(n, PartnerState::Intent, Some(100))).collect();
        assert!(shown(&mut all).is_some());
        all[0].state = PartnerState::Withdrawn;
        assert_eq!(shown(&mut all), None);
    }

    #[test]
    fn nobody_mandates_itself_and_who_left_is_asked_again() {
        for from in PartnerState::ALL {
            assert!(!can_answer(*from, PartnerState::Mandated));
            assert!(!can_answer(*from, PartnerState::Invited));
            assert!(!can_answer(PartnerState::Withdrawn, *from));
        }
        assert!(can_answer(PartnerState::Invited, PartnerState::Observer));
    }
}

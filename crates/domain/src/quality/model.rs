//! Items, answers and scores (DOMAIN §4.1 and §4.2, step 1), without IO.

use types::QualityDimension;

/// How many items a survey has: two a dimension, mirrored for the two sides.
pub const ITEMS: usize = 16;
/// No figure is made of fewer organisations.
pub const K: usize = 5;
/// A buyer's own view of itself is made of no fewer persons, so that nobody's
/// answer can be read by a superior.
pub const BUYER_PERSONS: usize = 3;
/// An organisation whose score is at least this agrees.
pub const AGREES_FROM: f64 = 4.0;
/// How figures are computed; a change of items or formulas is a new method.
pub const METHOD: &str = "samspill-2026-1";

const DIMENSIONS: usize = QualityDimension::ALL.len();
/// From here on two views differ.
const GAP: f64 = 0.75;

/// One person's answers, 1–5; `None` is *not relevant*.
pub type Answers = [Option<u8>; ITEMS];
/// One organisation's score a dimension; `None` where nothing was relevant.
pub type Scores = [Option<f64>; DIMENSIONS];

/// The mean, of at least one.
pub(super) fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, n) = values.into_iter().fold((0.0, 0_u32), |(sum, n), value| (sum + value, n + 1));
    (n > 0).then(|| sum / f64::from(n))
}

/// An organisation's scores: the mean of its persons at each item, then of the
/// items that were relevant to anyone.
pub fn organisation_scores(persons: &[Answers]) -> Scores {
    std::array::from_fn(|dimension| {
        let item = |i: usize| mean(persons.iter().filter_map(|p| p[2 * dimension + i]).map(f64::from));
        mean([item(0), item(1)].into_iter().flatten())
    })
}

/// Whether the two sides' views of a dimension differ enough to be talked
/// about, from `n` suppliers.
pub fn is_flagged(gap: f64, n: u32) -> bool {
    gap.abs() >= GAP && n as usize >= K
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(first: Option<u8>, second: Option<u8>) -> Answers {
        let mut all = [Some(3); ITEMS];
        (all[0], all[1]) = (first, second);
        all
    }

    #[test]
    fn not_relevant_is_missing_and_not_three() {
        assert_eq!(organisation_scores(&[answers(Some(5), None)])[0], Some(5.0));
        assert_eq!(organisation_scores(&[answers(None, None)])[0], None);
        assert_eq!(organisation_scores(&[answers(Some(5), Some(4))])[0], Some(4.5));
    }

    #[test]
    fn an_organisation_counts_once_however_many_answer() {
        let three = [answers(Some(5), Some(5)), answers(Some(1), Some(1)), answers(Some(3), None)];
        assert_eq!(organisation_scores(&three)[0], Some(3.0));
    }

    #[test]
    fn a_gap_is_flagged_from_five_suppliers_and_three_quarters() {
        assert!(is_flagged(-0.75, 5) && is_flagged(0.75, 5));
        assert!(!is_flagged(0.74, 5) && !is_flagged(2.0, 4));
    }
}

//! Sums and figures (DOMAIN §4.2, steps 2–6), without IO.

use serde::{Deserialize, Serialize};
use types::QualityDimension;

use super::model::{AGREES_FROM, BUYER_PERSONS, K, METHOD, Scores, is_flagged, mean};

/// How many answers the platform's mean weighs.
const WEIGHT: f64 = 8.0;
/// From so many organisation answers on, the platform's own mean is known.
const KNOWN_FROM: u32 = 30;
/// The mean that is assumed before.
const ASSUMED_MEAN: f64 = 3.5;
/// An index from fewer dimensions would be about something else.
const INDEX_DIMENSIONS: usize = 4;

/// What is kept of several organisations' scores: enough for a mean and a share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// How many.
    pub n: u32,
    /// Their sum.
    pub sum: f64,
    /// How many agree.
    pub agree: u32,
}

impl Tally {
    fn of(scores: impl IntoIterator<Item = f64>) -> Self {
        let mut all = Self::default();
        for score in scores {
            all = all.plus(&Self { n: 1, sum: score, agree: u32::from(score >= AGREES_FROM) });
        }
        all
    }

    fn plus(&self, other: &Self) -> Self {
        // Four decimals, so that both engines' JSON gives back the same number.
        let sum = rounded(self.sum + other.sum);
        Self { n: self.n + other.n, sum, agree: self.agree + other.agree }
    }

    fn mean(&self) -> Option<f64> {
        (self.n > 0).then(|| self.sum / f64::from(self.n))
    }
}

fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

/// The sums of the ballots that are released together: the atom of all figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Batch {
    /// How many surveys.
    pub surveys: u32,
    /// How many different suppliers.
    pub organisations: u32,
    /// The suppliers' side, a dimension each; empty where too few scored it.
    pub supplier: Vec<Option<Tally>>,
    /// The suppliers' scores over all dimensions that are not empty.
    pub overall: Tally,
    /// The buyer's side, a dimension each; empty where too few persons answered.
    pub buyer: Vec<Option<Tally>>,
}

/// One survey's scores, an organisation each.
#[derive(Clone, Debug, Default)]
pub(super) struct SurveyScores {
    pub supplier: Vec<Scores>,
    pub buyer: Vec<Scores>,
}

impl Batch {
    /// Adds up, from surveys that `organisations` different suppliers and
    /// `persons` different persons of the buyer answered.
    pub(super) fn of(surveys: &[SurveyScores], organisations: usize, persons: usize) -> Self {
        let answers: usize = surveys.iter().map(|s| s.supplier.len()).sum();
        let supplier: Vec<Option<Tally>> = (0..QualityDimension::ALL.len())
            .map(|d| {
                let scored = surveys.iter().map(|s| s.supplier.iter().filter_map(|o| o[d]).count());
                (distinct_at_least(scored, organisations, answers) >= K)
                    .then(|| Tally::of(surveys.iter().flat_map(|s| &s.supplier).filter_map(|o| o[d])))
            })
            .collect();
        let kept =
            |o: &Scores| mean(o.iter().zip(&supplier).filter(|(_, t)| t.is_some()).filter_map(|(s, _)| *s));
        let overall = Tally::of(surveys.iter().flat_map(|s| &s.supplier).filter_map(kept));
        let buyer = (0..QualityDimension::ALL.len())
            .map(|d| {
                let all = Tally::of(surveys.iter().flat_map(|s| &s.buyer).filter_map(|o| o[d]));
                (persons >= BUYER_PERSONS && all.n > 0).then_some(all)
            })
            .collect();
        Self {
            surveys: u32::try_from(surveys.len()).unwrap_or(u32::MAX),
            organisations: u32::try_from(organisations).unwrap_or(u32::MAX),
            supplier,
            overall,
            buyer,
        }
    }
}

/// How many different organisations at least are among those that scored a
/// dimension. Nobody knows who they are; but all of one survey differ, and each
/// missing answer takes away at most one of the `organisations`.
fn distinct_at_least(
    scored: impl Iterator<Item = usize> + Clone,
    organisations: usize,
    answers: usize,
) -> usize {
    let all: usize = scored.clone().sum();
    scored.max().unwrap_or(0).max(organisations.saturating_sub(answers - all))
}

/// A share with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// How many agree.
    pub agree: u32,
    /// Of how many.
    pub n: u32,
    /// Lower end, 0–1.
    pub low: f64,
    /// Upper end, 0–1.
    pub high: f64,
}

impl Share {
    fn of(tally: &Tally) -> Self {
        let (low, high) = wilson(tally.agree, tally.n);
        Self { agree: tally.agree, n: tally.n, low: rounded(low), high: rounded(high) }
    }
}

/// One dimension of a buyer's figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DimensionFigure {
    /// Which.
    pub dimension: QualityDimension,
    /// The suppliers' mean, 1–5.
    pub mean: f64,
    /// The same, drawn towards the platform's mean as far as few answers know little.
    pub shrunk: f64,
    /// The platform's mean that was used (μ).
    pub platform_mean: f64,
    /// Its weight (m).
    pub weight: f64,
    /// The share of suppliers that agree.
    pub share: Share,
    /// The buyer's own view, 1–5.
    pub buyer: Option<f64>,
    /// Suppliers less buyer.
    pub gap: Option<f64>,
    /// Whether the gap is large enough to be talked about.
    pub is_flagged: bool,
}

/// A buyer's figures over its last twelve months.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    /// How they were computed.
    pub method: String,
    /// How many organisation answers.
    pub n: u32,
    /// How many dialogues.
    pub surveys: u32,
    /// 0–100; empty where too few dimensions were scored.
    pub index: Option<f64>,
    /// The share of suppliers that agree, over all.
    pub share: Share,
    /// The dimensions that enough suppliers scored.
    pub dimensions: Vec<DimensionFigure>,
}

impl Figures {
    /// From a buyer's `batches`, and the `platform`'s over two years.
    pub fn of(batches: &[Batch], platform: &[Batch]) -> Self {
        let total = |all: &[Batch], d: usize, side: fn(&Batch) -> &Vec<Option<Tally>>| {
            all.iter()
                .filter_map(|b| side(b).get(d).copied().flatten())
                .fold(Tally::default(), |sum, t| sum.plus(&t))
        };
        let dimensions: Vec<DimensionFigure> = QualityDimension::ALL
            .iter()
            .enumerate()
            .filter_map(|(d, dimension)| {
                let tally = total(batches, d, |b| &b.supplier);
                let mean = tally.mean()?;
                let known = total(platform, d, |b| &b.supplier);
                let platform_mean = known.mean().filter(|_| known.n >= KNOWN_FROM).unwrap_or(ASSUMED_MEAN);
                let buyer = total(batches, d, |b| &b.buyer).mean();
                let gap = buyer.map(|b| rounded(mean - b));
                Some(DimensionFigure {
                    dimension: *dimension,
                    mean: rounded(mean),
                    shrunk: rounded(shrink(mean, tally.n, platform_mean)),
                    platform_mean: rounded(platform_mean),
                    weight: WEIGHT,
                    share: Share::of(&tally),
                    buyer: buyer.map(rounded),
                    gap,
                    is_flagged: gap.is_some_and(|g| is_flagged(g, tally.n)),
                })
            })
            .collect();
        let overall = batches.iter().fold(Tally::default(), |sum, b| sum.plus(&b.overall));
        let index = (dimensions.len() >= INDEX_DIMENSIONS)
            .then(|| mean(dimensions.iter().map(|d| d.shrunk)).map(|m| rounded(index(m))))
            .flatten();
        Self {
            method: METHOD.to_owned(),
            n: overall.n,
            surveys: batches.iter().map(|b| b.surveys).sum(),
            index,
            share: Share::of(&overall),
            dimensions,
        }
    }
}

/// x̂ = (n·x̄ + m·μ) / (n + m).
pub fn shrink(mean: f64, n: u32, platform_mean: f64) -> f64 {
    (f64::from(n) * mean + WEIGHT * platform_mean) / (f64::from(n) + WEIGHT)
}

/// A mean of 1–5 as 0–100.
pub fn index(mean: f64) -> f64 {
    100.0 * (mean - 1.0) / 4.0
}

/// Wilson's 95 % interval of a share.
pub fn wilson(agree: u32, n: u32) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    if n == 0 {
        return (0.0, 1.0);
    }
    let (n, share) = (f64::from(n), f64::from(agree) / f64::from(n));
    let centre = share + Z * Z / (2.0 * n);
    let spread = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    (((centre - spread) / scale).max(0.0), ((centre + spread) / scale).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(share: f64) -> i64 {
        format!("{:.0}", share * 100.0).parse().unwrap()
    }

    fn two(value: f64) -> String {
        format!("{value:.2}")
    }

    fn scores(score: f64) -> Scores {
        [Some(score); 8]
    }

    fn survey(supplier: &[f64], buyer: &[f64]) -> SurveyScores {
        let side = |s: &[f64]| s.iter().map(|s| scores(*s)).collect();
        SurveyScores { supplier: side(supplier), buyer: side(buyer) }
    }

    #[test]
    fn few_answers_are_drawn_towards_the_mean() {
        // DOMAIN §4.2, step 2.
        for (n, expected, on_hundred) in [(3, "3.80", "70"), (8, "4.05", "76"), (30, "4.37", "84")] {
            let shrunk = shrink(4.6, n, 3.5);
            assert_eq!(two(shrunk), expected);
            assert_eq!(format!("{:.0}", index(shrunk)), on_hundred);
        }
    }

    #[test]
    fn the_interval_is_wilsons() {
        // DOMAIN §4.2, step 4.
        let (low, high) = wilson(6, 8);
        assert_eq!((percent(low), percent(high)), (41, 93));
        let (low, high) = wilson(30, 40);
        assert_eq!((percent(low), percent(high)), (60, 86));
        assert_eq!(wilson(0, 0), (0.0, 1.0));
        assert_eq!(percent(wilson(5, 5).1), 100);
        assert_eq!(percent(wilson(0, 5).0), 0);
    }

    #[test]
    fn figures_follow_the_formulas() {
        let batch = Batch::of(&[survey(&[5.0, 5.0, 4.0, 5.0, 4.0], &[3.5])], 5, 3);
        let figures = Figures::of(std::slice::from_ref(&batch), std::slice::from_ref(&batch));
        let one = &figures.dimensions[0];
        assert_eq!((one.mean, one.buyer, one.gap, one.is_flagged), (4.6, Some(3.5), Some(1.1), true));
        assert_eq!((one.platform_mean, one.weight), (3.5, 8.0));
        assert_eq!(two(one.shrunk), two((5.0 * 4.6 + 8.0 * 3.5) / 13.0));
        assert_eq!((figures.n, figures.share.agree, figures.surveys), (5, 5, 1));
        assert_eq!(figures.index.map(|i| format!("{i:.1}")), Some("73.1".to_owned()));
    }

    #[test]
    fn the_platforms_mean_counts_from_thirty_answers() {
        let own = Batch::of(&[survey(&[3.0; 5], &[])], 5, 0);
        let other = |n: usize| Batch::of(&[survey(&vec![5.0; n], &[])], n, 0);
        let mu = |others: usize| {
            Figures::of(std::slice::from_ref(&own), &[own.clone(), other(others)]).dimensions[0].platform_mean
        };
        assert_eq!(two(mu(24)), "3.50");
        assert_eq!(two(mu(25)), "4.67");
    }

    #[test]
    fn a_dimension_that_too_few_scored_is_left_out() {
        let mut five = survey(&[4.0; 5], &[]);
        five.supplier[0][6] = None;
        let batch = Batch::of(&[five], 5, 0);
        assert_eq!(batch.supplier[6], None);
        let figures = Figures::of(std::slice::from_ref(&batch), &[]);
        assert_eq!(figures.dimensions.len(), 7);
        assert!(figures.dimensions.iter().all(|d| d.dimension != QualityDimension::Impact));
    }

    #[test]
    fn five_answers_of_one_supplier_are_one_organisation() {
        assert_eq!(distinct_at_least([1, 1, 1, 1, 1].into_iter(), 1, 5), 1);
        assert_eq!(distinct_at_least([5, 5].into_iter(), 5, 10), 5);
        // Four different ones scored it in one survey, one of seven answers is missing.
        assert_eq!(distinct_at_least([4, 2].into_iter(), 6, 7), 5);
        assert_eq!(distinct_at_least([4, 0].into_iter(), 5, 5), 4);
    }

    #[test]
    fn too_few_persons_of_the_buyer_give_no_gap() {
        let batch = Batch::of(&[survey(&[4.0; 5], &[2.0])], 5, BUYER_PERSONS - 1);
        assert_eq!(batch.buyer, vec![None; 8]);
        let figures = Figures::of(std::slice::from_ref(&batch), &[]);
        assert!(figures.dimensions.iter().all(|d| d.gap.is_none() && !d.is_flagged));
    }
}

//! The writing aid: what makes a need harder to answer than it must be.
//!
//! It points, it never refuses: every piece of advice names what it found and
//! where, and the author decides. A false alarm costs more than a miss, since
//! after the third one nobody reads on. So words that are ordinary ones too
//! count only where they can't be, a text that says what is used *today* or what
//! is *left open* is let off, and the lists hold what municipalities really
//! write.

mod lexicon;
mod scan;

use types::Language;

use scan::Sentence;

/// The fields of a need that are read; empty ones may be empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct AdviceInput<'a> {
    /// The title.
    pub title: &'a str,
    /// The challenge and how things are today.
    pub challenge: &'a str,
    /// Who is affected.
    pub users: &'a str,
    /// The effects wanted.
    pub effects: &'a str,
    /// How success will be seen.
    pub success_criteria: &'a str,
    /// Law, integrations, security, climate.
    pub constraints: &'a str,
    /// What is not decided.
    pub openness: &'a str,
    /// Whole days from publishing to the deadline for answers, if both are known.
    pub days_to_respond: Option<i64>,
}

/// What the advice is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AdviceCode {
    /// The text says how to solve it and not what is needed.
    SolutionLanguage,
    /// A brand or a product is named.
    BrandName,
    /// Neither effects nor success criteria hold anything that can be measured.
    NoMeasurableEffect,
    /// A word or a phrase that plain language does without.
    Jargon,
    /// A sentence of more than 30 words.
    LongSentence,
    /// The challenge is told in less than 200 characters.
    TooShort,
    /// It does not say who is affected.
    NoUsers,
    /// It does not say what is left open.
    NoOpenness,
    /// Several words in capital letters.
    AllCaps,
    /// Less than 14 days to answer; less than 7 is [`Level::Strong`].
    ShortNotice,
}

impl AdviceCode {
    /// Every code, in the order of declaration.
    pub const ALL: &'static [Self] = &[
        Self::SolutionLanguage,
        Self::BrandName,
        Self::NoMeasurableEffect,
        Self::Jargon,
        Self::LongSentence,
        Self::TooShort,
        Self::NoUsers,
        Self::NoOpenness,
        Self::AllCaps,
        Self::ShortNotice,
    ];

    /// The word that is sent and that the texts' keys are made from.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SolutionLanguage => "SOLUTION_LANGUAGE",
            Self::BrandName => "BRAND_NAME",
            Self::NoMeasurableEffect => "NO_MEASURABLE_EFFECT",
            Self::Jargon => "JARGON",
            Self::LongSentence => "LONG_SENTENCE",
            Self::TooShort => "TOO_SHORT",
            Self::NoUsers => "NO_USERS",
            Self::NoOpenness => "NO_OPENNESS",
            Self::AllCaps => "ALL_CAPS",
            Self::ShortNotice => "SHORT_NOTICE",
        }
    }
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth a look.
    Hint,
    /// Suppliers will stumble over it.
    Warning,
    /// It keeps suppliers away.
    Strong,
}

/// One piece of advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// What it is about.
    pub code: AdviceCode,
    /// How much it matters.
    pub level: Level,
    /// The field, as the API names it.
    pub field: &'static str,
    /// The words that gave rise to it; none if it is about what is missing.
    pub found: Option<String>,
    /// What to write instead, where that is one thing.
    pub suggestion: Option<&'static str>,
    /// The byte in the field's text at which what was found begins.
    pub start: usize,
    /// The byte behind its end.
    pub end: usize,
}

/// The most words of a sentence that are read without looking back.
const MAX_WORDS: usize = 30;
/// The least characters in which a challenge can be told.
const MIN_CHALLENGE: usize = 200;
/// Days to answer below which we warn; below the second, strongly.
const FEW_DAYS: i64 = 14;
const TOO_FEW_DAYS: i64 = 7;
/// The most pieces of advice of one kind on one field: more would be noise.
const MAX_OF_A_KIND: usize = 5;

/// Reads a draft and says what could be better, field by field.
///
/// `language` is the one the draft is written in; Bokmål and Nynorsk share
/// their lists, since they mix in practice.
pub fn advise(fields: &AdviceInput<'_>, language: Language) -> Vec<Advice> {
    let mut advice = Vec::new();
    let texts = [
        ("title", fields.title, Reading::Need),
        ("challenge", fields.challenge, Reading::Need),
        ("users", fields.users, Reading::Need),
        ("effects", fields.effects, Reading::Need),
        ("successCriteria", fields.success_criteria, Reading::Need),
        ("constraints", fields.constraints, Reading::Surroundings),
        ("openness", fields.openness, Reading::Open),
    ];
    for (field, text, reading) in texts {
        read(field, text, reading, language, &mut advice);
    }

    let missing =
        |code, level, field| Advice { code, level, field, found: None, suggestion: None, start: 0, end: 0 };
    if fields.challenge.trim().chars().count() < MIN_CHALLENGE {
        advice.push(missing(AdviceCode::TooShort, Level::Warning, "challenge"));
    }
    if !says_something(fields.users) {
        advice.push(missing(AdviceCode::NoUsers, Level::Warning, "users"));
    }
    if ![fields.effects, fields.success_criteria].iter().any(|text| scan::is_measurable(text, language)) {
        advice.push(missing(AdviceCode::NoMeasurableEffect, Level::Warning, "effects"));
    }
    if !says_something(fields.openness) {
        advice.push(missing(AdviceCode::NoOpenness, Level::Hint, "openness"));
    }
    if let Some(days) = fields.days_to_respond.filter(|days| *days < FEW_DAYS) {
        let level = if days < TOO_FEW_DAYS { Level::Strong } else { Level::Warning };
        let found = Some(days.to_string());
        advice.push(Advice { found, ..missing(AdviceCode::ShortNotice, level, "responseDeadline") });
    }
    advice
}

/// What a field is for decides what is a fault in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// It tells the need.
    Need,
    /// It tells what the solution must live with: existing systems have names.
    Surroundings,
    /// It tells what is undecided: naming possible solutions is its purpose.
    Open,
}

fn read(field: &'static str, text: &str, reading: Reading, language: Language, advice: &mut Vec<Advice>) {
    let mut found: Vec<Advice> = Vec::new();
    let mut add = |code, level, start: usize, end: usize, suggestion| {
        let words = text[start..end].split_whitespace().collect::<Vec<_>>().join(" ");
        let known = found.iter_mut().find(|a| {
            a.code == code
                && text[a.start..a.end]
                    .split_whitespace()
                    .map(str::to_lowercase)
                    .eq(words.split(' ').map(str::to_lowercase))
        });
        if let Some(known) = known {
            // Said once, and then where it matters most.
            if level > known.level {
                (known.level, known.start, known.end) = (level, start, end);
            }
        } else if found.iter().filter(|a| a.code == code).count() < MAX_OF_A_KIND {
            let shown = super::shorten(&words, 80);
            found.push(Advice { code, level, field, found: Some(shown), suggestion, start, end });
        }
    };

    for sentence in scan::sentences(text) {
        let is_today = sentence.mentions(lexicon::today(language));
        let is_open = reading == Reading::Open || sentence.mentions(lexicon::open(language));
        let softened = sentence.mentions(lexicon::EQUIVALENT);

        if !is_open {
            for (start, end) in scan::brands(text, &sentence, language) {
                let is_mild = softened || is_today || reading == Reading::Surroundings;
                let level = if is_mild { Level::Hint } else { Level::Warning };
                add(AdviceCode::BrandName, level, start, end, None);
            }
            if reading == Reading::Need && !is_today {
                for (start, end) in sentence.find(lexicon::solutions(language)) {
                    add(AdviceCode::SolutionLanguage, Level::Warning, start, end, None);
                }
                for (start, end) in scan::technologies(text, &sentence) {
                    add(AdviceCode::SolutionLanguage, Level::Warning, start, end, None);
                }
            }
        }
        for (start, end, instead) in jargon(&sentence, language) {
            add(AdviceCode::Jargon, Level::Hint, start, end, Some(instead));
        }
        if sentence.words.len() > MAX_WORDS
            && let (Some(first), Some(last)) = (sentence.words.first(), sentence.words.last())
        {
            add(AdviceCode::LongSentence, Level::Hint, first.start, last.end, None);
        }
        for (start, end) in scan::shouting(text, &sentence) {
            add(AdviceCode::AllCaps, Level::Hint, start, end, None);
        }
    }
    found.sort_by_key(|a| (a.start, a.end));
    advice.extend(found);
}

/// Bureaucratic phrases with the plain words for them.
fn jargon(sentence: &Sentence, language: Language) -> Vec<(usize, usize, &'static str)> {
    let mut all = Vec::new();
    for (phrases, instead) in lexicon::jargon(language) {
        all.extend(sentence.find(&[*phrases]).into_iter().map(|(start, end)| (start, end, *instead)));
    }
    all
}

/// Two words at least: `alle` or `-` says nothing.
fn says_something(text: &str) -> bool {
    text.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count() >= 2
}

#[cfg(test)]
mod tests;

//! Every text that people read, in nb, nn and en.
//!
//! The texts lie in `locales/<language>/<slice>.ftl` (Fluent). The build fails
//! where a language lacks a key or uses other variables, and makes one method
//! a message: `texts.needs_title()`, `texts.needs_count(3)`. So a text that is
//! used exists, in all three.
//!
//! Texts found by a computed key (an enum's name, an error code) use
//! [`Texts::word`] and [`Texts::error`]; a test asks for each of them.

use std::borrow::Cow;
use std::sync::LazyLock;

pub use fluent_bundle::FluentValue;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use types::{FieldError, Language};
pub use value::Value;

mod dates;

pub use dates::{Day, Moment};
mod value;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

type Bundle = FluentBundle<FluentResource>;

static BUNDLES: LazyLock<[Bundle; 3]> = LazyLock::new(|| {
    [
        bundle("nb-NO", include_str!(concat!(env!("OUT_DIR"), "/nb.ftl"))),
        bundle("nn-NO", include_str!(concat!(env!("OUT_DIR"), "/nn.ftl"))),
        bundle("en-GB", include_str!(concat!(env!("OUT_DIR"), "/en.ftl"))),
    ]
});

fn bundle(locale: &str, source: &str) -> Bundle {
    let locale = locale.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![locale]);
    // Isolation marks would show up in titles, mails and tests.
    bundle.set_use_isolating(false);
    // The build script has parsed the same text, so the remainder is empty.
    let resource = match FluentResource::try_new(source.to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

/// The texts of one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts {
    language: Language,
}

impl Texts {
    /// The texts of `language`.
    pub const fn of(language: Language) -> Self {
        Self { language }
    }

    /// Which language they are in.
    pub const fn language(self) -> Language {
        self.language
    }

    fn bundle(self) -> &'static Bundle {
        match self.language {
            Language::Nb => &BUNDLES[0],
            Language::Nn => &BUNDLES[1],
            Language::En => &BUNDLES[2],
        }
    }

    /// A text by key. Prefer the typed methods; this is for computed keys.
    /// An unknown key comes back as itself.
    pub fn get<const N: usize>(self, key: &str, values: [(&'static str, FluentValue<'_>); N]) -> String {
        self.find(key, values).unwrap_or_else(|| key.to_owned())
    }

    fn find<'v>(
        self,
        key: &str,
        values: impl IntoIterator<Item = (&'static str, FluentValue<'v>)>,
    ) -> Option<String> {
        let bundle = self.bundle();
        let pattern = bundle.get_message(key)?.value()?;
        let args: FluentArgs<'_> =
            values.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect();
        Some(bundle.format_pattern(pattern, Some(&args), &mut Vec::new()).into_owned())
    }

    /// The text of an enum's word: `word("need-state", "IN_DIALOGUE")` reads
    /// `need-state-in-dialogue`.
    pub fn word(self, group: &str, word: &str) -> String {
        let key = format!("{group}-{}", word.to_lowercase().replace('_', "-"));
        self.find(&key, []).unwrap_or(key)
    }

    /// What was found, in words; what has none is told as it is.
    fn detail(self, error: &FieldError, fault: &str) -> String {
        let key = format!("notice-fault-{}", fault.to_lowercase().replace('_', "-"));
        let values = error.params.iter().filter(|(name, _)| *name != "detail");
        let values = values.map(|(name, value)| (*name, FluentValue::from(value.clone())));
        self.find(&key, values).unwrap_or_else(|| fault.to_owned())
    }

    /// The text of a field error: `error-<code>`, or more precisely
    /// `error-<code>-<last name of the path>` where there is one.
    pub fn error(self, error: &FieldError) -> String {
        let code = error.code.as_str().to_lowercase().replace('_', "-");
        let values = || {
            error.params.iter().map(|(name, value)| {
                let value = match value.parse::<i64>() {
                    _ if *name == "detail" => FluentValue::from(self.detail(error, value)),
                    Ok(number) if value.len() < 10 => FluentValue::from(number),
                    _ => FluentValue::from(value.clone()),
                };
                (*name, value)
            })
        };
        let field = error.path.iter().rev().find(|p| p.parse::<u32>().is_err());
        let precise = field.map(|f| format!("error-{code}-{}", kebab(f)));
        precise
            .and_then(|key| self.find(&key, values()))
            .or_else(|| self.find(&format!("error-{code}"), values()))
            .unwrap_or_else(|| error.code.as_str().to_owned())
    }
}

/// `organisationNumber` → `organisation-number`.
fn kebab(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push('-');
            out.push(c.to_ascii_lowercase());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::ErrorCode;

    #[test]
    fn every_fault_of_a_notice_has_a_text_in_every_language() {
        for language in Language::ALL {
            for fault in types::NoticeFault::ALL {
                let error = FieldError::new("uploadId", ErrorCode::NotANotice)
                    .with("detail", fault)
                    .with("found", "x")
                    .with("line", 7)
                    .with("column", 1234);
                let text = Texts::of(*language).error(&error);
                assert!(!text.contains(fault.as_str()) || fault.as_str().len() < 5, "{language} {text}");
                assert!(!text.contains('{'), "{language} {text}");
            }
        }
    }

    #[test]
    fn every_error_code_has_a_text_in_every_language() {
        for language in Language::ALL {
            for code in ErrorCode::ALL {
                let text = Texts::of(*language).error(&FieldError::new("", *code));
                assert_ne!(text, code.as_str(), "{language} {code}");
            }
        }
    }

    #[test]
    fn every_word_has_a_text() {
        let words = |group: &'static str, words: Vec<&'static str>| {
            for word in words {
                let key = format!("{group}-{}", word.to_lowercase().replace(['_', '.'], "-"));
                assert!(KEYS.contains(&key.as_str()), "{key}");
            }
        };
        words("need-state", types::NeedState::ALL.iter().map(|s| s.as_str()).collect());
        words("question-state", types::QuestionState::ALL.iter().map(|s| s.as_str()).collect());
        words("organisation-kind", types::OrganisationKind::ALL.iter().map(|s| s.as_str()).collect());
        words("claim-state", types::ClaimState::ALL.iter().map(|s| s.as_str()).collect());
        words("role", types::Role::ALL.iter().map(|s| s.as_str()).collect());
        words("role-help", types::Role::ALL.iter().map(|s| s.as_str()).collect());
        words("innovation-kind", types::InnovationKind::ALL.iter().map(|s| s.as_str()).collect());
        words("anchoring-level", types::AnchoringLevel::ALL.iter().map(|s| s.as_str()).collect());
        let told = types::EntryKind::ALL.iter().map(|s| s.as_str());
        let of_needs = ["installation", "person", "organisation", "role", "membership", "invitation"];
        words("log", told.filter(|k| !of_needs.iter().any(|o| k.starts_with(o))).collect());
    }

    #[test]
    fn a_more_precise_text_wins_and_values_are_put_in() {
        let error = FieldError::new("title", ErrorCode::TooLong).with("max", 200);
        assert!(Texts::of(Language::En).error(&error).contains("200"));
        assert_eq!(kebab("organisationNumber"), "organisation-number");
    }
}

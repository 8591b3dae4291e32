//! Languages of interface and content.

crate::macros::string_enum! {
    /// A language of the interface, the mails and the content.
    #[derive(Default)]
    Language {
        /// Norwegian Bokmål, the default.
        #[default]
        Nb = "nb",
        /// Norwegian Nynorsk.
        Nn = "nn",
        /// English.
        En = "en",
    }
}

impl Language {
    /// Picks the first language of an `Accept-Language` header that we speak.
    ///
    /// `no` counts as Bokmål. Quality values are honoured; ties keep the
    /// header's order.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut wishes: Vec<(f32, Self)> = header
            .split(',')
            .filter_map(|part| {
                let mut pieces = part.trim().split(';');
                let tag = pieces.next()?.trim().to_ascii_lowercase();
                let quality = pieces
                    .find_map(|p| p.trim().strip_prefix("q=").and_then(|q| q.parse().ok()))
                    .unwrap_or(1.0);
                let language = match tag.split('-').next()? {
                    "nb" | "no" => Self::Nb,
                    "nn" => Self::Nn,
                    "en" => Self::En,
                    _ => return None,
                };
                (quality > 0.0).then_some((quality, language))
            })
            .collect();
        wishes.sort_by(|a, b| b.0.total_cmp(&a.0));
        wishes.first().map(|w| w.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accept_language_is_honoured() {
        let pick = Language::from_accept_language;
        assert_eq!(pick("nn-NO,nn;q=0.9,en;q=0.8"), Some(Language::Nn));
        assert_eq!(pick("de, en;q=0.3, no;q=0.7"), Some(Language::Nb));
        assert_eq!(pick("sv, fi"), None);
        assert_eq!(pick("en;q=0, nb;q=0.1"), Some(Language::Nb));
    }
}

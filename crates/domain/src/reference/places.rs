//! Municipalities, counties and NUTS regions.
//!
//! Numbers are those in force from 2024; population is that of 1 January 2025
//! (Statistics Norway, CC BY 4.0). Numbers of the past are not kept, apart from
//! the NUTS codes that notices from before 2024 still carry.

use std::sync::LazyLock;

use types::{Language, OrganisationNumber};

/// The written language in which a municipality wants letters from the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LanguageForm {
    /// Bokmål.
    Bokmal,
    /// Nynorsk.
    Nynorsk,
    /// Either.
    Neutral,
}

/// A municipality (*kommune*).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Municipality {
    /// Four digits, the first two of which are the county's.
    pub number: String,
    /// The Norwegian name.
    pub name: String,
    /// The name with its Sámi and Kven forms in their official order; the same
    /// as `name` where there are none.
    pub official_name: String,
    /// Its number in Enhetsregisteret, if known.
    pub organisation_number: Option<OrganisationNumber>,
    /// The county's two digits.
    pub county_number: String,
    /// Its written language.
    pub language_form: LanguageForm,
    /// Inhabitants.
    pub population: u32,
}

/// A county (*fylke*).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct County {
    /// Two digits.
    pub number: String,
    /// The Norwegian name.
    pub name: String,
    /// The county municipality's number in Enhetsregisteret; Oslo's is the
    /// municipality's own.
    pub organisation_number: Option<OrganisationNumber>,
    /// The NUTS 3 region that it is.
    pub nuts: String,
}

static MUNICIPALITIES: LazyLock<Vec<Municipality>> = LazyLock::new(|| {
    super::table(include_str!("municipalities.csv"), |row| {
        let name = row.get(0)?;
        let number = row.get(1)?;
        Some(Municipality {
            number: number.to_owned(),
            name: name.to_owned(),
            official_name: row.get(5).filter(|n| !n.is_empty()).unwrap_or(name).to_owned(),
            organisation_number: row.get(4)?.parse().ok(),
            county_number: number.get(..2)?.to_owned(),
            language_form: match row.get(3)? {
                "NB" => LanguageForm::Bokmal,
                "NN" => LanguageForm::Nynorsk,
                "NEUTRAL" => LanguageForm::Neutral,
                _ => return None,
            },
            population: row.get(2)?.parse().ok()?,
        })
    })
});

static COUNTIES: LazyLock<Vec<County>> = LazyLock::new(|| {
    super::table(include_str!("counties.csv"), |row| {
        Some(County {
            number: row.get(1)?.to_owned(),
            name: row.get(0)?.to_owned(),
            organisation_number: row.get(3)?.parse().ok(),
            nuts: row.get(2)?.to_owned(),
        })
    })
});

/// The country and the NUTS 2 regions (code, nb, nn, en), and NUTS 3 regions
/// of 2016 and 2021 that are no county of today.
const REGIONS: &[(&str, &str, &str, &str)] = &[
    ("NO", "Norge", "Noreg", "Norway"),
    ("NO0", "Norge", "Noreg", "Norway"),
    ("NO02", "Innlandet", "Innlandet", "Innlandet"),
    ("NO06", "Trøndelag", "Trøndelag", "Trøndelag"),
    ("NO07", "Nord-Norge", "Nord-Noreg", "Northern Norway"),
    ("NO08", "Oslo og Viken", "Oslo og Viken", "Oslo and Viken"),
    ("NO09", "Agder og Sør-Østlandet", "Agder og Søraustlandet", "Agder and South-Eastern Norway"),
    ("NO0A", "Vestlandet", "Vestlandet", "Western Norway"),
    ("NO0B", "Svalbard og Jan Mayen", "Svalbard og Jan Mayen", "Svalbard and Jan Mayen"),
    ("NO0B1", "Jan Mayen", "Jan Mayen", "Jan Mayen"),
    ("NO0B2", "Svalbard", "Svalbard", "Svalbard"),
    ("NO011", "Oslo", "Oslo", "Oslo"),
    ("NO012", "Akershus", "Akershus", "Akershus"),
    ("NO021", "Hedmark", "Hedmark", "Hedmark"),
    ("NO022", "Oppland", "Oppland", "Oppland"),
    ("NO031", "Østfold", "Østfold", "Østfold"),
    ("NO032", "Buskerud", "Buskerud", "Buskerud"),
    ("NO033", "Vestfold", "Vestfold", "Vestfold"),
    ("NO034", "Telemark", "Telemark", "Telemark"),
    ("NO041", "Aust-Agder", "Aust-Agder", "Aust-Agder"),
    ("NO042", "Vest-Agder", "Vest-Agder", "Vest-Agder"),
    ("NO043", "Rogaland", "Rogaland", "Rogaland"),
    ("NO051", "Hordaland", "Hordaland", "Hordaland"),
    ("NO052", "Sogn og Fjordane", "Sogn og Fjordane", "Sogn og Fjordane"),
    ("NO053", "Møre og Romsdal", "Møre og Romsdal", "Møre og Romsdal"),
    ("NO061", "Sør-Trøndelag", "Sør-Trøndelag", "Sør-Trøndelag"),
    ("NO062", "Nord-Trøndelag", "Nord-Trøndelag", "Nord-Trøndelag"),
    ("NO074", "Troms og Finnmark", "Troms og Finnmark", "Troms og Finnmark"),
    ("NO082", "Viken", "Viken", "Viken"),
    ("NO091", "Vestfold og Telemark", "Vestfold og Telemark", "Vestfold og Telemark"),
];

/// All municipalities, by number.
pub fn municipalities() -> &'static [Municipality] {
    &MUNICIPALITIES
}

/// All counties, by number.
pub fn counties() -> &'static [County] {
    &COUNTIES
}

/// The municipality with this number.
pub fn municipality(number: &str) -> Option<&'static Municipality> {
    let at = MUNICIPALITIES.binary_search_by(|m| m.number.as_str().cmp(number)).ok()?;
    MUNICIPALITIES.get(at)
}

/// The county with this number.
pub fn county(number: &str) -> Option<&'static County> {
    COUNTIES.iter().find(|c| c.number == number)
}

/// The county that is this NUTS 3 region.
pub fn county_of_nuts(code: &str) -> Option<&'static County> {
    COUNTIES.iter().find(|c| c.nuts.eq_ignore_ascii_case(code))
}

/// What to call the place behind a code: a municipality's number, a county's
/// number (`50`) or a Norwegian NUTS code (`NO060`, `NO06`, `NO0`, `NO`).
pub fn place_name(code: &str, language: Language) -> Option<&'static str> {
    if let Some(municipality) = municipality(code) {
        return Some(&municipality.official_name);
    }
    if let Some(county) = county(code).or_else(|| county_of_nuts(code)) {
        return Some(&county.name);
    }
    let (_, nb, nn, en) = REGIONS.iter().find(|r| r.0.eq_ignore_ascii_case(code))?;
    Some(match language {
        Language::Nb => nb,
        Language::Nn => nn,
        Language::En => en,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_row_of_both_tables_is_read() {
        assert_eq!(municipalities().len(), 357);
        assert_eq!(counties().len(), 15);
        assert!(municipalities().is_sorted_by_key(|m| &m.number), "the look-up wants them sorted");
        assert!(
            municipalities().iter().all(|m| m.number.len() == 4 && !m.name.is_empty() && m.population > 0)
        );
        assert!(counties().iter().all(|c| c.organisation_number.is_some() && c.nuts.len() == 5));
        assert!(municipalities().iter().all(|m| county(&m.county_number).is_some()));
    }

    #[test]
    fn organisation_numbers_are_valid_and_different() {
        let numbers: Vec<_> =
            municipalities().iter().filter_map(|m| m.organisation_number.as_ref()).collect();
        // Haram, split from Ålesund in 2024, is the one whose number we do not have.
        assert_eq!(numbers.len(), 356);
        assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), 356);
        assert_eq!(municipality("1580").unwrap().organisation_number, None);
    }

    #[test]
    fn a_municipality_is_found_by_number() {
        let trondheim = municipality("5001").unwrap();
        assert_eq!(trondheim.name, "Trondheim");
        assert_eq!(trondheim.county_number, "50");
        assert_eq!(trondheim.organisation_number.as_ref().unwrap().as_str(), "942110464");
        assert_eq!(municipality("5612").unwrap().official_name, "Guovdageaidnu – Kautokeino");
        assert_eq!(municipality("1106").unwrap().language_form, LanguageForm::Bokmal);
        assert_eq!(municipality("9999"), None);
        assert_eq!(municipality(""), None);
    }

    #[test]
    fn codes_of_every_level_have_a_name() {
        for (code, name) in [
            ("1103", "Stavanger"),
            ("50", "Trøndelag"),
            ("NO060", "Trøndelag"),
            ("no06", "Trøndelag"),
            ("NO0A", "Vestlandet"),
            ("NO082", "Viken"),
            ("NO", "Norge"),
        ] {
            assert_eq!(place_name(code, Language::Nb), Some(name), "{code}");
        }
        assert_eq!(place_name("NO0", Language::Nn), Some("Noreg"));
        assert_eq!(place_name("NO07", Language::En), Some("Northern Norway"));
        assert_eq!(place_name("SE110", Language::Nb), None);
        assert_eq!(county_of_nuts("NO0A2").unwrap().name, "Vestland");
    }
}

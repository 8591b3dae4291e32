//! The Common Procurement Vocabulary 2008: what a need is about.
//!
//! The 45 divisions and 272 groups are built in; the full list is read by
//! [`parse_list`]. Labels: EU's English ones and DFØ's Norwegian ones
//! (CC BY 4.0), some spelling put right. There are none in Nynorsk, so Bokmål
//! stands in for it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use types::{CpvCode, ErrorCode, Language};

/// A built-in division or group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cpv {
    /// Its code.
    pub code: CpvCode,
    /// The label in Bokmål.
    pub nb: String,
    /// The label in English.
    pub en: String,
}

impl Cpv {
    /// Its label.
    pub fn label(&self, language: Language) -> &str {
        match language {
            Language::Nb | Language::Nn => &self.nb,
            Language::En => &self.en,
        }
    }

    /// Whether it is a division (two digits) and not a group (three).
    pub fn is_division(&self) -> bool {
        self.code == self.code.division()
    }
}

/// One line of a full list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CpvEntry {
    /// Its code.
    pub code: CpvCode,
    /// The label in Bokmål.
    pub nb: String,
    /// The label in English.
    pub en: String,
    /// The code above it, which is in the list too; divisions have none.
    pub parent: Option<CpvCode>,
}

/// Why a list was refused, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListError {
    /// What is wrong.
    pub code: ErrorCode,
    /// The line in the file, from 1; 0 where its header lacks a column.
    pub line: u64,
}

static BUILTIN: LazyLock<Vec<Cpv>> = LazyLock::new(|| {
    super::table(include_str!("cpv.csv"), |row| {
        Some(Cpv {
            code: format!("{}00000", row.get(2)?).parse().ok()?,
            nb: row.get(0)?.to_owned(),
            en: row.get(1)?.to_owned(),
        })
    })
});

/// The divisions and groups, by code.
pub fn builtin() -> &'static [Cpv] {
    &BUILTIN
}

/// What a code is about, in words: its own label if it is a division or a
/// group, else its group's, else its division's.
pub fn label(code: &CpvCode, language: Language) -> Option<&'static str> {
    let find = |wanted: &CpvCode| BUILTIN.binary_search_by(|c| c.code.cmp(wanted)).ok();
    let entry = BUILTIN.get(find(&code.group()).or_else(|| find(&code.division()))?)?;
    Some(entry.label(language))
}

/// Reads a full list: comma-separated UTF-8 whose header names the columns
/// `code`, `nb`, `en`, and perhaps `parent` and `check_digit`, in any order.
///
/// The check digit is compared with one behind the code (`03111000-2`) but
/// not computed: the codes that came in 2008 follow no published rule. Either
/// the whole list is right or nothing of it is taken.
pub fn parse_list(bytes: &[u8]) -> Result<Vec<CpvEntry>, ListError> {
    let text = std::str::from_utf8(bytes).map_err(|e| ListError {
        code: ErrorCode::InvalidCharacters,
        line: line_of(bytes, e.valid_up_to()),
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
    let broken = |e: &csv::Error| ListError {
        code: ErrorCode::InvalidFormat,
        line: e.position().map_or(1, csv::Position::line),
    };

    let header = reader.headers().map_err(|e| broken(&e))?.clone();
    let column = |name: &str| header.iter().position(|h| h.eq_ignore_ascii_case(name));
    let required = |name: &str| column(name).ok_or(ListError { code: ErrorCode::Required, line: 0 });
    let (code_at, nb_at, en_at) = (required("code")?, required("nb")?, required("en")?);
    let (parent_at, digit_at) = (column("parent"), column("check_digit"));

    let mut entries = Vec::new();
    let mut lines = Vec::new();
    let mut codes = BTreeSet::new();
    for row in reader.records() {
        let row = row.map_err(|e| broken(&e))?;
        let line = row.position().map_or(0, csv::Position::line);
        let refuse = |code| ListError { code, line };
        let cell = |at: usize| row.get(at).unwrap_or_default();

        let raw = cell(code_at);
        let code: CpvCode = raw.parse().map_err(|_| refuse(ErrorCode::UnknownCpvCode))?;
        let digits = [raw.split_once('-').map(|(_, d)| d), digit_at.map(cell).filter(|d| !d.is_empty())];
        let digits: BTreeSet<&str> = digits.into_iter().flatten().collect();
        if digits.len() > 1 || digits.iter().any(|d| d.len() != 1 || !d.as_bytes()[0].is_ascii_digit()) {
            return Err(refuse(ErrorCode::UnknownCpvCode));
        }
        let (nb, en) = (cell(nb_at).to_owned(), cell(en_at).to_owned());
        if nb.is_empty() || en.is_empty() {
            return Err(refuse(ErrorCode::Required));
        }
        let parent = match parent_at.map(cell).filter(|p| !p.is_empty()) {
            Some(parent) => Some(parent.parse().map_err(|_| refuse(ErrorCode::UnknownCpvCode))?),
            None => None,
        };
        if !codes.insert(code.clone()) {
            return Err(refuse(ErrorCode::Duplicate));
        }
        entries.push(CpvEntry { code, nb, en, parent });
        lines.push(line);
    }

    for (entry, &line) in entries.iter_mut().zip(&lines) {
        if parent_at.is_none() {
            entry.parent = nearest_above(&entry.code, &codes);
        } else if entry.parent.as_ref().is_some_and(|p| !codes.contains(p) || *p == entry.code) {
            return Err(ListError { code: ErrorCode::UnknownCpvCode, line });
        }
    }
    if entries.is_empty() {
        return Err(ListError { code: ErrorCode::Required, line: 1 });
    }
    Ok(entries)
}

/// The code with fewest zeros more that is in the list: levels are skipped in
/// some branches, so the next one up need not exist.
fn nearest_above(code: &CpvCode, codes: &BTreeSet<CpvCode>) -> Option<CpvCode> {
    let digits = code.prefix().len();
    (2..digits).rev().find_map(|keep| {
        let above = format!("{:0<8}", &code.as_str()[..keep]).parse().ok()?;
        codes.contains(&above).then_some(above)
    })
}

/// The line of a byte, counted from 1.
fn line_of(bytes: &[u8], offset: usize) -> u64 {
    bytes.iter().take(offset).fold(1, |line, byte| line + u64::from(*byte == b'\n'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> CpvCode {
        text.parse().unwrap()
    }

    #[test]
    fn every_division_and_group_is_read() {
        let (divisions, groups): (Vec<_>, Vec<_>) = builtin().iter().partition(|c| c.is_division());
        assert_eq!((divisions.len(), groups.len()), (45, 272));
        assert!(builtin().is_sorted_by_key(|c| &c.code), "the look-up wants them sorted");
        assert!(builtin().iter().all(|c| !c.nb.is_empty() && !c.en.is_empty()));
        assert!(groups.iter().all(|g| divisions.iter().any(|d| d.code == g.code.division())));
    }

    #[test]
    fn a_code_below_a_group_speaks_with_the_groups_label() {
        assert_eq!(label(&code("85000000"), Language::Nb), Some("Helse- og sosialtjenester"));
        assert_eq!(label(&code("48814400"), Language::En), label(&code("48800000"), Language::En));
        assert_eq!(label(&code("33600000"), Language::Nn), Some("Farmasøytiske produkter"));
        assert_eq!(label(&code("03000000"), Language::Nn), label(&code("03000000"), Language::Nb));
        assert_eq!(label(&code("99000000"), Language::Nb), None);
        // A semicolon inside a label survives the table.
        assert!(label(&code("31000000"), Language::Nb).unwrap().contains("; "));
    }

    #[test]
    fn a_list_is_read_by_the_names_of_its_columns() {
        let list = "\u{feff}en,parent,code,check_digit,nb\n\
            Medical equipments,,33000000,0,Medisinsk utstyr\n\
            \"Alarms, worn\",33000000,33195000,3,\"Alarmer, båret\"\n";
        let entries = parse_list(list.as_bytes()).unwrap();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[1].nb, "Alarmer, båret");
        assert_eq!(entries[1].parent, Some(code("33000000")));
        assert_eq!(entries[0].parent, None);
    }

    #[test]
    fn without_a_parent_column_the_nearest_code_above_is_the_parent() {
        let list = "code,nb,en\n33000000-0,a,a\n33190000-8,b,b\n33195110-4,c,c\n";
        let entries = parse_list(list.as_bytes()).unwrap();
        assert_eq!(entries[2].parent, Some(code("33190000")));
        assert_eq!(entries[1].parent, Some(code("33000000")));
    }

    #[test]
    fn a_wrong_list_is_refused_with_its_line() {
        let cases: &[(&str, ErrorCode, u64)] = &[
            ("", ErrorCode::Required, 0),
            ("code,nb,en\n", ErrorCode::Required, 1),
            ("code,name\n33000000,x\n", ErrorCode::Required, 0),
            ("code,nb,en\n33000000,a,a\n3300000,b,b\n", ErrorCode::UnknownCpvCode, 3),
            ("code,nb,en\n33000000,,a\n", ErrorCode::Required, 2),
            ("code,nb,en\n33000000,a,a\n33000000,b,b\n", ErrorCode::Duplicate, 3),
            ("code,nb,en,parent\n33100000,a,a,33000000\n", ErrorCode::UnknownCpvCode, 2),
            ("code,nb,en,parent\n33000000,a,a,33000000\n", ErrorCode::UnknownCpvCode, 2),
            ("code,nb,en,check_digit\n33000000-0,a,a,1\n", ErrorCode::UnknownCpvCode, 2),
            ("code,nb,en,check_digit\n33000000,a,a,X\n", ErrorCode::UnknownCpvCode, 2),
            ("code,nb,en\n33000000,a\n", ErrorCode::InvalidFormat, 2),
        ];
        for (list, wanted, line) in cases {
            let error = parse_list(list.as_bytes()).unwrap_err();
            assert_eq!((error.code, error.line), (*wanted, *line), "{list:?}");
        }
        let latin1 = b"code,nb,en\n33000000,B\xe5rer,Stretcher\n";
        assert_eq!(parse_list(latin1), Err(ListError { code: ErrorCode::InvalidCharacters, line: 2 }));
    }
}

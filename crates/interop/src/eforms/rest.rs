//! Lists what found no place in the draft, so that nothing is dropped in
//! silence – but for people's contact details, which we must not keep only
//! because they stood in a file.

use std::collections::HashMap;

use super::tree::{Element, Notice, raw};
use super::words;

/// Limits on what a draft carries along; beyond them only the number is told.
const MAX_ENTRIES: usize = 2_000;
const MAX_CHARACTERS: usize = 500_000;

/// Elements about people.
const PERSONAL: &[&str] = &[
    "Contact",
    "Person",
    "UltimateBeneficialOwner",
    "Telephone",
    "Telefax",
    "ElectronicMail",
    "FirstName",
    "FamilyName",
    "MiddleName",
];

/// Element path and text of everything that was not used.
pub(super) fn unmapped(notice: &Notice<'_>) -> Vec<(String, String)> {
    let mut list = List { notice, entries: Vec::new(), characters: 0, beyond: 0, has_personal: false };
    list.walk(notice.root, "");
    if list.has_personal {
        list.entries.push(("cac:Contact".to_owned(), "contact details left out".to_owned()));
    }
    if list.beyond > 0 {
        list.entries.push(("…".to_owned(), format!("{} more texts left out", list.beyond)));
    }
    list.entries
}

struct List<'n, 'a> {
    notice: &'n Notice<'a>,
    entries: Vec<(String, String)>,
    characters: usize,
    beyond: usize,
    has_personal: bool,
}

impl<'a> List<'_, 'a> {
    /// Goes no deeper than the scan allows.
    fn walk(&mut self, parent: Element<'a>, path: &str) {
        let name = |node: Element<'a>| (node.tag_name().namespace(), node.tag_name().name());
        let mut totals: HashMap<_, usize> = HashMap::new();
        for child in parent.children().filter(Element::is_element) {
            *totals.entry(name(child)).or_default() += 1;
        }
        let mut counts: HashMap<_, usize> = HashMap::new();
        for child in parent.children().filter(Element::is_element) {
            if PERSONAL.contains(&child.tag_name().name()) {
                self.has_personal |= child
                    .descendants()
                    .any(|n| n.is_text() && n.text().is_some_and(|t| !t.trim().is_empty()));
                continue;
            }
            let count = counts.entry(name(child)).or_default();
            *count += 1;
            let mut own = format!("{path}{}", segment(child));
            if totals.get(&name(child)).is_some_and(|total| *total > 1) {
                own = format!("{own}[{count}]");
            }
            self.add(child, &own);
            self.walk(child, &format!("{own}/"));
        }
    }

    fn add(&mut self, node: Element<'a>, path: &str) {
        let text = words::paragraphs(&raw(node));
        if text.is_empty() || self.notice.is_used(node) {
            return;
        }
        let length = text.chars().count();
        if self.entries.len() >= MAX_ENTRIES || self.characters + length > MAX_CHARACTERS {
            self.beyond += 1;
            return;
        }
        self.characters += length;
        let (mut text, had_address) = words::without_addresses(&text);
        self.has_personal |= had_address;
        for unit in ["unitCode", "currencyID"].iter().filter_map(|name| node.attribute(*name)) {
            text = format!("{text} {unit}");
        }
        let path = match node.attribute("languageID") {
            Some(language) => format!("{path}[@languageID='{language}']"),
            None => path.to_owned(),
        };
        self.entries.push((path, text));
    }
}

/// The element's name with the prefix that the standard uses for its namespace.
fn segment(node: Element<'_>) -> String {
    let namespace = node.tag_name().namespace().unwrap_or_default();
    let prefix = [
        ("CommonAggregateComponents-2", "cac"),
        ("CommonBasicComponents-2", "cbc"),
        ("CommonExtensionComponents-2", "ext"),
        ("eforms-ubl-extension-aggregate-components/1", "efac"),
        ("eforms-ubl-extension-basic-components/1", "efbc"),
        ("eforms-ubl-extensions/1", "efext"),
    ]
    .iter()
    .find(|(end, _)| namespace.ends_with(end))
    .map(|(_, prefix)| *prefix)
    .or_else(|| node.lookup_prefix(namespace));
    match prefix {
        Some(prefix) => format!("{prefix}:{}", node.tag_name().name()),
        None => node.tag_name().name().to_owned(),
    }
}

//! Walks the parsed notice by local names, and remembers what was read.

use std::collections::HashSet;

use roxmltree::{Node, NodeId};

use super::words;

/// An element of the notice.
pub(super) type Element<'a> = Node<'a, 'a>;

/// Where eForms keeps what UBL has no element for.
pub(super) const EXTENSION: &str = "UBLExtensions/UBLExtension/ExtensionContent/EformsExtension";

/// The elements below `from` on a path of local names.
pub(super) fn all<'a>(from: Element<'a>, path: &str) -> Vec<Element<'a>> {
    path.split('/').fold(vec![from], |found, name| {
        found
            .iter()
            .flat_map(|node| node.children().filter(|child| child.tag_name().name() == name))
            .collect()
    })
}

/// The first of them.
pub(super) fn first<'a>(from: Element<'a>, path: &str) -> Option<Element<'a>> {
    all(from, path).into_iter().next()
}

/// The element's own text, unchanged.
pub(super) fn raw(node: Element<'_>) -> String {
    node.children().filter(Node::is_text).filter_map(|text| text.text()).collect()
}

/// The element's own text on one line.
pub(super) fn value(node: Element<'_>) -> String {
    words::line(&raw(node))
}

/// A notice being read: what was used is not listed as unmapped.
#[derive(Debug)]
pub(super) struct Notice<'a> {
    pub(super) root: Element<'a>,
    used: HashSet<NodeId>,
    /// Codes of the languages to read, the dearest first.
    languages: Vec<String>,
}

impl<'a> Notice<'a> {
    pub(super) fn new(root: Element<'a>) -> Self {
        Self { root, used: HashSet::new(), languages: Vec::new() }
    }

    pub(super) fn prefer(&mut self, languages: Vec<String>) {
        self.languages = languages;
    }

    /// Notes that the element's text has its place in the draft.
    pub(super) fn mark(&mut self, node: Element<'_>) {
        self.used.insert(node.id());
    }

    /// The same for several.
    pub(super) fn mark_all<'n>(&mut self, nodes: impl IntoIterator<Item = &'n Element<'a>>)
    where
        'a: 'n,
    {
        self.used.extend(nodes.into_iter().map(Node::id));
    }

    pub(super) fn is_used(&self, node: Element<'_>) -> bool {
        self.used.contains(&node.id())
    }

    /// Reads the first element on the path, `None` if it is absent or blank.
    pub(super) fn take(&mut self, from: Element<'a>, path: &str) -> Option<String> {
        let node = first(from, path)?;
        self.mark(node);
        Some(value(node)).filter(|text| !text.is_empty())
    }

    /// Of the language variants of a text, the one to read: in the notice's
    /// language, else in one we speak, else the first. Variants that say the
    /// same are read with it.
    pub(super) fn choose(&mut self, from: Element<'a>, path: &str) -> Option<(Element<'a>, String)> {
        let variants: Vec<_> = all(from, path)
            .into_iter()
            .map(|node| (node, words::paragraphs(&raw(node))))
            .filter(|(_, text)| !text.is_empty())
            .collect();
        let rank = |node: Element<'_>| {
            let code = words::language_code(node.attribute("languageID").unwrap_or_default());
            self.languages.iter().position(|wish| *wish == code).unwrap_or(self.languages.len())
        };
        let (chosen, text) = variants.iter().min_by_key(|(node, _)| rank(*node))?.clone();
        for (node, _) in variants.iter().filter(|(_, other)| *other == text) {
            self.used.insert(node.id());
        }
        Some((chosen, text))
    }
}

//! Looks over the markup before it is parsed, and refuses what only an attack
//! contains: document types and entities, bottomless nesting, and so many
//! attributes or namespaces that comparing them would take minutes.

use types::{ErrorCode, NoticeFault};

use super::{Refusal, broken, placed};

/// Real notices reach about 15 levels.
const MAX_DEPTH: usize = 100;
const MAX_ATTRIBUTES: usize = 64;
/// Each declaration makes the parser compare all that are in scope.
const MAX_NAMESPACE_WORK: usize = 500_000_000;

pub(super) fn check(text: &str) -> Result<(), Refusal> {
    let mut scopes: Vec<usize> = Vec::new();
    let mut work = 0_usize;
    let mut at = 0;
    while let Some(found) = text[at..].find('<') {
        let start = at + found;
        let rest = &text[start..];
        let length = if rest.starts_with("<!--") {
            past(rest, "-->")
        } else if rest.starts_with("<![CDATA[") {
            past(rest, "]]>")
        } else if rest.starts_with("<?") {
            past(rest, "?>")
        } else if rest.starts_with("<!") {
            return Err(declaration(text, start));
        } else {
            let tag = Tag::read(rest);
            if rest.starts_with("</") {
                scopes.pop();
            } else {
                if tag.attributes > MAX_ATTRIBUTES {
                    return Err(broken(text, start, NoticeFault::TooManyAttributes));
                }
                let in_scope = scopes.last().unwrap_or(&0) + tag.namespaces;
                if tag.namespaces > 0 {
                    work += in_scope * in_scope;
                }
                if work > MAX_NAMESPACE_WORK {
                    return Err(broken(text, start, NoticeFault::TooManyNamespaces));
                }
                if !tag.is_empty {
                    scopes.push(in_scope);
                }
                if scopes.len() > MAX_DEPTH {
                    return Err(broken(text, start, NoticeFault::TooDeep));
                }
            }
            tag.length
        };
        at = start + length;
    }
    Ok(())
}

fn past(text: &str, end: &str) -> usize {
    text.find(end).map_or(text.len(), |at| at + end.len())
}

/// `<!DOCTYPE`, `<!ENTITY` and whatever else begins so.
fn declaration(text: &str, start: usize) -> Refusal {
    let head: String = text[start..].chars().take_while(|c| !matches!(c, '>' | '[')).take(200).collect();
    let is_closed = text[start + head.len()..].starts_with('>');
    let lower = head.to_ascii_lowercase();
    if is_closed && lower.strip_prefix("<!doctype").is_some_and(|name| name.trim_start().starts_with("html"))
    {
        return (ErrorCode::NotANotice, NoticeFault::WebPage.into());
    }
    if !["<!doctype", "<!entity", "<!element", "<!attlist"].iter().any(|word| lower.starts_with(word)) {
        return broken(text, start, NoticeFault::NotWellFormed);
    }
    (ErrorCode::XmlEntitiesRefused, placed(text, start, NoticeFault::Declaration))
}

/// A start or end tag, as far as its size goes.
#[derive(Default)]
struct Tag {
    length: usize,
    attributes: usize,
    namespaces: usize,
    is_empty: bool,
}

impl Tag {
    fn read(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut tag = Self::default();
        let mut quote = None;
        for (at, byte) in bytes.iter().copied().enumerate() {
            tag.length = at + 1;
            match (quote, byte) {
                (Some(open), _) if byte == open => quote = None,
                (None, b'"' | b'\'') => quote = Some(byte),
                (None, b'=') => tag.attributes += 1,
                (None, b'x') if bytes[at..].starts_with(b"xmlns") && bytes[at - 1].is_ascii_whitespace() => {
                    tag.namespaces += 1;
                }
                (None, b'>') => {
                    tag.is_empty = bytes[at - 1] == b'/';
                    break;
                }
                _ => {}
            }
        }
        tag
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> Option<ErrorCode> {
        check(text).err().map(|(code, _)| code)
    }

    #[test]
    fn document_types_and_entities_are_refused() {
        for text in [
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
            "<?xml version=\"1.0\"?>\n<!doctype a SYSTEM \"file:///etc/passwd\"><a/>",
            "<a><!ENTITY b \"c\"></a>",
            "<!DOCTYPE html [<!ENTITY b \"c\">]><a>&b;</a>",
        ] {
            assert_eq!(code(text), Some(ErrorCode::XmlEntitiesRefused), "{text}");
        }
        assert_eq!(code("<!DOCTYPE html>\n<html></html>"), Some(ErrorCode::NotANotice));
    }

    #[test]
    fn words_about_them_are_not() {
        for text in [
            "<a><!-- <!DOCTYPE b> --></a>",
            "<a><![CDATA[<!ENTITY b>]]></a>",
            "<a b='<!DOCTYPE'/>",
            "<?x <!DOCTYPE?><a/>",
        ] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn nesting_attributes_and_namespaces_have_limits() {
        let nested = |n: usize| format!("{}{}", "<a>".repeat(n), "</a>".repeat(n));
        assert_eq!(code(&nested(100)), None);
        assert_eq!(code(&nested(101)), Some(ErrorCode::BrokenXml));
        assert_eq!(code(&format!("<r>{}</r>", "<a><b/></a>".repeat(1000))), None);
        let attributes = (0..65).fold(String::new(), |text, n| format!("{text} a{n}='>'"));
        assert_eq!(code(&format!("<a{attributes}/>")), Some(ErrorCode::BrokenXml));
        let many = (0..60).fold(String::new(), |text, n| format!("{text} xmlns:n{n}='u'"));
        let deep = format!("<a{many}>").repeat(90);
        assert_eq!(code(&format!("{deep}{}", "<b xmlns:c='d'/>".repeat(1000))), Some(ErrorCode::BrokenXml));
        // Every element declaring its own, as some programs write it.
        assert_eq!(code(&format!("<r>{}</r>", "<cbc:ID xmlns:cbc='u'>1</cbc:ID>".repeat(50_000))), None);
    }

    #[test]
    fn half_markup_ends_the_scan() {
        for text in ["<", "<a", "<a b='", "<!--", "</", "<a></a></a></a>", "<?"] {
            assert_eq!(code(text), None, "the parser refuses {text}");
        }
    }
}

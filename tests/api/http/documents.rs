//! What `docs/api` asks is asked of a demonstration, in its order, and answered as it says.
//!
//! Each fenced block of a document stands after a comment that says what it is:
//! `ask: WHO | keep NAME = PATH` (a document, as a persona, as nobody or with a kept
//! token), `variables`, `answer`, `run | keep …` (a shell's commands), `mail: ADDRESS | keep NAME`
//! (no block: the code in the newest mail), or `not run: REASON`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};
use tests::empty_database;

use super::Served;
use super::secrets::{is_code, mail_to};

/// So many examples the guide has at least.
const OF_THE_GUIDE: usize = 20;

/// Every document of the folder, by its name: the guide first, which tells what it finds untouched.
fn documents() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/api");
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut found: Vec<(String, String)> = files
        .filter(|file| file.extension().is_some_and(|end| end == "md"))
        .map(|file| {
            let name = file.file_stem().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read_to_string(&file).unwrap())
        })
        .collect();
    found.sort_by_key(|(name, _)| (name != "guide", name.clone()));
    found
}

/// Stands for what differs from run to run.
const ANY: &str = "…";

/// A comment, and the block after it.
#[derive(Debug)]
struct Part<'t> {
    mark: &'t str,
    block: &'t str,
}

/// The parts of a document. Claims that no block is without its comment.
fn parts<'t>(name: &str, text: &'t str) -> Vec<Part<'t>> {
    let mut parts = Vec::new();
    for (place, piece) in text.split("\n```").enumerate() {
        let inside = place % 2 == 1;
        if inside {
            let (_, block) = piece.split_once('\n').unwrap();
            let last: Option<&mut Part<'t>> = parts.last_mut();
            let last = last.filter(|part| part.block.is_empty() && !part.mark.starts_with("mail: "));
            last.unwrap_or_else(|| panic!("{name}: a block that nothing says what it is:{piece}")).block =
                block;
        } else {
            for comment in piece.split("<!-- ").skip(1) {
                let (mark, _) = comment.split_once(" -->").expect("the end of a comment");
                parts.push(Part { mark, block: "" });
            }
        }
    }
    parts
}

/// Puts kept values where a document names them.
fn fill(value: &mut Value, kept: &BTreeMap<String, Value>) {
    match value {
        Value::String(text) => {
            if let Some(name) = text.strip_prefix('‹').and_then(|rest| rest.strip_suffix('›')) {
                *value = kept.get(name).unwrap_or_else(|| panic!("nothing is kept as {name}")).clone();
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, kept)),
        Value::Object(fields) => fields.values_mut().for_each(|value| fill(value, kept)),
        _ => {}
    }
}

/// Takes the answer's values for those that the document leaves open.
fn open(promised: &mut Value, answer: &Value) {
    match promised {
        Value::String(text) if text == ANY && !answer.is_null() => *promised = answer.clone(),
        Value::Array(items) => items.iter_mut().enumerate().for_each(|(i, item)| open(item, &answer[i])),
        Value::Object(fields) => {
            fields.iter_mut().for_each(|(name, value)| open(value, &answer[name.as_str()]));
        }
        _ => {}
    }
}

/// Whether a text is what is promised, line by line; `…` stands for any text within a line.
fn fits(text: &str, promised: &str) -> bool {
    let fits_line = |line: &str, promised: &str| {
        let Some((start, others)) = promised.split_once(ANY) else { return line == promised };
        let (between, end) = others.rsplit_once(ANY).unwrap_or(("", others));
        let inner = line.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
        inner.is_some_and(|mut rest| {
            between.split(ANY).all(|piece| match rest.find(piece) {
                Some(at) => {
                    rest = &rest[at + piece.len()..];
                    true
                }
                None => false,
            })
        })
    };
    let (lines, promised): (Vec<&str>, Vec<&str>) =
        (text.trim_end().lines().collect(), promised.trim_end().lines().collect());
    lines.len() == promised.len() && lines.into_iter().zip(promised).all(|(l, p)| fits_line(l.trim_end(), p))
}

/// A reader who does what a document says.
struct Reader<'s> {
    served: &'s Served,
    kept: BTreeMap<String, Value>,
    tokens: BTreeMap<String, String>,
}

impl Reader<'_> {
    fn token(&mut self, who: &str) -> String {
        if let Some(name) = who.strip_prefix('‹').and_then(|rest| rest.strip_suffix('›')) {
            return self.kept[name].as_str().unwrap().to_owned();
        }
        match self.tokens.get(who) {
            Some(token) => token.clone(),
            None if who == "nobody" => String::new(),
            None => {
                let token = self.served.token_of(who);
                self.tokens.insert(who.to_owned(), token.clone());
                token
            }
        }
    }

    fn keep(&mut self, names: &str, answer: &Value) {
        for (name, path) in names.split(", ").filter_map(|keep| keep.split_once(" = ")) {
            let found = answer.pointer(&format!("/data/{}", path.replace('.', "/")));
            self.kept.insert(name.to_owned(), found.unwrap_or_else(|| panic!("no {path}: {answer}")).clone());
        }
    }

    fn ask(&mut self, who: &str, document: &str, variables: &str) -> Value {
        let mut variables = serde_json::from_str(variables).unwrap_or_else(|_| json!({}));
        fill(&mut variables, &self.kept);
        let token = self.token(who);
        let mut answer = self.served.graphql(&token, document, &variables);
        // What it cost is told beside each answer.
        answer.as_object_mut().unwrap().remove("extensions");
        answer
    }

    /// Runs commands of a shell, with what is kept in its environment.
    fn run(&self, script: &str) -> String {
        let script = script.replace("127.0.0.1:8080", &self.served.host);
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let kept = self.kept.iter().map(|(name, value)| (name, text(value)));
        let output = Command::new("/bin/sh").args(["-euc", &script]).envs(kept).output().unwrap();
        assert!(output.status.success(), "{script}: {output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// The code in the newest mail to an address, which may have had others before.
    fn code_mailed_to(&self, address: &str) -> String {
        for _ in 0..2_000 {
            let mail = mail_to(self.served, address);
            let words = mail.split_whitespace().map(|word| word.trim_matches('.'));
            if let Some(code) = words.into_iter().find(|word| is_code(word)) {
                return code.to_owned();
            }
        }
        panic!("no code came to {address}");
    }

    /// Does all that a document says; how often it was answered, and what was answered otherwise.
    fn read(&mut self, parts: &[Part<'_>]) -> (usize, Vec<String>) {
        let (mut answered, mut otherwise) = (0, Vec::new());
        for (place, part) in parts.iter().enumerate() {
            let (head, names) = part.mark.split_once(" | keep ").unwrap_or((part.mark, ""));
            let following = |mark: &str| {
                let next =
                    parts[place + 1..].iter().take_while(|p| ["variables", "answer"].contains(&p.mark));
                next.into_iter().find(|p| p.mark == mark).map(|p| p.block)
            };
            let promised = following("answer").unwrap_or_default();
            if let Some(who) = head.strip_prefix("ask: ") {
                let answer = self.ask(who, part.block, following("variables").unwrap_or_default());
                let mut promised: Value = serde_json::from_str(promised).expect(promised);
                open(&mut promised, &answer);
                if promised != answer {
                    otherwise.push(format!("{}\n{answer:#}", part.block));
                }
                self.keep(names, &answer);
            } else if head == "run" {
                let answer = self.run(part.block);
                if promised.starts_with('{')
                    && let (Ok(mut promised), Ok(Value::Object(mut answer))) =
                        (serde_json::from_str::<Value>(promised), serde_json::from_str(&answer))
                {
                    answer.remove("extensions");
                    let answer = Value::Object(answer);
                    open(&mut promised, &answer);
                    if promised != answer {
                        otherwise.push(format!("{}\n{answer:#}", part.block));
                    }
                    self.keep(names, &answer);
                } else if !fits(&answer, promised) {
                    otherwise.push(format!("{}\n{answer}", part.block));
                }
            } else if let Some(address) = head.strip_prefix("mail: ") {
                self.kept.insert(names.to_owned(), json!(self.code_mailed_to(address)));
                continue;
            } else {
                let known = ["variables", "answer"].contains(&head) || head.starts_with("not run: ");
                assert!(known, "{head:?} says nothing");
                continue;
            }
            answered += 1;
        }
        (answered, otherwise)
    }
}

#[tokio::test]
async fn the_documents_ask_and_are_answered_as_they_say() {
    // One of its own: the documents do much, and say what is there.
    let data = tempfile::tempdir().unwrap();
    let url = empty_database().await;
    let served = Served::start(data.path(), url.as_deref(), &["demo"], true);
    let mut otherwise = Vec::new();
    let documents = documents();
    for (name, text) in &documents {
        let in_half_a_year = chrono::Utc::now() + chrono::Duration::days(180);
        let kept = BTreeMap::from([("inHalfAYear".to_owned(), json!(in_half_a_year.to_rfc3339()))]);
        let mut reader = Reader { served: &served, kept, tokens: BTreeMap::new() };
        let (answered, wrong) = reader.read(&parts(name, text));
        let least = if name == "guide" { OF_THE_GUIDE } else { 0 };
        assert!(answered >= least, "{name}: only {answered} examples were found");
        otherwise.extend(wrong.into_iter().map(|what| format!("{name} is answered otherwise:\n{what}")));
    }
    served.stop();
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n\n"));
    let guide = &documents[0].1;
    assert_eq!(guide.matches("\n## ").count(), 12, "what you need, ten tasks, and what to count on");
}

#[test]
fn an_answer_of_text_is_held_against_what_is_promised() {
    for (text, promised, is_so) in [
        ("a b\n", "a b", true),
        ("a x b", "a … b", true),
        ("a x c", "a … b", false),
        ("id: 7", "id: …", true),
        ("a\nb", "a", false),
        ("ab", "a", false),
    ] {
        assert_eq!(fits(text, promised), is_so, "{text:?} {promised:?}");
    }
    assert!(std::panic::catch_unwind(|| parts("x", "text\n```json\n{}\n```\n")).is_err(), "no comment");
}

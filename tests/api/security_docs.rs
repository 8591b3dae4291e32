//! `SECURITY.md` and the answers to the verification standard stay true: no requirement
//! is left out, every file and test that they name is there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has.
const SECTIONS: &str = "1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 \
    4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 \
    7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 \
    10.7:3 11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 \
    14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2";
const ANSWERS: [&str; 5] = ["met", "part", "open", "operator", "–"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

#[test]
fn every_requirement_has_one_answer() {
    let text = read("docs/security/asvs.md");
    let mut found: BTreeMap<String, u32> = BTreeMap::new();
    let mut numbers = std::collections::BTreeSet::new();
    for line in text.lines().filter(|l| l.starts_with('|') && l.contains('.')) {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, number, answer, why, _] = cells[..] else { panic!("not three cells: {line}") };
        assert!(ANSWERS.contains(&answer), "{number}: {answer}?");
        assert!(why.len() >= 3, "{number} says not why");
        assert!(numbers.insert(number.to_owned()), "{number} stands there twice");
        let (section, _) = number.rsplit_once('.').unwrap();
        *found.entry(section.to_owned()).or_default() += 1;
    }
    let wanted: BTreeMap<String, u32> = SECTIONS
        .split_whitespace()
        .map(|s| s.split_once(':').unwrap())
        .map(|(section, count)| (section.to_owned(), count.parse().unwrap()))
        .collect();
    assert_eq!(found, wanted);
}

/// What stands between backquotes and looks like a file of ours is one, and a function
/// behind `::` is in it.
#[test]
fn what_is_named_is_there() {
    let mut named = 0;
    for document in ["SECURITY.md", "docs/security/asvs.md"] {
        for name in read(document).split('`').skip(1).step_by(2) {
            let (file, function) = name.split_once("::").map_or((name, None), |(f, n)| (f, Some(n)));
            let is_ours = ["tests/", "crates/", "docs/", "deploy/", "migrations/", "graphql/"];
            if !is_ours.iter().any(|folder| file.starts_with(folder)) {
                continue;
            }
            named += 1;
            assert!(root().join(file).exists(), "{document} names {file}, which is not there");
            if let Some(function) = function {
                assert!(
                    read(file).contains(&format!("fn {function}(")),
                    "{document}: no {function} in {file}"
                );
            }
        }
    }
    assert!(named > 40, "only {named} files are named");
}

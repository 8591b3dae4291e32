//! `docs/api/limits.md` tells of every limit, with the number that is in force.
//! `SAMSPILL_BLESS=1` writes its tables anew.

use std::path::Path;

use domain::throttle::{Allowance, Allowances};
use graphql::limits::{Bounds, MAX_BODY};

fn bounds() -> String {
    let row = |b: &graphql::limits::Bound| {
        format!("| `{}` | {} | {} | {} |\n", b.measure, b.most, b.counts, b.advice)
    };
    let rows: String = Bounds::ALL.iter().map(row).collect();
    format!("| `measure` | at most | what is counted | what to do |\n|---|---|---|---|\n{rows}")
}

fn allowances() -> String {
    let Allowances { person, token, address } = Allowances::default();
    let row = |who: &str, name: &str, Allowance { points, rate }: Allowance| {
        format!("| {who} | `limits.{name}_points` | {points} | `limits.{name}_rate` | {rate} |\n")
    };
    format!(
        "| caller | setting | points at once | setting | points a second |\n|---|---|---|---|---|\n{}{}{}",
        row("a person who is signed in, whatever the session or device", "person", person),
        row("a token of an organisation", "token", token),
        row(
            "a network, of those who are not signed in: an IPv4 address, or the first 64 bits of an IPv6 one",
            "address",
            address
        ),
    )
}

#[test]
fn the_document_of_limits_has_the_numbers_that_are_in_force() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/api/limits.md");
    let written = std::fs::read_to_string(&file).unwrap();
    let mut made = written.clone();
    for (start, table) in [("| `measure` |", bounds()), ("| caller |", allowances())] {
        let (before, rest) = made.split_once(start).unwrap_or_else(|| panic!("no table {start}"));
        let (_, after) = rest.split_once("\n\n").unwrap();
        made = format!("{before}{table}\n{after}");
    }
    if std::env::var_os("SAMSPILL_BLESS").is_some() {
        std::fs::write(&file, made).unwrap();
    } else {
        assert!(made == written, "the tables are others: bless them, and look at the difference");
    }
    for number in [format!("{MAX_BODY} bytes"), format!("a {}th", 20)] {
        assert!(written.contains(&number), "{number} is not told");
    }
}

//! `record verify`: whether anybody tampered with the record.

use std::process::ExitCode;

use anyhow::Result;
use domain::record::{Finding, Report};
use types::{Clock, SystemClock, SystemEntropy};

use super::open_existing;
use crate::cli::Record;
use crate::config::Config;
use crate::keys;
use crate::node::{self, Use};
use crate::say::say;

pub(super) async fn record(config: &Config, what: Record) -> Result<ExitCode> {
    let Record::Verify { json } = what;
    let _folder = node::take_folder(&config.data, Use::Shared)?;
    let db = open_existing(config).await?;
    let entropy = SystemEntropy::default();
    let (own, checkpoints) = (keys::keys(config, &entropy)?, keys::checkpoint_key(config, &entropy)?);
    let report = domain::verify(&db, &own, &checkpoints).await?;
    db.close().await?;
    if json {
        say(serde_json::to_string_pretty(&report)?);
    } else {
        say(format_args!("Verified at {}.\n", SystemClock.now().format("%Y-%m-%d %H:%M:%S UTC")));
        say(in_words(&report));
    }
    Ok(if report.findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn in_words(report: &Report) -> String {
    let mut lines = vec![
        "Checked:".to_owned(),
        format!(
            "  {} sealed entries in {} streams: each entry's tag and hash, the order, the chains",
            report.entries, report.streams
        ),
        format!(
            "  {} rows against the latest entry that speaks of them, and rows without any",
            report.subjects
        ),
    ];
    lines.push(format!(
        "  {} sealed ballots: each opens, and they are of the organisations that answered",
        report.ballots
    ));
    lines.push(match report.last_checkpoint {
        Some(position) => format!("  the signed checkpoints, the last at entry {position}"),
        None => "  no checkpoint: none has been signed yet".to_owned(),
    });
    lines.push(String::new());
    if report.findings.is_empty() {
        lines.push("Found: nothing wrong.".to_owned());
    } else {
        lines.push(format!("Found: {} finding(s).", report.findings.len()));
        lines.extend(report.findings.iter().map(|f| format!("  {}", finding(f))));
    }
    lines.extend([
        String::new(),
        "What this can't find:".to_owned(),
        format!("  entries cut off after the last checkpoint together with their heads ({} came later; a checkpoint is signed every five minutes)", report.after_checkpoint),
        format!("  entries that were taken away before they were sealed, together with what they spoke of ({} wait now)", report.unsealed),
        "  a ballot taken away together with who cast it, or put back as it was in an older copy: no entry speaks of a single ballot, so that nobody learns who answered what".to_owned(),
        "  a change to what no entry speaks of: sessions, tokens, waiting mails, uploads, search words and code lists".to_owned(),
        "  somebody who holds the secret key and the checkpoint key, and so can write the record anew".to_owned(),
    ]);
    lines.join("\n")
}

fn finding(finding: &Finding) -> String {
    match finding {
        Finding::Changed { position, entry } => {
            format!("entry {position} was changed after it was sealed ({entry})")
        }
        Finding::Missing { position } => format!("entry {position} is missing"),
        Finding::Added { position: Some(position), entry } => {
            format!(
                "entry {position} was not written by this installation, or not there: added, changed or moved ({entry})"
            )
        }
        Finding::Added { position: None, entry } => {
            format!("an entry was added that this installation did not write; it is not sealed ({entry})")
        }
        Finding::HeadMismatch { stream } => format!("the stream {stream} does not end where its head says"),
        Finding::CheckpointMismatch { position, detail } => {
            format!("the checkpoint at entry {position} does not fit: {detail}")
        }
        Finding::CheckpointForged { position } if *position < 0 => {
            "a line of the checkpoints' file can't be read".to_owned()
        }
        Finding::CheckpointForged { position } => {
            format!("the checkpoint at entry {position} is not signed with this installation's key")
        }
        Finding::StateContradicts { subject, id } => {
            format!("the {subject} {id} is not what its latest entry says: changed without an entry")
        }
        Finding::Unrecorded { subject, id } => {
            format!("the {subject} {id} has no entry: added without one, or its entries are gone")
        }
        Finding::SubjectGone { subject, id } => {
            format!("the {subject} {id} is gone, and no entry says why")
        }
        Finding::SaltMissing { entry } => {
            format!("the salt of the entry {entry} is gone: what it speaks of can't be compared")
        }
        Finding::Unreadable { table, row, detail } => {
            format!("the row {row} of {table} can't be read: {detail}")
        }
        Finding::BallotsContradict { survey, detail } => {
            format!("the survey {survey} does not hold what was answered: {detail}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_it_found_and_what_it_cannot_find() {
        let clean = in_words(&Report { entries: 3, streams: 2, ..Report::default() });
        assert!(clean.contains("nothing wrong") && clean.contains("the checkpoint key"), "{clean}");
        assert!(clean.contains("a ballot taken away together with who cast it"), "{clean}");
        let report = Report { findings: vec![Finding::Missing { position: 7 }], ..Report::default() };
        let text = in_words(&report);
        assert!(text.contains("1 finding(s)") && text.contains("entry 7 is missing"), "{text}");
    }
}

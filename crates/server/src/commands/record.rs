//! `record verify`: whether anybody tampered with the record.

use std::process::ExitCode;

use anyhow::Result;
use domain::record::{self, Finding, Report};
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
    let key = keys::checkpoint_key(config, &SystemEntropy::default())?;
    let report = record::verify(db.read(), &key, &domain::subjects()).await?;
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
            "  {} sealed entries in {} streams: each entry's hash, the order, the chains",
            report.entries, report.streams
        ),
        format!(
            "  {} rows against the latest entry that speaks of them, and rows without any",
            report.subjects
        ),
    ];
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
        format!("  a change to content that was erased ({} entries): the chain still holds, the words can't be compared", report.erased),
        format!("  a change to what waits for the sealer ({} entries)", report.unsealed),
        "  somebody who holds the checkpoint key, and so can write the record anew".to_owned(),
    ]);
    lines.join("\n")
}

fn finding(finding: &Finding) -> String {
    match finding {
        Finding::Changed { position, entry } => {
            format!("entry {position} was changed after it was sealed ({entry})")
        }
        Finding::Missing { position } => format!("entry {position} is missing"),
        Finding::Added { position, entry } => {
            format!("entry {position} does not belong to its stream: added or moved ({entry})")
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
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_it_found_and_what_it_cannot_find() {
        let clean = in_words(&Report { entries: 3, streams: 2, ..Report::default() });
        assert!(clean.contains("nothing wrong") && clean.contains("holds the checkpoint key"), "{clean}");
        let report = Report { findings: vec![Finding::Missing { position: 7 }], ..Report::default() };
        let text = in_words(&report);
        assert!(text.contains("1 finding(s)") && text.contains("entry 7 is missing"), "{text}");
    }
}

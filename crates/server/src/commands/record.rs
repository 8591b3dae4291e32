//! `record verify`: whether anybody tampered with the record.
//!
//! It makes and changes nothing, and ends with 1 only if something was found:
//! whatever keeps it from looking is 2.

use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use domain::record::{Finding, Report};
use interop::blobs::FolderBlobs;
use types::{Clock, SystemClock};

use super::{open_as_it_is, tell};
use crate::cli::Record;
use crate::config::Config;
use crate::keys::{self, MissingKey};
use crate::node;
use crate::say::say;

pub(super) async fn record(config: &Config, what: Record) -> ExitCode {
    let Record::Verify { json } = what;
    let told = match verify(config).await {
        Ok(report) => show(&report, json).map(|()| report.findings.is_empty()),
        Err(error) => Err(error),
    };
    match told {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            tell(&error);
            ExitCode::from(2)
        }
    }
}

async fn verify(config: &Config) -> Result<Report> {
    let _folder = node::visit_folder(&config.data)?;
    let (db, pending) = open_as_it_is(config).await?;
    if pending > 0 {
        bail!("{pending} migrations are pending: `samspill migrate up` applies them");
    }
    let report = match keys::existing(config) {
        Ok(own) => {
            let blobs = FolderBlobs::new(config.blob_folder());
            let verified = domain::verify(&db, &own.keys, &own.checkpoint_key, &blobs).await;
            verified.context(
                "the database can't be read whole, so nothing is proved: it is damaged, or somebody took a \
                 table away. Verify the last good backup, and compare",
            )?
        }
        // Whoever uses it first makes the keys.
        Err(error) if error.is::<MissingKey>() && domain::is_unused(&db).await? => Report::default(),
        Err(error) => return Err(error),
    };
    db.close().await?;
    Ok(report)
}

fn show(report: &Report, json: bool) -> Result<()> {
    if json {
        say(serde_json::to_string_pretty(report)?);
    } else {
        say(format_args!("Verified at {}.\n", SystemClock.now().format("%Y-%m-%d %H:%M:%S UTC")));
        say(in_words(report));
    }
    Ok(())
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
    lines.push(format!("  {} files: each is there, as it was uploaded", report.files));
    lines.push("  the head: that no entry and no checkpoint was cut off".to_owned());
    lines.push(match report.last_checkpoint {
        Some(position) => {
            format!(
                "  the signed checkpoints and their copies in the data folder, the last at entry {position}"
            )
        }
        None => "  no checkpoint: none has been signed yet".to_owned(),
    });
    lines.push(String::new());
    if report.findings.is_empty() {
        lines.push("Found: nothing wrong.".to_owned());
    } else {
        let many = if report.findings.len() == 1 { "" } else { "s" };
        lines.push(format!("Found: {} finding{many}.", report.findings.len()));
        lines.extend(report.findings.iter().map(|f| format!("  {}", finding(f))));
    }
    lines.extend([
        String::new(),
        "What this can't find:".to_owned(),
        format!("  an older copy of the database, or of the record's head with what came later taken away, that was put back before another checkpoint was signed (one is every five minutes; {} entries came after the last), or together with the older copies of the checkpoints in the data folder", report.after_checkpoint),
        "  somebody who holds the secret key and the checkpoint key, and so can write the record anew: keep copies of the checkpoints elsewhere".to_owned(),
        format!("  entries that were taken away before they were sealed, together with what they spoke of ({} wait now)", report.unsealed),
        "  a ballot taken away together with who cast it, or put back as it was in an older copy: no entry speaks of a single ballot, so that nobody learns who answered what".to_owned(),
        "  a change to what no entry speaks of: sessions, tokens, waiting mails, uploads, how often a file is used, the words and codes that a need is found by, settings and code lists".to_owned(),
    ]);
    lines.join("\n")
}

fn finding(finding: &Finding) -> String {
    match finding {
        Finding::OtherSecretKey { entries } => format!(
            "every entry ({entries}) and the head of the record have a tag of another key: the secret key is probably not this installation's"
        ),
        Finding::OtherCheckpointKey => {
            "every checkpoint is signed with another key: the checkpoint key is probably not this installation's"
                .to_owned()
        }
        Finding::Changed { position, entry } => {
            format!("entry {position} was changed after it was sealed ({entry})")
        }
        Finding::Missing { position, last } if position == last => format!("entry {position} is missing"),
        Finding::Missing { position, last } => format!("the entries {position} to {last} are missing"),
        Finding::Foreign { position: Some(position), entry } => {
            format!("entry {position} was added, or changed and sealed anew: this installation did not write it ({entry})")
        }
        Finding::Foreign { position: None, entry } => {
            format!("an entry was added that this installation did not write; it is not sealed ({entry})")
        }
        Finding::Added { position, entry } => {
            let position = position.map(|p| p.to_string()).unwrap_or_default();
            format!("entry {position} was added or moved: it does not follow what is before it ({entry})")
        }
        Finding::StreamMismatch { stream } => format!("the stream {stream} does not end where its head says"),
        Finding::HeadForged => {
            "the head of the record is gone, or this installation did not write it as it is: entries or checkpoints may have been cut off".to_owned()
        }
        Finding::HeadMismatch { position, detail } => {
            format!("the head of the record, at entry {position}, does not fit: {detail}")
        }
        Finding::CheckpointMismatch { position, detail } => {
            format!("the checkpoint at entry {position} does not fit: {detail}")
        }
        Finding::CheckpointForged { position } => {
            format!("the checkpoint at entry {position} is not signed with this installation's key")
        }
        Finding::CopyUnreadable { line } => {
            format!("a line of the checkpoints' copies can't be read: {line:?}")
        }
        Finding::CheckpointMissing { position } => {
            format!("the checkpoint at entry {position} was taken away, from the database and its copies")
        }
        Finding::CheckpointRowMissing { position } => {
            format!("the checkpoint at entry {position} was taken away from the database; its copy is there")
        }
        Finding::CheckpointCopyMissing { position } => {
            format!("the copy of the checkpoint at entry {position} was taken away; the database has it")
        }
        Finding::CheckpointUnnamed { position } => {
            format!("the checkpoint at entry {position} was added: neither the head nor a later one names it")
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
        Finding::FileMissing { attachment, name, of } => {
            format!("the file {name:?} of {of} is gone ({attachment})")
        }
        Finding::FileChanged { attachment, name, of } => {
            format!("the file {name:?} of {of} is not what was uploaded ({attachment})")
        }
        Finding::FileUnreadable { attachment, name, of, detail } => {
            format!("the file {name:?} of {of} can't be read: {detail} ({attachment})")
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
        let report =
            Report { findings: vec![Finding::Missing { position: 7, last: 7 }], ..Report::default() };
        let text = in_words(&report);
        assert!(text.contains("1 finding.") && text.contains("entry 7 is missing"), "{text}");
    }
}

//! `import`: data from files, also while a server runs on the same database.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, anyhow, bail};
use domain::needs::{self, ImportOutcome, ImportResult, MAX_NOTICE_BYTES};
use domain::{Actor, Error, reference};
use i18n::Texts;
use interop::eforms::EformsReader;
use types::{ErrorCode, FieldError, Language, OrganisationNumber};

use super::node_beside;
use crate::cli::Import;
use crate::config::Config;
use crate::node::Node;
use crate::say::say;

/// The whole list of 2008 in two languages has less than one.
const MAX_LIST_BYTES: usize = 20 * 1024 * 1024;

pub(super) async fn import(config: &Config, what: Import) -> Result<()> {
    match what {
        Import::Notice { file, organisation } => {
            let number: OrganisationNumber = organisation
                .parse()
                .map_err(|_| anyhow!("`{organisation}` is not a Norwegian organisation number"))?;
            let bytes = read(&file, MAX_NOTICE_BYTES)?;
            // A file that is refused makes no installation.
            let reader = Arc::new(EformsReader);
            needs::check_notice(reader, bytes.clone(), &number).await.map_err(|e| in_words(&file, e))?;
            let node = node_beside(config).await?;
            let outcome = needs::import_notice(&node.app, &Actor::system(), bytes, &number).await;
            tell(&outcome.map_err(|e| in_words(&file, e))?);
            close(node).await
        }
        Import::Cpv { file } => {
            let bytes = read(&file, MAX_LIST_BYTES)?;
            reference::check_cpv(&bytes).map_err(|e| in_words(&file, e))?;
            let node = node_beside(config).await?;
            let count = reference::import_cpv(&node.app, &bytes).await.map_err(|e| in_words(&file, e))?;
            say(format_args!("{count} CPV codes are in the list now."));
            close(node).await
        }
    }
}

/// The file's bytes; a file that is too large is refused unread.
fn read(file: &Path, most: usize) -> Result<Vec<u8>> {
    let name = file.display();
    let opened = File::open(file).with_context(|| format!("can't read {name}"))?;
    let mut bytes = Vec::new();
    let limit = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    opened.take(limit).read_to_end(&mut bytes).with_context(|| format!("can't read {name}"))?;
    if bytes.len() > most {
        bail!("{name} is larger than {} MB", most / (1024 * 1024));
    }
    Ok(bytes)
}

fn tell(outcome: &ImportOutcome) {
    let (need, report) = (&outcome.need, &outcome.report);
    say(match outcome.result {
        ImportResult::Created => "A draft was made.",
        ImportResult::Updated => "The draft now follows the notice.",
        ImportResult::Unchanged => "The draft says all of it already.",
        ImportResult::Older => "The draft comes from a later version of the notice; nothing changed.",
        ImportResult::Published => "The need is public already; nothing changed.",
    });
    // A path: where the portal listens, the server beside this knows.
    say(format_args!("  {}\n  in the portal: /nb/m/needs/{}", need.title, need.slug));
    if need.is_call_for_competition {
        say("The notice calls for competition already, so no dialogue can be opened on it.");
    }
    if !report.kept.is_empty() {
        say(format_args!("Edited by hand and left so: {}.", report.kept.join(", ")));
    }
    for other in &report.other_buyers {
        let number = other.organisation_number.as_deref().unwrap_or("no number");
        say(format_args!("Another buyer of the notice: {} ({number})", other.name));
    }
    if !report.unmapped.is_empty() {
        let (prose, codes): (Vec<_>, Vec<_>) = report.unmapped.iter().partition(|u| u.is_prose());
        let groups = [
            ("In the notice, without a place in a need:", prose),
            ("Codes, addresses and identifiers without one:", codes),
        ];
        for (title, left) in groups.into_iter().filter(|(_, left)| !left.is_empty()) {
            say(title);
            for u in left {
                say(format_args!("  {}: {}", u.path, u.text));
            }
        }
    }
}

/// The refusal of a file in the words that the portal uses.
fn in_words(file: &Path, error: Error) -> anyhow::Error {
    match error {
        Error::Invalid(errors) => {
            let texts = Texts::of(Language::En);
            let line = |e: &FieldError| {
                let has_words = e.params.iter().any(|(name, _)| *name == "detail");
                let at = e.params.iter().find(|(name, _)| *name == "line" && !has_words);
                let at = at.map(|(_, line)| format!("line {line}: ")).unwrap_or_default();
                let to_do = match e.code {
                    ErrorCode::WrongBuyer => " Give that buyer’s number as --organisation, or another file.",
                    _ => "",
                };
                format!("{}: {at}{}{to_do}", file.display(), texts.error(e))
            };
            let lines: Vec<String> = errors.iter().map(line).collect();
            anyhow!("{}", lines.join("\n"))
        }
        other => other.into(),
    }
}

/// Lets go of the database, so that nothing of ours is left beside it.
async fn close(node: Node) -> Result<()> {
    Ok(node.app.db.clone().close().await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_too_large_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("notice.xml");
        std::fs::write(&file, vec![b'x'; 11]).unwrap();
        assert_eq!(read(&file, 11).unwrap().len(), 11);
        assert!(read(&file, 10).unwrap_err().to_string().contains("larger"));
        assert!(read(&folder.path().join("none"), 10).is_err());
    }
}

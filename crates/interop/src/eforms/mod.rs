//! Reads eForms notices (UBL 2.3 with the EU's extension), the form in which
//! Doffin and TED publish.
//!
//! A notice goes through `decode` (bytes to text), `scan` (refuses what
//! would cost more than it is worth) and the XML parser; `notice` maps it,
//! with `buyers`, `words` and `dates` for their parts; `rest` lists
//! what found no place. What kind of notice it is, is decided by what it says,
//! never by the file's name.
//!
//! Deliberately absent: validation against the schema or the EU's rules. A
//! notice that was published is read as far as it can be.

mod buyers;
mod dates;
mod decode;
mod notice;
mod questions;
mod rest;
mod scan;
mod tree;
mod words;

use domain::ports::{NoticeDetail, NoticeDraft, NoticeReader};
use roxmltree::{Document, Error, ParsingOptions};
use types::{ErrorCode, NoticeFault};

/// The largest file that is read. Real notices have 5 to 100 kB.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;
/// The most elements, attributes aside, that are kept in memory.
const MAX_NODES: u32 = 400_000;

/// Why a file is refused, and what was found.
type Refusal = (ErrorCode, NoticeDetail);

/// Reads eForms notices.
#[derive(Clone, Copy, Debug, Default)]
pub struct EformsReader;

impl NoticeReader for EformsReader {
    fn read(&self, bytes: &[u8]) -> Result<NoticeDraft, Refusal> {
        if bytes.len() > MAX_BYTES {
            return Err((ErrorCode::FileTooLarge, NoticeFault::TooLarge.into()));
        }
        let text = decode::decode(bytes)?;
        scan::check(&text)?;
        let options = ParsingOptions { nodes_limit: MAX_NODES, ..ParsingOptions::default() };
        let document = Document::parse_with_options(&text, options).map_err(|e| refusal(&e, &text))?;
        notice::draft(&document)
    }
}

fn refusal(error: &Error, text: &str) -> Refusal {
    match error {
        Error::DtdDetected => (ErrorCode::XmlEntitiesRefused, placed(text, 0, NoticeFault::Declaration)),
        Error::NodesLimitReached => (ErrorCode::FileTooLarge, NoticeFault::TooLarge.into()),
        // The parser knows no place for these: it is where the file ends.
        Error::UnclosedRootNode | Error::UnexpectedEndOfStream | Error::NoRootNode => {
            broken(text, text.len(), NoticeFault::EndsEarly)
        }
        other => {
            let at = other.pos();
            let at = usize::try_from(at.row).ok().zip(usize::try_from(at.col).ok());
            (ErrorCode::BrokenXml, NoticeDetail { at, ..NoticeFault::NotWellFormed.into() })
        }
    }
}

/// A refusal that points to a byte of the text.
fn broken(text: &str, offset: usize, fault: NoticeFault) -> Refusal {
    (ErrorCode::BrokenXml, placed(text, offset, fault))
}

fn placed(text: &str, offset: usize, fault: NoticeFault) -> NoticeDetail {
    let before = text.get(..offset).unwrap_or(text);
    let row = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    NoticeDetail { at: Some((row, column)), ..fault.into() }
}

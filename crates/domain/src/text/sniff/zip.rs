//! The directory of a ZIP archive: enough to see what a document consists of,
//! without unpacking anything, so that no archive can burst.

/// One entry of the directory.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its path.
    pub(super) name: String,
    /// Whether its content is encrypted.
    pub(super) is_encrypted: bool,
    is_stored: bool,
    /// Its bytes in the archive, and unpacked.
    size: usize,
    unpacked: usize,
    header_at: usize,
}

/// A document has a few hundred entries; an archive made to tire us has more.
const MAX_ENTRIES: usize = 10_000;
/// A spreadsheet of numbers shrinks to a fiftieth; an archive made to burst, to a thousandth.
const MAX_RATIO: usize = 100;
/// Below this nobody's program bursts, however well it is packed.
const MAX_SMALL: usize = 50 * 1024 * 1024;
const END_OF_DIRECTORY: &[u8] = b"PK\x05\x06";
const DIRECTORY_ENTRY: &[u8] = b"PK\x01\x02";
const LOCAL_HEADER: &[u8] = b"PK\x03\x04";

/// The entries of the archive's directory; nothing if it is broken, split, of
/// the 64-bit kind or followed by something else.
pub(super) fn entries(bytes: &[u8]) -> Option<Vec<Entry>> {
    // The end record is 22 bytes, then a comment of at most 65 535, whose
    // length it holds: the archive must end exactly there.
    let earliest = bytes.len().saturating_sub(22 + usize::from(u16::MAX));
    let end = (earliest..=bytes.len().checked_sub(22)?).rev().find(|&at| {
        bytes[at..].starts_with(END_OF_DIRECTORY)
            && short(bytes, at + 20).is_some_and(|comment| at + 22 + comment == bytes.len())
    })?;
    let count = short(bytes, end + 10)?;
    let mut at = long(bytes, end + 16)?;
    if count > MAX_ENTRIES || short(bytes, end + 8)? != count {
        return None;
    }
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        if !bytes.get(at..)?.starts_with(DIRECTORY_ENTRY) {
            return None;
        }
        let name_length = short(bytes, at + 28)?;
        let name = bytes.get(at + 46..at + 46 + name_length)?;
        entries.push(Entry {
            name: String::from_utf8_lossy(name).into_owned(),
            is_encrypted: short(bytes, at + 8)? & 1 == 1,
            is_stored: short(bytes, at + 10)? == 0,
            size: long(bytes, at + 20)?,
            unpacked: long(bytes, at + 24)?,
            header_at: long(bytes, at + 42)?,
        });
        at += 46 + name_length + short(bytes, at + 30)? + short(bytes, at + 32)?;
    }
    // Entries that the directory hides would be seen by some programs only.
    (at <= end && !bursts(&entries, bytes.len())).then_some(entries)
}

/// Whether the archive would fill a reader's disk: far more unpacked than it
/// has bytes, or entries that share bytes, so that few of them are many.
fn bursts(entries: &[Entry], length: usize) -> bool {
    let unpacked = entries.iter().fold(0_usize, |sum, entry| sum.saturating_add(entry.unpacked));
    let packed = entries.iter().fold(0_usize, |sum, entry| sum.saturating_add(entry.size));
    packed > length || unpacked > MAX_SMALL.max(length.saturating_mul(MAX_RATIO))
}

impl Entry {
    /// The content of an entry that is not compressed.
    pub(super) fn stored_content<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let header = bytes.get(self.header_at..)?;
        if !self.is_stored || !header.starts_with(LOCAL_HEADER) {
            return None;
        }
        let start = 30 + short(header, 26)? + short(header, 28)?;
        header.get(start..start.checked_add(self.size)?)
    }
}

fn short(bytes: &[u8], at: usize) -> Option<usize> {
    let two = bytes.get(at..at.checked_add(2)?)?;
    Some(usize::from(u16::from_le_bytes(two.try_into().ok()?)))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    usize::try_from(u32::from_le_bytes(four.try_into().ok()?)).ok()
}

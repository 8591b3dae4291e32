//! The change feed: the record, as far as its reader may see it, for machines.
//!
//! What is promised: every entry that is told to you comes exactly once, in the
//! order of sealing, however many wrote at the same time and whatever died in
//! between. It rests on two things. Positions are given under one lock and
//! without a gap, so nothing is ever sealed before what was read already. And
//! whether an entry is told depends on the entry and on the organisation that
//! reads, never on the state of what it speaks of: nothing behind a cursor
//! becomes visible later. Where a reader comes to see more (its organisation is
//! verified), its cursors are refused, and it begins anew.
//!
//! A tombstone is an entry whose object is gone, or is not for its reader any
//! more: it comes to those whom the entry is told to, with `null` in place of
//! the object, and to nobody else.
//!
//! A cursor is sealed and bound to its reader: it holds a position, which would
//! count what one may not see. Deliberately absent: personal streams, and what
//! is internal to an organisation.

mod cursor;
mod feed;
mod kinds;

pub use feed::WINDOW;
pub use feed::{Change, Changes, Filter, find, now, read};
pub(crate) use feed::{Reader, told_of};
pub use kinds::{TOLD, is_told};

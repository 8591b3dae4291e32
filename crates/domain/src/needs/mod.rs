//! Needs: what a buyer lacks, said before it decides what to buy.
//!
//! States: `DRAFT → IN_REVIEW → (SCHEDULED →) PUBLISHED → IN_DIALOGUE →
//! SUMMARISED → TO_PROCUREMENT | ON_HOLD | CLOSED`, and from `ON_HOLD` back to
//! `IN_DIALOGUE`. A need has one working
//! draft and any number of immutable published versions.
//!
//! Invariants: review freezes the draft; whoever asked for approval does not
//! give it; a published version never changes; a closing state has a public
//! reason; a call for competition never opens a dialogue (R4); the text that
//! a need does not commit the buyer (R19) is on every page of one.
//!
//! This is the slice to copy: `model` (rules without IO), `policy` (who may),
//! `commands` (one function a transaction), `queries` (scoped reads), `store`
//! (the only SQL).

mod commands;
mod content;
mod files;
mod import;
mod lifecycle;
mod model;
pub mod partners;
mod policy;
mod queries;
mod store;
mod told;

pub use commands::{CreateNeed, SaveDraft, create, delete_draft, save_draft};
pub use content::{ContentInput, NeedContent, NeedQuestion, ValueRange};
pub use entity::need::Model as Need;
pub use entity::need_version::Model as NeedVersion;
pub use files::Files;
pub use import::{
    ImportOutcome, ImportReport, ImportResult, MAX_NOTICE_BYTES, OtherBuyer, Unmapped, check_notice,
    import_notice, import_own_notice, import_report,
};
pub use lifecycle::{
    announce_competition, approve, close, note_summarised, open_dialogue, publish, publish_due, resume,
    return_to_draft, submit,
};
pub use model::{FieldChange, can_move, changes_between};
pub use policy::{may_approve, may_edit, may_publish, may_run_dialogue, reads_internals, sees};
pub(crate) use queries::find_in;
pub use queries::{
    Facet, Facets, Filter, Found, Order, draft, facets, find, find_by_slug, find_by_source, find_log_entry,
    find_version, get, get_for_update, list, list_by_ids, list_own, log, news, published, version, versions,
};
pub use store::visible_to;
pub use told::{
    disclosures, find_disclosure, note_disclosure, share_disclosure, shared_disclosures, waive_disclosure,
};

crate::subjects! {
    Need => "need" except ["import_report"];
    NeedVersion => "need_version";
}

//! sea-orm entities: one file a table, no logic, no relations (the slices join
//! in their `store.rs`).
#![expect(
    clippy::disallowed_methods,
    reason = "sea-orm's model macro writes a `begin` of its own; no code here opens one"
)]

pub mod allowance;
pub mod announcement;
pub mod attachment;
pub mod blob;
pub mod cpv_code;
pub mod disclosure;
pub mod event;
pub mod event_registration;
pub mod follow;
pub mod idempotency_key;
pub mod identity;
pub mod interest;
pub mod invitation;
pub mod job;
pub mod membership;
pub mod need;
pub mod need_code;
pub mod need_partner;
pub mod need_term;
pub mod need_version;
pub mod organisation;
pub mod organisation_token;
pub mod passage;
pub mod passkey;
pub mod passkey_ceremony;
pub mod person;
pub mod provider_sign_in;
pub mod quality_figure;
pub mod question;
pub mod rate_limit;
pub mod reader_cursor;
pub mod record_checkpoint;
pub mod record_entry;
pub mod record_head;
pub mod record_salt;
pub mod record_stream;
pub mod refresh_token;
pub mod response;
pub mod secret_key;
pub mod session;
pub mod setting;
pub mod sign_in;
pub mod signing_key;
pub mod submission;
pub mod summary;
pub mod summary_version;
pub mod survey;
pub mod survey_ballot;
pub mod survey_comment;
pub mod survey_participation;
pub mod upload;
pub mod webhook_delivery;
pub mod webhook_endpoint;

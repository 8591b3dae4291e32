//! The API suite: one binary, a module a slice, run on SQLite and on PostgreSQL.

mod architecture;
mod askers;
mod attachments;
mod authz;
mod cpv;
mod delivery;
mod disclosures;
mod events;
mod http;
mod import;
mod interest;
mod partners;
mod portal_accounts;
mod portal_links;
mod portal_members;
mod portal_together;
mod process;
mod quality;
mod record;
mod responses;
mod search;
mod smtp;
mod summary;
mod thread;
mod tokens;
mod whole_way;

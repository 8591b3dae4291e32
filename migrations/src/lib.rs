//! Schema history. Each migration runs in a transaction on both engines and
//! knows no domain type; expand first, contract in a later release.

#![expect(elided_lifetimes_in_paths, reason = "the macro of MigrationTrait wants its own spelling")]

use sea_orm_migration::prelude::*;

mod m20261123_110000_record;
mod m20261123_110100_people;
mod m20261123_110200_jobs;
mod m20261123_110300_needs;
mod m20261123_110400_questions;
mod m20261123_120100_events;
mod m20261123_120500_responses;
mod m20261123_121000_attachments;
mod m20261123_121700_quality;
mod m20261123_124100_disclosures;
mod m20261123_124200_interest;
mod m20261123_124300_partners;
mod m20261123_124400_summaries;
mod m20261123_160000_record_tags;
mod m20261123_174000_dialogue_opened;
mod m20261123_174500_record_heads;
mod m20261123_220300_identity;
mod m20261124_230300_sessions;
mod m20261124_235900_wall;
mod m20261130_223000_allowances;
mod m20261130_223100_idempotency_keys;
mod m20261130_224000_webhooks;
mod m20261130_224500_passkeys;
mod m20261130_233000_providers;
mod m20261130_235000_wall_of_allowances;
mod m20261201_090000_public_entries;
pub mod wall;

/// All migrations, oldest first.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261123_110000_record::Migration),
            Box::new(m20261123_110100_people::Migration),
            Box::new(m20261123_110200_jobs::Migration),
            Box::new(m20261123_110300_needs::Migration),
            Box::new(m20261123_110400_questions::Migration),
            Box::new(m20261123_120500_responses::Migration),
            Box::new(m20261123_121000_attachments::Migration),
            Box::new(m20261123_120100_events::Migration),
            Box::new(m20261123_121700_quality::Migration),
            Box::new(m20261123_124100_disclosures::Migration),
            Box::new(m20261123_124200_interest::Migration),
            Box::new(m20261123_124300_partners::Migration),
            Box::new(m20261123_124400_summaries::Migration),
            Box::new(m20261123_160000_record_tags::Migration),
            Box::new(m20261123_174000_dialogue_opened::Migration),
            Box::new(m20261123_174500_record_heads::Migration),
            Box::new(m20261123_220300_identity::Migration),
            Box::new(m20261124_230300_sessions::Migration),
            Box::new(m20261124_235900_wall::Migration),
            Box::new(m20261130_223000_allowances::Migration),
            Box::new(m20261130_223100_idempotency_keys::Migration),
            Box::new(m20261130_224000_webhooks::Migration),
            Box::new(m20261130_224500_passkeys::Migration),
            Box::new(m20261130_233000_providers::Migration),
            Box::new(m20261130_235000_wall_of_allowances::Migration),
            Box::new(m20261201_090000_public_entries::Migration),
        ]
    }
}

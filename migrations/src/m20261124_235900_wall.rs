//! The second wall: row-level security on every table with secrets.
//!
//! Each predicate is the twin of a row filter in a slice's `store.rs`, and the
//! tests of the wall read every table as everybody with the filter left out.

use sea_orm_migration::prelude::*;

use crate::wall::{self, NOBODY, Walled};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// Those of a need that one sees, as the wall lets one see it.
const OF_A_NEED: &str = "EXISTS (SELECT 1 FROM needs n WHERE n.id = need_id)";
/// The rows of a need's own organisation.
const OWN: &str = "need_id = {own_needs}";

const NO_UUID: &str = "'00000000-0000-0000-0000-000000000000'::uuid";

/// Whoever works on the need, or was asked to join it.
const WRITERS: &str = "{person} AND (t.organisation_id = {org} OR t.id = {asked_needs})";
/// The asker, and the buyer's people.
const ASKERS: &str = "{person} AND (t.asker_person_id = {me} OR t.need_id = {own_needs})";
/// The need's own people.
const DESK: &str = "{person} AND t.need_id = {own_needs}";
/// The need's own people and the partner.
const PARTIES: &str = "{person} AND (t.organisation_id = {org} OR t.need_id = {own_needs})";
/// The supplier, and others that look for partners.
const SEEKERS: &str = "{person} AND (t.organisation_id = {supplier} OR t.need_id = {sought_needs})";
/// The same, and the need's own people.
const CONTACTS: &str =
    "{person} AND (t.organisation_id = {supplier} OR t.need_id = {own_needs} OR t.need_id = {sought_needs})";

/// Whoever adds a column to it masks it anew.
pub(crate) const SESSIONS: Walled = Walled {
    table: "sessions",
    everybody: NOBODY,
    person: "person_id = {me}",
    masks: &[("token_hash", "false", "''"), ("device_hash", "false", "NULL")],
};

const TABLES: &[Walled] = &[
    Walled {
        table: "needs",
        everybody: "state NOT IN ('DRAFT', 'IN_REVIEW', 'SCHEDULED')",
        person: "organisation_id = {org} OR id = {asked_needs}",
        masks: &[
            ("content", WRITERS, "'{}'::jsonb"),
            ("import_report", WRITERS, "NULL"),
            ("publish_at", WRITERS, "NULL"),
            ("created_by", WRITERS, "NULL"),
            ("submitted_by", WRITERS, "NULL"),
            ("approved_by", WRITERS, "NULL"),
        ],
    },
    Walled { table: "need_versions", everybody: OF_A_NEED, person: NOBODY, masks: &[] },
    Walled { table: "announcements", everybody: OF_A_NEED, person: NOBODY, masks: &[] },
    Walled {
        table: "need_partners",
        everybody: "state IN ('INTERESTED', 'NEED_ALIGNED', 'INTENT', 'MANDATED', 'OPTION_PARTY') \
                    AND EXISTS (SELECT 1 FROM needs n WHERE n.id = need_id)",
        person: "organisation_id = {org} OR need_id = {own_needs}",
        masks: &[
            ("volume_minimum", PARTIES, "NULL"),
            ("volume_expected", PARTIES, "NULL"),
            ("volume_maximum", PARTIES, "NULL"),
            ("volume_shown", PARTIES, "NULL"),
            ("units", PARTIES, "NULL"),
            ("starts_on", PARTIES, "NULL"),
            ("note", PARTIES, "NULL"),
            ("message", PARTIES, "NULL"),
            ("invited_by", PARTIES, "NULL"),
            ("left_reason", PARTIES, "NULL"),
        ],
    },
    Walled {
        table: "questions",
        everybody: "state = 'ANSWERED' AND EXISTS (SELECT 1 FROM needs n WHERE n.id = need_id)",
        person: "asker_person_id = {me} OR need_id = {own_needs}",
        masks: &[
            ("asker_person_id", ASKERS, NO_UUID),
            ("asker_organisation_id", ASKERS, "NULL"),
            ("text", ASKERS, "''"),
            ("reason", ASKERS, "NULL"),
            // Who may not know when it was asked: not before it was answered.
            ("asked_at", ASKERS, "t.answered_at"),
        ],
    },
    Walled {
        table: "disclosures",
        everybody: "state = 'SHARED' AND EXISTS (SELECT 1 FROM needs n WHERE n.id = need_id)",
        person: OWN,
        masks: &[
            ("told", "t.shared_text IS NULL OR {person} AND t.need_id = {own_needs}", "''"),
            ("told_to", DESK, "'[]'::jsonb"),
            ("told_to_note", DESK, "NULL"),
            ("noted_by", DESK, "NULL"),
            ("waive_reason", DESK, "NULL"),
            ("decided_by", DESK, "NULL"),
        ],
    },
    Walled {
        table: "interests",
        everybody: "state = 'ACTIVE' AND visibility = 'PUBLIC' \
                    AND EXISTS (SELECT 1 FROM needs n WHERE n.id = need_id)",
        person: "organisation_id = {supplier} AND changed_at >= {since} OR need_id = {own_needs}",
        masks: &[("message", SEEKERS, "''"), ("contact_person_id", CONTACTS, NO_UUID)],
    },
    Walled { table: "follows", everybody: NOBODY, person: "person_id = {me}", masks: &[] },
    Walled {
        table: "events",
        everybody: "state <> 'PLANNED'",
        person: "organisation_id = {org}",
        // That there is one, everybody sees.
        masks: &[(
            "link",
            "t.link = '' OR {person} AND (t.organisation_id = {org} OR t.id = {attended})",
            "'https://hidden.invalid/'",
        )],
    },
    Walled {
        table: "event_registrations",
        everybody: NOBODY,
        person: "organisation_id = {org} AND (registered_at >= {since} OR registered_by = {me}) \
                 OR EXISTS (SELECT 1 FROM events e WHERE e.id = event_id AND e.organisation_id = {org})",
        masks: &[],
    },
    Walled {
        table: "responses",
        everybody: NOBODY,
        person: "supplier_id = {supplier} AND created_at >= {since} \
                 OR state = 'SUBMITTED' AND (need_id = {own_needs} \
                   OR need_id = {joined_needs} AND (partners_read \
                     OR {named} AND secret_readers LIKE '%,' || {org} || ',%'))",
        masks: &[
            ("draft", "t.supplier_id = {supplier}", "'{}'::jsonb"),
            ("is_changed", "t.supplier_id = {supplier}", "false"),
        ],
    },
    Walled {
        table: "submissions",
        everybody: NOBODY,
        person: "EXISTS (SELECT 1 FROM responses r WHERE r.id = response_id AND r.supplier_id = {supplier})",
        masks: &[],
    },
    Walled {
        table: "passages",
        everybody: NOBODY,
        person: "EXISTS (SELECT 1 FROM responses r WHERE r.id = response_id \
                   AND r.current_submission_id = submission_id \
                   AND (r.supplier_id = {supplier} \
                     OR need_id = {own_needs} AND ({named} OR confidentiality = 'OPEN' \
                       OR confidentiality = 'REJECTED' AND released_at <= {now}) \
                     OR need_id = {joined_needs} AND CASE \
                       WHEN confidentiality = 'OPEN' OR confidentiality = 'REJECTED' AND released_at <= {now} \
                       THEN r.partners_read \
                       ELSE {named} AND r.secret_readers LIKE '%,' || {org} || ',%' END))",
        masks: &[],
    },
    Walled {
        table: "attachments",
        everybody: "subject_kind = 'NEED' AND EXISTS (SELECT 1 FROM needs n WHERE n.id = subject_id)",
        person: "subject_kind = 'RESPONSE' AND ( \
                   EXISTS (SELECT 1 FROM responses r WHERE r.id = subject_id AND r.supplier_id = {supplier}) \
                   OR EXISTS (SELECT 1 FROM passages p WHERE p.response_id = subject_id \
                     AND p.question_key = 'file-' || attachments.id AND p.withdrawn_at IS NULL))",
        masks: &[],
    },
    Walled { table: "summaries", everybody: NOBODY, person: OWN, masks: &[] },
    Walled { table: "summary_versions", everybody: OF_A_NEED, person: NOBODY, masks: &[] },
    Walled { table: "surveys", everybody: NOBODY, person: OF_A_NEED, masks: &[] },
    Walled { table: "survey_participations", everybody: NOBODY, person: "person_id = {me}", masks: &[] },
    Walled { table: "survey_ballots", everybody: NOBODY, person: NOBODY, masks: &[] },
    Walled {
        table: "survey_comments",
        everybody: NOBODY,
        person: "is_shown AND organisation_id = {buyer} OR is_shown IS NULL AND {administers}",
        masks: &[],
    },
    Walled {
        table: "persons",
        everybody: NOBODY,
        person: "id = {me} OR EXISTS (SELECT 1 FROM memberships m WHERE m.person_id = persons.id \
                   AND m.organisation_id = {org} AND m.state IN ('ACTIVE', 'REQUESTED'))",
        masks: &[],
    },
    Walled {
        table: "memberships",
        everybody: NOBODY,
        person: "person_id = {me} OR organisation_id = {org}",
        masks: &[],
    },
    Walled {
        table: "invitations",
        everybody: NOBODY,
        person: "organisation_id = {org} AND {manages}",
        masks: &[("token_hash", "false", "''")],
    },
    Walled {
        table: "organisation_tokens",
        everybody: NOBODY,
        person: "organisation_id = {org}",
        masks: &[("token_hash", "false", "''")],
    },
    SESSIONS,
    Walled { table: "uploads", everybody: NOBODY, person: "person_id = {me}", masks: &[] },
    Walled {
        table: "record_entries",
        everybody: "position IS NOT NULL AND audience = 'PUBLIC'",
        person: "position IS NOT NULL AND ( \
                   audience = 'NAMED' AND named_organisations LIKE '%,' || {org} || ',%' \
                   OR stream = 'organisation:' || {org} \
                   OR stream LIKE 'need:%' AND (CASE WHEN stream LIKE 'need:%' THEN substr(stream, 6)::uuid END = {own_needs} \
                     OR CASE WHEN stream LIKE 'need:%' THEN substr(stream, 6)::uuid END = {deleted_needs}))",
        masks: &[],
    },
    // What the product alone works with.
    Walled { table: "refresh_tokens", everybody: NOBODY, person: NOBODY, masks: &[] },
    Walled { table: "sign_ins", everybody: NOBODY, person: NOBODY, masks: &[] },
    Walled { table: "jobs", everybody: NOBODY, person: NOBODY, masks: &[] },
    Walled { table: "blobs", everybody: NOBODY, person: NOBODY, masks: &[] },
    Walled { table: "rate_limits", everybody: NOBODY, person: NOBODY, masks: &[] },
    Walled { table: "secret_keys", everybody: NOBODY, person: NOBODY, masks: &[] },
    Walled { table: "signing_keys", everybody: NOBODY, person: NOBODY, masks: &[] },
    Walled { table: "settings", everybody: NOBODY, person: NOBODY, masks: &[] },
    Walled { table: "record_salts", everybody: NOBODY, person: NOBODY, masks: &[] },
    Walled { table: "record_heads", everybody: NOBODY, person: NOBODY, masks: &[] },
    Walled { table: "record_streams", everybody: NOBODY, person: NOBODY, masks: &[] },
    Walled { table: "record_checkpoints", everybody: NOBODY, person: NOBODY, masks: &[] },
    Walled { table: "reader_cursors", everybody: NOBODY, person: NOBODY, masks: &[] },
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        wall::begin(manager).await?;
        for table in TABLES {
            wall::wall(manager, table).await?;
        }
        wall::let_visitors_read(manager.get_connection()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            wall::open(manager, table.table).await?;
        }
        wall::end(manager).await
    }
}

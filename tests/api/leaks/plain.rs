//! What holds no secret, and why: every other input field that takes words, and every other
//! column of text, is marked by `scene.rs`.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, Statement};

use super::scene::Scene;

/// Input fields whose words are public or a secret of another kind.
const INPUTS: &[(&str, &str)] = &[
    ("AcceptInvitationInput.token", "a proof: kept as its hash alone"),
    ("AddPasskeyInput.ceremony", "a proof: sealed, and not kept"),
    ("AddPasskeyInput.response", "public: of the passkey's key"),
    ("AnnounceCompetitionInput.url", "public"),
    ("AnswerQuestionInput.answer", "public"),
    ("AnswerQuestionInput.publishedText", "public"),
    ("AnswerSurveyInput.comment", "sealed until five have answered: `quality.rs`"),
    ("AppointOwnerInput.email", "kept as that of InviteMemberInput"),
    ("CancelEventInput.reason", "public"),
    ("ChangeEventInput.note", "as public as the event"),
    ("ClaimSupplierInput.country", "a public register's"),
    ("ClaimSupplierInput.name", "a public register's"),
    ("ClaimSupplierInput.organisationNumber", "a public register's"),
    ("ClaimSupplierInput.website", "public"),
    ("CloseNeedInput.reason", "public"),
    ("CompletePasskeySignInInput.ceremony", "a proof: sealed, and not kept"),
    ("CompletePasskeySignInInput.deviceToken", "a proof: kept as its hash alone"),
    ("CompletePasskeySignInInput.response", "a proof: not kept"),
    ("CompleteSignInInput.attempt", "a proof: kept as its hash alone"),
    ("CompleteSignInInput.code", "a proof: kept as its hash alone"),
    ("CompleteSignInInput.deviceToken", "a proof: kept as its hash alone"),
    ("CompleteSignInInput.identity", "a proof: sealed, and kept nowhere"),
    ("CompleteSignInInput.token", "a proof: kept as its hash alone"),
    ("ChangeWebhookEndpointInput.description", "kept as that of CreateWebhookEndpointInput"),
    ("ChangeWebhookEndpointInput.url", "kept as that of CreateWebhookEndpointInput"),
    ("CreateOrganisationTokenInput.name", "read with the token: `organisation_tokens.rs`"),
    ("DocumentEventInput.minutes", "public"),
    ("EndSessionsOfPersonInput.email", "asked, not kept"),
    ("JoinNeedInput.note", "kept as that of AnswerPartnershipInput"),
    ("LinkIdentityInput.proof", "a proof: sealed, and kept nowhere"),
    ("MarketQuestionInput.key", "ours: q1, q2 …"),
    ("NeedContentInput.cpvCodes", "codes; hidden with the draft"),
    ("NeedContentInput.places", "codes; hidden with the draft"),
    ("NeedFilter.countyNumbers", "asked, not kept"),
    ("NeedFilter.cpvCodes", "asked, not kept"),
    ("NeedFilter.places", "asked, not kept"),
    ("NeedFilter.query", "asked, not kept"),
    ("OrganisationFilter.query", "asked, not kept"),
    ("PublishAnnouncementInput.body", "public"),
    ("PublishAnnouncementInput.title", "public"),
    ("PublishNeedVersionInput.changeNote", "public"),
    ("PublishSummaryInput.note", "public"),
    ("RefreshSessionInput.refreshToken", "a proof: kept as its hash alone"),
    ("RegisterForEventInput.reason", "the buyer's word to that supplier: `events.rs`"),
    ("RemovePartnerInput.reason", "kept as that of LeavePartnershipInput"),
    ("RenamePasskeyInput.name", "kept as that of AddPasskeyInput"),
    ("ResponseAnswerInput.key", "ours: q1, q2 …"),
    ("ResumeNeedInput.reason", "public"),
    ("ResumeOrganisationInput.reason", "read by its members: `suspension.rs`"),
    ("SetEventAttendanceInput.reason", "the buyer's word to that supplier: `events.rs`"),
    ("SetUpInstallationInput.email", "before there is anybody"),
    ("SetUpInstallationInput.name", "before there is anybody"),
    ("SetUpInstallationInput.token", "before there is anybody"),
    ("ShareDisclosureInput.text", "public"),
    ("SignInAsPersonaInput.email", "of a demonstration"),
    ("StartSignInInput.email", "one's own; marked in each account"),
    ("StartSignInInput.next", "an address of the portal's"),
    ("SummaryAnswerInput.key", "ours: q1, q2 …"),
    ("SuspendOrganisationInput.reason", "read by its members: `suspension.rs`"),
    ("ValueRangeInput.currency", "NOK"),
    ("WithdrawFromEventInput.reason", "the buyer's word to that supplier: `events.rs`"),
];

/// Columns of text without anybody's secret words.
const COLUMNS: &[(&str, &str)] = &[
    ("allowances.key", "ids, and hashes of networks"),
    ("announcements.body", "public"),
    ("announcements.title", "public"),
    ("cpv_codes.code", "public"),
    ("cpv_codes.en", "public"),
    ("cpv_codes.nb", "public"),
    ("disclosures.shared_text", "public"),
    ("disclosures.told_to", "ids"),
    ("event_registrations.reason", "the buyer's word to that supplier: `events.rs`"),
    ("events.cancel_reason", "public"),
    ("events.minutes", "public"),
    ("idempotency_keys.id", "a hash"),
    ("idempotency_keys.request", "a hash"),
    ("identities.provider", "a word of the operator's"),
    ("identities.subject_hash", "a hash"),
    ("jobs.payload", "emptied when done"),
    ("jobs.last_error", "of a mail server's"),
    ("need_codes.code", "codes; hidden with the draft"),
    ("need_codes.scheme", "a fixed word"),
    ("need_terms.term", "of what is published"),
    ("need_versions.change_note", "public"),
    ("need_versions.content", "public"),
    ("needs.competition_url", "public"),
    ("needs.county_number", "public"),
    ("needs.draft_slug", "of what is published"),
    ("needs.import_report", "read with the draft: `import.rs`"),
    ("needs.outcome_reason", "public"),
    ("needs.source_id", "of a public notice"),
    ("needs.source_version", "of a public notice"),
    ("organisations.country", "public"),
    ("organisations.county_number", "public"),
    ("organisations.municipality_number", "public"),
    ("organisations.name", "public"),
    ("organisations.organisation_number", "public"),
    ("organisations.registered_domain", "of a public register"),
    ("organisations.slug", "public"),
    ("organisation_tokens.hint", "read with the token: `organisation_tokens.rs`"),
    ("organisation_tokens.name", "read with the token: `organisation_tokens.rs`"),
    ("organisation_tokens.scopes", "fixed words"),
    ("organisations.suspension_reason", "read by its members: `suspension.rs`"),
    ("organisations.website", "public"),
    ("passages.question", "public"),
    ("passages.question_key", "ours: q1, q2 …"),
    ("passkey_ceremonies.challenge_hash", "a hash"),
    ("passkeys.credential_id", "random, of the passkey's device"),
    ("passkeys.public_key", "a public key"),
    ("provider_sign_ins.next", "an address of the portal's"),
    ("provider_sign_ins.provider", "a word of the operator's"),
    ("provider_sign_ins.state_hash", "a hash"),
    ("quality_figures.batch", "sums of five and more: `quality.rs`"),
    ("quality_figures.content", "sums of five and more: `quality.rs`"),
    ("quality_figures.method", "a fixed word"),
    ("questions.answer", "public"),
    ("questions.pseudonym", "made of a hash: `askers.rs`"),
    ("questions.published_text", "public"),
    ("rate_limits.key", "a hash"),
    ("record_entries.named_organisations", "ids"),
    ("record_entries.stream", "ids"),
    ("record_heads.holder", "a process"),
    ("record_streams.stream", "ids"),
    ("responses.secret_readers", "ids"),
    ("secret_keys.id", "a fixed word"),
    ("sessions.assurance", "read with one's own sessions"),
    ("sessions.device", "read with one's own sessions"),
    ("sessions.method", "a fixed word"),
    ("sessions.device_hash", "a hash"),
    ("sessions.provider", "a word of the operator's"),
    ("settings.key", "a fixed word"),
    ("settings.value", "of the installation"),
    ("signing_keys.id", "public: what a key is called"),
    ("sign_ins.next", "an address of the portal's"),
    ("summary_versions.content", "public"),
    ("summary_versions.note", "public"),
    ("summary_versions.participants", "public: who agreed to be named"),
    ("survey_comments.text", "without a name, after a look: `quality.rs`"),
    ("webhook_deliveries.body", "ids alone: `webhooks`"),
    ("webhook_deliveries.excerpt", "the receiver's, read with the endpoint: `webhooks`"),
    ("webhook_deliveries.failure", "a fixed word"),
    ("webhook_endpoints.kinds", "fixed words"),
    ("webhook_endpoints.sealed_before", "sealed"),
];

/// Columns of whichever table that hold one of our own words, a hash or what is sealed.
const EVERYWHERE: &[&str] = &[
    "actor_role",
    "audience",
    "browser_hash",
    "channel",
    "claim",
    "code_hash",
    "confidentiality",
    "content_hash",
    "disposition",
    "hash",
    "kind",
    "language",
    "media_type",
    "previous_hash",
    "reader",
    "roles",
    "running_hash",
    "salt",
    "sealed",
    "sha256",
    "side",
    "signature",
    "state",
    "subject_kind",
    "tag",
    "token_hash",
    "visibility",
];

/// Input fields and columns that are neither marked nor said plain; and what is said plain
/// and is no more.
pub(super) async fn unaccounted(scene: &Scene) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut compare =
        |all: &BTreeSet<String>, marked: &BTreeSet<String>, plain: &[(&str, &str)], what: &str| {
            let said: BTreeSet<String> = plain.iter().map(|(name, _)| (*name).to_owned()).collect();
            for name in all.difference(marked).filter(|name| !said.contains(*name)) {
                wrong.push(format!("{what} {name} is neither marked in scene.rs nor said plain in plain.rs"));
            }
            for name in said.iter().filter(|name| !all.contains(*name) || marked.contains(*name)) {
                wrong.push(format!("{what} {name} is said plain, but is marked or gone"));
            }
        };
    compare(&scene.shape.words(), &scene.marked, INPUTS, "input");
    let (all, marked) = columns(scene).await;
    compare(&all, &marked, COLUMNS, "column");
    wrong
}

/// All columns of text, and those in which a mark stands.
async fn columns(scene: &Scene) -> (BTreeSet<String>, BTreeSet<String>) {
    let db = &scene.house.app.db;
    let sql = if db.is_postgres() {
        "SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' \
         AND (data_type IN ('text', 'json', 'jsonb') OR data_type LIKE 'character%')"
    } else {
        "SELECT t.name || '.' || c.name FROM sqlite_master t, pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' \
         AND (c.type LIKE '%char%' OR c.type LIKE '%text%' OR c.type LIKE 'json%') \
         AND c.type NOT LIKE 'uuid%' AND c.type NOT LIKE '%date%' AND c.type NOT LIKE '%time%'"
    };
    let texts = |sql: String| async move {
        let statement = Statement::from_string(db.product().get_database_backend(), sql);
        let rows = db.product().query_all_raw(statement).await.unwrap();
        rows.into_iter().map(|row| row.try_get_by_index::<String>(0).unwrap()).collect::<Vec<_>>()
    };
    let (mut all, mut marked) = (BTreeSet::new(), BTreeSet::new());
    for name in texts(sql.to_owned()).await {
        let (table, column) = name.split_once('.').unwrap();
        if table == "seaql_migrations" || EVERYWHERE.contains(&column) {
            continue;
        }
        let values = texts(format!(
            "SELECT CAST(\"{column}\" AS TEXT) FROM \"{table}\" WHERE CAST(\"{column}\" AS TEXT) LIKE '%zq%'"
        ));
        if values.await.iter().any(|text| !scene.secrets.within(text).is_empty()) {
            marked.insert(name.clone());
        }
        all.insert(name);
    }
    (all, marked)
}

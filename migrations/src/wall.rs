//! Row-level security on PostgreSQL: the helpers by which a migration walls a
//! table in. On SQLite they do nothing.
//!
//! Who asks is a setting of the transaction (`samspill.who` and what goes with
//! it, `domain::wall`); the functions `asks_…` read it. A walled table is read
//! whole by the product, which alone writes; others read the rows that its two
//! predicates give: what everybody sees, and what somebody who is signed in
//! sees besides. Where a row that everybody sees has a secret column, a view
//! of the same name in the schema `samspill_seen`, which comes first for them,
//! shows something else in its place.
//!
//! Such a view names the columns as they are now: a migration that adds one to
//! a masked table calls [`mask`] anew.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, Statement};

/// The role under which visitors read. Its rows depend on no setting.
pub const VISITORS: &str = "samspill_anonymous";

/// Where the views are.
const SEEN: &str = "samspill_seen";

/// What the catalogue says of a table that is the product's alone.
const CLOSED: &str = "The product reads it, nobody else.";

/// What the catalogue says of a column that others see through the view.
const MASKED: &str = "Others see it through the view of the same name.";

/// What a policy may ask for, by the name that stands for it here.
const WORDS: &[(&str, &str)] = &[
    ("{person}", "(SELECT asks_as_person())"),
    ("{me}", "(SELECT asks_person())"),
    ("{org}", "(SELECT asks_organisation())"),
    ("{own_needs}", "ANY ((SELECT asks_own_needs((SELECT asks_organisation())))::uuid[])"),
    ("{asked_needs}", "ANY ((SELECT asks_needs_asked_to_join((SELECT asks_buyer())))::uuid[])"),
    ("{joined_needs}", "ANY ((SELECT asks_needs_joined((SELECT asks_organisation())))::uuid[])"),
    ("{sought_needs}", "ANY ((SELECT asks_needs_seeking((SELECT asks_supplier())))::uuid[])"),
    (
        "{attended}",
        "ANY ((SELECT asks_events_attended((SELECT asks_organisation()), (SELECT asks_person()), (SELECT asks_since())))::uuid[])",
    ),
    ("{deleted_needs}", "ANY ((SELECT asks_needs_deleted((SELECT asks_organisation())))::uuid[])"),
    ("{supplier}", "(SELECT asks_supplier())"),
    ("{buyer}", "(SELECT asks_buyer())"),
    ("{named}", "(SELECT asks_named())"),
    ("{manages}", "(SELECT asks_manages())"),
    ("{administers}", "(SELECT asks_administers())"),
    ("{since}", "(SELECT asks_since())"),
    ("{now}", "(SELECT asks_now())"),
];

/// The functions that the policies ask. Those that read a table do so as the
/// product, whatever the asker sees of it: they answer about the asker alone,
/// and policies that asked each other's tables would go round in a circle.
const FUNCTIONS: &str = "
CREATE FUNCTION asks_who() RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN current_user = 'samspill_anonymous' THEN 'visitor'
              ELSE coalesce(current_setting('samspill.who', true), '') END $$;
CREATE FUNCTION asks_as_product() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT asks_who() = 'product' $$;
CREATE FUNCTION asks_as_person() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT asks_who() = 'person' $$;
CREATE FUNCTION asks_as_anybody() RETURNS boolean LANGUAGE sql STABLE AS $$ SELECT asks_who() IN ('visitor', 'person') $$;
CREATE FUNCTION asks_for(name text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN current_user <> 'samspill_anonymous' AND current_setting('samspill.who', true) = 'person'
              THEN nullif(current_setting('samspill.' || name, true), '') END $$;
CREATE FUNCTION asks_person() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT asks_for('person')::uuid $$;
CREATE FUNCTION asks_organisation() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT asks_for('organisation')::uuid $$;
CREATE FUNCTION asks_supplier() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN asks_for('side') = 'supplier' THEN asks_organisation() END $$;
CREATE FUNCTION asks_buyer() RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN asks_for('side') = 'buyer' THEN asks_organisation() END $$;
CREATE FUNCTION asks_named() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(string_to_array(asks_for('roles'), ',') && ARRAY['OWNER', 'PROCUREMENT_OFFICER', 'NEED_OWNER'], false) $$;
CREATE FUNCTION asks_manages() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(string_to_array(asks_for('roles'), ',') && ARRAY['OWNER', 'SUPPLIER_ADMINISTRATOR'], false) $$;
CREATE FUNCTION asks_administers() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT coalesce(asks_for('administrator') = 'true', false) $$;
CREATE FUNCTION asks_since() RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT coalesce(asks_for('since')::timestamptz, '-infinity') $$;
CREATE FUNCTION asks_now() RETURNS timestamptz LANGUAGE sql STABLE AS $$ SELECT asks_for('now')::timestamptz $$;
";

/// Functions that look into a table: name with arguments, and what they collect.
const LOOKS: &[(&str, &str)] = &[
    ("asks_own_needs(organisation uuid)", "id FROM needs WHERE organisation_id = organisation"),
    (
        "asks_needs_asked_to_join(organisation uuid)",
        "need_id FROM need_partners WHERE organisation_id = organisation AND state <> 'WITHDRAWN'",
    ),
    (
        "asks_needs_joined(organisation uuid)",
        "need_id FROM need_partners WHERE organisation_id = organisation \
         AND state IN ('INTERESTED', 'NEED_ALIGNED', 'INTENT', 'MANDATED', 'OPTION_PARTY', 'OBSERVER')",
    ),
    (
        "asks_needs_seeking(organisation uuid)",
        "need_id FROM interests WHERE organisation_id = organisation AND state = 'ACTIVE' \
         AND is_looking_for_partners",
    ),
    (
        "asks_needs_deleted(organisation uuid)",
        "substr(stream,6)::uuid FROM record_entries WHERE actor_organisation_id = organisation AND kind = 'need.deleted'",
    ),
    (
        "asks_events_attended(organisation uuid, person uuid, since timestamptz)",
        "event_id FROM event_registrations WHERE organisation_id = organisation \
         AND (registered_by = person OR registered_at >= since) AND state IN ('REGISTERED', 'ATTENDED', 'NO_SHOW')",
    ),
];

/// Looks as the product, and says again who asked before; once a transaction, which
/// is given back before anything is written. Where something fails in between, the
/// transaction is over, and with it what was said.
fn look(function: &str, what: &str) -> String {
    let (column, from) = what.split_once(' ').unwrap_or((what, ""));
    let (name, _) = function.split_once('(').unwrap_or((function, ""));
    format!(
        "CREATE FUNCTION {function} RETURNS uuid[] LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$ \
         DECLARE before text := current_setting('samspill.who', true); \
           known text := current_setting('samspill.{name}', true); ids uuid[]; \
         BEGIN \
           IF known <> '' THEN RETURN known; END IF; \
           PERFORM set_config('samspill.who', 'product', true); \
           SELECT coalesce(array_agg({column}), '{{}}') INTO ids {from}; \
           PERFORM set_config('samspill.who', before, true); \
           PERFORM set_config('samspill.{name}', ids::text, true); \
           RETURN ids; \
         END $$"
    )
}

const FUNCTION_NAMES: &[&str] = &[
    "asks_needs_deleted(uuid)",
    "asks_events_attended(uuid, uuid, timestamptz)",
    "asks_needs_seeking(uuid)",
    "asks_needs_joined(uuid)",
    "asks_needs_asked_to_join(uuid)",
    "asks_own_needs(uuid)",
    "asks_now()",
    "asks_since()",
    "asks_administers()",
    "asks_manages()",
    "asks_named()",
    "asks_buyer()",
    "asks_supplier()",
    "asks_organisation()",
    "asks_person()",
    "asks_for(text)",
    "asks_as_anybody()",
    "asks_as_person()",
    "asks_as_product()",
    "asks_who()",
];

/// The predicate that no row meets.
pub const NOBODY: &str = "false";

/// What others than the product read of a table.
pub struct Walled {
    /// Its name.
    pub table: &'static str,
    /// The rows that everybody reads.
    pub everybody: &'static str,
    /// The rows that somebody who is signed in reads besides.
    pub person: &'static str,
    /// Columns of such rows that only some may read: the column, who may, and
    /// what others find instead.
    pub masks: &'static [(&'static str, &'static str, &'static str)],
}

fn is_postgres(manager: &SchemaManager<'_>) -> bool {
    manager.get_database_backend() == DbBackend::Postgres
}

async fn run(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    manager.get_connection().execute_unprepared(sql).await.map(drop)
}

fn spelled(predicate: &str) -> String {
    WORDS.iter().fold(predicate.to_owned(), |text, (word, sql)| text.replace(word, sql))
}

/// Makes what the policies need: functions, the schema of the views, and the
/// role of the visitors where the migration may.
pub async fn begin(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if !is_postgres(manager) {
        return Ok(());
    }
    run(manager, FUNCTIONS).await?;
    for (function, what) in LOOKS {
        run(manager, &look(function, what)).await?;
    }
    run(manager, &format!("CREATE SCHEMA {SEEN}")).await?;
    // An operator without the right to make roles makes this one by hand.
    run(
        manager,
        &format!(
            "DO $$ BEGIN \
               IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{VISITORS}') THEN \
                 CREATE ROLE {VISITORS} NOLOGIN; \
               END IF; \
               IF current_setting('server_version_num')::int >= 160000 THEN \
                 EXECUTE 'GRANT {VISITORS} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE'; \
               ELSIF NOT pg_has_role(current_user, '{VISITORS}', 'MEMBER') THEN \
                 EXECUTE 'GRANT {VISITORS} TO CURRENT_USER'; \
               END IF; \
             EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation OR invalid_grant_operation THEN NULL; \
             END $$"
        ),
    )
    .await
}

/// Takes away what [`begin`] made. The role stays: another database may use it.
pub async fn end(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    if !is_postgres(manager) {
        return Ok(());
    }
    run(manager, &format!("DROP SCHEMA {SEEN} CASCADE")).await?;
    for function in FUNCTION_NAMES {
        run(manager, &format!("DROP FUNCTION {function}")).await?;
    }
    Ok(())
}

/// Walls a table in: the product reads and writes all of it, others read what is said.
pub async fn wall(manager: &SchemaManager<'_>, walled: &Walled) -> Result<(), DbErr> {
    if !is_postgres(manager) {
        return Ok(());
    }
    let Walled { table, everybody, person, .. } = walled;
    let (everybody, person) = (spelled(everybody), spelled(person));
    // Three truths and no comparison: the planner then takes them for likely, and an index.
    let product = "(SELECT asks_as_product())";
    run(
        manager,
        &format!(
            "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; \
             ALTER TABLE {table} FORCE ROW LEVEL SECURITY; \
             CREATE POLICY asker ON {table} FOR SELECT USING ( \
               ((SELECT asks_as_anybody()) AND ({everybody})) \
               OR ((SELECT asks_as_person()) AND ({person}))); \
             CREATE POLICY product ON {table} FOR ALL USING ({product}) WITH CHECK ({product})"
        ),
    )
    .await?;
    if walled.everybody == NOBODY && walled.person == NOBODY {
        run(manager, &format!("COMMENT ON TABLE {table} IS '{CLOSED}'")).await?;
    }
    mask(manager, walled).await
}

/// Makes the view through which others see a table with masked columns, anew.
pub async fn mask(manager: &SchemaManager<'_>, walled: &Walled) -> Result<(), DbErr> {
    if !is_postgres(manager) || walled.masks.is_empty() {
        return Ok(());
    }
    let table = walled.table;
    let columns = columns(manager, table).await?;
    // Each question once a row, whatever number of columns hangs on it: some look into a table.
    let mut questions: Vec<&str> = walled.masks.iter().map(|(_, who, _)| *who).collect();
    questions.dedup();
    let shown: Vec<String> = columns
        .iter()
        .map(|column| match walled.masks.iter().find(|(name, ..)| name == column) {
            None => format!("t.{column}"),
            Some((_, who, instead)) => {
                let at = questions.iter().position(|known| known == who).unwrap_or_default();
                format!("CASE WHEN m.may{at} THEN t.{column} ELSE {instead} END AS {column}")
            }
        })
        .collect();
    let asked: Vec<String> =
        questions.iter().enumerate().map(|(at, who)| format!("({}) AS may{at}", spelled(who))).collect();
    for (column, ..) in walled.masks {
        if !columns.iter().any(|known| known == column) {
            return Err(DbErr::Custom(format!("{table} has no column {column} to mask")));
        }
        run(manager, &format!("COMMENT ON COLUMN {table}.{column} IS '{MASKED}'")).await?;
    }
    let (shown, asked) = (shown.join(", "), asked.join(", "));
    run(
        manager,
        &format!(
            "DROP VIEW IF EXISTS {SEEN}.{table}; CREATE VIEW {SEEN}.{table} AS \
             SELECT {shown} FROM {table} t CROSS JOIN LATERAL (SELECT {asked} OFFSET 0) m"
        ),
    )
    .await
}

/// Takes a table's view away, so that a column of it may go.
pub async fn unmask(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    if !is_postgres(manager) {
        return Ok(());
    }
    run(manager, &format!("DROP VIEW IF EXISTS {SEEN}.{table}")).await
}

/// Takes the wall down.
pub async fn open(manager: &SchemaManager<'_>, table: &str) -> Result<(), DbErr> {
    if !is_postgres(manager) {
        return Ok(());
    }
    run(
        manager,
        &format!(
            "DROP VIEW IF EXISTS {SEEN}.{table}; DROP POLICY asker ON {table}; DROP POLICY product ON {table}; \
             ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
        ),
    )
    .await
}

async fn columns(manager: &SchemaManager<'_>, table: &str) -> Result<Vec<String>, DbErr> {
    let sql = format!(
        "SELECT attname::text AS name FROM pg_attribute WHERE attrelid = '{table}'::regclass \
         AND attnum > 0 AND NOT attisdropped ORDER BY attnum"
    );
    let rows =
        manager.get_connection().query_all_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    rows.iter().map(|row| row.try_get("", "name")).collect()
}

/// Lets the role of the visitors read what policies and masks leave it: of a
/// masked table the open columns, and of what is the product's alone nothing.
/// Without the role nothing happens; it may be made later, so each run of the
/// migrations ends with this.
pub async fn let_visitors_read<C: ConnectionTrait>(connection: &C) -> Result<(), DbErr> {
    if connection.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let sql = format!(
        "DO $$ DECLARE it record; BEGIN \
           IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{VISITORS}') \
              OR to_regnamespace('{SEEN}') IS NULL THEN RETURN; END IF; \
           EXECUTE 'GRANT USAGE ON SCHEMA {SEEN} TO {VISITORS}'; \
           EXECUTE format('GRANT USAGE ON SCHEMA %I TO {VISITORS}', current_schema()); \
           FOR it IN \
             SELECT c.relname AS name FROM pg_class c WHERE c.relkind = 'r' \
             AND c.relnamespace = to_regnamespace(quote_ident(current_schema())) \
             AND obj_description(c.oid, 'pg_class') = '{CLOSED}' \
           LOOP \
             EXECUTE format('REVOKE ALL ON %I FROM {VISITORS}', it.name); \
           END LOOP; \
           FOR it IN \
             SELECT c.relname AS name, to_regclass('{SEEN}.' || quote_ident(c.relname)) AS seen, \
               (SELECT string_agg(quote_ident(a.attname), ', ') FROM pg_attribute a \
                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
                 AND col_description(c.oid, a.attnum) IS DISTINCT FROM '{MASKED}') AS columns \
             FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = to_regnamespace(quote_ident(current_schema())) \
             AND obj_description(c.oid, 'pg_class') IS DISTINCT FROM '{CLOSED}' \
           LOOP \
             IF it.seen IS NULL THEN \
               EXECUTE format('GRANT SELECT ON %I TO {VISITORS}', it.name); \
             ELSE \
               EXECUTE format('GRANT SELECT ON {SEEN}.%I TO {VISITORS}', it.name); \
               EXECUTE format('GRANT SELECT (%s) ON %I TO {VISITORS}', it.columns, it.name); \
             END IF; \
           END LOOP; \
         END $$"
    );
    connection.execute_unprepared(&sql).await.map(drop)
}

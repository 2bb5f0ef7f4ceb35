//! Every statement there is, and the tests that hold them and the schemas on both engines.

use std::collections::BTreeSet;
use std::path::Path;

use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

use crate::alerts::{
    channels, deliveries, flaps, late, lease, outbox, pauses, record, rules, snoozes, subjects, threads,
    watches,
};
use crate::batch::BatchSql;
use crate::monitoring::{
    check_ins, figures, incidents, keys, monitors, named, notes, outputs, placed, proposals, rejected,
    run_list, runs, states,
};
use crate::statement::Sql;
use crate::statistics::{around, counted, counting, fresh, lags, marks, metrics, recent, spans, standing};
use crate::store::{Engine, Store};
use crate::{
    agents, agents_seen, audit, backlog, diagnostics, discovered, documents, enroll_tokens, events,
    idempotency, integrations, invitations, job_revisions, jobs, members, passkeys, password_resets,
    public_pages, repositories, retention, second_factors, service, sessions, set_back, tenants, testing,
    tokens, usage, users, volume,
};

/// File under `src`, its `STATEMENTS`, its `BATCHES`. A file with statements that is not here fails a test.
const FILES: &[(&str, &[&Sql], &[&BatchSql])] = &[
    ("events.rs", events::STATEMENTS, events::BATCHES),
    ("usage.rs", usage::STATEMENTS, usage::BATCHES),
    ("users.rs", users::STATEMENTS, &[]),
    ("passkeys.rs", passkeys::STATEMENTS, &[]),
    ("password_resets.rs", password_resets::STATEMENTS, &[]),
    ("second_factors.rs", second_factors::STATEMENTS, second_factors::BATCHES),
    ("sessions.rs", sessions::STATEMENTS, &[]),
    ("tenants.rs", tenants::STATEMENTS, &[]),
    ("members.rs", members::STATEMENTS, &[]),
    ("invitations.rs", invitations::STATEMENTS, &[]),
    ("tokens.rs", tokens::STATEMENTS, tokens::BATCHES),
    ("audit.rs", audit::STATEMENTS, &[]),
    ("idempotency.rs", idempotency::STATEMENTS, &[]),
    ("enroll_tokens.rs", enroll_tokens::STATEMENTS, &[]),
    ("agents/keys.rs", agents::keys::STATEMENTS, &[]),
    ("agents/rows.rs", agents::rows::STATEMENTS, &[]),
    ("monitoring/monitors.rs", monitors::STATEMENTS, monitors::BATCHES),
    ("monitoring/placed.rs", placed::STATEMENTS, placed::BATCHES),
    ("monitoring/states.rs", states::STATEMENTS, states::BATCHES),
    ("monitoring/keys.rs", keys::STATEMENTS, keys::BATCHES),
    ("monitoring/named.rs", &[], named::BATCHES),
    ("monitoring/proposals.rs", proposals::STATEMENTS, proposals::BATCHES),
    ("integrations.rs", integrations::STATEMENTS, integrations::BATCHES),
    ("discovered.rs", discovered::STATEMENTS, discovered::BATCHES),
    ("monitoring/runs.rs", runs::STATEMENTS, runs::BATCHES),
    ("monitoring/run_list.rs", run_list::STATEMENTS, &[]),
    ("monitoring/outputs.rs", outputs::STATEMENTS, outputs::BATCHES),
    ("monitoring/figures.rs", figures::STATEMENTS, &[]),
    ("backlog.rs", backlog::STATEMENTS, &[]),
    ("monitoring/check_ins.rs", check_ins::STATEMENTS, check_ins::BATCHES),
    ("monitoring/incidents.rs", incidents::STATEMENTS, incidents::BATCHES),
    ("monitoring/notes.rs", notes::STATEMENTS, &[]),
    ("statistics/around.rs", &[], around::BATCHES),
    ("statistics/lags.rs", lags::STATEMENTS, lags::BATCHES),
    ("agents_seen.rs", agents_seen::STATEMENTS, &[]),
    ("retention.rs", retention::STATEMENTS, &[]),
    ("service.rs", service::STATEMENTS, &[]),
    ("set_back.rs", set_back::STATEMENTS, &[]),
    ("volume.rs", volume::STATEMENTS, &[]),
    ("monitoring/rejected.rs", rejected::STATEMENTS, rejected::BATCHES),
    ("alerts/channels.rs", channels::STATEMENTS, &[]),
    ("alerts/deliveries.rs", deliveries::STATEMENTS, &[]),
    ("alerts/flaps.rs", flaps::STATEMENTS, flaps::BATCHES),
    ("alerts/late.rs", late::STATEMENTS, &[]),
    ("alerts/lease.rs", lease::STATEMENTS, lease::BATCHES),
    ("alerts/outbox.rs", outbox::STATEMENTS, outbox::BATCHES),
    ("alerts/pauses.rs", pauses::STATEMENTS, &[]),
    ("alerts/record.rs", record::STATEMENTS, &[]),
    ("alerts/rules.rs", rules::STATEMENTS, rules::BATCHES),
    ("alerts/snoozes.rs", snoozes::STATEMENTS, &[]),
    ("alerts/subjects.rs", subjects::STATEMENTS, &[]),
    ("alerts/threads.rs", threads::STATEMENTS, &[]),
    ("alerts/watches.rs", watches::STATEMENTS, watches::BATCHES),
    ("agents/state.rs", agents::state::STATEMENTS, &[]),
    ("agents/told.rs", agents::told::STATEMENTS, &[]),
    ("statistics/counted.rs", counted::STATEMENTS, counted::BATCHES),
    ("statistics/counting.rs", counting::STATEMENTS, counting::BATCHES),
    ("statistics/fresh.rs", &[], fresh::BATCHES),
    ("statistics/marks.rs", &[], marks::BATCHES),
    ("statistics/metrics.rs", metrics::STATEMENTS, &[]),
    ("statistics/recent.rs", &[], recent::BATCHES),
    ("statistics/spans.rs", spans::STATEMENTS, spans::BATCHES),
    ("statistics/standing.rs", standing::STATEMENTS, &[]),
    ("repositories/due.rs", repositories::due::STATEMENTS, &[]),
    ("repositories/hooks.rs", repositories::hooks::STATEMENTS, &[]),
    ("repositories/rows.rs", repositories::rows::STATEMENTS, &[]),
    ("repositories/sealed.rs", repositories::sealed::STATEMENTS, &[]),
    ("repositories/synced.rs", repositories::synced::STATEMENTS, &[]),
    ("jobs/forms.rs", jobs::forms::STATEMENTS, jobs::forms::BATCHES),
    ("jobs/listed.rs", jobs::listed::STATEMENTS, &[]),
    ("jobs/write.rs", jobs::write::STATEMENTS, jobs::write::BATCHES),
    ("public_pages.rs", public_pages::STATEMENTS, &[]),
    ("documents.rs", documents::STATEMENTS, documents::BATCHES),
    ("diagnostics.rs", diagnostics::STATEMENTS, diagnostics::BATCHES),
    ("job_revisions.rs", job_revisions::STATEMENTS, job_revisions::BATCHES),
];

/// Parses and type-checks `sql`.
async fn prepare(store: &Store, name: &str, sqlite: &str, postgres: &str) {
    let prepared = match store.engine() {
        Engine::Sqlite(pools) => {
            let sql = AssertSqlSafe(sqlite.to_owned()).into_sql_str();
            pools.writer.acquire().await.unwrap().prepare(sql).await.map(drop)
        }
        Engine::Postgres(pools) => {
            let sql = AssertSqlSafe(postgres.to_owned()).into_sql_str();
            pools.pool.acquire().await.unwrap().prepare(sql).await.map(drop)
        }
    };
    if let Err(error) = prepared {
        panic!("{name} does not prepare: {error}");
    }
}

#[tokio::test]
async fn every_statement_prepares() {
    testing::each(|store| async move {
        for (file, statements, batches) in FILES {
            for sql in *statements {
                prepare(&store, &format!("{file}: {}", sql.name), sql.sqlite, sql.postgres).await;
                assert_ne!(sql.table(), "?", "{file}: {} names its table in capitals' wake", sql.name);
            }
            for sql in *batches {
                let name = format!("{file}: {}", sql.name);
                prepare(&store, &name, &sql.sqlite(), &sql.postgres()).await;
                if sql.is_of_single_rows() {
                    assert_eq!(sql.text.matches("{rows}").count(), 1, "{name} would take each value twice");
                    prepare(&store, &name, &sql.sqlite_values(8), &sql.postgres()).await;
                }
            }
        }
    })
    .await;
}

#[test]
fn every_file_with_statements_is_listed() {
    fn walk(dir: &Path, root: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            if text.contains("\nstatements! {") || text.contains("\nbatches! {") {
                found.insert(path.strip_prefix(root).unwrap().display().to_string());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    walk(&root, &root, &mut found);
    let listed: BTreeSet<_> = FILES.iter().map(|(file, ..)| (*file).to_owned()).collect();
    assert_eq!(found, listed);
}

/// `table.column type [not null]` of every column, and `index on table (columns) [unique]` of every index.
async fn schema(store: &Store) -> BTreeSet<String> {
    const SQLITE_COLUMNS: &str = "SELECT t.name || '.' || c.name || ' ' || lower(c.type)
            || CASE WHEN c.\"notnull\" THEN ' not null' ELSE '' END
        FROM sqlite_schema t, pragma_table_info(t.name) c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> '_sqlx_migrations'";
    const SQLITE_INDEXES: &str = "SELECT i.name || ' on ' || t.name || ' ('
            || (SELECT group_concat(x.name, ', ' ORDER BY x.seqno) FROM pragma_index_info(i.name) x) || ')'
            || CASE WHEN i.\"unique\" THEN ' unique' ELSE '' END || CASE WHEN i.partial THEN ' partial' ELSE '' END
        FROM sqlite_schema t, pragma_index_list(t.name) i
        WHERE t.type = 'table' AND i.origin = 'c' AND t.name <> '_sqlx_migrations'
        UNION ALL
        SELECT t.name || ' key (' || (SELECT group_concat(c.name, ', ' ORDER BY c.pk)
            FROM pragma_table_info(t.name) c WHERE c.pk > 0) || ')'
        FROM sqlite_schema t
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND t.name <> '_sqlx_migrations'";
    const POSTGRES_COLUMNS: &str = "SELECT t.relname || '.' || a.attname || ' '
            || CASE format_type(a.atttypid, a.atttypmod) WHEN 'bytea' THEN 'blob'
                ELSE format_type(a.atttypid, a.atttypmod) END
            || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
        FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid
        WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND NOT t.relispartition
            AND a.attnum > 0 AND NOT a.attisdropped AND t.relname <> '_sqlx_migrations'";
    const POSTGRES_INDEXES: &str = "SELECT CASE WHEN x.indisprimary THEN t.relname || ' key ('
            ELSE i.relname || ' on ' || t.relname || ' (' END
            || (SELECT string_agg(a.attname, ', ' ORDER BY k.n) FROM unnest(x.indkey) WITH ORDINALITY k(attnum, n)
                JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum) || ')'
            || CASE WHEN x.indisunique AND NOT x.indisprimary THEN ' unique' ELSE '' END
            || CASE WHEN x.indpred IS NOT NULL THEN ' partial' ELSE '' END
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
        WHERE t.relnamespace = 'public'::regnamespace AND NOT t.relispartition AND t.relname <> '_sqlx_migrations'";
    let mut lines = Vec::new();
    match store.engine() {
        Engine::Sqlite(pools) => {
            for sql in [SQLITE_COLUMNS, SQLITE_INDEXES] {
                lines.extend(sqlx::query_scalar::<_, String>(sql).fetch_all(&pools.readers).await.unwrap());
            }
        }
        Engine::Postgres(pools) => {
            for sql in [POSTGRES_COLUMNS, POSTGRES_INDEXES] {
                lines.extend(sqlx::query_scalar::<_, String>(sql).fetch_all(&pools.pool).await.unwrap());
            }
        }
    }
    lines.into_iter().collect()
}

#[tokio::test]
async fn both_engines_have_the_same_schema() {
    let both = std::sync::Mutex::new(Vec::new());
    let seen = &both;
    testing::each(|store| async move {
        let lines = schema(&store).await;
        assert!(lines.contains("events key (tenant_id, seq)"), "{lines:#?}");
        seen.lock().unwrap().push(lines);
    })
    .await;
    if let [sqlite, postgres] = both.into_inner().unwrap().as_slice() {
        let differences: Vec<_> = sqlite.symmetric_difference(postgres).collect();
        assert!(differences.is_empty(), "on one engine only: {differences:#?}");
    }
}

/// Row-level security on PostgreSQL; and on both, the tenant leads the primary key.
#[tokio::test]
async fn every_tenant_table_is_fenced() {
    const FENCED: &str = "SELECT t.relname FROM pg_class t
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped
        WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p') AND NOT t.relispartition
            AND NOT (t.relrowsecurity AND t.relforcerowsecurity)";
    testing::each(|store| async move {
        if let Engine::Postgres(pools) = store.engine() {
            let open: Vec<String> = sqlx::query_scalar(FENCED).fetch_all(&pools.pool).await.unwrap();
            assert!(open.is_empty(), "call crontopus_fence for {open:?}");
        }
    })
    .await;
}

/// Whatever a statement forgets, a tenant's transaction on PostgreSQL does not see another tenant's rows,
/// nor writes any.
#[tokio::test]
async fn the_fence_holds_without_the_statement() {
    use crate::tx::Conn;
    use crate::{SystemScope, TenantScope};
    use crontopus_ids::TenantId;

    testing::each(|store| async move {
        let (one, two) = (TenantId::from_bits(1), TenantId::from_bits(2));
        let mut tx = store.begin(TenantScope::of(one)).await.unwrap();
        tx.emit(1, crontopus_domain::EventKind::RunChanged, "run_x", None);
        tx.commit().await.unwrap();
        for (scope, wanted) in [(one, 1i64), (two, 0)] {
            let mut tx = store.begin(TenantScope::of(scope)).await.unwrap();
            let Conn::Postgres(conn) = tx.conn() else { return };
            let seen: i64 =
                sqlx::query_scalar("SELECT count(*) FROM events").fetch_one(&mut **conn).await.unwrap();
            assert_eq!(seen, wanted);
            let changed = sqlx::query("UPDATE events SET at = 2").execute(&mut **conn).await.unwrap();
            assert_eq!(changed.rows_affected(), wanted as u64);
        }
        let mut tx = store.begin(TenantScope::of(two)).await.unwrap();
        let Conn::Postgres(conn) = tx.conn() else { return };
        let forged = format!("INSERT INTO event_heads (tenant_id, seq) VALUES ('{one}x', 1)");
        sqlx::raw_sql(AssertSqlSafe(forged)).execute(&mut **conn).await.expect_err("another tenant's row");
        drop(tx);
        let mut tx = store.begin(SystemScope::for_task("test")).await.unwrap();
        let Conn::Postgres(conn) = tx.conn() else { return };
        let all: i64 =
            sqlx::query_scalar("SELECT count(*) FROM events").fetch_one(&mut **conn).await.unwrap();
        assert_eq!(all, 1, "a task sees every tenant");
    })
    .await;
}

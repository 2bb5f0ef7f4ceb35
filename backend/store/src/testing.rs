//! One test body, both databases.
//!
//! SQLite always, in a directory of its own. PostgreSQL when the environment variable
//! `CRONTOPUS_TEST_POSTGRES_URL` holds the address of a superuser: each test gets a database of its own,
//! owned by a role that row-level security binds. Without the variable one line says that it was left out.

use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::store::Store;

const VARIABLE: &str = "CRONTOPUS_TEST_POSTGRES_URL";
const ROLE: &str = "crontopus_test";

static NEXT: AtomicU32 = AtomicU32::new(0);

/// Runs `test` on each engine, on a migrated, empty database.
///
/// # Panics
/// When a database cannot be made, or when `test` panics.
pub async fn each<F, Fut>(test: F)
where
    F: Fn(Store) -> Fut,
    Fut: Future<Output = ()>,
{
    each_at(|url| {
        let test = &test;
        async move {
            let store = Store::open(&url).await.expect("the test database opens");
            store.migrate().await.expect("the test database migrates");
            test(store.clone()).await;
            store.close().await;
        }
    })
    .await;
}

/// Runs `test` with the address of an empty database of each engine.
///
/// # Panics
/// When a database cannot be made, or when `test` panics.
pub async fn each_at<F, Fut>(test: F)
where
    F: Fn(String) -> Fut,
    Fut: Future<Output = ()>,
{
    eprintln!("on SQLite:");
    let dir = tempfile::tempdir().expect("a temporary directory");
    test(dir.path().join("test.db").display().to_string()).await;
    match postgres_url() {
        Some(admin) => {
            eprintln!("on PostgreSQL:");
            let database = Database::create(&admin).await;
            test(database.url()).await;
            database.drop().await;
        }
        None => eprintln!("PostgreSQL is left out: {VARIABLE} is not set"),
    }
}

#[expect(clippy::disallowed_methods, reason = "tests are told by the environment where PostgreSQL is")]
fn postgres_url() -> Option<String> {
    std::env::var(VARIABLE).ok()
}

struct Database {
    admin: String,
    name: String,
}

impl Database {
    async fn create(admin: &str) -> Self {
        let name = format!("crontopus_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(admin).await.expect("the PostgreSQL of the tests answers");
        let role = format!(
            "DO $$ BEGIN CREATE ROLE {ROLE} LOGIN PASSWORD '{ROLE}'; \
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        );
        for sql in [
            role,
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name} OWNER {ROLE}"),
        ] {
            sqlx::raw_sql(AssertSqlSafe(sql))
                .execute(&mut connection)
                .await
                .expect("a database for the test");
        }
        connection.close().await.expect("the connection closes");
        Self { admin: admin.to_owned(), name }
    }

    /// `postgres://user:password@host:port/database?parameters` with user and database replaced.
    fn url(&self) -> String {
        let (scheme, rest) = self.admin.split_once("://").expect("an address has a scheme");
        let (address, parameters) = rest.split_once('?').unwrap_or((rest, ""));
        let place = address.split_once('/').map_or(address, |(place, _)| place);
        let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
        format!("{scheme}://{ROLE}:{ROLE}@{host}/{}?{parameters}", self.name)
    }

    async fn drop(self) {
        let mut connection = PgConnection::connect(&self.admin).await.expect("PostgreSQL still answers");
        let sql = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.expect("the database goes");
    }
}

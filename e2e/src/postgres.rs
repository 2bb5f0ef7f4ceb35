use anyhow::{Context as _, ensure};

use crate::program;

/// The address of an empty database of the tests' own PostgreSQL (`CRONTOPUS_TEST_POSTGRES_URL`, a superuser's
/// address); `None` where there is none.
#[expect(clippy::disallowed_methods, reason = "stories are told where their database is")]
pub fn postgres_database() -> anyhow::Result<Option<String>> {
    let Some(superuser) = std::env::var_os("CRONTOPUS_TEST_POSTGRES_URL") else { return Ok(None) };
    let superuser = superuser.to_str().context("the address is text")?.to_owned();
    let name = format!("story_{}", std::process::id());
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut places: Vec<_> = debian.map(|entry| entry.path().join("bin/psql")).collect();
    places.push("/usr/bin/psql".into());
    let psql = places.into_iter().find(|path| path.exists()).context("there is a psql")?;
    let done = program(psql)
        .args(["--no-psqlrc", "--quiet", "--dbname", &superuser])
        .args(["--command", &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")])
        .args(["--command", &format!("CREATE DATABASE {name}")])
        .output()?;
    ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let (server, _) = superuser.rsplit_once('/').context("the address names a database")?;
    Ok(Some(format!("{server}/{name}")))
}

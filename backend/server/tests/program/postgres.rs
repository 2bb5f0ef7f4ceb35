//! The program on PostgreSQL: a backup by its own tools, and a database that goes away.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use crate::support::{Server, run};

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The address of a superuser's database, if there is a PostgreSQL for tests, and its tools.
#[expect(clippy::disallowed_methods, reason = "tests are told where their database is")]
fn superuser() -> Option<String> {
    let url = std::env::var("CRONTOPUS_TEST_POSTGRES_URL").ok();
    if url.is_none() || tool("pg_dump").is_none() {
        println!("left out: CRONTOPUS_TEST_POSTGRES_URL is not set, or pg_dump is not here");
        return None;
    }
    url
}

/// A program of PostgreSQL's, in the path or where Debian puts it.
#[expect(clippy::disallowed_methods, reason = "the tests use the database's own tools")]
fn tool(name: &str) -> Option<Command> {
    let debian = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut places: Vec<_> = debian.map(|entry| entry.path().join("bin").join(name)).collect();
    places.push(format!("/usr/bin/{name}").into());
    let found = places.into_iter().find(|path| path.exists())?;
    Some(Command::new(found))
}

fn done(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// An empty database; its address.
fn database(superuser: &str, name: &str) -> String {
    let name = format!("program_{name}_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    asked(superuser, &format!("CREATE DATABASE {name}"));
    let (address, parameters) = superuser.split_once('?').unwrap_or((superuser, ""));
    let (server, _) = address.rsplit_once('/').unwrap();
    format!("{server}/{name}?{parameters}")
}

/// What one statement prints.
fn asked(database: &str, sql: &str) -> String {
    let plain = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--dbname", database, "--command"];
    done(tool("psql").unwrap().args(plain).arg(sql))
}

#[test]
fn a_backup_by_the_documented_commands_is_restored() {
    let Some(superuser) = superuser() else { return };
    let dir = tempfile::tempdir().unwrap();
    let (old, new) = (dir.path().join("old"), dir.path().join("new"));
    let (dump, backup) = (dir.path().join("crontopus.dump"), dir.path().join("crontopus.tar.zst"));
    let (dump, backup) = (dump.to_str().unwrap(), backup.to_str().unwrap());
    let (from, to) = (database(&superuser, "from"), database(&superuser, "to"));
    let server = Server::with(&old, &["--database", &from]);
    let cookie = server.sign_up();
    let told = server.answers(&cookie);

    // docs/backup.md, word for word, while the service runs.
    done(tool("pg_dump").unwrap().args(["--format=custom", "--no-owner", &format!("--file={dump}"), &from]));
    let output = run(&["backup", backup, "--without-database"], &old);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    drop(server);
    let output = run(&["restore", backup], &new);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    done(tool("pg_restore").unwrap().args([
        "--no-owner",
        "--exit-on-error",
        &format!("--dbname={to}"),
        dump,
    ]));

    let server = Server::with(&new, &["--database", &to]);
    assert_eq!(server.answers(&cookie), told);
    assert_eq!(
        std::fs::read(new.join("server.key")).unwrap(),
        std::fs::read(old.join("server.key")).unwrap()
    );
}

/// Passes connections on to the database, as long as it is told to.
struct Line {
    address: SocketAddr,
    is_up: Arc<AtomicBool>,
}

impl Line {
    fn to(database: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, is_up) = (listener.local_addr().unwrap(), Arc::new(AtomicBool::new(true)));
        let up = is_up.clone();
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                if !up.load(Ordering::SeqCst) {
                    continue;
                }
                let far = TcpStream::connect(&database).unwrap();
                for (from, to) in [(near.try_clone(), far.try_clone()), (Ok(far), Ok(near))] {
                    let (from, to, up) = (from.unwrap(), to.unwrap(), up.clone());
                    std::thread::spawn(move || pass(from, to, &up));
                }
            }
        });
        Self { address, is_up }
    }

    fn set(&self, is_up: bool) {
        self.is_up.store(is_up, Ordering::SeqCst);
    }
}

/// Passes bytes on, until the line is cut: then both ends are closed.
fn pass(mut from: TcpStream, mut to: TcpStream, up: &AtomicBool) {
    use std::io::{Read as _, Write as _};
    from.set_read_timeout(Some(std::time::Duration::from_millis(50))).unwrap();
    let mut bytes = [0; 16 << 10];
    while up.load(Ordering::SeqCst) {
        match from.read(&mut bytes) {
            Ok(0) => break,
            Ok(n) if to.write_all(&bytes[..n]).is_err() => break,
            Err(error)
                if !matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) =>
            {
                break;
            }
            Ok(_) | Err(_) => {}
        }
    }
    from.shutdown(std::net::Shutdown::Both).ok();
    to.shutdown(std::net::Shutdown::Both).ok();
}

#[test]
fn a_database_that_is_away_is_told_and_found_again() {
    let Some(superuser) = superuser() else { return };
    let dir = tempfile::tempdir().unwrap();
    let url = database(&superuser, "away");
    let place = url.split_once('@').unwrap().1.split_once('/').unwrap().0.to_owned();
    let line = Line::to(place.clone());
    let server = Server::with(dir.path(), &["--database", &url.replace(&place, &line.address.to_string())]);
    let cookie = server.sign_up();
    assert_eq!(server.ask("GET", "/readyz", "", "").0, 200);

    line.set(false);
    for (method, path) in [("GET", "/api/v1/me"), ("POST", "/in/nobody")] {
        let (status, head, body) = server.ask(method, path, &cookie, "");
        assert_eq!(status, 503, "{path}: {body}");
        assert!(head.to_ascii_lowercase().contains("retry-after: "), "{head}");
        assert!(body.contains("\"unavailable\"") && !body.contains("postgres"), "{body}");
    }
    assert_eq!(server.ask("GET", "/readyz", "", "").0, 503);
    assert_eq!(server.ask("GET", "/livez", "", "").0, 200);

    line.set(true);
    assert_eq!(server.ask("GET", "/api/v1/me", &cookie, "").0, 200);
    assert_eq!(server.ask("GET", "/readyz", "", "").0, 200);
}

#[test]
fn a_database_is_reached_over_tls_when_its_certificate_is_trusted() {
    let Some(superuser) = superuser() else { return };
    let dir = tempfile::tempdir().unwrap();
    let authority = dir.path().join("authority.pem");
    std::fs::write(
        &authority,
        asked(&superuser, "SELECT pg_read_file(current_setting('data_directory') || '/root.crt')"),
    )
    .unwrap();
    let plain = database(&superuser, "tls");
    let address = |host: &str, mode: &str| {
        let (address, _) = plain.split_once('?').unwrap();
        format!("{}?sslmode={mode}", address.replace("127.0.0.1", host))
    };
    let trusting =
        |host: &str| format!("{}&sslrootcert={}", address(host, "verify-full"), authority.to_str().unwrap());

    let server = Server::with(&dir.path().join("data"), &["--database", &trusting("localhost")]);
    server.sign_up();
    let sessions = "SELECT s.ssl, count(*) > 0 FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) \
                    WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() GROUP BY s.ssl";
    assert_eq!(asked(&plain, sessions).trim(), "t|t", "every session is encrypted");
    drop(server);

    // Nobody vouches for the certificate; it is not one for an address.
    for (url, why) in
        [(address("localhost", "verify-full"), "UnknownIssuer"), (trusting("127.0.0.1"), "not valid for")]
    {
        let output = run(&["migrate", "--database", &url], &dir.path().join("other"));
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && told.contains(why), "{told}");
    }
}

//! People who forgot the password or lost the second factor, helped by who runs the server, while it runs.

use crate::support::{Server, run};

#[test]
fn a_link_from_the_terminal_sets_a_password() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let server = Server::start(&data);
    let cookie = server.sign_up();
    let reset = |more: &[&str]| run(&[&["user", "reset-password"], more].concat(), &data);
    let made = reset(&["ADA@example.org", "--public-url", "https://cron.example"]);
    let (printed, said) = (String::from_utf8_lossy(&made.stdout), String::from_utf8_lossy(&made.stderr));
    assert!(made.status.success(), "{said}");
    assert!(said.contains("for an hour"), "{said}");
    let secret = printed.trim_end().strip_prefix("https://cron.example/reset-password#").unwrap();
    let body = format!(r#"{{"secret":"{secret}","password":"nine quiet herons count"}}"#);
    let (status, _, answer) = server.ask("POST", "/api/v1/auth/password-reset/confirm", "", &body);
    assert_eq!(status, 204, "{answer}");
    assert_eq!(server.ask("GET", "/api/v1/me", &cookie, "").0, 401, "sessions end");
    let body = r#"{"email":"ada@example.org","password":"nine quiet herons count"}"#;
    assert_eq!(server.ask("POST", "/api/v1/auth/sign-in", "", body).0, 200);

    let unknown = reset(&["nobody@example.org"]);
    assert!(!unknown.status.success() && unknown.stdout.is_empty());
    let said = String::from_utf8_lossy(&unknown.stderr);
    assert!(said.contains("nobody@example.org"), "{said}");
    let none = run(&["user", "remove-second-factor", "ada@example.org"], &data);
    let said = String::from_utf8_lossy(&none.stderr);
    assert!(!none.status.success() && said.contains("has no second factor"), "{said}");
}

#[test]
fn nothing_is_made_where_nobody_is() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("elsewhere");
    let output = run(&["user", "reset-password", "ada@example.org"], &data);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("no data directory"), "{said}");
    assert!(!data.exists());
}

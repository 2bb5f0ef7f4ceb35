use crontopus_api::{Code, CreatedToken, Problem, Role, Scope};
use insta::assert_snapshot;

use crate::support::fake::{Fake, answer};
use crate::support::{Cli, canned};

fn signing_in(role: Role) -> Fake {
    let me = canned::me(role, None);
    let cookie = [("set-cookie", "crontopus_session=s3cret; Path=/; HttpOnly")];
    let created = CreatedToken { token: canned::token(), secret: "ctp_new".into() };
    let fake = Fake::new()
        .on_raw("POST /api/v1/auth/sign-in", answer(200, &cookie, &serde_json::to_vec(&me).unwrap()))
        .on("GET /api/v1/me", &me)
        .on_nothing("POST /api/v1/auth/sign-out");
    match role {
        Role::Admin | Role::Owner => fake.on("POST /api/v1/tokens", &created),
        _ => fake.on_problem("POST /api/v1/tokens", &Problem::new(Code::Forbidden)),
    }
}

fn stored(cli: &Cli) -> String {
    std::fs::read_to_string(cli.path().join("config/contexts.toml")).unwrap()
}

fn sign_in(cli: &Cli, server: &Fake) -> String {
    let url = server.url();
    let arguments = ["login", "--url", &url, "--email", "ops@acme.example", "--password-stdin"];
    cli.run_with(&arguments, "correct horse battery staple\n", &[]).ok().replace(&url, "<url>")
}

#[test]
fn a_password_becomes_a_token() {
    let (cli, server) = (Cli::new(), signing_in(Role::Admin));
    let said = sign_in(&cli, &server);
    let host = server.url().replace("http://", "");
    assert_snapshot!(said.replace(&host, "<host>"), @"Signed in to <url> as ops@acme.example, admin of acme (saved as `<host>`).");
    let lines = server.lines();
    assert_eq!(
        lines,
        ["POST /api/v1/auth/sign-in", "GET /api/v1/me", "POST /api/v1/tokens", "POST /api/v1/auth/sign-out"]
    );
    let seen = server.seen();
    assert_eq!(seen[2].header("cookie"), Some("crontopus_session=s3cret"));
    // No more than the role may give, and an end.
    assert!(!seen[2].body.contains("tenant:write") && seen[2].body.contains("tokens:write"));
    assert!(seen[2].body.contains("\"expires_in_days\":90"), "{}", seen[2].body);
    let text = stored(&cli);
    assert!(text.contains("ctp_new") && !text.contains("s3cret") && !text.contains("horse"), "{text}");
    // What was kept is used.
    cli.run(&["whoami"]).ok();
    assert_eq!(server.seen()[4].header("authorization"), Some("Bearer ctp_new"));
}

#[cfg(unix)]
#[test]
fn the_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let (cli, server) = (Cli::new(), signing_in(Role::Admin));
    cli.write("config/contexts.toml", "");
    let file = cli.path().join("config/contexts.toml");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    sign_in(&cli, &server);
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let files: Vec<_> = std::fs::read_dir(cli.path().join("config")).unwrap().collect();
    assert_eq!(files.len(), 1, "no draft is left: {files:?}");
}

#[test]
fn who_may_make_no_token_keeps_the_session() {
    let (cli, server) = (Cli::new(), signing_in(Role::Viewer));
    sign_in(&cli, &server);
    assert!(!server.lines().contains(&"POST /api/v1/auth/sign-out".to_owned()));
    cli.run(&["whoami"]).ok();
    let seen = server.seen();
    let last = seen.last().unwrap();
    assert_eq!(last.header("cookie"), Some("crontopus_session=s3cret"));
    assert_eq!(last.header("crontopus-tenant"), Some("acme"));
    cli.run(&["logout"]).ok();
    assert_eq!(server.lines().last().unwrap(), "POST /api/v1/auth/sign-out");
}

#[test]
fn a_token_is_checked_and_kept() {
    let me = canned::me(Role::Member, Some(vec![Scope::JobsRead]));
    let server = Fake::new().on("GET /api/v1/me", &me);
    let cli = Cli::new();
    cli.run_with(&["login", "--url", &server.url(), "--token-stdin", "--name", "work"], "ctp_x\n", &[]).ok();
    assert!(stored(&cli).contains("[contexts.work]"));
    let refusing = Fake::new().on_problem("GET /api/v1/me", &Problem::new(Code::Unauthenticated));
    let other = Cli::new();
    let ended = other.run_with(&["login", "--url", &refusing.url(), "--token-stdin"], "ctp_y\n", &[]);
    assert_snapshot!(ended.failed(3), @"
    error: Sign in or give a token
    hint: sign in: crontopus login
    ");
    assert!(!other.path().join("config/contexts.toml").exists());
}

#[test]
fn without_a_terminal_nothing_is_asked() {
    let cli = Cli::new();
    assert_snapshot!(cli.run(&["login"]).failed(2), @"
    error: which server?
    hint: crontopus login --url https://cron.example
    ");
    assert_snapshot!(cli.run(&["login", "--url", "https://cron.example"]).failed(2), @"
    error: there is no terminal to ask on
    hint: give a token: crontopus login --token-stdin < file
    ");
    let empty = cli.run(&["login", "--url", "https://cron.example", "--token-stdin"]);
    assert_snapshot!(empty.failed(2), @"error: standard input is empty");
}

#[test]
fn wrong_passwords_are_said_so() {
    let problem = Problem::new(Code::InvalidCredentials);
    let server = Fake::new().on_problem("POST /api/v1/auth/sign-in", &problem);
    let arguments = ["login", "--url", &server.url(), "--email", "a@b.example", "--password-stdin"];
    assert_snapshot!(Cli::new().run_with(&arguments, "x\n", &[]).failed(3), @"error: E-mail address or password is wrong");
}

#[test]
fn logout_ends_the_token_it_made() {
    let server = signing_in(Role::Owner);
    let id = canned::token().id;
    let server = server.on_nothing(&format!("DELETE /api/v1/tokens/{id}"));
    let cli = Cli::new();
    sign_in(&cli, &server);
    cli.run(&["logout"]).ok();
    assert_eq!(server.lines().last().unwrap(), &format!("DELETE /api/v1/tokens/{id}"));
    assert!(!stored(&cli).contains("ctp_new"));
    assert_snapshot!(cli.run(&["logout"]).failed(4), @"
    error: no server is saved
    hint: crontopus context list
    ");
}

#[test]
fn logout_works_without_the_server_by_force() {
    let cli = Cli::new();
    let url = {
        let server = signing_in(Role::Owner);
        sign_in(&cli, &server);
        server.url()
    };
    // Another server, which knows nothing of the token, may have taken the port; nobody listens here.
    let text = stored(&cli).replace(&url, "http://127.0.0.1:1");
    cli.write("config/contexts.toml", &text);
    assert!(cli.run(&["logout"]).failed(5).contains("crontopus logout --force"));
    cli.run(&["logout", "--force"]).ok();
    assert!(!stored(&cli).contains("ctp_new"));
}

#[test]
fn a_second_factor_is_asked_for_and_given() {
    let server =
        Fake::new().on_problem("POST /api/v1/auth/sign-in", &Problem::new(Code::SecondFactorRequired));
    let url = server.url();
    let arguments = ["login", "--url", &url, "--email", "ops@acme.example", "--password-stdin"];
    let said = Cli::new().run_with(&arguments, "correct horse battery staple\n", &[]).failed(3);
    assert_snapshot!(said, @"
    error: A code of the second factor is needed
    hint: give the code of your authenticator with --code
    ");
    let (cli, server) = (Cli::new(), signing_in(Role::Admin));
    let url = server.url();
    let arguments =
        ["login", "--url", &url, "--email", "ops@acme.example", "--password-stdin", "--code", "123456"];
    cli.run_with(&arguments, "correct horse battery staple\n", &[]).ok();
    assert!(server.seen()[0].body.contains("\"code\":\"123456\""), "{}", server.seen()[0].body);
    assert!(!stored(&cli).contains("123456"));
}

//! Requests made to do harm: each is answered with a problem that says what is wrong, none with a 5xx.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crontopus_http::access::{Row, TABLE};
use serde_json::{Value, json};

use crate::ask::{Ask, encode};
use crate::callers::Credential;
use crate::contract::{Contract, Operation};
use crate::seed::Tenant;
use crate::world::World;

/// Operations that read a JSON body, with their rows.
fn with_body() -> impl Iterator<Item = (&'static Row, &'static Operation)> {
    let own = |row: &'static Row| (row, Contract::get().operation(row.operation));
    TABLE.iter().map(own).filter(|(_, operation)| operation.value["requestBody"].is_object())
}

fn entitled<'t>(tenant: &'t Tenant, row: &Row) -> &'t Credential {
    match row {
        Row { agent: true, .. } => &tenant.host,
        Row { tokens: crontopus_http::access::Tokens::None, .. } => &tenant.session,
        _ => &tenant.token,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_beyond_the_limit_are_refused() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    for (row, operation) in with_body() {
        let ask = world.example(&tenant, &operation.id).await;
        // Valid but for its size.
        let mut body = vec![b' '; row.body_limit + 1 - ask.body.len().min(row.body_limit)];
        body.extend(&ask.body);
        let reply = world.send(&ask.raw("application/json", body), entitled(&tenant, row)).await;
        assert_eq!(reply.status, 413, "{}: {}", operation.id, reply.text());
        world.pass_minutes(2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_body_is_not_read_to_its_end() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let Credential::Token(token) = &tenant.token else { panic!() };
    let head = format!(
        "POST /api/v1/tokens HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
        world.address
    );
    let address = world.address;
    let (sent, answer) = tokio::task::spawn_blocking(move || endless(address, &head)).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(sent < 64 << 20, "{sent} bytes were taken");
}

/// Sends chunks until the other end has had enough; how many bytes went, and what was answered.
fn endless(address: std::net::SocketAddr, head: &str) -> (usize, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    let mut answers = stream.try_clone().unwrap();
    let answer = std::thread::spawn(move || {
        let mut bytes = [0; 4096];
        let n = answers.read(&mut bytes).unwrap_or(0);
        String::from_utf8_lossy(&bytes[..n]).into_owned()
    });
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let mut sent = 0;
    while !answer.is_finished() && sent < (1 << 30) && stream.write_all(chunk.as_bytes()).is_ok() {
        sent += 0x10000;
    }
    (sent, answer.join().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_json_is_refused_by_every_operation() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    let nested = |n: usize| format!("{}1{}", "{\"a\":".repeat(n), "}".repeat(n));
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        ("cut", b"{\"name\":".to_vec()),
        ("two", b"{} {}".to_vec()),
        ("bad UTF-8", b"{\"name\":\"\xff\xfe\"}".to_vec()),
        ("lone surrogate", b"{\"name\":\"\\ud800\"}".to_vec()),
        ("deep list", deep(20_000).into_bytes()),
        ("deep map", nested(5_000).into_bytes()),
        ("number", b"1e999999".to_vec()),
        ("null", b"null".to_vec()),
        ("unknown field", b"{\"__proto__\": {}}".to_vec()),
    ];
    for (row, operation) in with_body() {
        let ask = world.example(&tenant, &operation.id).await;
        for (what, body) in &bodies {
            let ask = ask.clone().raw("application/json", body.clone());
            let reply = world.send(&ask, entitled(&tenant, row)).await;
            // A batch of no agent's check-ins is a batch.
            let fits = [400, 413, 422].contains(&reply.status);
            assert!(fits, "{} {what}: {} {}", operation.id, reply.status, reply.text());
        }
        let plain = ask.clone().raw("text/plain", ask.body.clone());
        assert_eq!(world.send(&plain, entitled(&tenant, row)).await.status, 415, "{}", operation.id);
        world.pass_minutes(2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_given_twice_is_refused() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    for (operation, body, pointer) in [
        ("create_token", r#"{"name":"a","name":"b","scopes":["jobs:read"]}"#, ""),
        ("create_enroll_token", r#"{"labels":{"role":"db","role":"web"}}"#, "/labels"),
    ] {
        let reply = world.send(&Ask::of(operation, &[]).raw("application/json", body), &tenant.token).await;
        assert!(reply.text().contains("duplicate") || reply.text().contains("twice"), "{}", reply.text());
        assert_eq!(reply.pointer(), pointer, "{operation}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cursors_of_nobody_are_refused() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let lists = TABLE.iter().map(|row| (row, Contract::get().operation(row.operation)));
    let pages = |(_, operation): &(&Row, &Operation)| {
        operation.value["parameters"].to_string().contains("\"cursor\"")
    };
    for (row, operation) in lists.filter(pages) {
        let ask = world.example(&tenant, &operation.id).await;
        for text in ["x", "===", "%FF", "", "bm9wZQ", &"A".repeat(5_000)] {
            let reply =
                world.send(&ask.clone().query(&format!("cursor={text}")), entitled(&tenant, row)).await;
            assert_eq!(reply.status, 400, "{} {text}: {}", operation.id, reply.text());
        }
        for inside in
            ["9223372036854775807:x", "-9223372036854775808:", "0:'; DROP TABLE jobs; --", "1:a/b/c/d"]
        {
            let cursor = URL_SAFE_NO_PAD.encode(inside);
            let reply =
                world.send(&ask.clone().query(&format!("cursor={cursor}")), entitled(&tenant, row)).await;
            assert!([200, 400].contains(&reply.status), "{} {inside}: {}", operation.id, reply.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_leaves_its_place() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let long = "n".repeat(20_000);
    let names = [
        "..",
        ".",
        "../..",
        "..%2f..",
        "a/b",
        "/etc/passwd",
        "\0",
        "a\0b",
        "é",
        "\u{202e}x",
        "'; DROP TABLE jobs; --",
        "%",
        "run_",
        "mon_00000000000000000000000000",
        " ",
        "-",
        "*",
        &long,
    ];
    for row in TABLE {
        let operation = Contract::get().operation(row.operation);
        let parts: Vec<&str> = operation.template.split('/').collect();
        let example = world.example(&tenant, row.operation).await;
        for hole in (0..parts.len()).filter(|n| parts[*n].starts_with('{')) {
            // Each signal of the check-in addresses is a word of its own.
            for name in names {
                let mut filled: Vec<String> = example.path.split('/').map(str::to_owned).collect();
                filled[hole] = encode(name);
                if name.chars().all(|c| c == '.') {
                    filled[hole] = name.replace('.', "%2E");
                }
                let ask = Ask { path: filled.join("/"), ..example.clone() };
                let reply = world.send(&ask, entitled(&tenant, row)).await;
                let fits = [400, 404, 422, 429].contains(&reply.status);
                assert!(fits, "{} {name:.40}: {} {}", row.operation, reply.status, reply.text());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn manifests_made_to_do_harm_are_told_apart() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let one = format!("*a{}", n - 1);
        bomb.push_str(&format!("a{n}: &a{n} [{}]\n", [one.as_str(); 10].join(", ")));
    }
    let deep = format!("a: {}{}", "[".repeat(50_000), "]".repeat(50_000));
    for (what, text) in [
        ("alias bomb", bomb),
        ("deep", deep),
        ("deep block", (0..2_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect()),
        ("duplicate key", "apiVersion: v1\nkind: Job\nkind: Job\nmetadata: {name: a}\nspec: {schedule: '@daily'}".into()),
        ("self alias", "a: &a [*a]".into()),
        ("too large", "a: ".to_owned() + &"x".repeat(2 << 20)),
        ("control", "a: \"\u{7}\"".into()),
        ("direction", "a: \u{202e}b".into()),
        ("many documents", "---\na: 1\n".repeat(5_000)),
        ("tags", "!!python/object/apply:os.system ['id']".into()),
        ("regex", "apiVersion: v1\nkind: Job\nmetadata: {name: a}\nspec:\n  schedule: '@daily'\n  command: /bin/true\n  output: {redact: ['(a{1000}){1000}']}\n".into()),
    ] {
        let ask = Ask::of("validate_manifests", &[]).json(&json!({"text": text}));
        let found = world.send(&ask, &tenant.token).await.ok(200);
        assert_eq!(found["ok"], false, "{what}");
        let told = found["diagnostics"].as_array().unwrap();
        let has_text = |d: &Value| d["message"].as_str().is_some_and(|m| !m.is_empty()) && d["code"].is_string();
        assert!(!told.is_empty() && told.iter().all(has_text), "{what}: {found}");
    }
}

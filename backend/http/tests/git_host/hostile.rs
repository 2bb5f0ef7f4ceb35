//! Repositories and requests made to do harm.

use std::io::{Read, Write};
use std::net::TcpStream;

use base64::Engine as _;

use crate::world::{JOB, World};

/// Status of a plain `GET` with a token.
pub(crate) fn get(url: &str, token: &str) -> u16 {
    let rest = url.strip_prefix("http://").unwrap();
    let (address, path) = rest.split_once('/').unwrap();
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("git:{token}"));
    raw(
        address,
        &format!(
            "GET /{path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Basic {basic}\r\nconnection: close\r\n\r\n"
        ),
    )
}

fn raw(address: &str, request: &str) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok();
    answer.push_str(&String::from_utf8_lossy(&bytes));
    answer.split(' ').nth(1).unwrap_or("0").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_trees_are_refused_and_name_the_place() {
    let world = World::new().await;
    let acme = world.tenant("acme").await;
    let clone = world.clone_of(&acme).await;
    clone.write("good/a.yaml", JOB).commit("good").await;
    clone.push(&[]).await.ok();

    // Far too large a file.
    clone.write("good/huge.yaml", "a: ".to_owned() + &"x".repeat(3 << 20)).commit("huge").await;
    let said = clone.push(&[]).await;
    assert!(said.remote().contains("good/huge.yaml: error: the file has"), "{}", said.remote());
    said.failed();
    clone.git(&["reset", "--quiet", "--hard", "HEAD~1"]).await.ok();

    // An alias bomb.
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..12 {
        let one = format!("*a{}", n - 1);
        bomb.push_str(&format!("a{n}: &a{n} [{}]\n", [one.as_str(); 10].join(", ")));
    }
    clone.write("good/bomb.yaml", bomb).commit("bomb").await;
    let said = clone.push(&[]).await;
    assert!(said.remote().contains("good/bomb.yaml:"), "{}", said.remote());
    said.failed();
    clone.git(&["reset", "--quiet", "--hard", "HEAD~1"]).await.ok();

    // Control characters in a message do not reach the terminal.
    clone.write("good/esc.yaml", "\u{1b}[2J: \u{1b}]0;x\u{7}\n").commit("escape").await;
    let said = clone.push(&[]).await;
    assert!(!said.remote().contains('\u{1b}'), "{:?}", said.remote());
    said.failed();
    clone.git(&["reset", "--quiet", "--hard", "HEAD~1"]).await.ok();

    // A link out of the repository is no manifest.
    std::os::unix::fs::symlink("/etc/passwd", clone.path.join("good/link.yaml")).unwrap();
    clone.commit("link").await;
    clone.push(&[]).await.ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_too_large_are_refused() {
    let world = World::new().await;
    let acme = world.tenant("acme").await;
    let address = world.address.to_string();
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("git:{}", acme.token));
    let request = format!(
        "POST /git/acme/jobs.git/git-receive-pack HTTP/1.1\r\nhost: {address}\r\nauthorization: Basic {basic}\r\n\
         content-type: application/x-git-receive-pack-request\r\ncontent-length: 999999999\r\nconnection: close\r\n\r\n"
    );
    let status = tokio::task::spawn_blocking(move || raw(&address, &request)).await.unwrap();
    assert_eq!(status, 413);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_manifests_are_pushed_at_once() {
    let world = World::new().await;
    let acme = world.tenant("acme").await;
    let clone = world.clone_of(&acme).await;
    for n in 0..10_000 {
        clone.write(&format!("ns-{}/{n}.yaml", n % 100), JOB.replace("backup", &format!("job-{n}")));
    }
    clone.commit("many").await;
    let said = clone.push(&[]).await;
    assert!(said.remote().starts_with("Accepted: 10000 created"), "{}", said.remote());
    said.ok();
    let repository = world.app.get_repository(&acme.actor, "jobs").await.unwrap();
    assert_eq!((repository.jobs, repository.errors), (10_000, 0));
}

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
async fn two_thousand_manifests_are_pushed_at_once() {
    let world = World::new().await;
    let acme = world.tenant("acme").await;
    let clone = world.clone_of(&acme).await;
    for n in 0..2_000 {
        clone.write(&format!("ns-{}/{n}.yaml", n % 100), JOB.replace("backup", &format!("job-{n}")));
    }
    clone.commit("many").await;
    let said = clone.push(&[]).await;
    assert!(said.remote().starts_with("Accepted: 2000 created"), "{}", said.remote());
    said.ok();
    let repository = world.app.get_repository(&acme.actor, "jobs").await.unwrap();
    assert_eq!((repository.jobs, repository.errors), (2_000, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn unusual_references_are_refused_or_change_nothing() {
    let world = World::new().await;
    let acme = world.tenant("acme").await;
    let clone = world.clone_of(&acme).await;
    clone.write("good/a.yaml", JOB).commit("good").await;
    clone.push(&[]).await.ok();
    let jobs = async || world.app.get_repository(&acme.actor, "jobs").await.unwrap().jobs;

    // References that are no branches are kept or refused, and judged by nobody.
    for reference in
        ["refs/tags/v1", "refs/notes/commits", "refs/heads/a/b/c", "refs/x/y", "refs/meta/config"]
    {
        let said = clone.push(&["origin", &format!("HEAD:{reference}")]).await;
        assert!(!said.remote().contains("panicked"), "{reference}: {}", said.remote());
        assert_eq!(jobs().await, 1, "{reference}");
    }
    // Names no repository may hold, and a branch where a folder of branches is: whoever refuses, nothing moves.
    for reference in ["HEAD", "refs/heads/../x", "refs/heads/x.lock", "refs/../config", "refs/heads/a"] {
        clone.push(&["origin", &format!("HEAD:{reference}")]).await;
        assert_eq!(jobs().await, 1, "{reference}");
    }
    // An object that is no commit.
    let tree = clone.git(&["rev-parse", "HEAD^{tree}"]).await.ok();
    let said = clone.push(&["--force", "origin", &format!("{}:refs/heads/main", tree.trim())]).await;
    said.failed();
    assert_eq!(jobs().await, 1);
    // Deleting what is not there, and many at once.
    clone.push(&["origin", ":refs/heads/never"]).await;
    let many: Vec<String> = (0..500).map(|n| format!("HEAD:refs/heads/many/{n}")).collect();
    let many: Vec<&str> = std::iter::once("origin").chain(many.iter().map(String::as_str)).collect();
    clone.push(&many).await.ok();
    clone.write("good/b.yaml", JOB.replace("backup", "other")).commit("after").await;
    clone.push(&[]).await.ok();
    assert_eq!(jobs().await, 2);
}

/// A request of Git's protocol, as bytes; the status.
fn ask(address: &str, token: &str, service: &str, body: &[u8]) -> u16 {
    let basic = base64::engine::general_purpose::STANDARD.encode(format!("git:{token}"));
    let head = format!(
        "POST /git/acme/jobs.git/{service} HTTP/1.1\r\nhost: {address}\r\nauthorization: Basic {basic}\r\n\
         content-type: application/x-{service}-request\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).ok();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).ok();
    String::from_utf8_lossy(&bytes).split(' ').nth(1).unwrap_or("0").parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_that_are_not_there_and_packs_that_are_none_are_refused() {
    let world = World::new().await;
    let acme = world.tenant("acme").await;
    let clone = world.clone_of(&acme).await;
    clone.write("good/a.yaml", JOB).commit("good").await;
    clone.push(&[]).await.ok();
    let line = |text: &str| format!("{:04x}{text}", text.len() + 4);
    let (none, some) = ("0".repeat(40), "1".repeat(40));
    let update = format!("{none} {some} refs/heads/x\0report-status");
    let bodies: Vec<(&str, Vec<u8>)> = vec![
        ("git-upload-pack", format!("{}00000009done\n", line(&format!("want {some}\n"))).into_bytes()),
        ("git-upload-pack", b"0000".to_vec()),
        ("git-upload-pack", b"zzzz".to_vec()),
        ("git-upload-pack", vec![0xff; 100_000]),
        ("git-receive-pack", format!("{}0000", line(&update)).into_bytes()),
        (
            "git-receive-pack",
            format!("{}0000PACK\0\0\0\u{2}\u{7f}\u{7f}\u{7f}\u{7f}", line(&update)).into_bytes(),
        ),
        ("git-receive-pack", format!("{}0000{}", line(&update), "x".repeat(200_000)).into_bytes()),
        ("git-receive-pack", b"ffff".to_vec()),
        ("git-receive-pack", Vec::new()),
    ];
    for (service, body) in bodies {
        let (address, token, sent) = (world.address.to_string(), acme.token.clone(), body.clone());
        let status =
            tokio::task::spawn_blocking(move || ask(&address, &token, service, &sent)).await.unwrap();
        let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
        assert!((200..500).contains(&status), "{service} {shown:?}: {status}");
    }
    // The repository is as it was, and takes the next push.
    clone.write("good/b.yaml", JOB.replace("backup", "other")).commit("after").await;
    clone.push(&[]).await.ok();
    assert_eq!(world.app.get_repository(&acme.actor, "jobs").await.unwrap().jobs, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_of_more_than_100_mib_is_refused_and_leaves_nothing() {
    let world = World::new().await;
    let acme = world.tenant("acme").await;
    let clone = world.clone_of(&acme).await;
    clone.write("good/a.yaml", JOB).commit("good").await;
    clone.push(&[]).await.ok();
    let good = clone.git(&["rev-parse", "HEAD"]).await.ok();

    // No two bytes to be packed together, in chunks: no length is declared.
    let mut noise = 1_u64;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        noise.to_le_bytes()
    })
    .take((101 << 20) / 8)
    .flatten()
    .collect();
    clone.git(&["config", "core.compression", "0"]).await.ok();
    clone.write("good/noise.bin", bytes).commit("noise").await;
    clone.push(&[]).await.failed();
    let url = world.url("acme", "git", &acme.token);
    let there = crate::world::git(world.path(), &["ls-remote", &url, "main"]).await.ok();
    assert!(there.starts_with(good.trim()), "{there}");

    // What is small on the way and large afterwards is no manifest, and is held in no memory.
    clone.git(&["reset", "--quiet", "--hard", "HEAD~1"]).await.ok();
    clone.git(&["config", "core.compression", "1"]).await.ok();
    clone.write("good/zeros.bin", vec![0; 64 << 20]).commit("zeros").await;
    clone.push(&[]).await.ok();
}

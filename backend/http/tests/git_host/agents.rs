//! An agent's signature at the Git host: it reads its own tenant's repositories, and nothing else.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};

use crontopus_api::signature::{SecretKey, Signer, sign};
use crontopus_app::access::{Actor, Origin};
use crontopus_app::agents::{Enrolment, HostFacts, NewEnrollToken};
use crontopus_clock::{Clock as _, SystemClock};

use crate::world::{JOB, World};

/// A host that signs.
struct Agent {
    signer: Signer,
    seq: AtomicU64,
}

/// Status and body.
type Answer = (u16, String);

async fn enrol(world: &World, owner: &Actor, seed: u8, approval: bool) -> Agent {
    let key = SecretKey::from_bytes(&[seed; 32]);
    let new = NewEnrollToken { approval, ..NewEnrollToken::default() };
    let secret = world.app.create_enroll_token(owner, new).await.unwrap().secret;
    let enrolment = Enrolment {
        challenge: world.app.enroll_challenge(&secret).await.unwrap(),
        secret,
        public_key: key.public().to_base64(),
        fingerprint: key.public().fingerprint(),
        facts: HostFacts {
            hostname: format!("host-{seed}"),
            machine: format!("{seed:064x}"),
            os: "Debian".into(),
            arch: "x86_64".into(),
            version: "0.1.0".into(),
            scheduler: "debian-cron".into(),
            timezone: "UTC".into(),
        },
    };
    let id = world.app.enroll(Origin::default(), enrolment).await.unwrap().agent.id;
    Agent { signer: Signer { key, keyid: id.to_string() }, seq: AtomicU64::new(1) }
}

impl Agent {
    async fn asks(&self, world: &World, method: &str, path: &str, body: &str) -> Answer {
        let (seq, address) = (self.seq.fetch_add(1, Ordering::Relaxed), world.address.to_string());
        let (bare, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let now = SystemClock.now().as_second();
        let mut nonce = [7; 16];
        nonce[..8].copy_from_slice(&seq.to_be_bytes());
        let signed = sign(&self.signer, (method, &address, bare, query), body.as_bytes(), now, seq, nonce);
        let headers: String = signed.pairs().map(|(name, value)| format!("{name}: {value}\r\n")).concat();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(request.as_bytes()).unwrap();
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).unwrap();
            let answer = String::from_utf8_lossy(&answer).into_owned();
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
        })
        .await
        .unwrap()
    }

    async fn refs(&self, world: &World, tenant: &str, service: &str) -> Answer {
        self.asks(world, "GET", &format!("/git/{tenant}/jobs.git/info/refs?service={service}"), "").await
    }
}

const READ: &str = "git-upload-pack";
const WRITE: &str = "git-receive-pack";

#[tokio::test(flavor = "multi_thread")]
async fn it_reads_its_tenants_repositories_and_never_pushes() {
    let world = World::new().await;
    let (acme, other) = (world.tenant("acme").await, world.tenant("other").await);
    let clone = world.clone_of(&acme).await;
    let commit = clone.write("a.yaml", JOB).commit("one").await;
    clone.push(&[]).await.ok();
    let agent = enrol(&world, &acme.actor, 1, false).await;
    let stranger = enrol(&world, &other.actor, 2, false).await;

    let (status, body) = agent.refs(&world, "acme", READ).await;
    assert!(status == 200 && body.contains(&commit), "{status}: {body}");

    let (status, body) = agent.refs(&world, "acme", WRITE).await;
    assert!(status == 403 && body.contains("agents read; they never push"), "{status}: {body}");
    let push = "0094".to_owned() + &"0".repeat(40);
    let (status, body) = agent.asks(&world, "POST", "/git/acme/jobs.git/git-receive-pack", &push).await;
    assert!(status == 403 && body.contains("agents read; they never push"), "{status}: {body}");

    // What is another tenant's is not there, whoever asks.
    for (who, tenant) in [(&agent, "other"), (&stranger, "acme"), (&agent, "nobody")] {
        for service in [READ, WRITE] {
            let (status, body) = who.refs(&world, tenant, service).await;
            assert!(status == 404 && !body.contains(&commit), "{tenant} {service}: {status}: {body}");
        }
    }
    let missing = agent.asks(&world, "GET", "/git/acme/more.git/info/refs?service=git-upload-pack", "").await;
    assert_eq!(missing.0, 404, "{missing:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_is_not_let_in_reads_nothing() {
    let world = World::new().await;
    let acme = world.tenant("acme").await;
    let clone = world.clone_of(&acme).await;
    let commit = clone.write("a.yaml", JOB).commit("one").await;
    clone.push(&[]).await.ok();

    let pending = enrol(&world, &acme.actor, 1, true).await;
    let revoked = enrol(&world, &acme.actor, 2, false).await;
    assert_eq!(revoked.refs(&world, "acme", READ).await.0, 200);
    world.app.revoke_agent(&acme.actor, &revoked.signer.keyid).await.unwrap();
    let forged = Agent {
        signer: Signer { key: SecretKey::from_bytes(&[9; 32]), keyid: pending.signer.keyid.clone() },
        seq: AtomicU64::new(1),
    };
    for (agent, wanted) in [(&pending, 403), (&revoked, 401), (&forged, 401)] {
        let (status, body) = agent.refs(&world, "acme", READ).await;
        assert!(status == wanted && !body.contains(&commit), "{wanted}: {status}: {body}");
        let (status, body) = agent.asks(&world, "POST", "/git/acme/jobs.git/git-upload-pack", "0000").await;
        assert!(status == wanted, "{wanted}: {status}: {body}");
    }
}

//! Fetching over HTTP and from a path, against the real `git`.

use std::sync::{Arc, Mutex};

use crate::support::{
    Work,
    server::{Answer, Server},
    tls::Tls,
};
use crontopus_gitrepo::{
    Branch, CommitId, Error, Repo,
    fetch::{
        Addresses, Credentials, FetchError, FetchOptions, Remote, RemoteUrl, RequestHeaders, RequestToSign,
    },
};

fn remote(url: RemoteUrl) -> Remote {
    Remote { url, credentials: Credentials::None }
}

fn target() -> (tempfile::TempDir, Repo) {
    let dir = tempfile::tempdir().unwrap();
    let repo = Repo::init_bare(dir.path().join("mirror.git"), &Branch::default()).unwrap();
    (dir, repo)
}

/// Two commits, an amended third: what a mirror must follow.
fn follow(work: &Work, url: RemoteUrl) {
    let (_dir, mirror) = target();
    let (remote, main, options) = (remote(url), Branch::default(), FetchOptions::default());
    let first = work.write("a.yaml", "one").commit("one");
    let fetched = mirror.fetch(&remote, &main, &options).unwrap();
    assert_eq!((fetched.commit, fetched.before), (first, None));

    let second = work.write("b.yaml", "two").commit("two");
    let fetched = mirror.fetch(&remote, &main, &options).unwrap();
    assert_eq!((fetched.commit, fetched.before), (second, Some(first)));
    let fetched = mirror.fetch(&remote, &main, &options).unwrap();
    assert_eq!((fetched.commit, fetched.before), (second, Some(second)));

    work.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    let rewritten = work.write("b.yaml", "three").commit("three");
    let fetched = mirror.fetch(&remote, &main, &options).unwrap();
    assert_eq!(fetched.commit, rewritten);
    let mirror = Repo::open(mirror.path()).unwrap();
    assert!(!mirror.is_ancestor(second, rewritten).unwrap());
    assert!(mirror.is_ancestor(first, rewritten).unwrap());
    assert_eq!(mirror.read_manifests(rewritten).unwrap(), work.repo().read_manifests(rewritten).unwrap());
}

#[test]
fn http_is_followed() {
    let work = Work::new();
    let server = Server::start(work.path().to_owned(), Answer::Serve);
    follow(&work, server.url(".git"));
}

#[test]
fn https_is_followed_by_those_who_trust_the_certificate() {
    let work = Work::new();
    let commit = work.write("a.yaml", "one").commit("one");
    let server = Server::start(work.path().to_owned(), Answer::Serve);
    let tls = Tls::before(server.address.clone());
    let url = |host: &str| format!("https://{host}:{}/.git", tls.port).parse().unwrap();
    let credentials = Credentials::Basic { user: "git".to_owned(), password: "s3cret".to_owned() };
    let remote = |host: &str| Remote { url: url(host), credentials: credentials.clone() };
    let main = Branch::default();
    let (_dir, mirror) = target();

    let public = FetchOptions::default();
    let error = format!("{:?}", mirror.fetch(&remote("localhost"), &main, &public).unwrap_err());
    assert!(error.contains("ertificate"), "no public authority vouches for it: {error}");
    let trusting = FetchOptions { roots: Some(tls.authority.clone()), ..FetchOptions::default() };
    let error = format!("{:?}", mirror.fetch(&remote("127.0.0.1"), &main, &trusting).unwrap_err());
    assert!(
        error.contains("ertificate") && !error.contains("s3cret"),
        "it is not one for an address: {error}"
    );
    assert!(server.seen.lock().unwrap().is_empty(), "no credential is told to somebody who is not trusted");

    assert_eq!(mirror.fetch(&remote("localhost"), &main, &trusting).unwrap().commit, commit);
    let seen = server.seen.lock().unwrap();
    assert!(
        !seen.is_empty() && seen.iter().all(|seen| seen.headers["authorization"] == "Basic Z2l0OnMzY3JldA==")
    );
}

#[test]
fn a_path_is_followed() {
    let work = Work::new();
    follow(&work, work.path().to_str().unwrap().parse().unwrap());
}

struct Recorder(Mutex<Vec<String>>);

impl RequestHeaders for Recorder {
    fn headers(&self, request: &RequestToSign<'_>) -> std::io::Result<Vec<(String, String)>> {
        let RequestToSign { method, authority, path, query, body } = request;
        let line = format!("{method} {authority} {path} {query:?} {}", body.len());
        self.0.lock().unwrap().push(line.clone());
        Ok(vec![("x-signed".to_owned(), line)])
    }
}

#[test]
fn every_request_is_signed_as_it_is_sent() {
    let work = Work::new();
    work.write("a.yaml", "one").commit("one");
    let server = Server::start(work.path().to_owned(), Answer::Serve);
    let (_dir, mirror) = target();
    let signer = Arc::new(Recorder(Mutex::new(Vec::new())));
    let remote = Remote { url: server.url(".git"), credentials: Credentials::Headers(signer.clone()) };
    mirror.fetch(&remote, &Branch::default(), &FetchOptions::default()).unwrap();

    let seen = server.seen.lock().unwrap();
    assert!(seen.len() >= 3, "information, references and pack");
    assert_eq!(signer.0.lock().unwrap().len(), seen.len());
    for request in seen.iter() {
        let (path, query) =
            request.target.split_once('?').map_or((&*request.target, None), |(p, q)| (p, Some(q)));
        let line = format!("{} {} {path} {query:?} {}", request.method, server.address, request.body.len());
        assert_eq!(request.headers["x-signed"], line);
        assert_eq!(request.headers["host"], server.address);
    }
}

#[test]
fn basic_credentials_are_sent() {
    let work = Work::new();
    work.write("a.yaml", "one").commit("one");
    let server = Server::start(work.path().to_owned(), Answer::Serve);
    let (_dir, mirror) = target();
    let credentials = Credentials::Basic { user: "Aladdin".into(), password: "open sesame".into() };
    let remote = Remote { url: server.url(".git"), credentials };
    mirror.fetch(&remote, &Branch::default(), &FetchOptions::default()).unwrap();
    // The example of RFC 7617, section 2.
    let seen = server.seen.lock().unwrap();
    assert!(seen.iter().all(|r| r.headers["authorization"] == "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
}

#[test]
fn a_shallow_clone_follows_and_reaches_back() {
    let work = Work::new();
    let old = work.write("a.yaml", "one").commit("one");
    work.write("a.yaml", "two").commit("two");
    let tip = work.write("a.yaml", "three").commit("three");
    let server = Server::start(work.path().to_owned(), Answer::Serve);
    let (_dir, mirror) = target();
    let remote = remote(server.url(".git"));
    let options = FetchOptions { depth: Some(std::num::NonZeroU32::MIN), ..Default::default() };
    assert_eq!(mirror.fetch(&remote, &Branch::default(), &options).unwrap().commit, tip);
    let shallow = Repo::open(mirror.path()).unwrap();
    assert!(!shallow.has_commit(old));
    assert!(!shallow.is_ancestor(old, tip).unwrap());

    let next = work.write("b.yaml", "four").commit("four");
    assert_eq!(shallow.fetch(&remote, &Branch::default(), &options).unwrap().commit, next);
    let shallow = Repo::open(mirror.path()).unwrap();
    assert!(shallow.is_ancestor(tip, next).unwrap());
    assert_eq!(shallow.changed(tip, next).unwrap().items.len(), 1);

    shallow.fetch_commit(&remote, old, &options).unwrap();
    let shallow = Repo::open(mirror.path()).unwrap();
    assert_eq!(shallow.read_file(old, "a.yaml").unwrap().unwrap().bytes, b"one");
    let nowhere: CommitId = "0123456789012345678901234567890123456789".parse().unwrap();
    assert!(shallow.fetch_commit(&remote, nowhere, &options).is_err());
}

fn failure(server: &Server, repository: &str, options: &FetchOptions) -> FetchError {
    let (_dir, mirror) = target();
    match mirror.fetch(&remote(server.url(repository)), &Branch::default(), options) {
        Err(Error::Fetch(error)) => {
            assert_eq!(Repo::open(mirror.path()).unwrap().branch_commit(&Branch::default()).unwrap(), None);
            error
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn failures_say_what_to_do() {
    let work = Work::new();
    work.write("a.yaml", "one").commit("one");
    let root = work.path().to_owned();
    let options = FetchOptions::default();
    let status = |status| failure(&Server::start(root.clone(), Answer::Status(status)), ".git", &options);
    assert_eq!(status("401 Unauthorized"), FetchError::Refused);
    assert_eq!(status("403 Forbidden"), FetchError::Refused);
    assert_eq!(status("404 Not Found"), FetchError::NotFound);
    assert!(status("503 Unavailable").is_transient());
    let moved = "302 Found\r\nlocation: https://elsewhere.example/x";
    assert_eq!(status(moved), FetchError::Moved("https://elsewhere.example/x".into()));
    assert!(matches!(status("200 OK\r\ncontent-type: text/html"), FetchError::Protocol(_)));

    let server = Server::start(root.clone(), Answer::Serve);
    assert_eq!(failure(&server, "missing.git", &options), FetchError::NotFound);
    let small = FetchOptions { answer_bytes: 100, ..options.clone() };
    assert_eq!(failure(&server, ".git", &small), FetchError::TooLarge(100));
    let public = FetchOptions { addresses: Addresses::Public, ..options.clone() };
    assert_eq!(failure(&server, ".git", &public), FetchError::PrivateAddress("127.0.0.1".into()));
    let broken = failure(&Server::start(root.clone(), Answer::BreakOff), ".git", &options);
    assert!(matches!(broken, FetchError::Unreachable(_) | FetchError::Protocol(_)), "{broken:?}");

    work.git(&["branch", "--move", "main", "other"]);
    assert_eq!(failure(&server, ".git", &options), FetchError::NoBranch(Branch::default()));
}

#[test]
fn a_closed_port_is_unreachable() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let (_dir, mirror) = target();
    let url = format!("http://{address}/x.git").parse().unwrap();
    let failed = mirror.fetch(&remote(url), &Branch::default(), &FetchOptions::default());
    assert!(matches!(failed, Err(Error::Fetch(e)) if e.is_transient()));
}

#[test]
fn a_path_that_is_missing_or_no_repository_is_named() {
    let (_dir, mirror) = target();
    let empty = tempfile::tempdir().unwrap();
    for path in ["/nonexistent/repo.git", empty.path().to_str().unwrap()] {
        let failed =
            mirror.fetch(&remote(path.parse().unwrap()), &Branch::default(), &FetchOptions::default());
        assert!(matches!(failed, Err(Error::Fetch(FetchError::NotFound))), "{failed:?}");
    }
    let work = Work::new();
    work.commit("one");
    let url = work.path().to_str().unwrap().parse().unwrap();
    let failed = mirror.fetch(&remote(url), &"other".parse().unwrap(), &FetchOptions::default());
    assert!(matches!(failed, Err(Error::Fetch(FetchError::NoBranch(_)))), "{failed:?}");
}

#[test]
fn a_hook_of_the_remote_or_of_the_mirror_never_runs() {
    let work = Work::new();
    work.write("a.yaml", "one").commit("one");
    let (dir, mirror) = target();
    let trace = dir.path().join("ran");
    for hooks in [work.git_dir().join("hooks"), mirror.path().join("hooks")] {
        std::fs::create_dir_all(&hooks).unwrap();
        for name in ["post-update", "reference-transaction", "post-merge", "pre-auto-gc"] {
            let hook = hooks.join(name);
            std::fs::write(&hook, format!("#!/bin/sh\ntouch {}\n", trace.display())).unwrap();
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(&hook, mode).unwrap();
        }
    }
    let url = work.path().to_str().unwrap().parse().unwrap();
    mirror.fetch(&remote(url), &Branch::default(), &FetchOptions::default()).unwrap();
    assert!(!trace.exists());
}

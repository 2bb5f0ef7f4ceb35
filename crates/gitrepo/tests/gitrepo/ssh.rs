//! Fetching over SSH, from the real `sshd`.

use std::{fs, path::PathBuf};

use crontopus_gitrepo::{
    Branch, Error, Repo,
    fetch::{Addresses, Credentials, FetchError, FetchOptions, Remote},
};

use crate::support::{
    Work, keygen,
    sshd::{self, Sshd},
};

/// A repository behind an SSH server, and who may read it.
struct Stage {
    work: Work,
    sshd: Sshd,
    mirror: Repo,
    dir: tempfile::TempDir,
}

impl Stage {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (_, public) = keygen(dir.path(), "reader");
        let work = Work::new();
        let sshd = Sshd::start(&work.git_dir(), &public);
        let mirror = Repo::init_bare(dir.path().join("mirror.git"), &Branch::default()).unwrap();
        Self { work, sshd, mirror, dir }
    }

    fn known_hosts(&self) -> PathBuf {
        self.dir.path().join("known hosts")
    }

    fn remote(&self, key: &str) -> Remote {
        let private_key = fs::read_to_string(self.dir.path().join(key)).unwrap();
        let credentials = Credentials::Ssh { private_key, known_hosts: self.known_hosts() };
        Remote { url: self.sshd.url.parse().unwrap(), credentials }
    }

    fn fetch(&self, key: &str) -> Result<crontopus_gitrepo::CommitId, FetchError> {
        match self.mirror.fetch(&self.remote(key), &Branch::default(), &FetchOptions::default()) {
            Ok(fetched) => Ok(fetched.commit),
            Err(Error::Fetch(error)) => Err(error),
            Err(error) => panic!("{error:?}"),
        }
    }
}

#[test]
fn a_branch_is_followed() {
    if !sshd::is_here("a_branch_is_followed") {
        return;
    }
    let stage = Stage::new();
    assert!(matches!(stage.fetch("reader"), Err(FetchError::NoBranch(_))), "nothing was committed yet");
    let first = stage.work.write("a.yaml", "one").commit("one");
    assert_eq!(stage.fetch("reader").unwrap(), first);
    let second = stage.work.write("a.yaml", "two").commit("two");
    // The last line of a key may have lost its end on its way through a form.
    let path = stage.dir.path().join("reader");
    let key = fs::read_to_string(&path).unwrap();
    fs::write(path, key.trim_end()).unwrap();
    assert_eq!(stage.fetch("reader").unwrap(), second);
    let mirror = Repo::open(stage.mirror.path()).unwrap();
    assert_eq!(mirror.read_manifests(second).unwrap(), stage.work.repo().read_manifests(second).unwrap());
    let known = fs::read_to_string(stage.known_hosts()).unwrap();
    assert_eq!(known.lines().count(), 1, "the host's key is noted once: {known}");
}

#[test]
fn another_host_key_is_refused_until_it_is_forgotten() {
    if !sshd::is_here("another_host_key_is_refused_until_it_is_forgotten") {
        return;
    }
    let stage = Stage::new();
    let first = stage.work.write("a.yaml", "one").commit("one");
    stage.fetch("reader").unwrap();
    let known = fs::read(stage.known_hosts()).unwrap();

    stage.sshd.change_host_key();
    let second = stage.work.write("a.yaml", "two").commit("two");
    let error = stage.fetch("reader").unwrap_err();
    assert!(matches!(error, FetchError::HostKey), "{error:?}");
    assert!(error.to_string().contains("not the one it was first seen with") && !error.is_transient());
    assert_eq!(stage.mirror.branch_commit(&Branch::default()).unwrap(), Some(first), "nothing has moved");
    assert_eq!(fs::read(stage.known_hosts()).unwrap(), known, "nor is the new key noted");

    fs::remove_file(stage.known_hosts()).unwrap();
    assert_eq!(stage.fetch("reader").unwrap(), second);
}

#[test]
fn another_key_is_refused() {
    if !sshd::is_here("another_key_is_refused") {
        return;
    }
    let stage = Stage::new();
    stage.work.write("a.yaml", "one").commit("one");
    keygen(stage.dir.path(), "stranger");
    let error = stage.fetch("stranger").unwrap_err();
    assert!(matches!(error, FetchError::Refused), "{error:?}");
    // A key that is none at all does not ask the agent or the user's own keys instead.
    fs::write(stage.dir.path().join("garbled"), "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n").unwrap();
    let error = stage.fetch("garbled").unwrap_err();
    assert!(matches!(error, FetchError::Refused), "{error:?}");
}

#[test]
fn a_private_address_is_refused_where_that_is_the_rule() {
    if !sshd::is_here("a_private_address_is_refused_where_that_is_the_rule") {
        return;
    }
    let stage = Stage::new();
    stage.work.write("a.yaml", "one").commit("one");
    let options = FetchOptions { addresses: Addresses::Public, ..FetchOptions::default() };
    let refused = stage.mirror.fetch(&stage.remote("reader"), &Branch::default(), &options).unwrap_err();
    assert!(matches!(refused, Error::Fetch(FetchError::PrivateAddress(_))), "{refused:?}");
    assert!(!stage.known_hosts().exists());
}

//! Many small fetches leave many pieces; they are put together without losing any of them.

use std::{fs, time::Duration};

use crontopus_gitrepo::{
    Branch, CommitId, Pieces, Repo,
    fetch::{Credentials, FetchOptions, Remote, RemoteUrl},
};

use crate::support::{
    Work,
    server::{Answer, Server},
};

const NOW: Pieces = Pieces { packs: 1, loose: 0 };
const MINUTE: Duration = Duration::from_secs(60);

/// A mirror that has followed so many one-file commits, one fetch each.
struct Followed {
    work: Work,
    mirror: Repo,
    commits: Vec<CommitId>,
    _dir: tempfile::TempDir,
}

impl Followed {
    fn new(remote: impl FnOnce(&Work) -> RemoteUrl, count: usize) -> (Self, Remote) {
        let dir = tempfile::tempdir().unwrap();
        let work = Work::new();
        for name in 0..50 {
            work.write(&format!("ns/{name}.yaml"), "first");
        }
        let mut commits = vec![work.commit("first")];
        let remote = Remote { url: remote(&work), credentials: Credentials::None };
        let mirror = Repo::init_bare(dir.path().join("mirror.git"), &Branch::default()).unwrap();
        for number in 0..count {
            mirror.fetch(&remote, &Branch::default(), &FetchOptions::default()).unwrap();
            commits.push(work.write("ns/7.yaml", &number.to_string()).commit("next"));
        }
        mirror.fetch(&remote, &Branch::default(), &FetchOptions::default()).unwrap();
        let mirror = Repo::open(mirror.path()).unwrap();
        (Self { work, mirror, commits, _dir: dir }, remote)
    }

    /// All that was there is there.
    fn check(&self, mirror: &Repo) {
        let last = *self.commits.last().unwrap();
        assert_eq!(mirror.branch_commit(&Branch::default()).unwrap(), Some(last));
        for commit in &self.commits {
            assert!(mirror.is_ancestor(*commit, last).unwrap());
            assert_eq!(
                mirror.read_manifests(*commit).unwrap(),
                self.work.repo().read_manifests(*commit).unwrap()
            );
        }
    }
}

#[test]
fn a_clone_is_made_anew_without_the_program() {
    let mut server = None;
    let (followed, remote) = Followed::new(
        |work| server.insert(Server::start(work.path().to_owned(), Answer::Serve)).url(".git"),
        12,
    );
    let mirror = &followed.mirror;
    assert_eq!(mirror.pieces().unwrap(), Pieces { packs: 13, loose: 0 });
    assert!(mirror.pieces().unwrap().exceed(Pieces { packs: 12, loose: 0 }));
    // What a crash has left beside it does not matter.
    let fresh = mirror.path().with_extension("fresh");
    fs::create_dir(&fresh).unwrap();
    fs::write(fresh.join("HEAD"), "half").unwrap();
    let renewed =
        mirror.renew(&remote, &Branch::default(), &followed.commits[..1], &FetchOptions::default()).unwrap();
    assert_eq!(renewed.pieces().unwrap(), NOW);
    followed.check(&renewed);
    assert!(!fresh.exists() && !mirror.path().with_extension("former").exists());
}

#[test]
fn a_clone_that_cannot_be_made_anew_stays() {
    let mut server = None;
    let (followed, remote) = Followed::new(
        |work| server.insert(Server::start(work.path().to_owned(), Answer::Serve)).url(".git"),
        2,
    );
    let mirror = &followed.mirror;
    // A commit to keep that the remote has not: the new clone would have less than the old one.
    let lost: CommitId = "1234567890123456789012345678901234567890".parse().unwrap();
    assert!(mirror.renew(&remote, &Branch::default(), &[lost], &FetchOptions::default()).is_err());
    assert_eq!(mirror.pieces().unwrap().packs, 3);
    let nowhere = Remote { url: "http://127.0.0.1:1/x.git".parse().unwrap(), credentials: Credentials::None };
    assert!(mirror.renew(&nowhere, &Branch::default(), &[], &FetchOptions::default()).is_err());
    followed.check(&Repo::open(mirror.path()).unwrap());
    Repo::recover(mirror.path()).unwrap();
    assert!(!mirror.path().with_extension("fresh").exists());
    followed.check(&Repo::open(mirror.path()).unwrap());
}

#[test]
fn a_crash_between_two_renames_is_mended() {
    let (followed, _) = Followed::new(|work| work.path().to_str().unwrap().parse().unwrap(), 1);
    let path = followed.mirror.path();
    fs::rename(path, path.with_extension("former")).unwrap();
    Repo::recover(path).unwrap();
    followed.check(&Repo::open(path).unwrap());
    // Both stand: the new one is in force, the old one goes.
    fs::create_dir(path.with_extension("former")).unwrap();
    Repo::recover(path).unwrap();
    assert!(!path.with_extension("former").exists());
    followed.check(&Repo::open(path).unwrap());
}

#[test]
fn the_program_puts_packs_and_loose_objects_together() {
    // From a path, small fetches are unpacked into loose objects.
    let (followed, _) = Followed::new(|work| work.path().to_str().unwrap().parse().unwrap(), 12);
    let before = followed.mirror.pieces().unwrap();
    assert!(before.loose >= 36, "{before:?}");
    assert!(!followed.mirror.repack(Pieces::MANY, MINUTE).unwrap(), "there is no need yet");
    let unreachable = followed.commits[0];
    assert!(followed.mirror.repack(Pieces { packs: 5, loose: 20 }, MINUTE).unwrap());
    // The handle that was open meanwhile reads on.
    followed.check(&followed.mirror);
    let after = followed.mirror.pieces().unwrap();
    assert!(after.packs <= 2 && after.loose == 0, "{after:?}");

    let mut server = None;
    let (packed, _) = Followed::new(
        |work| server.insert(Server::start(work.path().to_owned(), Answer::Serve)).url(".git"),
        12,
    );
    assert_eq!(packed.mirror.pieces().unwrap().packs, 13);
    assert!(packed.mirror.repack(Pieces { packs: 5, loose: 20 }, MINUTE).unwrap());
    packed.check(&packed.mirror);
    assert!(packed.mirror.pieces().unwrap().packs <= 4, "{:?}", packed.mirror.pieces());

    // History is rewritten: what no branch reaches any more may still be in force somewhere.
    let orphan = followed.mirror.resolve(&unreachable.to_string()).unwrap();
    assert_eq!(orphan, Some(unreachable));
    followed.mirror.set_branch(&Branch::default(), unreachable).unwrap();
    followed.mirror.repack(Pieces { packs: 0, loose: 0 }, MINUTE).unwrap();
    let last = *followed.commits.last().unwrap();
    assert!(Repo::open(followed.mirror.path()).unwrap().has_commit(last));
}

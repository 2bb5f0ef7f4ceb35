//! Which commits are taken, and which forms of jobs, from commits made by the real `git` and signed by the
//! real `ssh-keygen`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crontopus_gitrepo::fetch::{Credentials, Remote};
use crontopus_manifest::spec::Layout;

use super::{Clone, Distrust, Snapshot, Standing, remote};
use crate::settings::{ForcePush, Settings};

const GOOD: &str = "apiVersion: v1\nkind: Job\nmetadata: {name: backup}\nspec:\n  schedule: \"0 2 * * *\"\n  \
                    command: /bin/true\n  host: {selector: {}}\n";

/// A host's clone with a work tree beside it, and two keys of which the host knows the first.
struct Rig {
    dir: tempfile::TempDir,
    layout: Layout,
    settings: Settings,
    last_valid: BTreeMap<String, String>,
}

/// With which key a commit is signed.
#[derive(Clone, Copy)]
enum By {
    Nobody,
    Known,
    Strange,
}

impl Rig {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path().join("agent"));
        std::fs::create_dir(layout.root()).unwrap();
        let rig = Self { layout, settings: Settings::default(), last_valid: BTreeMap::new(), dir };
        Clone::open(&rig.layout, "main").unwrap();
        rig.git(&["init", "--quiet", "--initial-branch=main", "."]);
        std::fs::write(rig.path(".git/info/exclude"), "/*\n!/ops\n").unwrap();
        for name in ["known", "strange"] {
            let key = rig.path(name);
            let made = start("ssh-keygen", rig.dir.path())
                .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
                .arg(&key)
                .status();
            assert!(made.unwrap().success());
        }
        rig
    }

    /// The host takes signed commits alone.
    fn trusting(mut self) -> Self {
        let public = std::fs::read_to_string(self.path("known.pub")).unwrap();
        std::fs::write(self.path("signers"), format!("ada@example.org {public}")).unwrap();
        self.settings.trust.signers = Some(self.path("signers"));
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn git(&self, args: &[&str]) -> String {
        let done = start("git", self.dir.path()).args(args).output().unwrap();
        assert!(done.status.success(), "git {args:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8(done.stdout).unwrap().trim().to_owned()
    }

    /// Commits these files below `ops/` and nothing else; the commit is in the host's clone.
    fn commit(&self, files: &[(&str, &str)], by: By, message: &str) -> String {
        let ops = self.path("ops");
        std::fs::remove_dir_all(&ops).ok();
        std::fs::create_dir(&ops).unwrap();
        for (name, text) in files {
            std::fs::write(ops.join(name), text).unwrap();
        }
        self.git(&["add", "--all"]);
        let key = match by {
            By::Nobody => String::new(),
            By::Known => format!("user.signingKey={}", self.path("known").display()),
            By::Strange => format!("user.signingKey={}", self.path("strange").display()),
        };
        let mut args = Vec::new();
        if !key.is_empty() {
            args.extend(["-c", "gpg.format=ssh", "-c", &key]);
        }
        args.extend(["commit", "--quiet", "--allow-empty", "-m", message]);
        if !key.is_empty() {
            args.push("-S");
        }
        self.git(&args);
        let clone = self.layout.root().join("repository.git");
        self.git(&["push", "--quiet", "--force", &clone.to_string_lossy(), "HEAD:main"]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn standing<'a>(&'a self, applied: Option<&'a str>) -> Standing<'a> {
        Standing { applied, settings: &self.settings, confirmed: false }
    }

    fn bring(&self, commit: &str, standing: &Standing<'_>) -> anyhow::Result<()> {
        Clone::look(&self.layout, "main").unwrap().bring(&nowhere(), commit, standing)
    }

    fn read(&self, commit: &str, applied: Option<&str>) -> Snapshot {
        let mut clone = Clone::look(&self.layout, "main").unwrap();
        clone.read(None, commit, &self.last_valid, &self.standing(applied)).unwrap()
    }

    fn keep(&mut self, commit: &str) {
        self.last_valid.insert("ops/backup".into(), commit.into());
    }
}

/// Everything that is needed is in the clone already.
fn nowhere() -> Remote {
    remote("http://nowhere.invalid", "/git", Credentials::None).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "the tests drive the real git and ssh-keygen")]
fn start(program: &str, dir: &Path) -> Command {
    let mut command = Command::new(program);
    command
        .current_dir(dir)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_NAME", "Ada")
        .env("GIT_AUTHOR_EMAIL", "ada@example.org")
        .env("GIT_COMMITTER_NAME", "Ada")
        .env("GIT_COMMITTER_EMAIL", "ada@example.org");
    command
}

fn broken() -> String {
    GOOD.replace("command:", "comand:")
}

#[test]
fn a_host_that_trusts_signers_takes_their_commits_alone() {
    let rig = Rig::new().trusting();
    let standing = rig.standing(None);
    let check = |by: By, taken: bool| {
        let commit = rig.commit(&[("backup.yaml", GOOD)], by, "Back up");
        let brought = rig.bring(&commit, &standing);
        assert_eq!(brought.is_ok(), taken, "{brought:?}");
        assert_eq!(rig.read(&commit, None).signed, taken);
    };
    check(By::Nobody, false);
    check(By::Strange, false);
    check(By::Known, true);
}

#[test]
fn a_host_that_names_no_signers_still_knows_whether_a_commit_is_signed() {
    let rig = Rig::new();
    for (by, signed) in [(By::Nobody, false), (By::Strange, true), (By::Known, true)] {
        let commit = rig.commit(&[("backup.yaml", GOOD)], by, "Back up");
        rig.bring(&commit, &rig.standing(None)).unwrap();
        assert_eq!(rig.read(&commit, None).signed, signed);
    }
}

#[test]
fn rewritten_history_waits_for_a_word() {
    let mut rig = Rig::new();
    let first = rig.commit(&[("backup.yaml", GOOD)], By::Nobody, "First");
    let applied = rig.commit(&[("backup.yaml", GOOD)], By::Nobody, "Applied");
    let grown = rig.commit(&[("backup.yaml", GOOD)], By::Nobody, "Grown");
    rig.git(&["reset", "--quiet", "--hard", &first]);
    let rewritten = rig.commit(&[("backup.yaml", GOOD)], By::Nobody, "Rewritten");

    for follows in [&applied, &grown] {
        rig.bring(follows, &rig.standing(Some(&applied))).unwrap();
    }
    for stranger in [&first, &rewritten] {
        let refused = rig.bring(stranger, &rig.standing(Some(&applied))).unwrap_err();
        let refused = refused.downcast_ref::<Distrust>().unwrap();
        let commit = stranger.parse().unwrap();
        assert_eq!(*refused, Distrust::Rewritten { commit, applied: applied.clone() });
        rig.bring(stranger, &Standing { confirmed: true, ..rig.standing(Some(&applied)) }).unwrap();
        rig.bring(stranger, &rig.standing(None)).unwrap();
    }
    rig.settings.trust.force_push = ForcePush::Accept;
    rig.bring(&rewritten, &rig.standing(Some(&applied))).unwrap();
}

#[test]
fn an_older_form_is_kept_only_from_a_commit_that_is_as_good() {
    let mut rig = Rig::new();
    let good = rig.commit(&[("backup.yaml", GOOD)], By::Nobody, "Back up");
    let tip = rig.commit(&[("backup.yaml", &broken())], By::Known, "Break it");
    rig.keep(&good);
    assert_eq!(rig.read(&tip, None).kept.len(), 1);

    // The same where the host wants signatures: only the tip has one.
    let mut rig = rig.trusting();
    rig.bring(&tip, &rig.standing(None)).unwrap();
    let snapshot = rig.read(&tip, None);
    assert!(snapshot.jobs.is_empty() && snapshot.kept.is_empty(), "{snapshot:?}");
    assert_eq!(snapshot.lacking[0].0, "ops/backup");
    assert!(snapshot.lacking[0].1.contains("is not signed"), "{:?}", snapshot.lacking);

    // A signed commit of another history will not do either.
    rig.git(&["checkout", "--quiet", "--orphan", "elsewhere"]);
    let elsewhere = rig.commit(&[("backup.yaml", GOOD)], By::Known, "Elsewhere");
    rig.keep(&elsewhere);
    let snapshot = rig.read(&tip, None);
    assert!(snapshot.kept.is_empty(), "{snapshot:?}");
    assert!(snapshot.lacking[0].1.contains("no ancestor"), "{:?}", snapshot.lacking);
}

#[test]
fn an_older_form_never_replaces_what_the_commit_says() {
    let mut rig = Rig::new();
    let evil = rig.commit(&[("backup.yaml", &GOOD.replace("true", "false"))], By::Nobody, "Old");
    let mended = rig.commit(&[("backup.yaml", GOOD)], By::Nobody, "Mended");
    let gone = rig.commit(&[], By::Nobody, "Back up no more");
    rig.keep(&evil);
    let snapshot = rig.read(&mended, None);
    assert!(snapshot.kept.is_empty(), "{snapshot:?}");
    assert_eq!(snapshot.jobs[0].command.as_deref(), Some("/bin/true"));
    let snapshot = rig.read(&gone, None);
    assert!(snapshot.kept.is_empty() && snapshot.lacking.is_empty(), "{snapshot:?}");
}

#[test]
fn a_message_may_say_that_removals_are_meant() {
    let rig = Rig::new();
    let applied = rig.commit(&[("backup.yaml", GOOD)], By::Nobody, "Back up");
    let check = |message: &str, allows: bool| {
        let tip = rig.commit(&[], By::Nobody, message);
        assert_eq!(rig.read(&tip, Some(&applied)).allows_removal, allows, "{message}");
        assert!(!rig.read(&tip, Some(&tip)).allows_removal, "what is applied removes nothing more");
    };
    check("Clear up", false);
    check("Crontopus-Allow-Removal: yes\n\nis what would have to be said", false);
    check("Clear up\n\nCrontopus-Allow-Removal: no", false);
    check("Clear up\n\nSigned-off-by: Ada\nCrontopus-Allow-Removal: yes\n", true);
    check("And one more", true);
}

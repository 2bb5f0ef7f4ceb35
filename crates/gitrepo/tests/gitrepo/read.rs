//! Reading and comparing manifests, in friendly and in hostile repositories.

use std::fs;

use crate::support::{self, Work};
use crontopus_gitrepo::{Change, Changes, CommitId, Error, Limits, Manifests, Quarantine, Repo, SkipReason};

fn paths(found: &Manifests) -> Vec<&str> {
    found.files.iter().map(|f| f.path.as_str()).collect()
}

fn lines(changes: &Changes) -> Vec<String> {
    let line = |change: &Change| match change {
        Change::Added(file) => format!("+ {}", file.path),
        Change::Modified(file) => format!("~ {}", file.path),
        Change::Removed { path, .. } => format!("- {path}"),
    };
    changes.items.iter().map(line).collect()
}

#[test]
fn only_manifests_are_read() {
    let work = Work::new();
    work.write("root.yaml", "r").write("production/a.yaml", "a").write("production/deep/b.yml", "b");
    work.write(".github/workflows/ci.yaml", "x").write("production/.hidden/c.yaml", "x");
    work.write(".pre-commit-config.yaml", "x").write("README.md", "x").write("production/script.sh", "x");
    work.write("production/a.yaml.bak", "x").write("production/upper.YAML", "x");
    std::os::unix::fs::symlink("/etc/passwd", work.path().join("link.yaml")).unwrap();
    let commit = work.commit("all");
    let found = work.repo().read_manifests(commit).unwrap();
    assert_eq!(paths(&found), ["production/a.yaml", "production/deep/b.yml", "root.yaml"]);
    assert!(found.skipped.is_empty());
    assert_eq!(found.files[0].bytes, b"a");
    let file = work.repo().read_file(commit, "production/deep/b.yml").unwrap().unwrap();
    assert_eq!(file, found.files[1]);
    for missing in
        ["nothing.yaml", "link.yaml", "production", "../root.yaml", "production/../root.yaml", "", "/"]
    {
        assert_eq!(work.repo().read_file(commit, missing).unwrap(), None, "{missing}");
    }
}

#[test]
fn changes_name_what_differs() {
    let work = Work::new();
    work.write("same/a.yaml", "1").write("ns/change.yaml", "1").write("ns/gone.yaml", "1");
    work.write("ns/note.md", "1").write("turn.yaml", "file");
    let from = work.commit("from");
    work.write("ns/change.yaml", "2").write("ns/new/deep.yaml", "1").write("ns/note.md", "2");
    work.remove("ns/gone.yaml").remove("turn.yaml");
    work.write("turn.yaml/inner.yaml", "directory");
    let to = work.commit("to");
    let repo = work.repo();
    let there = repo.changed(from, to).unwrap();
    let expected =
        ["~ ns/change.yaml", "- ns/gone.yaml", "+ ns/new/deep.yaml", "- turn.yaml", "+ turn.yaml/inner.yaml"];
    assert_eq!(lines(&there), expected);
    let back = repo.changed(to, from).unwrap();
    let expected =
        ["~ ns/change.yaml", "+ ns/gone.yaml", "- ns/new/deep.yaml", "+ turn.yaml", "- turn.yaml/inner.yaml"];
    assert_eq!(lines(&back), expected);
    assert_eq!(repo.changed(to, to).unwrap(), Changes::default());
}

#[test]
fn a_large_file_is_skipped_and_named() {
    let work = Work::new();
    let from = work.write("a.yaml", "1").commit("small");
    let to = work.write("a.yaml", &"x".repeat(2 << 20)).commit("large");
    let found = work.repo().read_manifests(to).unwrap();
    assert!(found.files.is_empty());
    assert_eq!(found.skipped[0].reason, SkipReason::TooLarge { bytes: 2 << 20, limit: 1 << 20 });
    // It is neither there nor gone: whoever follows keeps what was there before.
    let changes = work.repo().changed(from, to).unwrap();
    assert_eq!((lines(&changes), changes.skipped), (vec![], found.skipped));
}

#[test]
fn names_that_reach_out_of_the_repository_are_not_taken() {
    let work = Work::new();
    let blob = work.blob(b"evil");
    let inner = support::git(work.path(), &["mktree"], format!("100644 blob {blob}\tx.yaml\n").as_bytes());
    let inner = inner.trim();
    let mut lines = Vec::new();
    for name in ["..", ".", ".git", "back\\slash", "new\nline", "good"] {
        lines.extend_from_slice(format!("040000 tree {inner}\t{name}\0").as_bytes());
    }
    lines.extend_from_slice(format!("100644 blob {blob}\t\u{1b}[31m.yaml\0").as_bytes());
    lines.extend_from_slice(format!("100644 blob {blob}\t").as_bytes());
    lines.extend_from_slice(b"\xff\xfe.yaml\0");
    lines.extend_from_slice(format!("160000 commit {}\tmodule.yaml\0", "1".repeat(40)).as_bytes());
    let commit = work.mktree(&lines);
    let found = work.repo().read_manifests(commit).unwrap();
    assert_eq!(paths(&found), ["good/x.yaml"]);
    let skipped: Vec<_> = found.skipped.iter().map(|s| s.path.as_str()).collect();
    assert_eq!(skipped, ["\\x1b[31m.yaml", "\\xff\\xfe.yaml", "back\\\\slash", "new\\nline"]);
}

#[test]
fn bounds_hold() {
    let work = Work::new();
    let files = (0..300).map(|n| (format!("ns/{n}.yaml"), b"x".to_vec()));
    let commit = work.import(files);
    let limited = |limits| match work.repo().with_limits(limits).read_manifests(commit) {
        Err(Error::Limit { what, .. }) => what,
        other => panic!("{other:?}"),
    };
    let limits = Limits::default();
    assert_eq!(limited(Limits { files: 299, ..limits }), "too many manifests");
    assert_eq!(limited(Limits { entries: 299, ..limits }), "too many files");
    assert_eq!(limited(Limits { total_bytes: 299, ..limits }), "too many bytes of manifests");
    assert_eq!(limited(Limits { object_bytes: 1000, ..limits }), "a directory of too many bytes");
    let exact = Limits { files: 300, entries: 301, total_bytes: 300, ..limits };
    assert_eq!(work.repo().with_limits(exact).read_manifests(commit).unwrap().files.len(), 300);

    let deep = work.import([(format!("{}x.yaml", "d/".repeat(40)), b"x".to_vec())]);
    let failed = work.repo().read_manifests(deep);
    assert!(matches!(failed, Err(Error::Limit { what: "directories nested too deeply", .. })));
}

#[test]
fn ten_thousand_files_are_read_and_one_change_among_them() {
    let work = Work::new();
    let file = |n: usize| (format!("ns-{}/{n}.yaml", n % 100), format!("{n}").into_bytes());
    let from = work.import((0..10_000).map(file));
    let mut files: Vec<_> = (0..10_000).map(file).collect();
    files[5_000].1 = b"changed".to_vec();
    let to = work.import(files);
    let repo = work.repo();
    let begun = std::time::Instant::now();
    let found = repo.read_manifests(to).unwrap();
    let read = begun.elapsed();
    let changes = repo.changed(from, to).unwrap();
    println!("read {read:?}, compared {:?}", begun.elapsed() - read);
    assert_eq!(found.files.len(), 10_000);
    assert_eq!(lines(&changes), ["~ ns-0/5000.yaml"]);
}

/// A tree that holds one tree many times, many levels deep, is small on disk and endless to walk.
#[test]
fn a_tree_bomb_is_refused() {
    let work = Work::new();
    let blob = work.blob(b"x");
    let mut tree = support::git(work.path(), &["mktree"], format!("100644 blob {blob}\tx.yaml\n").as_bytes());
    for _ in 0..10 {
        let lines: String = (0..10).map(|n| format!("040000 tree {}\t{n}\n", tree.trim())).collect();
        tree = support::git(work.path(), &["mktree"], lines.as_bytes());
    }
    let commit: CommitId = work.git(&["commit-tree", tree.trim(), "-m", "bomb"]).trim().parse().unwrap();
    let small = Limits { files: 5_000, entries: 50_000, ..Limits::default() };
    let empty = work.commit("empty");
    let repo = work.repo().with_limits(small);
    assert!(matches!(repo.read_manifests(commit), Err(Error::Limit { .. })));
    assert!(matches!(repo.changed(empty, commit), Err(Error::Limit { .. })));
}

#[test]
fn missing_and_damaged_objects_are_errors() {
    let work = Work::new();
    let commit = work.write("ns/a.yaml", "one").commit("one");
    let nowhere: CommitId = "0123456789012345678901234567890123456789".parse().unwrap();
    let repo = work.repo();
    assert!(matches!(repo.read_manifests(nowhere), Err(Error::NoCommit(id)) if id == nowhere));
    assert!(matches!(repo.changed(commit, nowhere), Err(Error::NoCommit(_))));
    assert!(matches!(repo.changed(nowhere, commit), Err(Error::NoCommit(_))));
    let tree: CommitId = work.git(&["rev-parse", "HEAD^{tree}"]).trim().parse().unwrap();
    assert!(matches!(repo.read_manifests(tree), Err(Error::NoCommit(_))));

    let blob = work.git(&["rev-parse", "HEAD:ns/a.yaml"]);
    let (head, tail) = blob.trim().split_at(2);
    let object = work.git_dir().join("objects").join(head).join(tail);
    fs::set_permissions(&object, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    fs::write(&object, b"not zlib at all").unwrap();
    assert!(matches!(work.repo().read_manifests(commit), Err(Error::Damaged { .. })));
    fs::remove_file(&object).unwrap();
    assert!(matches!(work.repo().read_manifests(commit), Err(Error::Damaged { .. })));
}

#[test]
fn a_damaged_pack_is_an_error_and_no_panic() {
    let work = Work::new();
    let files: Vec<_> =
        (0..200).map(|n| (format!("ns/{n}.yaml"), format!("{n}").repeat(n).into_bytes())).collect();
    let commit = work.import(files);
    work.git(&["gc", "--quiet"]);
    let packs: Vec<_> = fs::read_dir(work.git_dir().join("objects/pack"))
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "pack"))
        .collect();
    let pack = &packs[0];
    fs::set_permissions(pack, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let whole = fs::read(pack).unwrap();
    let mut failures = 0;
    for step in 1..40 {
        let mut bytes = whole.clone();
        let at = bytes.len() * step / 40;
        bytes[at] ^= 0x55;
        bytes[at / 2] ^= 0xff;
        fs::write(pack, &bytes).unwrap();
        if let Ok(repo) = Repo::open(work.path()) {
            failures += usize::from(repo.read_manifests(commit).is_err());
        }
    }
    assert!(failures > 20, "{failures}");
    fs::write(pack, &whole[..whole.len() / 2]).unwrap();
    assert!(Repo::open(work.path()).and_then(|repo| repo.read_manifests(commit)).is_err());
}

#[test]
fn a_path_that_is_no_repository_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(Repo::open(dir.path()), Err(Error::Open { .. })));
    assert!(matches!(Repo::open("/nonexistent"), Err(Error::Open { .. })));
    fs::write(dir.path().join("x"), "x").unwrap();
    assert!(matches!(Repo::init_bare(dir.path(), &"main".parse().unwrap()), Err(Error::Create { .. })));
}

#[test]
fn held_back_objects_are_read_before_they_are_accepted() {
    let work = Work::new();
    let first = work.write("a.yaml", "one").commit("one");
    // What Git itself does during a push: new objects in a directory inside `objects`.
    let hold = work.git_dir().join("objects/tmp_objdir-incoming-test");
    fs::create_dir_all(hold.join("pack")).unwrap();
    let clone = tempfile::tempdir().unwrap();
    work.git(&["clone", "--quiet", ".", clone.path().to_str().unwrap()]);
    fs::write(clone.path().join("b.yaml"), "two").unwrap();
    support::git(clone.path(), &["add", "--all"], b"");
    support::git(clone.path(), &["commit", "--quiet", "-m", "two"], b"");
    let second: CommitId = support::git(clone.path(), &["rev-parse", "HEAD"], b"").trim().parse().unwrap();
    for entry in fs::read_dir(clone.path().join(".git/objects")).unwrap() {
        let from = entry.unwrap().path();
        let name = from.file_name().unwrap().to_str().unwrap().to_owned();
        if name.len() != 2 {
            continue;
        }
        fs::create_dir_all(hold.join(&name)).unwrap();
        for object in fs::read_dir(&from).unwrap() {
            let object = object.unwrap();
            let target = hold.join(&name).join(object.file_name());
            if !work.git_dir().join("objects").join(&name).join(object.file_name()).exists() {
                fs::copy(object.path(), target).unwrap();
            }
        }
    }
    assert!(!work.repo().has_commit(second));
    let quarantine = Quarantine::new(&work.git_dir(), &hold).unwrap();
    let view = quarantine.open().unwrap();
    assert_eq!(lines(&view.changed(first, second).unwrap()), ["+ b.yaml"]);
    assert!(view.is_ancestor(first, second).unwrap());
    for outside in [clone.path().join(".git/objects"), work.git_dir().join("objects/../.."), "/tmp".into()] {
        assert!(matches!(Quarantine::new(&work.git_dir(), &outside), Err(Error::Quarantine(_))));
    }
}

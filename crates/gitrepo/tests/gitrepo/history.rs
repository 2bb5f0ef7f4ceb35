//! Logs, ancestry, branches, unusual references.

use std::fs;

use crate::support::{self, Work};
use crontopus_gitrepo::{Branch, Error, Limits, LogEntry};

fn summaries(log: &[LogEntry]) -> Vec<&str> {
    log.iter().map(|e| e.summary.as_str()).collect()
}

#[test]
fn logs_are_newest_first_and_bounded() {
    let work = Work::new();
    for n in 0..5 {
        work.write("a.yaml", &n.to_string());
        work.git(&["add", "."]);
        let date = format!("2026-01-0{}T00:00:00Z", n + 1);
        let message = format!("commit {n}\n\nbody");
        work.git(&["-c", "core.logAllRefUpdates=false", "commit", "-q", "--date", &date, "-m", &message]);
    }
    let repo = work.repo();
    let log = repo.log(work.head(), 1, 2).unwrap();
    assert_eq!(log.len(), 2);
    assert_eq!(log[0].author, "Ada <ada@example.org>");
    let all = repo.log(work.head(), 0, 100).unwrap();
    assert_eq!(all[0].summary, "commit 4");
    assert_eq!(all[0].authored_at, 1_767_571_200);
    assert_eq!(all.len(), 5);
    let bounded = work.repo().with_limits(Limits { commits: 3, ..Limits::default() });
    assert!(matches!(bounded.log(work.head(), 0, 100), Err(Error::Limit { .. })));
}

#[test]
fn a_path_has_its_own_history() {
    let work = Work::new();
    let steps = [("a.yaml", "add a"), ("b.yaml", "add b"), ("a.yaml", "change a"), ("ns/c.yaml", "add c")];
    for (n, (path, message)) in steps.iter().enumerate() {
        work.write(path, &n.to_string()).commit(message);
    }
    work.remove("a.yaml").commit("remove a");
    let repo = work.repo();
    let of = |path, limit| {
        let log = repo.log_path(work.head(), path, limit).unwrap();
        let mut found: Vec<_> = summaries(&log).into_iter().map(str::to_owned).collect();
        // Commits of one second have no order of their own.
        found.sort();
        found
    };
    assert_eq!(of("a.yaml", 10), ["add a", "change a", "remove a"]);
    assert_eq!(of("ns/c.yaml", 10), ["add c"]);
    assert!(of("never.yaml", 10).is_empty());
    assert_eq!(of("a.yaml", 1).len(), 1);
    let within = |limit, most| {
        let (log, is_whole) = repo.log_path_within(work.head(), "a.yaml", limit, most).unwrap();
        (log.len(), is_whole)
    };
    assert_eq!((within(10, 100), within(10, 1).1, within(2, 100)), ((3, true), false, (2, false)));
}

#[test]
fn ancestry_is_that_of_git() {
    let work = Work::new();
    let root = work.commit("root");
    let left = work.commit("left");
    work.git(&["checkout", "--quiet", "-b", "side", &root.to_string()]);
    let right = work.commit("right");
    work.git(&["merge", "--quiet", "--no-ff", "-m", "merge", "main"]);
    let merge = work.head();
    let repo = work.repo();
    for (a, b, expected) in [
        (root, merge, true),
        (left, merge, true),
        (right, merge, true),
        (left, right, false),
        (merge, root, false),
        (root, root, true),
    ] {
        assert_eq!(repo.is_ancestor(a, b).unwrap(), expected, "{a} {b}");
    }
}

#[test]
fn unusual_references_do_no_harm() {
    let work = Work::new();
    let commit = work.commit("one");
    let main = Branch::default();
    assert_eq!(work.repo().branch_commit(&main).unwrap(), Some(commit));
    assert_eq!(work.repo().branch_commit(&"missing".parse().unwrap()).unwrap(), None);

    let heads = work.git_dir().join("refs/heads");
    fs::write(heads.join("garbage"), "not an id\n").unwrap();
    fs::write(heads.join("loop"), "ref: refs/heads/loop\n").unwrap();
    fs::write(heads.join("dangling"), "0123456789012345678901234567890123456789\n").unwrap();
    fs::write(heads.join("symbolic"), "ref: refs/heads/main\n").unwrap();
    let repo = work.repo();
    assert!(matches!(repo.branch_commit(&"garbage".parse().unwrap()), Err(Error::Reference { .. })));
    assert!(matches!(repo.branch_commit(&"loop".parse().unwrap()), Err(Error::Reference { .. })));
    assert!(repo.branch_commit(&"dangling".parse().unwrap()).is_err());
    assert_eq!(repo.branch_commit(&"symbolic".parse().unwrap()).unwrap(), Some(commit));
    // A branch that is a tree.
    let tree = work.git(&["rev-parse", "HEAD^{tree}"]);
    fs::write(heads.join("tree"), &tree).unwrap();
    assert!(matches!(repo.branch_commit(&"tree".parse().unwrap()), Err(Error::NoCommit(_))));
    let listed: Vec<_> = repo.branches(100).unwrap().into_iter().map(|(b, _)| b.to_string()).collect();
    assert!(listed.contains(&"main".to_owned()), "{listed:?}");
}

#[test]
fn branch_names_are_those_of_git() {
    for good in ["main", "release/1.2", "über", "a-b_c"] {
        assert_eq!(good.parse::<Branch>().unwrap().as_str(), good);
    }
    let long = "x".repeat(201);
    for bad in
        ["", "-x", "a..b", "a b", "a~b", "a:b", "/a", "a/", "a.lock", "HEAD", "@{", "a\nb", "../x", &long]
    {
        assert!(bad.parse::<Branch>().is_err(), "{bad}");
    }
}

#[test]
fn a_strange_author_is_shown_as_it_stands() {
    let work = Work::new();
    let tree = work.git(&["write-tree"]);
    let text =
        format!("tree {}\nauthor \u{fffd} nobody at all\ncommitter A <a@b> 1 +0000\n\nhello\n", tree.trim());
    let id = support::git(
        work.path(),
        &["hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        text.as_bytes(),
    );
    let entry = work.repo().describe(id.trim().parse().unwrap());
    if let Ok(entry) = entry {
        assert_eq!((entry.summary.as_str(), entry.authored_at), ("hello", 0));
    }
}

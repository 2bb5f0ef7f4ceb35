//! Names and texts that somebody made up: an answer or an error. `PROPTEST_CASES` says how long to go on.

use crontopus_gitrepo::{AllowedSigners, Branch, check_path, is_manifest_path};
use proptest::{collection::vec, prelude::*, sample::Index};

use crate::support::Work;

/// What is put in the place of how many bytes, and where.
type Edits = Vec<(Index, usize, Vec<u8>)>;

fn edits() -> impl Strategy<Value = Edits> {
    vec((any::<Index>(), 0_usize..40, vec(any::<u8>(), 0..12)), 1..8)
}

fn damaged(good: &[u8], edits: Edits) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for (at, length, with) in edits {
        let at = at.index(bytes.len() + 1);
        let end = (at + length).min(bytes.len());
        bytes.splice(at..end, with);
    }
    bytes
}

proptest! {
    #[test]
    fn hostile_paths(path in any::<String>()) {
        let whole = check_path(&path).is_ok();
        if whole {
            assert!(!path.starts_with('/') && !path.contains('\0'), "{path:?}");
            assert!(path.split('/').all(|part| !matches!(part, "" | "." | "..")), "{path:?}");
        }
        is_manifest_path(&path);
    }

    #[test]
    fn hostile_branches(text in any::<String>()) {
        if let Ok(branch) = text.parse::<Branch>() {
            assert!(!branch.as_str().contains("..") && !branch.as_str().starts_with('-'), "{text:?}");
        }
    }

    #[test]
    fn hostile_signers(edits in edits(), more in any::<String>()) {
        let good = b"# who may\nada@example.org namespaces=\"git\" valid-after=\"20250101\" ssh-ed25519 \
            AAAAC3NzaC1lZDI1NTE5AAAAIJfR4ZEq8YzQ0mRlW6nL4U6u1pGxkUu3v9T8J0w5o3aB ada\n";
        let text = String::from_utf8_lossy(&damaged(good, edits)).into_owned();
        AllowedSigners::parse(&text).ok();
        AllowedSigners::parse(&more).ok();
    }
}

proptest! {
    // Each case starts the real git three times; `PROPTEST_CASES` divided by sixteen is enough.
    #![proptest_config(ProptestConfig { cases: ProptestConfig::default().cases.div_ceil(16), ..ProptestConfig::default() })]

    /// A tree with names no work tree could hold, which git itself would refuse to check out.
    #[test]
    fn hostile_tree_names(names in prop::collection::btree_set(vec(1_u8.., 1..20), 1..12)) {
        let work = Work::new();
        let blob = work.blob(b"kind: Job\n");
        let mut lines = Vec::new();
        for name in &names {
            // git mktree itself takes a slash for a mistake.
            let name: Vec<u8> = name.iter().map(|byte| if *byte == b'/' { b'\\' } else { *byte }).collect();
            lines.extend_from_slice(format!("100644 blob {blob}\t").as_bytes());
            lines.extend_from_slice(&name);
            lines.extend_from_slice(b".yaml\0");
        }
        let commit = work.mktree(&lines);
        let manifests = work.repo().read_manifests(commit).unwrap();
        for file in &manifests.files {
            assert!(check_path(&file.path).is_ok(), "{:?}", file.path);
        }
        assert!(manifests.files.len() + manifests.skipped.len() <= names.len());
    }
}

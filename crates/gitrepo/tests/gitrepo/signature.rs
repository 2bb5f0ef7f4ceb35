//! Commits signed by the real `ssh-keygen` through the real `git`.

use crontopus_gitrepo::{AllowedSigners, Signature};

use crate::support::{Work, keygen};

fn signed_by(work: &Work, key: &std::path::Path, message: &str) -> crontopus_gitrepo::CommitId {
    let key = format!("user.signingKey={}", key.display());
    work.git(&[
        "-c",
        "gpg.format=ssh",
        "-c",
        &key,
        "commit",
        "--quiet",
        "--allow-empty",
        "-S",
        "-m",
        message,
    ]);
    work.head()
}

#[test]
fn signatures_are_judged() {
    let keys = tempfile::tempdir().unwrap();
    let (key, public) = keygen(keys.path(), "ours");
    let (strange, _) = keygen(keys.path(), "theirs");
    let work = Work::new();
    let plain = work.commit("plain");
    let good = signed_by(&work, &key, "good");
    let other = signed_by(&work, &strange, "other");
    let repo = work.repo();

    let judge = |text: &str, commit| {
        let signers = AllowedSigners::parse(text).unwrap();
        repo.verify_signature(commit, &signers).unwrap()
    };
    let list = format!("# people\n\nada@example.org {public}\n");
    assert_eq!(judge(&list, plain), Signature::None);
    assert!(matches!(judge(&list, good), Signature::Good(s) if s.principals == "ada@example.org"));
    assert!(matches!(judge(&list, other), Signature::Untrusted { .. }));
    assert!(matches!(judge("", good), Signature::Untrusted { .. }));
    for (options, trusted) in [
        ("namespaces=\"git\"", true),
        ("namespaces=\"file,git\"", true),
        ("namespaces=\"file\"", false),
        ("valid-after=\"20200101\"", true),
        ("valid-after=\"29990101Z\"", false),
        ("valid-before=\"20200101000000Z\"", false),
        ("namespaces=\"git\",valid-before=\"29990101\"", true),
    ] {
        let judged = judge(&format!("ada@example.org {options} {public}"), good);
        assert_eq!(matches!(judged, Signature::Good(_)), trusted, "{options}: {judged:?}");
    }

    // The same signature over another message.
    let text = work.git(&["cat-file", "commit", &good.to_string()]).replace("\ngood\n", "\nevil\n");
    let forged =
        crate::support::git(work.path(), &["hash-object", "-t", "commit", "-w", "--stdin"], text.as_bytes());
    let forged = forged.trim().parse().unwrap();
    assert_eq!(judge(&list, forged), Signature::Bad);
    let text = work.git(&["cat-file", "commit", &good.to_string()]).replace("SSH SIGNATURE", "PGP SIGNATURE");
    let pgp =
        crate::support::git(work.path(), &["hash-object", "-t", "commit", "-w", "--stdin"], text.as_bytes());
    assert_eq!(judge(&list, pgp.trim().parse().unwrap()), Signature::Unsupported);
}

#[test]
fn lists_with_mistakes_are_refused_as_a_whole() {
    let keys = tempfile::tempdir().unwrap();
    let (_, public) = keygen(keys.path(), "ours");
    for (line, part) in [
        ("ada@example.org".to_owned(), "key type and key are needed"),
        ("ada@example.org ssh-ed25519 AAAA".to_owned(), "cannot be read"),
        (format!("ada@example.org cert-authority {public}"), "not supported"),
        (format!("ada@example.org nonsense=\"1\" {public}"), "is no option"),
        (format!("ada@example.org valid-before=\"soon\" {public}"), "is no time"),
        (format!("ada@example.org valid-before=\"20261345\" {public}"), "is no time"),
    ] {
        let error = AllowedSigners::parse(&format!("ada@example.org {public}\n{line}")).unwrap_err();
        assert_eq!(error.line, 2);
        assert!(error.problem.contains(part), "{line}: {error}");
    }
}

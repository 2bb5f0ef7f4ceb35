//! Crontabs damaged at random: every line becomes a manifest that is valid or is named with a reason.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::{Limits, Options, convert};

const GOOD: &[u8] = b"# Backs up\nSHELL=/bin/bash\nMAILTO=\"me@x\"\nCRON_TZ=Europe/Berlin\n\n*/5 0-23/2 1,15 jan-mar mon-fri \
    /usr/bin/backup --to '/mnt/a b' 100\\% %in%put\n@daily x\n@reboot /usr/local/bin/boot &\n0 2 * * * root dump > /tmp/x 2>&1\r\n\
    5 5 * * * tr -d '\\r' \\\\ $HOME `id` \"q\"\n7 7 * * 7 caf\xe9\n";

/// What is put in the place of how many bytes, and where.
type Edits = Vec<(Index, usize, Vec<u8>)>;

fn edits() -> impl Strategy<Value = Edits> {
    collection::vec((any::<Index>(), 0_usize..40, collection::vec(any::<u8>(), 0..12)), 1..8)
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

fn check(bytes: &[u8], system: bool) {
    let options = Options {
        system,
        user: None,
        namespace: "imported".into(),
        hosts: vec!["web1".into()],
        selector: BTreeMap::new(),
        source: "crontab -l".into(),
    };
    let (made, skipped) = convert(bytes, &options, &Limits::NONE);
    let lines = bytes.split(|byte| *byte == b'\n').count();
    assert!(made.len() + skipped.len() <= lines);
    let mut paths = BTreeSet::new();
    for job in &made {
        assert!(paths.insert(job.file.clone()), "two manifests at one path: {}", job.file);
        let parsed = crontopus_manifest::parse_file(&job.file, job.manifest.as_bytes());
        assert!(parsed.rejected.is_empty() && parsed.documents.len() == 1, "{}", job.manifest);
    }
    for line in &skipped {
        assert!(line.line >= 1 && line.line <= lines && !line.reason.is_empty());
    }
}

proptest! {
    #[test]
    fn hostile_crontabs(edits in edits(), system in any::<bool>()) {
        check(&damaged(GOOD, edits), system);
    }

    #[test]
    fn hostile_lines(bytes in collection::vec(any::<u8>(), 0..300), system in any::<bool>()) {
        check(&bytes, system);
        check(&[b"* * * * * ", &bytes[..]].concat(), system);
    }
}

//! The agent's own files and its spool, damaged at random: read, or refused with a reason. What lies in the spool may
//! come from any user of the host.

use std::fs;

use crontopus_manifest::spec::Layout;
use jiff::SignedDuration;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::identity::Identity;
use crate::settings::Settings;
use crate::spool;
use crate::state::State;

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

fn layout() -> (tempfile::TempDir, Layout) {
    let dir = tempfile::tempdir().unwrap();
    let layout = Layout::new(dir.path());
    fs::create_dir(layout.spool()).unwrap();
    (dir, layout)
}

proptest! {
    #[test]
    fn hostile_identities(edits in edits()) {
        let good = br#"{"format":1,"server":"https://a.test","server_key":"AAAA","agent_id":"agt_01h455vb4pex5vsknk084sn02q",
            "tenant":"acme","name":"web","scheduler":"cron-d"}"#;
        let (_dir, layout) = layout();
        fs::write(layout.identity(), damaged(good, edits)).unwrap();
        if let Ok(identity) = Identity::load(&layout) {
            identity.server_key().ok();
        }
    }

    #[test]
    fn hostile_states(edits in edits()) {
        let (dir, layout) = layout();
        State::default().save(&layout).unwrap();
        let path = dir.path().join("state.json");
        let good = fs::read(&path).unwrap();
        fs::write(&path, damaged(&good, edits)).unwrap();
        State::load(&layout).ok();
    }

    #[test]
    fn hostile_settings(edits in edits()) {
        let good = b"drift = \"warn\"\njob_user = \"jobs\"\n[trust]\nsigners = \"/x\"\nforce_push = \"accept\"\n";
        let (dir, layout) = layout();
        fs::write(dir.path().join("agent.toml"), damaged(good, edits)).unwrap();
        Settings::load(&layout).ok();
    }

    #[test]
    fn hostile_records(edits in edits(), name in "[a-z0-9.-]{1,20}") {
        let good = br#"{"format":1,"job":"ops/tick","run_id":"r","kind":"end","at":"2026-11-23T12:00:00Z",
            "scheduled_for":"2026-11-23T12:00:00Z","exit_status":0,"attempts":[{"started_at":"2026-11-23T12:00:00Z","duration_ms":5}],
            "output":{"head":"aGk=","total_bytes":2,"dropped_bytes":0},"resources":{"user_ms":1,"system_ms":1,"max_rss_kib":1}}"#;
        let (_dir, layout) = layout();
        fs::write(layout.spool().join(format!("{name}.end.json")), damaged(good, edits)).unwrap();
        let batch = spool::read(&layout, SignedDuration::MAX, &Default::default()).unwrap();
        assert_eq!(batch.items.len() + batch.refused.len(), usize::from(!name.starts_with('.')));
        assert_eq!(batch.items.len(), batch.sources.len());
    }
}

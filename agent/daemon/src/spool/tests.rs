use std::os::unix::fs::symlink;

use super::*;

fn layout() -> (tempfile::TempDir, Layout) {
    let dir = tempfile::tempdir().unwrap();
    let layout = Layout::new(dir.path());
    fs::create_dir_all(layout.spool()).unwrap();
    (dir, layout)
}

fn put(layout: &Layout, name: &str, text: &str) {
    fs::write(layout.spool().join(name), text).unwrap();
}

fn text(run: &str, kind: &str) -> String {
    format!(r#"{{"format":1,"job":"ops/tick","run_id":"{run}","kind":"{kind}","at":"2026-11-23T12:00:00Z"}}"#)
}

#[test]
fn oldest_run_first_and_its_start_before_its_end() {
    let (_dir, layout) = layout();
    put(&layout, "b.end.json", &text("b", "end"));
    put(&layout, "b.start.json", &text("b", "start"));
    put(&layout, "a.end.json", &text("a", "end"));
    put(&layout, "a.start.json", &text("a", "start"));
    put(&layout, ".c.start.json", "not finished");
    let batch = read(&layout, SignedDuration::from_secs(5), &BTreeSet::new()).unwrap();
    let order: Vec<_> = batch.items.iter().map(|i| (i.run_id.as_str(), i.kind)).collect();
    let (start, end) = (AgentCheckInKind::Start, AgentCheckInKind::End);
    assert_eq!(order, [("a", start), ("a", end), ("b", start), ("b", end)]);
    assert_eq!(batch.items[0].at.to_string(), "2026-11-23T12:00:05Z");
    assert_eq!((batch.sources.len(), batch.refused.len(), batch.more), (4, 0, false));
    assert_eq!(waiting(&layout), 4);
}

#[test]
fn what_is_not_believed_is_refused_with_a_reason() {
    let (dir, layout) = layout();
    put(&layout, "1.end.json", "{");
    put(&layout, "2.end.json", &text("x", "end").replace("\"format\":1", "\"format\":2"));
    put(&layout, "3.end.json", &text("x", "end").replace("ops/tick", "../../etc/passwd"));
    put(&layout, "4.end.json", &" ".repeat(LARGEST_RECORD as usize + 1));
    let secret = dir.path().join("secret");
    fs::write(&secret, text("x", "end")).unwrap();
    symlink(&secret, layout.spool().join("5.end.json")).unwrap();
    fs::create_dir(layout.spool().join("6.end.json")).unwrap();
    let batch = read(&layout, SignedDuration::ZERO, &BTreeSet::new()).unwrap();
    assert_eq!(batch.items.len(), 0);
    assert_eq!(batch.refused.len(), 6, "{:?}", batch.refused);
}

#[test]
fn another_user_speaks_for_nobody_elses_job() {
    let (_dir, layout) = layout();
    fs::create_dir_all(layout.lock("ops/tick").parent().unwrap()).unwrap();
    fs::write(layout.lock("ops/tick"), "").unwrap();
    let own = rustix::process::geteuid().as_raw();
    assert!(may_speak_for(&layout, "ops/tick", own));
    assert!(may_speak_for(&layout, "ops/tick", 0));
    assert!(!may_speak_for(&layout, "ops/tick", own + 54_321));
    assert!(!may_speak_for(&layout, "ops/other", own + 54_321));
}

#[test]
fn a_long_absence_comes_in_batches() {
    let (_dir, layout) = layout();
    for run in 0..BATCH + 5 {
        put(&layout, &format!("{run:05}.end.json"), &text(&format!("{run}"), "end"));
    }
    let batch = read(&layout, SignedDuration::ZERO, &BTreeSet::new()).unwrap();
    assert_eq!((batch.items.len(), batch.more), (BATCH, true));
}

#[test]
fn what_was_delivered_and_cannot_be_removed_is_passed_over() {
    let (_dir, layout) = layout();
    for run in 0..BATCH + 5 {
        put(&layout, &format!("{run:05}.end.json"), &text(&format!("{run}"), "end"));
    }
    let passed = (0..BATCH).map(|run| layout.spool().join(format!("{run:05}.end.json"))).collect();
    let batch = read(&layout, SignedDuration::ZERO, &passed).unwrap();
    assert_eq!((batch.items.len(), batch.more), (5, false));
}

//! Records that no disk takes, in memory until the server has them or a disk takes them again.

use std::collections::BTreeMap;

use crontopus_manifest::spec::{Layout, RecordKind, SpoolRecord};
use jiff::SignedDuration;

use super::{BATCH, Batch, LARGEST_BATCH, Source, believed, check_in};
use crate::files;

/// More records than that: the oldest starts go, then the oldest.
const MOST_RECORDS: usize = 1_000;
/// More bytes than that: outputs go first, the oldest first.
const MOST_BYTES: usize = 10 << 20;
/// No record without output is larger.
const BARE: usize = 4 << 10;

/// By run and, within a run, start before end.
type Place = (String, bool, String);

/// What wrappers have handed over.
#[derive(Debug, Default)]
pub(crate) struct Held {
    records: BTreeMap<Place, Kept>,
    bytes: usize,
}

#[derive(Debug)]
struct Kept {
    record: SpoolRecord,
    size: usize,
}

impl Held {
    /// Takes what the user `uid` sent, or says why it is not believed.
    pub(crate) fn take(&mut self, layout: &Layout, text: &[u8], uid: u32) -> Result<(), String> {
        let record = believed(layout, text, uid)?;
        let is_plain = |c: char| c.is_ascii_hexdigit() || c == '-';
        if !(1..=64).contains(&record.run_id.len()) || !record.run_id.chars().all(is_plain) {
            return Err("names no run".to_owned());
        }
        self.forget(&place(&record));
        self.bytes += text.len();
        self.records.insert(place(&record), Kept { record, size: text.len() });
        self.stay_small();
        Ok(())
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// Adds them to what is delivered next, as far as there is room.
    pub(crate) fn add_to(&self, batch: &mut Batch, offset: SignedDuration) {
        for ((.., name), kept) in &self.records {
            let size = kept.size as u64;
            if batch.items.len() >= BATCH || !batch.items.is_empty() && batch.bytes + size > LARGEST_BATCH {
                batch.more = true;
                return;
            }
            batch.bytes += size;
            batch.items.push(check_in(kept.record.clone(), offset));
            batch.sources.push(Source::Held(name.clone()));
        }
    }

    /// Forgets the record of this name: it is delivered.
    pub(crate) fn delivered(&mut self, name: &str) {
        let places = self.records.keys().filter(|(.., other)| other == name).cloned();
        for place in places.collect::<Vec<_>>() {
            self.forget(&place);
        }
    }

    /// Puts them into the spool, where they outlive the agent, until one does not fit.
    pub(crate) fn spill(&mut self, layout: &Layout) -> anyhow::Result<()> {
        while let Some((place, kept)) = self.records.first_key_value() {
            files::replace(&layout.spool().join(&place.2), &serde_json::to_vec(&kept.record)?, 0o600)?;
            let place = place.clone();
            self.forget(&place);
        }
        Ok(())
    }

    fn forget(&mut self, place: &Place) {
        if let Some(kept) = self.records.remove(place) {
            self.bytes -= kept.size;
        }
    }

    fn stay_small(&mut self) {
        for kept in self.records.values_mut() {
            if self.bytes <= MOST_BYTES {
                break;
            }
            if kept.record.output.take().is_some() {
                let left = kept.size.min(BARE);
                self.bytes -= kept.size - left;
                kept.size = left;
            }
        }
        while self.records.len() > MOST_RECORDS || self.bytes > MOST_BYTES {
            let minor = self.records.iter().find(|(_, kept)| kept.record.kind != RecordKind::End);
            let Some(place) = minor.or(self.records.iter().next()).map(|(place, _)| place.clone()) else {
                return;
            };
            tracing::warn!(record = place.2, "too many records wait in memory; the oldest is dropped");
            self.forget(&place);
        }
    }
}

fn place(record: &SpoolRecord) -> Place {
    let kind = match record.kind {
        RecordKind::Start => "start",
        RecordKind::End => "end",
        RecordKind::Skipped => "skipped",
        RecordKind::Orphan => "orphan",
    };
    let name = format!("{}.{kind}.json", record.run_id);
    (record.run_id.clone(), record.kind != RecordKind::Start, name)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;
    use crate::spool;

    fn layout() -> (tempfile::TempDir, Layout) {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        fs::create_dir_all(layout.spool()).unwrap();
        (dir, layout)
    }

    fn text(run: &str, kind: &str, output: usize) -> Vec<u8> {
        let mut record = serde_json::json!({
            "format": 1, "job": "ops/tick", "run_id": run, "kind": kind, "at": "2026-11-23T12:00:00Z",
        });
        if output > 0 {
            record["output"] = serde_json::json!({"head": "x".repeat(output), "tail": "", "total_bytes": 1, "dropped_bytes": 0});
        }
        serde_json::to_vec(&record).unwrap()
    }

    fn batch(held: &Held) -> Batch {
        let mut batch = Batch::default();
        held.add_to(&mut batch, SignedDuration::ZERO);
        batch
    }

    #[test]
    fn they_are_delivered_in_order_and_once() {
        let (_dir, layout) = layout();
        let mut held = Held::default();
        for (run, kind) in [("b", "end"), ("b", "start"), ("a", "end"), ("a", "end")] {
            held.take(&layout, &text(run, kind, 0), 0).unwrap();
        }
        let names = ["a.end.json", "b.start.json", "b.end.json"].map(|name| Source::Held(name.to_owned()));
        assert_eq!(batch(&held).sources, names);
        held.delivered("b.start.json");
        assert_eq!(held.len(), 2);
        held.delivered("a.end.json");
        held.delivered("b.end.json");
        assert_eq!((held.len(), held.bytes), (0, 0));
    }

    #[test]
    fn who_may_not_speak_for_a_job_is_not_believed() {
        let (_dir, layout) = layout();
        let stranger = rustix::process::geteuid().as_raw() + 54_321;
        let mut held = Held::default();
        for (text, uid) in [
            (text("a", "end", 0), stranger),
            (text("../../../etc/a", "end", 0), 0),
            (text("", "end", 0), 0),
            (b"{".to_vec(), 0),
        ] {
            assert!(held.take(&layout, &text, uid).is_err());
        }
        assert_eq!(held.len(), 0);
    }

    #[test]
    fn they_stay_few_and_small() {
        let (_dir, layout) = layout();
        let mut held = Held::default();
        for run in 0..300 {
            held.take(&layout, &text(&format!("{run:04}"), "end", 100_000), 0).unwrap();
            assert!(held.bytes <= MOST_BYTES);
        }
        let outputs: Vec<bool> = held.records.values().map(|kept| kept.record.output.is_some()).collect();
        assert_eq!(
            (outputs.len(), outputs[0], outputs[299]),
            (300, false, true),
            "outputs went, the oldest first"
        );
        for run in 300..1_400 {
            held.take(&layout, &text(&format!("{run:04}"), "start", 0), 0).unwrap();
        }
        let ends = held.records.values().filter(|kept| kept.record.kind == RecordKind::End).count();
        assert_eq!((held.len(), ends), (MOST_RECORDS, 300), "starts went before ends");
        assert_eq!(batch(&held).items.len(), BATCH);
        assert!(batch(&held).more);
    }

    #[test]
    fn a_disk_that_takes_them_again_keeps_them() {
        let (_dir, layout) = layout();
        let mut held = Held::default();
        held.take(&layout, &text("a", "start", 0), 0).unwrap();
        held.take(&layout, &text("a", "end", 10), 0).unwrap();
        fs::remove_dir(layout.spool()).unwrap();
        assert!(held.spill(&layout).is_err());
        assert_eq!(held.len(), 2);
        fs::create_dir(layout.spool()).unwrap();
        held.spill(&layout).unwrap();
        assert_eq!((held.len(), held.bytes), (0, 0));
        let batch = spool::read(&layout, SignedDuration::ZERO, &BTreeSet::new()).unwrap();
        assert_eq!((batch.items.len(), batch.refused.len()), (2, 0));
        assert!(batch.items[1].output.is_some());
    }
}

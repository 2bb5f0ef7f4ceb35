use std::collections::VecDeque;

use crontopus_domain::OutputRule;
use crontopus_manifest::spec::Capture;
use crontopus_store::RunOutput;

/// Bytes kept of the beginning of an output whose end is kept.
const HEAD: usize = 2 << 10;

/// Keeps what a rule wants of an output as it comes in, in memory bounded by the rule's limit.
#[derive(Debug)]
pub struct OutputKeeper {
    head: Vec<u8>,
    head_room: usize,
    tail: VecDeque<u8>,
    tail_room: usize,
    total: u64,
}

impl Default for OutputKeeper {
    fn default() -> Self {
        Self::new(&OutputRule::default())
    }
}

/// A whole output that nobody has cut.
pub fn whole_output(bytes: Vec<u8>) -> Option<RunOutput> {
    let total_bytes = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
    let output = RunOutput { head: bytes, tail: Vec::new(), total_bytes, dropped_bytes: 0 };
    (total_bytes > 0).then_some(output)
}

/// What a rule leaves of an output that may have been cut before.
pub(super) fn cut(output: &RunOutput, rule: &OutputRule) -> Option<RunOutput> {
    if rule.capture == Capture::None {
        return None;
    }
    let mut keeper = OutputKeeper::new(rule);
    if output.dropped_bytes == 0 {
        keeper.push(&output.head);
        keeper.push(&output.tail);
        return keeper.finish();
    }
    // What was dropped lies between: nothing may move from one side to the other.
    let head = &output.head[..output.head.len().min(keeper.head_room)];
    let tail = &output.tail[output.tail.len().saturating_sub(keeper.tail_room)..];
    let dropped_bytes = output.total_bytes - (head.len() + tail.len()) as i64;
    Some(RunOutput { head: head.to_vec(), tail: tail.to_vec(), dropped_bytes, ..output.clone() })
}

impl OutputKeeper {
    /// Keeps what `rule` wants.
    pub fn new(rule: &OutputRule) -> Self {
        let limit = rule.limit as usize;
        let (head_room, tail_room) = match rule.capture {
            Capture::Tail => (limit.min(HEAD), limit.saturating_sub(HEAD)),
            Capture::Head => (limit, 0),
            Capture::None => (0, 0),
        };
        Self { head: Vec::new(), head_room, tail: VecDeque::new(), tail_room, total: 0 }
    }

    /// Whether taking in `more` bytes would drop some.
    pub fn would_drop(&self, more: usize) -> bool {
        let kept = self.head.len() + self.tail.len();
        kept as u64 == self.total && kept + more > self.head_room + self.tail_room
    }

    /// Keeps what `rule` wants from now on; of what was taken in before, what is still there.
    #[must_use]
    pub fn with_rule(self, rule: &OutputRule) -> Self {
        let mut keeper = Self::new(rule);
        keeper.push(&self.head);
        let (first, second) = self.tail.as_slices();
        keeper.push(first);
        keeper.push(second);
        keeper.total = self.total;
        keeper
    }

    /// Takes more of the output in.
    pub fn push(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        let (first, rest) = bytes.split_at(bytes.len().min(self.head_room - self.head.len()));
        self.head.extend_from_slice(first);
        let rest = &rest[rest.len().saturating_sub(self.tail_room)..];
        self.tail.extend(rest);
        let surplus = self.tail.len().saturating_sub(self.tail_room);
        self.tail.drain(..surplus);
    }

    /// Bytes taken in so far.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// What is kept; `None` when there was nothing. An output that was not cut is whole in its head.
    pub fn finish(self) -> Option<RunOutput> {
        let Self { mut head, tail, total, .. } = self;
        let mut tail = Vec::from(tail);
        let dropped = total - (head.len() + tail.len()) as u64;
        if dropped == 0 {
            head.append(&mut tail);
        }
        let count = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
        let output = RunOutput { head, tail, total_bytes: count(total), dropped_bytes: count(dropped) };
        (total > 0).then_some(output)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(size: usize) -> Vec<u8> {
        (0..size).map(|n| (n % 251) as u8).collect()
    }

    fn rule(limit: u32, capture: Capture) -> OutputRule {
        OutputRule { limit, capture, of_success: true }
    }

    #[test]
    fn beginning_and_end_are_kept_however_it_comes_in() {
        for (size, piece) in
            [(1, 1), (2048, 7), (65_536, 1000), (65_537, 1000), (1_000_000, 8192), (70_000, 70_000)]
        {
            let bytes = bytes(size);
            let mut keeper = OutputKeeper::default();
            bytes.chunks(piece).for_each(|piece| keeper.push(piece));
            let kept = keeper.finish().unwrap();
            let dropped = size.saturating_sub(64 << 10);
            assert_eq!((kept.total_bytes, kept.dropped_bytes), (size as i64, dropped as i64), "{size}");
            assert!(bytes.starts_with(&kept.head) && bytes.ends_with(&kept.tail), "{size}");
            assert_eq!(kept.head.len() + kept.tail.len(), size - dropped);
        }
        assert_eq!(OutputKeeper::default().finish(), None);
        assert_eq!(whole_output(Vec::new()), None);
    }

    #[test]
    fn a_rule_that_comes_to_be_known_in_between_is_kept() {
        let bytes = bytes(900_000);
        for (rule, head, tail) in [
            (rule(1 << 20, Capture::Tail), 900_000, 0),
            (rule(100_000, Capture::Tail), 2048, 97_952),
            (rule(100_000, Capture::Head), 100_000, 0),
            (rule(0, Capture::None), 0, 0),
        ] {
            let mut keeper = OutputKeeper::default();
            let mut is_known = false;
            for piece in bytes.chunks(5_000) {
                if !is_known && keeper.would_drop(piece.len()) {
                    (keeper, is_known) = (keeper.with_rule(&rule), true);
                }
                keeper.push(piece);
            }
            let kept = keeper.finish().unwrap();
            assert_eq!((kept.head.len(), kept.tail.len()), (head, tail), "{rule:?}");
            assert_eq!(kept.total_bytes, 900_000);
            assert!(bytes.starts_with(&kept.head) && bytes.ends_with(&kept.tail), "{rule:?}");
        }
    }

    #[test]
    fn cutting_twice_is_cutting_once() {
        for capture in [Capture::Tail, Capture::Head] {
            for limit in [1024, 2048, 5_000, 1 << 20] {
                let (rule, bytes) = (rule(limit, capture), bytes(300_000));
                let once = cut(&whole_output(bytes.clone()).unwrap(), &rule).unwrap();
                assert!(once.head.len() + once.tail.len() <= limit as usize, "{rule:?}");
                assert_eq!(once.dropped_bytes, 300_000_i64.saturating_sub(limit.into()).max(0), "{rule:?}");
                assert_eq!(cut(&once, &rule), Some(once.clone()), "{rule:?}");
                assert!(bytes.starts_with(&once.head) && bytes.ends_with(&once.tail), "{rule:?}");
            }
        }
        assert_eq!(cut(&whole_output(bytes(10)).unwrap(), &rule(1024, Capture::None)), None);
    }
}

use std::collections::VecDeque;

use crontopus_domain::OutputRule;
use crontopus_manifest::spec::Capture;
use crontopus_store::RunOutput;

/// Bytes kept of the beginning of an output whose end is kept.
const HEAD: usize = 2 << 10;
/// Bytes kept of either end of an output until it is known whose it is: the most a manifest may ask for.
const KEPT: usize = 1 << 20;

/// Keeps the beginning and the end of an output as it comes in, in bounded memory.
#[derive(Debug)]
pub struct OutputKeeper {
    head: Vec<u8>,
    head_room: usize,
    tail: VecDeque<u8>,
    tail_room: usize,
    total: u64,
}

impl Default for OutputKeeper {
    /// Keeps enough of both ends for whatever rule turns out to hold.
    fn default() -> Self {
        Self::with_room(KEPT, KEPT)
    }
}

/// What is kept of a whole output until its rule is known; `None` when it is empty.
pub fn kept_output(bytes: &[u8]) -> Option<RunOutput> {
    let mut keeper = OutputKeeper::default();
    keeper.push(bytes);
    keeper.finish()
}

/// What a rule leaves of an output that may have been cut before.
pub(super) fn cut(output: &RunOutput, rule: &OutputRule) -> Option<RunOutput> {
    let limit = rule.limit as usize;
    let mut keeper = match rule.capture {
        Capture::Tail => OutputKeeper::with_room(limit.min(HEAD), limit.saturating_sub(HEAD)),
        Capture::Head => OutputKeeper::with_room(limit, 0),
        Capture::None => return None,
    };
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
    fn with_room(head_room: usize, tail_room: usize) -> Self {
        Self { head: Vec::new(), head_room, tail: VecDeque::new(), tail_room, total: 0 }
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
        for (size, piece) in [
            (1, 1),
            (2048, 7),
            (65_536, 1000),
            (2 * KEPT, 1000),
            (2 * KEPT + 1, 8192),
            (3_000_000, 3_000_000),
        ] {
            let bytes = bytes(size);
            let mut keeper = OutputKeeper::default();
            bytes.chunks(piece).for_each(|piece| keeper.push(piece));
            let kept = keeper.finish().unwrap();
            let dropped = size.saturating_sub(2 * KEPT);
            assert_eq!((kept.total_bytes, kept.dropped_bytes), (size as i64, dropped as i64), "{size}");
            assert!(bytes.starts_with(&kept.head) && bytes.ends_with(&kept.tail), "{size}");
            assert_eq!(kept.head.len() + kept.tail.len(), size - dropped);
        }
        assert_eq!(kept_output(b""), None);
    }

    #[test]
    fn cutting_twice_is_cutting_once() {
        for capture in [Capture::Tail, Capture::Head] {
            for limit in [0, 1, 1024, 2048, 2049, 5_000, 1 << 20] {
                for size in [1, 2_048, 2_049, 300_000, 5_000_000] {
                    let (rule, bytes) = (rule(limit, capture), bytes(size));
                    let once = cut(&kept_output(&bytes).unwrap(), &rule).unwrap();
                    let kept = size.min(limit as usize);
                    assert_eq!(once.head.len() + once.tail.len(), kept, "{size} {rule:?}");
                    assert_eq!(once.dropped_bytes, (size - kept) as i64, "{size} {rule:?}");
                    assert_eq!(cut(&once, &rule), Some(once.clone()), "{size} {rule:?}");
                    assert!(bytes.starts_with(&once.head) && bytes.ends_with(&once.tail), "{size} {rule:?}");
                }
            }
        }
        assert_eq!(cut(&kept_output(&bytes(10)).unwrap(), &rule(1024, Capture::None)), None);
    }
}

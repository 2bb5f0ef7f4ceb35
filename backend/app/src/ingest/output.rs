use std::collections::VecDeque;

use crontopus_store::RunOutput;

/// Bytes kept of the beginning of an output that is cut.
const HEAD: usize = 2 << 10;
/// Bytes kept of an output until it is known whose it is, which is the most a manifest may ask for.
const KEPT: usize = 1 << 20;

/// Keeps the beginning and the end of an output as it comes in, in bounded memory.
#[derive(Debug, Default)]
pub struct OutputKeeper {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    total: u64,
}

/// What is kept of a whole output; `None` when it is empty.
pub fn kept_output(bytes: &[u8]) -> Option<RunOutput> {
    let mut keeper = OutputKeeper::default();
    keeper.push(bytes);
    keeper.finish()
}

/// Cuts an output to `limit` bytes: the end, and a little of the beginning.
pub(super) fn cut(output: &mut RunOutput, limit: u64) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let kept = output.head.len() + output.tail.len();
    if kept <= limit {
        return;
    }
    // What was not cut before is whole in its head.
    if output.dropped_bytes == 0 {
        output.tail = output.head.split_off(HEAD.min(output.head.len()));
    }
    output.head.truncate(HEAD.min(limit));
    let end = (limit - output.head.len()).min(output.tail.len());
    output.tail.drain(..output.tail.len() - end);
    output.dropped_bytes += (kept - output.head.len() - output.tail.len()) as i64;
}

impl OutputKeeper {
    /// Takes more of the output in.
    pub fn push(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        let (first, rest) = bytes.split_at(bytes.len().min(HEAD - self.head.len()));
        self.head.extend_from_slice(first);
        let rest = &rest[rest.len().saturating_sub(KEPT - HEAD)..];
        self.tail.extend(rest);
        let surplus = self.tail.len().saturating_sub(KEPT - HEAD);
        self.tail.drain(..surplus);
    }

    /// Bytes taken in so far.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// What is kept; `None` when there was nothing. An output that was not cut is whole in its head.
    pub fn finish(self) -> Option<RunOutput> {
        let Self { mut head, tail, total } = self;
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

    #[test]
    fn beginning_and_end_are_kept_however_it_comes_in() {
        for (size, piece) in
            [(1, 1), (2048, 7), (65_536, 1000), (KEPT, 1000), (KEPT + 1, 8192), (3_000_000, 3_000_000)]
        {
            let bytes: Vec<u8> = (0..size).map(|n: usize| (n % 251) as u8).collect();
            let mut keeper = OutputKeeper::default();
            bytes.chunks(piece).for_each(|piece| keeper.push(piece));
            let kept = keeper.finish().unwrap();
            let dropped = size.saturating_sub(KEPT);
            assert_eq!((kept.total_bytes, kept.dropped_bytes), (size as i64, dropped as i64), "{size}");
            assert!(bytes.starts_with(&kept.head) && bytes.ends_with(&kept.tail), "{size}");
            assert_eq!(kept.head.len() + kept.tail.len(), size - dropped);
        }
        assert_eq!(kept_output(b""), None);
    }

    #[test]
    fn an_output_is_cut_to_what_its_job_keeps() {
        let bytes: Vec<u8> = (0..200_000).map(|n: usize| (n % 251) as u8).collect();
        for size in [0, 1, 2_048, 2_049, 65_536, 200_000] {
            for limit in [0, 1, 2_048, 3_000, 65_536, 1 << 20] {
                let Some(mut kept) = kept_output(&bytes[..size]) else { continue };
                cut(&mut kept, limit);
                let (head, tail) = (kept.head.len(), kept.tail.len());
                assert_eq!(head + tail, size.min(limit as usize), "{size} {limit}");
                assert_eq!(kept.dropped_bytes, (size - head - tail) as i64, "{size} {limit}");
                assert!(
                    bytes.starts_with(&kept.head) && bytes[..size].ends_with(&kept.tail),
                    "{size} {limit}"
                );
                let again = kept.clone();
                cut(&mut kept, limit);
                assert_eq!(kept, again);
            }
        }
    }
}

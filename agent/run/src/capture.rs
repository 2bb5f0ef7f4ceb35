use std::collections::VecDeque;

use base64::prelude::{BASE64_STANDARD, Engine};
use crontopus_manifest::spec::{Capture as Which, OutputRecord, OutputRules};

use crate::redact::{Piece, Redactor};

/// What is kept of the beginning when the end matters more.
const HEAD: usize = 2 << 10;

/// More is never kept: the whole spool holds 10 MB.
const MOST: u64 = 4 << 20;

/// The kept part of a run's output; memory stays bounded however much the job writes.
#[derive(Debug)]
pub(crate) struct Capture {
    redactor: Result<Redactor, String>,
    /// Bytes shown of the beginning and of the end.
    show_head: usize,
    show_tail: usize,
    head: Vec<u8>,
    head_room: usize,
    tail: VecDeque<u8>,
    tail_room: usize,
    total: u64,
}

impl Capture {
    /// Keeps what the rules say.
    pub(crate) fn new(rules: &OutputRules) -> Self {
        let limit = usize::try_from(rules.limit.min(MOST)).unwrap_or(0);
        let (show_head, show_tail) = match rules.capture {
            Which::Tail => (limit.min(HEAD), limit.saturating_sub(HEAD)),
            Which::Head => (limit, 0),
            Which::None => (0, 0),
        };
        let redactor = Redactor::new(&rules.redact);
        let context = redactor.as_ref().map_or(0, Redactor::context);
        let room = |shown: usize| if shown == 0 { 0 } else { shown + context };
        Self {
            redactor,
            show_head,
            show_tail,
            head: Vec::new(),
            head_room: room(show_head),
            tail: VecDeque::new(),
            tail_room: room(show_tail),
            total: 0,
        }
    }

    /// Takes note of what the job wrote.
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.total += bytes.len() as u64;
        let (head, rest) = bytes.split_at(bytes.len().min(self.head_room - self.head.len()));
        self.head.extend_from_slice(head);
        let rest = &rest[rest.len().saturating_sub(self.tail_room)..];
        let surplus = (self.tail.len() + rest.len()).saturating_sub(self.tail_room);
        self.tail.drain(..surplus);
        self.tail.extend(rest);
    }

    /// Only the counts: the output is not wanted.
    pub(crate) fn into_counts(self) -> OutputRecord {
        OutputRecord {
            head: String::new(),
            tail: String::new(),
            total_bytes: self.total,
            dropped_bytes: self.total,
        }
    }

    /// What was kept, redacted.
    pub(crate) fn into_record(mut self) -> OutputRecord {
        let redactor = match &self.redactor {
            Ok(redactor) => redactor,
            // Better no output than a secret in it.
            Err(rule) if self.show_head > 0 => {
                let why = format!("[output withheld: a redaction rule cannot be used: {rule}]\n");
                return OutputRecord { head: BASE64_STANDARD.encode(why), ..self.into_counts() };
            }
            Err(_) => return self.into_counts(),
        };
        let seamless = self.total == (self.head.len() + self.tail.len()) as u64;
        let (head, tail) = if seamless {
            self.head.extend(self.tail.drain(..));
            let pieces = redactor.cut(&self.head);
            let shown: usize = pieces.iter().map(|piece| piece.shown(&self.head).len()).sum();
            let end = self.head.len();
            if shown <= self.show_head + self.show_tail {
                (front(&self.head, &pieces, shown, end), Shown::default())
            } else {
                let head = front(&self.head, &pieces, self.show_head, end);
                let tail = back(&self.head, &pieces, self.show_tail, head.raw);
                (head, tail)
            }
        } else {
            // At an inner edge a match may be cut in two, so what lies in the context is never shown.
            let context = redactor.context();
            let head = front(&self.head, &redactor.cut(&self.head), self.show_head, self.show_head);
            let tail = self.tail.make_contiguous();
            (head, back(tail, &redactor.cut(tail), self.show_tail, context))
        };
        OutputRecord {
            head: BASE64_STANDARD.encode(&head.bytes),
            tail: BASE64_STANDARD.encode(&tail.bytes),
            total_bytes: self.total,
            dropped_bytes: self.total - (head.raw + tail.raw) as u64,
        }
    }
}

/// Bytes as shown, and how many bytes of the job's output they stand for.
#[derive(Default)]
struct Shown {
    bytes: Vec<u8>,
    raw: usize,
}

/// The beginning: at most `room` bytes, nothing that begins at or behind `end`.
fn front(bytes: &[u8], pieces: &[Piece], room: usize, end: usize) -> Shown {
    let mut shown = Shown::default();
    for piece in pieces.iter().filter(|piece| piece.start < end) {
        let (text, left) = (piece.shown(bytes), room - shown.bytes.len());
        if piece.redacted {
            if text.len() > left {
                break;
            }
            shown.bytes.extend_from_slice(text);
            shown.raw = piece.end;
        } else {
            let length = text.len().min(left).min(end - piece.start);
            shown.bytes.extend_from_slice(&text[..length]);
            shown.raw = piece.start + length;
            if length < text.len() {
                break;
            }
        }
    }
    shown
}

/// The end: at most `room` bytes, nothing that ends at or before `start`.
fn back(bytes: &[u8], pieces: &[Piece], room: usize, start: usize) -> Shown {
    let mut parts: Vec<&[u8]> = Vec::new();
    let (mut left, mut from) = (room, bytes.len());
    for piece in pieces.iter().rev().filter(|piece| piece.end > start) {
        let text = piece.shown(bytes);
        if piece.redacted {
            if text.len() > left || piece.start < start {
                break;
            }
            parts.push(text);
            left -= text.len();
            from = piece.start;
        } else {
            let length = text.len().min(left).min(piece.end - start);
            parts.push(&text[text.len() - length..]);
            left -= length;
            from = piece.end - length;
            if length < text.len() {
                break;
            }
        }
    }
    parts.reverse();
    Shown { bytes: parts.concat(), raw: bytes.len() - from }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rules(capture: Which, limit: u64, redact: &[&str]) -> OutputRules {
        let redact = redact.iter().map(|rule| (*rule).to_owned()).collect();
        OutputRules { capture, limit, redact, ..OutputRules::default() }
    }

    fn capture(rules: &OutputRules, chunks: &[&[u8]]) -> (Vec<u8>, Vec<u8>, u64, u64) {
        let mut capture = Capture::new(rules);
        chunks.iter().for_each(|chunk| capture.push(chunk));
        let record = capture.into_record();
        let decode = |text| BASE64_STANDARD.decode(text).unwrap();
        (decode(record.head), decode(record.tail), record.total_bytes, record.dropped_bytes)
    }

    #[test]
    fn short_output_is_whole() {
        let bytes = b"\x1b[31mred\x1b[0m\t\0\xff\r\n";
        for which in [Which::Tail, Which::Head] {
            let kept = capture(&rules(which, 65_536, &[]), &[bytes, b"", bytes]);
            assert_eq!(kept, ([&bytes[..], bytes].concat(), vec![], 2 * bytes.len() as u64, 0));
        }
        assert_eq!(capture(&rules(Which::None, 65_536, &[]), &[bytes]), (vec![], vec![], 17, 17));
    }

    #[test]
    fn memory_is_bounded_and_the_ends_are_kept() {
        let rules = rules(Which::Tail, 10_000, &[]);
        let mut capture = Capture::new(&rules);
        let chunk = vec![b'x'; 100_000];
        capture.push(b"begin");
        (0..500).for_each(|_| capture.push(&chunk));
        capture.push(b"end");
        assert!(capture.head.capacity() + capture.tail.capacity() < 200_000);
        let record = capture.into_record();
        let (head, tail) =
            (BASE64_STANDARD.decode(record.head).unwrap(), BASE64_STANDARD.decode(record.tail).unwrap());
        assert!(head.starts_with(b"beginxxx") && tail.ends_with(b"xxxend"));
        assert_eq!((head.len(), tail.len()), (2_048, 10_000 - 2_048));
        assert_eq!(record.total_bytes, 50_000_008);
        assert_eq!(record.dropped_bytes, 50_000_008 - 10_000);
    }

    #[test]
    fn no_secret_survives_at_an_edge() {
        // Wherever the edges of head and tail fall, the secret is taken out or dropped, never shown in part.
        let rules = rules(Which::Tail, 4_096, &["key=[a-z0-9]+"]);
        for shift in 0..64 {
            let filler = vec![b'.'; 1_990 + shift];
            let middle = vec![b'-'; 60_000];
            let secret = b" key=abcdefghijklmnopqrstuvwxyz0123456789 ";
            let (head, tail, total, dropped) = capture(&rules, &[&filler, secret, &middle, secret, &filler]);
            let shown = [head.as_slice(), tail.as_slice()].concat();
            for part in [&b"abcd"[..], b"wxyz", b"6789", b"mnop"] {
                assert!(!shown.windows(4).any(|window| window == part), "shift {shift}");
            }
            assert!(shown.len() <= 4_096);
            assert!(dropped < total);
        }
    }

    #[test]
    fn a_rule_that_cannot_be_used_withholds_everything() {
        let (head, tail, total, dropped) = capture(&rules(Which::Tail, 4_096, &["("]), &[b"secret"]);
        assert!(head.starts_with(b"[output withheld"));
        assert_eq!((tail, total, dropped), (vec![], 6, 6));
        assert_eq!(capture(&rules(Which::None, 0, &["("]), &[b"secret"]).0, b"");
    }

    proptest! {
        #[test]
        fn kept_and_dropped_make_the_whole(
            chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..3_000), 0..8),
            limit in 0..12_000u64,
            head_only in any::<bool>(),
        ) {
            let which = if head_only { Which::Head } else { Which::Tail };
            let all = chunks.concat();
            let chunks: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
            let (head, tail, total, dropped) = capture(&rules(which, limit, &[]), &chunks);
            prop_assert_eq!(total, all.len() as u64);
            prop_assert_eq!((head.len() + tail.len()) as u64, total - dropped);
            prop_assert!(all.starts_with(&head) && all.ends_with(&tail));
            prop_assert_eq!((head.len() + tail.len()) as u64, total.min(limit));
        }
    }
}

use regex_lite::{Regex, RegexBuilder};

/// What stands for every match.
const REDACTED: &[u8] = b"[redacted]";

/// How far a match may reach beyond what is kept and still be found whole.
const CONTEXT: usize = 16 << 10;

/// The rules by which secrets are taken out of kept output.
#[derive(Debug, Default)]
pub(crate) struct Redactor {
    rules: Vec<Regex>,
}

/// A stretch of output: as it was, or taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) redacted: bool,
}

impl Redactor {
    /// Compiles the rules; `^` and `$` stand for the ends of a line. The error names the first bad one.
    pub(crate) fn new(rules: &[String]) -> Result<Self, String> {
        let compile = |rule: &String| {
            RegexBuilder::new(rule).multi_line(true).build().map_err(|error| format!("`{rule}`: {error}"))
        };
        Ok(Self { rules: rules.iter().map(compile).collect::<Result<_, _>>()? })
    }

    /// Bytes to keep on each side of what is shown, so that a match across the edge is seen whole.
    pub(crate) fn context(&self) -> usize {
        if self.rules.is_empty() { 0 } else { CONTEXT }
    }

    /// Cuts `bytes` into pieces. Rules see the stretches that are UTF-8; other bytes are never touched.
    pub(crate) fn cut(&self, bytes: &[u8]) -> Vec<Piece> {
        let mut matches: Vec<(usize, usize)> = Vec::new();
        let mut at = 0;
        if !self.rules.is_empty() {
            for chunk in bytes.utf8_chunks() {
                let text = chunk.valid();
                for rule in &self.rules {
                    let found = rule.find_iter(text).filter(|found| !found.is_empty());
                    matches.extend(found.map(|found| (at + found.start(), at + found.end())));
                }
                at += text.len() + chunk.invalid().len();
            }
        }
        matches.sort_unstable();
        let mut pieces: Vec<Piece> = Vec::new();
        let mut end = 0;
        for (from, to) in matches {
            match pieces.last_mut() {
                Some(last) if last.redacted && from < last.end => last.end = last.end.max(to),
                _ => {
                    if from > end {
                        pieces.push(Piece { start: end, end: from, redacted: false });
                    }
                    pieces.push(Piece { start: from, end: to, redacted: true });
                }
            }
            end = end.max(to);
        }
        if end < bytes.len() {
            pieces.push(Piece { start: end, end: bytes.len(), redacted: false });
        }
        pieces
    }
}

impl Piece {
    /// What is shown of the piece.
    pub(crate) fn shown<'a>(&self, bytes: &'a [u8]) -> &'a [u8] {
        if self.redacted { REDACTED } else { &bytes[self.start..self.end] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redact(rules: &[&str], bytes: &[u8]) -> Vec<u8> {
        let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
        let redactor = Redactor::new(&rules).unwrap();
        redactor.cut(bytes).iter().flat_map(|piece| piece.shown(bytes)).copied().collect()
    }

    #[test]
    fn takes_out_what_matches() {
        let check = |rules: &[&str], bytes: &[u8], expected: &[u8]| {
            let shown = redact(rules, bytes);
            assert_eq!(String::from_utf8_lossy(&shown), String::from_utf8_lossy(expected));
            assert_eq!(shown, expected);
        };
        let password = &["(?i)password=\\S+"];
        check(password, b"a Password=x\0y b\npassword=z", b"a [redacted] b\n[redacted]");
        check(password, b"\xffpassword=a\xfeb", b"\xff[redacted]\xfeb");
        check(&["abc", "bcd", "cde"], b"xabcdex", b"x[redacted]x");
        check(&["a", "b"], b"ab", b"[redacted][redacted]");
        check(&["^key .*$"], b"a\nkey 1\r\nb key 2\n", b"a\n[redacted]\nb key 2\n");
        check(&["x*"], b"abc", b"abc");
        check(&[], b"\x00\xff", b"\x00\xff");
        check(&["(?s)BEGIN.*?END"], b"1 BEGIN\nsecret\nEND 2", b"1 [redacted] 2");
    }

    #[test]
    fn a_bad_rule_is_named() {
        assert!(Redactor::new(&["ok".into(), "(".into()]).unwrap_err().starts_with("`(`: "));
    }
}

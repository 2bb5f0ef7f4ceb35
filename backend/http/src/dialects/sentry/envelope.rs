use serde_json::Value;

/// So many check-ins of one envelope are looked at.
const MOST_ITEMS: usize = 1_000;

/// An envelope: a line of JSON about all, then items, each a line of JSON about it and its payload.
#[derive(Debug)]
pub(super) struct Envelope<'a> {
    /// `Null` when the first line is no JSON.
    header: Value,
    items: Vec<(Value, &'a [u8])>,
}

impl<'a> Envelope<'a> {
    /// Reads as far as it makes sense; what follows that is not there.
    pub(super) fn read(bytes: &'a [u8]) -> Self {
        let (first, mut rest) = line(bytes);
        let header = serde_json::from_slice(first).unwrap_or_default();
        let mut items = Vec::new();
        while !rest.is_empty() && items.len() < MOST_ITEMS {
            let (first, after) = line(rest);
            rest = after;
            if first.trim_ascii().is_empty() {
                continue;
            }
            let Ok(item) = serde_json::from_slice::<Value>(first) else { break };
            let length = item.get("length").and_then(Value::as_u64);
            let payload = match length {
                // The payload may hold line feeds itself, and one follows it.
                Some(length) => {
                    let end = usize::try_from(length).unwrap_or(usize::MAX).min(rest.len());
                    let (payload, after) = rest.split_at(end);
                    rest = after.strip_prefix(b"\n").unwrap_or(after);
                    payload
                }
                None => {
                    let (payload, after) = line(rest);
                    rest = after;
                    payload
                }
            };
            items.push((item, payload));
        }
        Self { header, items }
    }

    /// Whether it is an envelope at all.
    pub(super) fn is_readable(&self) -> bool {
        self.header.is_object()
    }

    /// The DSN of its sender.
    pub(super) fn dsn(&self) -> Option<&str> {
        self.header.get("dsn")?.as_str()
    }

    /// The id to answer.
    pub(super) fn event_id(&self) -> Option<&str> {
        self.header.get("event_id")?.as_str()
    }

    /// Payloads of the check-ins in it.
    pub(super) fn check_ins(&self) -> impl Iterator<Item = &'a [u8]> {
        let kind = |item: &Value| item.get("type").and_then(Value::as_str) == Some("check_in");
        self.items.iter().filter(move |(item, _)| kind(item)).map(|(_, payload)| *payload)
    }
}

/// The first line, without its end, and what follows.
fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|b| *b == b'\n') {
        Some(end) => (bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]), &bytes[end + 1..]),
        None => (bytes, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payloads(text: &str) -> Vec<String> {
        let text = text.as_bytes();
        Envelope::read(text).check_ins().map(|p| String::from_utf8_lossy(p).into_owned()).collect()
    }

    #[test]
    fn items_are_framed_by_their_length_or_by_lines() {
        assert_eq!(payloads("{}\n{\"type\":\"check_in\"}\n{\"a\":1}\n"), ["{\"a\":1}"]);
        assert_eq!(payloads("{}\n{\"type\":\"check_in\"}\n{\"a\":1}"), ["{\"a\":1}"]);
        assert_eq!(payloads("{}\r\n{\"type\":\"check_in\"}\r\n{\"a\":1}\r\n"), ["{\"a\":1}"]);
        assert_eq!(
            payloads(
                "{}\n{\"type\":\"session\",\"length\":3}\n{\n}\n{\"type\":\"check_in\",\"length\":9}\n{\n\"a\":1\n}\n"
            ),
            ["{\n\"a\":1\n}"]
        );
        assert_eq!(
            payloads(
                "{}\n\n{\"type\":\"check_in\"}\n1\n\n{\"type\":\"client_report\"}\n2\n{\"type\":\"check_in\"}\n3"
            ),
            ["1", "3"]
        );
        assert_eq!(payloads("{}\n{\"type\":\"check_in\",\"length\":99}\nshort"), ["short"]);
        assert_eq!(payloads("{}\n{\"type\":\"check_in\",\"length\":-1}\n1"), ["1"]);
    }

    #[test]
    fn what_makes_no_sense_ends_it() {
        for text in ["", "\n\n\n", "{}", "{}\nnonsense\n{\"type\":\"check_in\"}\n1", "\u{0}\u{1}", "[]\n[]\n"]
        {
            assert_eq!(payloads(text), Vec::<String>::new(), "{text:?}");
        }
        assert_eq!(payloads("no header\n{\"type\":\"check_in\"}\n1"), ["1"], "items count without a header");
        let many = format!("{{}}\n{}", "{\"type\":\"check_in\"}\n1\n".repeat(2_000));
        assert_eq!(payloads(&many).len(), MOST_ITEMS);
    }

    #[test]
    fn the_header_names_sender_and_event() {
        let envelope = Envelope::read(b"{\"event_id\":\"e\",\"dsn\":\"https://k@h/1\"}\n");
        assert_eq!((envelope.event_id(), envelope.dsn()), (Some("e"), Some("https://k@h/1")));
        assert_eq!(Envelope::read(b"7").event_id(), None);
    }
}

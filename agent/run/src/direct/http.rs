//! One request and its answer, as HTTP/1.1 (RFC 9112) has them. Of an answer no more is read than what matters.

use std::io::{self, ErrorKind, Read, Write};
use std::time::Duration;

use serde_json::Value;

/// A head that is longer comes from no server of ours.
const LONGEST_HEAD: usize = 16 << 10;
/// A longer body is not read to its end; the connection is not used again then.
const LONGEST_BODY: usize = 64 << 10;
/// So many answers before the real one (such as `100 Continue`) are passed over.
const MOST_INTERIM: usize = 8;

/// What the server says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// When it wants to be asked again.
    pub(super) retry_after: Option<Duration>,
    /// The reason in its own words, fit to be printed.
    pub(super) reason: String,
    /// Whether the connection can take another request.
    pub(super) reusable: bool,
}

/// Sends a POST and reads the answer. `authority` and `target` are free of spaces and line ends.
pub(super) fn post(
    stream: &mut (impl Read + Write),
    authority: &str,
    target: &str,
    body: &[u8],
) -> io::Result<Answer> {
    let head = format!(
        "POST {target} HTTP/1.1\r\nhost: {authority}\r\nuser-agent: crontopus-run/{}\r\ncontent-type: \
         application/octet-stream\r\ncontent-length: {}\r\n\r\n",
        env!("CARGO_PKG_VERSION"),
        body.len()
    );
    let mut request = head.into_bytes();
    request.extend_from_slice(body);
    let sent = stream.write_all(&request).and_then(|()| stream.flush());
    // A server that refuses need not read it all before it says so.
    match (read_answer(stream), sent) {
        (Ok(answer), Ok(())) => Ok(answer),
        (Ok(answer), Err(_)) => Ok(Answer { reusable: false, ..answer }),
        (Err(_), Err(sending)) => Err(sending),
        (Err(reading), Ok(())) => Err(reading),
    }
}

fn read_answer(stream: &mut impl Read) -> io::Result<Answer> {
    let mut buffer = Vec::new();
    for _ in 0..MOST_INTERIM {
        let head = read_head(stream, &mut buffer)?;
        if (100..200).contains(&head.status) {
            continue;
        }
        let whole = read_body(stream, &mut buffer, head.length);
        let reason = reason(&buffer);
        let Head { status, retry_after, keeps_open, .. } = head;
        return Ok(Answer { status, retry_after, reason, reusable: keeps_open && whole });
    }
    Err(not_http())
}

struct Head {
    status: u16,
    retry_after: Option<Duration>,
    keeps_open: bool,
    /// Bytes of the body, where that is said.
    length: Option<usize>,
}

/// Reads one head; what follows it stays in `buffer`.
fn read_head(stream: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<Head> {
    let end = loop {
        if let Some(at) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if buffer.len() > LONGEST_HEAD {
            return Err(not_http());
        }
        if more(stream, buffer)? == 0 {
            let nothing =
                io::Error::new(ErrorKind::UnexpectedEof, "the connection was closed without an answer");
            return Err(if buffer.is_empty() { nothing } else { not_http() });
        }
    };
    let head = parse_head(&buffer[..end]).ok_or_else(not_http)?;
    buffer.drain(..end + 4);
    Ok(head)
}

fn parse_head(bytes: &[u8]) -> Option<Head> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split("\r\n");
    let (version, rest) = lines.next()?.split_once(' ')?;
    let digits = rest.get(..3).filter(|_| rest.len() == 3 || rest.as_bytes()[3] == b' ')?;
    let status = digits.parse().ok().filter(|status| (100..600).contains(status))?;
    let minor = version.strip_prefix("HTTP/1.")?;
    let mut head = Head { status, retry_after: None, keeps_open: minor == "1", length: None };
    if matches!(status, 204 | 304) {
        head.length = Some(0);
    }
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => head.length = value.parse().ok(),
            // Its end could only be found by reading it.
            "transfer-encoding" => head.keeps_open = false,
            "connection" if value.eq_ignore_ascii_case("close") => head.keeps_open = false,
            "retry-after" => head.retry_after = value.parse().ok().map(Duration::from_secs),
            _ => {}
        }
    }
    Some(head)
}

/// Reads the body, or the beginning of one that is long or has no end; whether it is whole.
fn read_body(stream: &mut impl Read, buffer: &mut Vec<u8>, length: Option<usize>) -> bool {
    let Some(length) = length.filter(|length| *length <= LONGEST_BODY) else { return false };
    while buffer.len() < length {
        if !matches!(more(stream, buffer), Ok(1..)) {
            return false;
        }
    }
    // Bytes nobody asked for would be taken for the next answer.
    buffer.len() == length
}

fn more(stream: &mut impl Read, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let mut chunk = [0; 4 << 10];
    loop {
        match stream.read(&mut chunk) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(count) => {
                buffer.extend_from_slice(&chunk[..count]);
                return Ok(count);
            }
        }
    }
}

/// The `detail` of a problem (RFC 9457), else the first line.
fn reason(body: &[u8]) -> String {
    let detail = serde_json::from_slice::<Value>(body).ok().and_then(|problem| {
        let text = problem.get("detail").or_else(|| problem.get("title"))?.as_str()?;
        Some(text.to_owned())
    });
    let text = detail.unwrap_or_else(|| {
        let body = &body[..body.len().min(1 << 10)];
        String::from_utf8_lossy(body).lines().next().unwrap_or_default().to_owned()
    });
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

fn not_http() -> io::Error {
    io::Error::other("what answers there does not speak HTTP/1.1")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A server that has its answer ready and gives it in pieces.
    struct Canned {
        answer: Vec<u8>,
        piece: usize,
        request: Vec<u8>,
        takes: usize,
    }

    impl Canned {
        fn new(answer: &[u8]) -> Self {
            Self { answer: answer.to_vec(), piece: 7, request: Vec::new(), takes: usize::MAX }
        }
    }

    impl Read for Canned {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = buffer.len().min(self.piece).min(self.answer.len());
            buffer[..count].copy_from_slice(&self.answer[..count]);
            self.answer.drain(..count);
            Ok(count)
        }
    }

    impl Write for Canned {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let count = bytes.len().min(self.takes);
            self.takes -= count;
            self.request.extend_from_slice(&bytes[..count]);
            if count == 0 { Err(ErrorKind::BrokenPipe.into()) } else { Ok(count) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn answer(text: &str) -> io::Result<Answer> {
        post(&mut Canned::new(text.as_bytes()), "a.test", "/in/k", b"out")
    }

    #[test]
    fn the_request() {
        let mut server = Canned::new(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nOK");
        post(&mut server, "a.test:8443", "/in/k/0?rid=x", b"o\r\n\xff").unwrap();
        let text = server.request;
        assert!(text.starts_with(b"POST /in/k/0?rid=x HTTP/1.1\r\nhost: a.test:8443\r\n"));
        assert!(text.ends_with(b"content-length: 4\r\n\r\no\r\n\xff"));
    }

    #[test]
    fn answers() {
        for (text, status, reusable, reason) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK", 200, true, "OK"),
            ("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nOK", 200, true, "OK"),
            ("HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nOK", 200, false, "OK"),
            ("HTTP/1.1 204 No Content\r\n\r\n", 204, true, ""),
            ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", 200, true, ""),
            ("HTTP/1.1 200 OK\r\nconnection: Close\r\ncontent-length: 0\r\n\r\n", 200, false, ""),
            ("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nOK\r\n0\r\n\r\n", 200, false, "2"),
            ("HTTP/1.1 200 OK\r\n\r\n", 200, false, ""),
            ("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\ncut", 200, false, "cut"),
            ("HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nOKOKOK", 200, false, "OK"),
            (
                "HTTP/1.1 404 x\r\ncontent-length: 28\r\n\r\n{\"detail\":\"no\\u001b such\"}  ",
                404,
                true,
                "no such",
            ),
            ("HTTP/1.1 502 Bad\r\ncontent-length: 8\r\n\r\n\x1b[31m\nx\r", 502, true, "[31m"),
        ] {
            let found = answer(text).unwrap();
            assert_eq!((found.status, found.reusable), (status, reusable), "{text}");
            assert!(found.reason.starts_with(reason), "{text}: {found:?}");
        }
        assert_eq!(
            answer("HTTP/1.1 503 x\r\nRetry-After: 7\r\ncontent-length: 0\r\n\r\n").unwrap().retry_after,
            Some(Duration::from_secs(7))
        );
    }

    #[test]
    fn what_is_no_answer() {
        assert_eq!(answer("").unwrap_err().kind(), ErrorKind::UnexpectedEof);
        for text in [
            "SSH-2.0-OpenSSH_9.2\r\n\r\n".to_owned(),
            "HTTP/1.1 200 OK\r\n".to_owned(),
            "HTTP/2 200 OK\r\n\r\n".to_owned(),
            "HTTP/1.1 2000 OK\r\n\r\n".to_owned(),
            "HTTP/1.1 \u{e9}00 OK\r\n\r\n".to_owned(),
            format!("HTTP/1.1 200 OK\r\nx: {}\r\n\r\n", "x".repeat(1 << 20)),
            "HTTP/1.1 100 Continue\r\n\r\n".repeat(100),
        ] {
            assert!(answer(&text).is_err(), "{}", &text[..text.len().min(40)]);
        }
    }

    #[test]
    fn a_server_that_refuses_before_it_has_read_all() {
        let mut server = Canned::new(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n");
        server.takes = 10;
        let answer = post(&mut server, "a.test", "/in/k", &[b'x'; 1_000]).unwrap();
        assert_eq!((answer.status, answer.reusable), (413, false));
    }

    proptest! {
        #[test]
        fn whatever_it_sends(bytes in prop::collection::vec(any::<u8>(), 0..400), piece in 1_usize..50) {
            let mut server = Canned { piece, ..Canned::new(&bytes) };
            post(&mut server, "a.test", "/", b"").ok();
            let mut bytes = bytes;
            bytes.splice(0..0, *b"HTTP/1.1 200 OK\r\n");
            let mut server = Canned { piece, ..Canned::new(&bytes) };
            post(&mut server, "a.test", "/", b"").ok();
        }
    }
}

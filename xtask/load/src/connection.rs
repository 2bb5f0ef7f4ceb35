//! One kept-alive HTTP/1.1 connection that asks and waits for the answer.

use std::io::{Error, ErrorKind, Result};
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An open connection.
pub(crate) struct Connection {
    stream: TcpStream,
    /// What was read and not yet consumed.
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(8 * 1024) })
    }

    /// Sends a whole request and gives the answer's status once its body has come.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<u16> {
        self.stream.write_all(request).await?;
        loop {
            if let Some(answer) = Answer::parse(&self.buffer)? {
                self.buffer.drain(..answer.length);
                return Ok(answer.status);
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
    }
}

/// A complete answer at the start of a buffer.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    status: u16,
    /// Of head and body together.
    length: usize,
}

impl Answer {
    /// `None` while more must be read. Only bodies of a stated length are understood.
    fn parse(buffer: &[u8]) -> Result<Option<Self>> {
        let Some(head) = buffer.windows(4).position(|window| window == b"\r\n\r\n") else { return Ok(None) };
        let invalid = |what: &str| Error::new(ErrorKind::InvalidData, what.to_owned());
        let text = std::str::from_utf8(&buffer[..head]).map_err(|_| invalid("the head is no text"))?;
        let mut lines = text.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.strip_prefix("HTTP/1.1 "))
            .and_then(|line| line.get(..3)?.parse().ok())
            .ok_or_else(|| invalid("no HTTP/1.1 status line"))?;
        let mut body = 0;
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            if name.eq_ignore_ascii_case("content-length") {
                body = value.trim().parse().map_err(|_| invalid("content-length is no number"))?;
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                return Err(invalid("a body of unstated length"));
            }
        }
        let length = head + 4 + body;
        Ok((buffer.len() >= length).then_some(Self { status, length }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let check = |text: &str, expected: Option<(u16, usize)>| {
            let expected = expected.map(|(status, length)| Answer { status, length });
            assert_eq!(Answer::parse(text.as_bytes()).unwrap(), expected, "{text:?}");
        };
        check("HTTP/1.1 200 OK\r\n", None);
        check("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", Some((200, 38)));
        check("HTTP/1.1 503 Busy\r\nContent-Length: 3\r\n\r\nab", None);
        check("HTTP/1.1 503 Busy\r\nContent-Length: 3\r\n\r\nabcHTTP", Some((503, 43)));
        check("HTTP/1.1 204 No Content\r\n\r\n", Some((204, 27)));
    }

    #[test]
    fn what_is_not_understood_is_an_error() {
        for text in ["SSH-2.0\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"] {
            assert!(Answer::parse(text.as_bytes()).is_err(), "{text:?}");
        }
    }
}

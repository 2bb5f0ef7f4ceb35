//! Server-sent events, as far as this API uses them: `data` lines; comments keep the connection alive.

use std::fmt;
use std::io::{BufRead as _, BufReader, Read as _};

use ureq::Body;
use ureq::http::Response;

use crate::http::Http;
use crate::{ClientError, TransportKind};

/// One message is never larger than this, in bytes.
const MESSAGE_LIMIT: usize = 256 << 10;

/// Reads messages as they come. Ends after the first error, and when the server closes the stream.
pub(crate) struct SseReader {
    server: String,
    operation: String,
    lines: BufReader<ureq::BodyReader<'static>>,
    ended: bool,
}

impl SseReader {
    pub(crate) fn new(http: &Http, operation: String, response: Response<Body>) -> Self {
        let reader = response.into_body().into_with_config().limit(u64::MAX).reader();
        let server = http.base_url.to_string();
        Self { server, operation, lines: BufReader::with_capacity(8 << 10, reader), ended: false }
    }

    pub(crate) fn operation(&self) -> &str {
        &self.operation
    }

    /// The next line without its end; `None` at the end of the stream. A last line without an end is a
    /// message that was cut, and is dropped.
    fn line(&mut self) -> Result<Option<String>, ClientError> {
        let mut line = Vec::new();
        let limit = u64::try_from(MESSAGE_LIMIT).unwrap_or(u64::MAX);
        if let Err(source) = (&mut self.lines).take(limit).read_until(b'\n', &mut line) {
            let error = ureq::Error::from(source);
            let kind = match error {
                ureq::Error::Timeout(_) => TransportKind::Timeout,
                _ => TransportKind::Broken,
            };
            let server = self.server.clone();
            return Err(ClientError::Transport { server, kind, source: Box::new(error) });
        }
        if line.pop() != Some(b'\n') {
            return if line.len() + 1 >= MESSAGE_LIMIT { Err(self.too_large()) } else { Ok(None) };
        }
        if line.last() == Some(&b'\r') {
            line.pop();
        }
        Ok(Some(String::from_utf8_lossy(&line).into_owned()))
    }

    fn message(&mut self) -> Result<Option<String>, ClientError> {
        let mut data = String::new();
        let mut has_data = false;
        while let Some(line) = self.line()? {
            if line.is_empty() && has_data {
                return Ok(Some(data));
            }
            let (field, value) = line.split_once(':').unwrap_or((&line, ""));
            if field == "data" {
                if has_data {
                    data.push('\n');
                }
                has_data = true;
                data.push_str(value.strip_prefix(' ').unwrap_or(value));
                if data.len() > MESSAGE_LIMIT {
                    return Err(self.too_large());
                }
            }
        }
        Ok(None)
    }

    fn too_large(&self) -> ClientError {
        let limit = u64::try_from(MESSAGE_LIMIT).unwrap_or(u64::MAX);
        ClientError::TooLarge { operation: self.operation.clone(), limit }
    }
}

impl Iterator for SseReader {
    type Item = Result<String, ClientError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let message = self.message().transpose();
        self.ended = !matches!(message, Some(Ok(_)));
        message
    }
}

impl fmt::Debug for SseReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SseReader").field("operation", &self.operation).finish_non_exhaustive()
    }
}

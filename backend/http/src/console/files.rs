use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use axum::http::{HeaderMap, HeaderValue, header};
use bytes::Bytes;

/// The files by their path, without a slash in front.
#[derive(Debug, Default)]
pub(super) struct Files(BTreeMap<String, File>);

/// One file in the forms it is sent in.
#[derive(Debug)]
pub(super) struct File {
    /// Its media type.
    pub(super) kind: &'static str,
    /// A weak `ETag`: the same for every encoding.
    pub(super) tag: HeaderValue,
    pub(super) plain: Bytes,
    gzip: Option<Bytes>,
    brotli: Option<Bytes>,
}

/// How a file is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Plain,
    Gzip,
    Brotli,
}

impl Encoding {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Plain => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }
}

/// Path, and the bytes as they are, with gzip, with Brotli.
#[cfg(feature = "embed-console")]
type Row = (&'static str, &'static [u8], Option<&'static [u8]>, Option<&'static [u8]>);

#[cfg(feature = "embed-console")]
static EMBEDDED: &[Row] = include!(concat!(env!("OUT_DIR"), "/console.rs"));

impl Files {
    /// What is part of the program.
    #[cfg(feature = "embed-console")]
    pub(super) fn embedded() -> Self {
        let file = |(path, plain, gzip, brotli): &Row| {
            let mut file = File::new(path, Bytes::from_static(plain));
            (file.gzip, file.brotli) = (gzip.map(Bytes::from_static), brotli.map(Bytes::from_static));
            ((*path).to_owned(), file)
        };
        Self(EMBEDDED.iter().map(file).collect())
    }

    /// Nothing is part of the program.
    #[cfg(not(feature = "embed-console"))]
    pub(super) fn embedded() -> Self {
        Self::default()
    }

    /// What is in a directory; compressed with gzip as it is read.
    pub(super) fn read(dir: &Path) -> std::io::Result<Self> {
        let mut files = Self::default();
        files.walk(dir, "")?;
        Ok(files)
    }

    fn walk(&mut self, dir: &Path, above: &str) -> std::io::Result<()> {
        for entry in std::fs::read_dir(dir)? {
            let entry = entry?;
            let path = format!("{above}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                self.walk(&entry.path(), &format!("{path}/"))?;
            } else {
                let mut file = File::new(&path, std::fs::read(entry.path())?.into());
                file.gzip = Some(gzip(&file.plain)?).filter(|small| small.len() < file.plain.len());
                self.0.insert(path, file);
            }
        }
        Ok(())
    }

    /// The file at `path`.
    pub(super) fn get(&self, path: &str) -> Option<&File> {
        self.0.get(path)
    }
}

impl File {
    fn new(path: &str, plain: Bytes) -> Self {
        Self { kind: kind(path), tag: tag(&plain), plain, gzip: None, brotli: None }
    }

    /// The smallest form that the one who asks takes.
    pub(super) fn best(&self, headers: &HeaderMap) -> (Encoding, Bytes) {
        match (&self.brotli, &self.gzip) {
            (Some(brotli), _) if accepts(headers, "br") => (Encoding::Brotli, brotli.clone()),
            (_, Some(gzip)) if accepts(headers, "gzip") => (Encoding::Gzip, gzip.clone()),
            _ => (Encoding::Plain, self.plain.clone()),
        }
    }
}

/// Whether `Accept-Encoding` names the encoding, and not with a weight of nothing.
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|v| v.to_str().ok());
    values.flat_map(|v| v.split(',')).any(|part| {
        let (name, weight) = part.split_once(';').unwrap_or((part, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        name.trim().eq_ignore_ascii_case(encoding) && weight.is_ok_and(|w| w > 0.0)
    })
}

/// A weak `ETag` of bytes.
pub(crate) fn tag(bytes: &[u8]) -> HeaderValue {
    HeaderValue::from_str(&format!("W/\"{:016x}\"", fnv(bytes))).expect("hex digits are a header's value")
}

/// FNV-1a, 64 bits: names a version, guards nothing.
pub(super) fn fnv(bytes: &[u8]) -> u64 {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, step)
}

fn gzip(bytes: &[u8]) -> std::io::Result<Bytes> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.into())
}

fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_taken_by_name_and_weight() {
        for (accept, brotli, gzip) in [
            ("", false, false),
            ("gzip, deflate, br, zstd", true, true),
            ("gzip;q=1.0, br;q=0", false, true),
            ("BR", true, false),
            ("br;q=nonsense", false, false),
            ("brotli", false, false),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, accept.parse().unwrap())]);
            assert_eq!((accepts(&headers, "br"), accepts(&headers, "gzip")), (brotli, gzip), "{accept}");
        }
    }
}

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use bytes::Bytes;

use super::files::{File, fnv, tag};

/// Cookie that holds the chosen theme, `light` or `dark`; the console sets it, only this reads it.
const COOKIE: &str = "crontopus_theme";

/// `index.html` in each theme.
#[derive(Debug)]
pub(super) struct Page {
    version: HeaderValue,
    variants: [Variant; 3],
}

/// `index.html` as one theme wants it.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) html: Bytes,
    pub(super) tag: HeaderValue,
}

/// How the pages look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Theme {
    /// As the browser's system says.
    System,
    Light,
    Dark,
}

impl Theme {
    /// What the cookie says.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let cookies = headers.get_all(header::COOKIE).iter().filter_map(|v| v.to_str().ok());
        let pairs = cookies.flat_map(|v| v.split(';')).filter_map(|pair| pair.trim().split_once('='));
        match pairs.filter(|(name, _)| *name == COOKIE).map(|(_, value)| value).next_back() {
            Some("light") => Self::Light,
            Some("dark") => Self::Dark,
            _ => Self::System,
        }
    }

    fn attribute(self) -> &'static str {
        match self {
            Self::System => "",
            Self::Light => " data-theme=\"light\"",
            Self::Dark => " data-theme=\"dark\"",
        }
    }
}

impl Page {
    /// The page in `index.html`. The theme stands in the first tag, so that the first picture has it, and so does
    /// the version, which the page compares with that of later answers.
    pub(super) fn of(index: &File) -> Self {
        let text = String::from_utf8_lossy(&index.plain);
        let version = format!("{:016x}", fnv(&index.plain));
        let variant = |theme: Theme| {
            let first = format!("<html{} data-version=\"{version}\"", theme.attribute());
            let html = Bytes::from(text.replacen("<html", &first, 1));
            Variant { tag: tag(&html), html }
        };
        let variants = [Theme::System, Theme::Light, Theme::Dark].map(variant);
        Self { version: HeaderValue::from_str(&version).expect("hex digits are a header's value"), variants }
    }

    pub(super) fn version(&self) -> &HeaderValue {
        &self.version
    }

    pub(super) fn variant(&self, theme: Theme) -> &Variant {
        &self.variants[theme as usize]
    }
}

/// What stands at `/` of a server that was built without its console.
pub(super) fn not_built() -> Response {
    const TEXT: &str = "<!doctype html>
<html lang=\"en\">
<head><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\"><title>Crontopus</title></head>
<body>
<h1>This server has no console</h1>
<p>It was built without it. The API and everything else work. To build it in, in the project's directory:</p>
<pre>npm ci &amp;&amp; npm run build
cargo build --release -p crontopus-server --features embed-console</pre>
<p>Or let this program read a built console: <code>crontopus-server serve --console frontend/dist</code></p>
<p><a href=\"/api/v1/openapi.json\">The API's document</a></p>
</body>
</html>
";
    let mut response = Html(TEXT).into_response();
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

//! The console: the files that `npm run build` made of `frontend/`, served to browsers.
//!
//! They are part of the program when it was built with the feature `embed-console`, or read once from a directory.
//! Names under `/assets/` hold a hash of what is in them and never change; every other page that a browser asks for
//! is `index.html`, which finds its way by the address.

mod files;
mod page;

use std::path::Path;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

pub(crate) use self::files::tag;
use self::files::{Encoding, File, Files};
use self::page::{Page, Theme};
use crate::layers::problems;
use crate::serving::Serving;

/// What the pages of the console may load: their own scripts, styles, fonts and answers, and nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; \
     connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

/// Names which version of the console the server holds, on every answer of the API: a page of another version offers
/// to reload itself.
pub(crate) const VERSION: HeaderName = HeaderName::from_static("x-console-version");

/// Where no page of the console is, whatever a browser asks for.
const NOT_PAGES: [&str; 8] = ["/api/", "/agent/", "/in/", "/git/", "/assets/", "/badge/", "/s/", "/hooks/"];

/// The built console. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Console(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    files: Files,
    page: Option<Page>,
}

impl Default for Console {
    /// What is part of the program; nothing without the feature `embed-console`.
    fn default() -> Self {
        Self::of(Files::embedded())
    }
}

impl Console {
    /// The console in a directory, read once.
    ///
    /// # Errors
    /// The directory or a file of it cannot be read, or there is no `index.html` in it.
    pub fn read(dir: &Path) -> std::io::Result<Self> {
        let console = Self::of(Files::read(dir)?);
        match console.0.page {
            Some(_) => Ok(console),
            None => Err(std::io::Error::new(std::io::ErrorKind::NotFound, "there is no index.html in it")),
        }
    }

    fn of(files: Files) -> Self {
        let page = files.get("index.html").map(Page::of);
        Self(Arc::new(Inner { files, page }))
    }

    /// Whether there is one.
    pub fn is_built(&self) -> bool {
        self.0.page.is_some()
    }

    /// Its version, for [`VERSION`].
    pub(crate) fn version(&self) -> Option<&HeaderValue> {
        self.0.page.as_ref().map(Page::version)
    }

    /// The answer to a request that no operation takes; `None` when it asks for nothing of the console.
    fn answer(&self, method: &Method, path: &str, headers: &HeaderMap) -> Option<Response> {
        if method != Method::GET && method != Method::HEAD {
            return None;
        }
        let name = path.strip_prefix('/')?;
        if name != "index.html"
            && let Some(file) = self.0.files.get(name)
        {
            return Some(self.file(name, file, headers));
        }
        let wants_page =
            path == "/" || accepts_html(headers) && !NOT_PAGES.iter().any(|p| path.starts_with(p));
        match &self.0.page {
            Some(page) if wants_page => Some(self.page(page, headers)),
            None if path == "/" => Some(page::not_built()),
            _ => None,
        }
    }

    fn file(&self, name: &str, file: &File, headers: &HeaderMap) -> Response {
        let keep = match name.starts_with("assets/") {
            true => "public, max-age=31536000, immutable",
            false => "public, no-cache",
        };
        let (encoding, bytes) = file.best(headers);
        let mut response = match is_known(headers, &file.tag) {
            true => StatusCode::NOT_MODIFIED.into_response(),
            false => Body::from(bytes).into_response(),
        };
        let own = response.headers_mut();
        if encoding != Encoding::Plain {
            own.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.as_str()));
        }
        own.insert(header::CONTENT_TYPE, HeaderValue::from_static(file.kind));
        own.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
        own.insert(header::ETAG, file.tag.clone());
        own.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        with_policy(response)
    }

    fn page(&self, page: &Page, headers: &HeaderMap) -> Response {
        let variant = page.variant(Theme::of(headers));
        let mut response = match is_known(headers, &variant.tag) {
            true => StatusCode::NOT_MODIFIED.into_response(),
            false => Body::from(variant.html.clone()).into_response(),
        };
        let own = response.headers_mut();
        own.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
        own.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        own.insert(header::ETAG, variant.tag.clone());
        own.insert(header::VARY, HeaderValue::from_static("Cookie, Accept-Encoding"));
        with_policy(response)
    }
}

/// Answers what no operation takes: a file or a page of the console, otherwise the problem that nothing is there.
pub(crate) async fn page_or_problem(Extension(serving): Extension<Serving>, request: Request) -> Response {
    let console = &serving.settings().console;
    match console.answer(request.method(), request.uri().path(), request.headers()) {
        Some(response) => response,
        None => problems::no_route(request).await,
    }
}

fn with_policy(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accept = headers.get_all(header::ACCEPT).iter().filter_map(|v| v.to_str().ok());
    accept.flat_map(|v| v.split(',')).any(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")
    })
}

/// Whether the one who asks has it already: weak comparison (RFC 9110, 13.1.2).
pub(crate) fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let own = tag.to_str().map(opaque).unwrap_or_default();
    let known = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|v| v.to_str().ok());
    known.flat_map(|v| v.split(',')).any(|known| known.trim() == "*" || opaque(known) == own)
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    fn built() -> Console {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("assets")).unwrap();
        let page = "<!doctype html>\n<html lang=\"en\"><body></body></html>\n";
        std::fs::write(dir.path().join("index.html"), page).unwrap();
        std::fs::write(dir.path().join("assets/main-a1b2.js"), "export {};".repeat(400)).unwrap();
        std::fs::write(dir.path().join("favicon.svg"), "<svg/>").unwrap();
        Console::read(dir.path()).unwrap()
    }

    fn get(console: &Console, path: &str, headers: &[(&'static str, &str)]) -> Option<Response> {
        let headers = headers.iter().map(|(n, v)| (n.parse().unwrap(), v.parse().unwrap()));
        console.answer(&Method::GET, path, &headers.collect())
    }

    fn header(response: &Response, name: &str) -> String {
        response.headers().get(name).map(|v| v.to_str().unwrap().to_owned()).unwrap_or_default()
    }

    const BROWSER: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

    #[test]
    fn which_requests_are_for_the_console() {
        let console = built();
        for (path, accept, kind) in [
            ("/", "*/*", "text/html; charset=utf-8"),
            ("/", "text/html", "text/html; charset=utf-8"),
            ("/index.html", "text/html", "text/html; charset=utf-8"),
            ("/jobs/ops/backup", "text/html", "text/html; charset=utf-8"),
            ("/jobs/ops/backup", "application/json", ""),
            ("/jobs/ops/backup", "*/*", ""),
            ("/assets/main-a1b2.js", "*/*", "text/javascript; charset=utf-8"),
            ("/assets/gone.js", "text/html", ""),
            ("/assets/../index.html", "text/html", ""),
            ("/favicon.svg", "image/svg+xml", "image/svg+xml"),
            ("/api/v1/nothing", "text/html", ""),
            ("/in/key/nothing", "text/html", ""),
            ("/git/acme/none.git", "text/html", ""),
            ("/s/unknown", "text/html", ""),
        ] {
            let found = get(&console, path, &[("accept", accept)]);
            let found = found.map(|r| header(&r, "content-type")).unwrap_or_default();
            assert_eq!(found, kind, "{path} {accept}");
        }
        let headers = HeaderMap::from_iter([("accept".parse().unwrap(), "text/html".parse().unwrap())]);
        assert!(console.answer(&Method::POST, "/", &headers).is_none(), "only what is read");
    }

    #[test]
    fn hashed_files_are_kept_and_pages_asked_for_again() {
        let console = built();
        let file = get(&console, "/assets/main-a1b2.js", &[("accept-encoding", "gzip, br;q=0")]).unwrap();
        assert_eq!(header(&file, "cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(
            (header(&file, "content-encoding").as_str(), header(&file, "vary").as_str()),
            ("gzip", "Accept-Encoding")
        );
        let plain = get(&console, "/assets/main-a1b2.js", &[]).unwrap();
        assert_eq!(header(&plain, "content-encoding"), "");
        let page = get(&console, "/jobs", &[BROWSER]).unwrap();
        assert_eq!(header(&page, "cache-control"), "no-cache");
        let again = get(&console, "/jobs", &[BROWSER, ("if-none-match", &header(&page, "etag"))]).unwrap();
        assert_eq!(
            (again.status(), header(&again, "etag")),
            (StatusCode::NOT_MODIFIED, header(&page, "etag"))
        );
        for response in [file, page, again] {
            assert_eq!(header(&response, "content-security-policy"), POLICY);
            assert_eq!(header(&response, "x-content-type-options"), "nosniff");
            assert_eq!(header(&response, "referrer-policy"), "same-origin");
        }
    }

    #[tokio::test]
    async fn the_theme_is_in_the_page_before_any_script() {
        let console = built();
        let mut tags = Vec::new();
        for (cookie, attribute) in [
            ("", "<html data-version="),
            ("a=b; crontopus_theme=dark", "<html data-theme=\"dark\" data-version="),
            ("crontopus_theme=light", "<html data-theme=\"light\" data-version="),
            ("crontopus_theme=\"><script>", "<html data-version="),
        ] {
            let page = get(&console, "/", &[BROWSER, ("cookie", cookie)]).unwrap();
            tags.push(header(&page, "etag"));
            let text = to_bytes(page.into_body(), 1 << 16).await.unwrap();
            let text = String::from_utf8(text.to_vec()).unwrap();
            assert!(text.contains(attribute) && text.contains(" lang=\"en\"><body>"), "{cookie}: {text}");
            assert!(text.contains(console.version().unwrap().to_str().unwrap()), "{text}");
        }
        assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] == tags[3], "{tags:?}");
    }

    #[tokio::test]
    async fn without_a_console_one_page_says_how_to_get_it() {
        let console = Console::of(Files::default());
        let page = get(&console, "/", &[BROWSER]).unwrap();
        let text = to_bytes(page.into_body(), 1 << 16).await.unwrap();
        let text = String::from_utf8(text.to_vec()).unwrap();
        assert!(text.contains("npm run build") && text.contains("embed-console"), "{text}");
        assert!(get(&console, "/jobs", &[BROWSER]).is_none());
        assert!(!console.is_built() && console.version().is_none());
    }

    #[test]
    fn a_directory_without_a_page_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        assert!(Console::read(dir.path()).is_err());
        assert!(Console::read(&dir.path().join("none")).is_err());
    }

    /// What `npm run build` made is in the program: no file is read when it is asked for.
    #[cfg(feature = "embed-console")]
    #[tokio::test]
    async fn the_embedded_console_is_hashed_compressed_kept_and_under_the_policy() {
        let console = Console::default();
        assert!(console.is_built());
        let page = get(&console, "/", &[BROWSER]).unwrap();
        assert_eq!(
            (header(&page, "content-security-policy"), header(&page, "cache-control")),
            (POLICY.to_owned(), "no-cache".to_owned())
        );
        let text = to_bytes(page.into_body(), 1 << 20).await.unwrap();
        let text = String::from_utf8(text.to_vec()).unwrap();
        assert!(!text.contains("<style") && !text.contains("<script>"), "nothing inline: {text}");
        let assets: Vec<&str> = text.split('"').filter(|part| part.starts_with("/assets/")).collect();
        assert!(
            assets.iter().any(|a| a.ends_with(".js")) && assets.iter().any(|a| a.ends_with(".css")),
            "{assets:?}"
        );
        for asset in assets {
            let sent = get(&console, asset, &[("accept-encoding", "gzip, br")]).unwrap();
            assert_eq!(header(&sent, "cache-control"), "public, max-age=31536000, immutable", "{asset}");
            assert_eq!(header(&sent, "content-security-policy"), POLICY, "{asset}");
            let encoding = if asset.ends_with(".woff2") { "" } else { "br" };
            assert_eq!(header(&sent, "content-encoding"), encoding, "{asset}");
            let tag = header(&sent, "etag");
            let again = get(&console, asset, &[("if-none-match", &tag)]).unwrap();
            assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{asset}");
        }
    }
}

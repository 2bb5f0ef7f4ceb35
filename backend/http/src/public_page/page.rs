use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crontopus_app::public_page::{ShownJob, Standing, StatusPage};
use crontopus_app::secret;
use crontopus_app::statistics::Tally;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::escaped;
use crate::console;

/// All the style there is; the policy names it by its hash.
const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:14px/22px system-ui,sans-serif;max-width:760px;margin:40px auto;padding:0 16px;\
color:light-dark(#13171f,#e8ebf1);background:light-dark(#f3f4f7,#090b0f)}\
h1{font-size:22px;margin:0 0 4px}h2{font-size:13px;margin:28px 0 8px;color:light-dark(#5f697a,#a5afbd)}\
p{margin:0 0 20px;color:light-dark(#465061,#a5afbd)}\
ul{list-style:none;margin:0;padding:0;border:1px solid light-dark(#e6e8ed,#1f242e);border-radius:8px;\
background:light-dark(#fff,#10131a)}\
li{padding:12px 16px;border-top:1px solid light-dark(#e6e8ed,#1f242e)}li:first-child{border:0}\
.row{display:flex;gap:12px;justify-content:space-between}.name{font-weight:500}\
.word{font-weight:500}.rate{color:light-dark(#5f697a,#a5afbd);font-variant-numeric:tabular-nums}\
.up{color:light-dark(#11774a,#4fd09a);fill:light-dark(#409f72,#2a7d5c)}\
.late{color:light-dark(#8f5400,#f3b64e);fill:light-dark(#c67c04,#e09d28)}\
.down{color:light-dark(#c0222d,#ff7a7f);fill:light-dark(#e5434c,#f4494f)}\
.unknown,.paused,.new{color:light-dark(#5f697a,#8a95a5);fill:light-dark(#8690a0,#5d6879)}\
.none{fill:light-dark(#e6e8ed,#1f242e)}svg{display:block;width:100%;height:24px;margin-top:8px}\
footer{margin:28px 0;font-size:12px;color:light-dark(#5f697a,#808b9b)}";

static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let hash = STANDARD.encode(secret::from_hex(&secret::hash(STYLE)).unwrap_or_default());
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).expect("a policy is plain text")
});

/// The page, or that it has not changed.
pub(crate) fn answer(page: &StatusPage, headers: &HeaderMap) -> Response {
    let html = draw(page);
    let tag = console::tag(html.as_bytes());
    let mut response = match console::is_known(headers, &tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => Html(html).into_response(),
    };
    let own = response.headers_mut();
    own.insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    own.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=30"));
    own.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    own.insert(header::ETAG, tag);
    response
}

fn draw(page: &StatusPage) -> String {
    let title = escaped(&page.title);
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n<p>{}</p>\n",
        sentence(&page.jobs)
    );
    let mut namespace = None;
    for job in &page.jobs {
        if namespace != Some(&job.namespace) {
            let end = if namespace.is_some() { "</ul>\n" } else { "" };
            write(&mut out, format_args!("{end}<h2>{}</h2>\n<ul>\n", escaped(&job.namespace)));
            namespace = Some(&job.namespace);
        }
        row(&mut out, job);
    }
    if namespace.is_some() {
        out.push_str("</ul>\n");
    }
    let at = Timestamp::from_millisecond(page.at).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(TimeZone::UTC);
    let at = at.strftime("%Y-%m-%d %H:%M");
    write(
        &mut out,
        format_args!("</main>\n<footer>As of {at} UTC. Bars: the last 30 days, one each.</footer>\n"),
    );
    out.push_str("</body>\n</html>\n");
    out
}

fn row(out: &mut String, job: &ShownJob) {
    let word = job.standing.as_str();
    let rate = job.success_rate.map_or_else(String::new, |rate| {
        // Nearly all is not all.
        format!("{:.1} % of runs good", (rate * 1_000.0).floor() / 10.0)
    });
    let name = escaped(&job.name);
    write(
        out,
        format_args!(
            "<li><div class=\"row\"><span class=\"name\">{name}</span><span class=\"rate\">{rate}</span>\
             <span class=\"word {word}\">{word}</span></div>"
        ),
    );
    bars(out, job);
    out.push_str("</li>\n");
}

/// One bar for each day: low and grey without runs, full otherwise; what went wrong has its own colour and is said.
fn bars(out: &mut String, job: &ShownJob) {
    let bad = job.days.iter().filter(|day| day.counts.bad() > 0).count();
    let seen = job.days.iter().filter(|day| !day.counts.is_empty()).count();
    let label = format!("Last 30 days: runs on {seen}, something went wrong on {bad}");
    write(
        out,
        format_args!(
            "<svg viewBox=\"0 0 300 24\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{label}\">"
        ),
    );
    for (n, day) in job.days.iter().enumerate() {
        let (class, top) = bar(day);
        let (x, height) = (n * 10 + 1, 24 - top);
        write(
            out,
            format_args!("<rect class=\"{class}\" x=\"{x}\" y=\"{top}\" width=\"8\" height=\"{height}\"/>"),
        );
    }
    out.push_str("</svg>");
}

fn bar(day: &Tally) -> (&'static str, usize) {
    let counts = &day.counts;
    if counts.is_empty() {
        ("none", 16)
    } else if counts.bad() * 2 > counts.judged() {
        ("down", 0)
    } else if counts.bad() > 0 {
        ("late", 0)
    } else if counts.judged() > 0 {
        ("up", 4)
    } else {
        ("unknown", 8)
    }
}

fn sentence(jobs: &[ShownJob]) -> String {
    let of = |standing| jobs.iter().filter(|job| job.standing == standing).count();
    let (down, late, unknown) = (of(Standing::Down), of(Standing::Late), of(Standing::Unknown));
    match (jobs.len(), down, late + unknown) {
        (0, ..) => "Nothing is shown here yet.".to_owned(),
        (1, 0, 0) => "The job is well.".to_owned(),
        (all, 0, 0) => format!("All {all} jobs are well."),
        (all, 0, odd) => format!("{odd} of {all} jobs: a run is late, or nobody can say."),
        (all, down, _) => format!("{down} of {all} jobs: the last run was not good."),
    }
}

fn write(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a String takes everything");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(name: &str, standing: Standing) -> ShownJob {
        ShownJob {
            namespace: "ops".to_owned(),
            name: name.to_owned(),
            standing,
            success_rate: Some(0.99999),
            days: vec![Tally::default(); 30],
        }
    }

    #[test]
    fn names_are_text_and_styles_are_known_to_the_policy() {
        let page = StatusPage {
            at: 0,
            title: "<img src=x onerror=alert(1)>".to_owned(),
            from: 0,
            jobs: vec![job("a\"b", Standing::Up), job("c", Standing::Down)],
        };
        let drawn = draw(&page);
        assert!(!drawn.contains("<img") && drawn.contains("&lt;img src=x onerror=alert(1)&gt;"));
        assert!(drawn.contains("a&quot;b") && drawn.contains("99.9 % of runs good"));
        assert!(drawn.contains("1 of 2 jobs: the last run was not good."));
        assert!(
            !drawn.contains("<script") && !drawn.contains("style=") && drawn.matches("<style>").count() == 1
        );
        assert_eq!(drawn.matches("<ul>").count(), drawn.matches("</ul>").count());
        let response = answer(&page, &HeaderMap::new());
        let tag = response.headers()[header::ETAG].clone();
        assert!(
            response.headers()[header::CONTENT_SECURITY_POLICY]
                .to_str()
                .unwrap()
                .contains("style-src 'sha256-")
        );
        let headers = HeaderMap::from_iter([(header::IF_NONE_MATCH, tag)]);
        assert_eq!(answer(&page, &headers).status(), StatusCode::NOT_MODIFIED);
    }
}

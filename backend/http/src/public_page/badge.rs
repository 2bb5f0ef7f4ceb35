use axum::http::header;
use axum::response::{IntoResponse, Response};
use crontopus_api::Badge;
use crontopus_app::public_page::Standing;
use serde_json::json;

use super::escaped;

/// In which form a badge is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// An image.
    Svg,
    /// One word.
    Json,
    /// What shields.io reads (its "endpoint" schema, version 1).
    Shields,
}

impl Format {
    /// By the ending of the address.
    pub(crate) fn of(ending: &str) -> Option<Self> {
        match ending {
            "svg" => Some(Self::Svg),
            "json" => Some(Self::Json),
            "shields" => Some(Self::Shields),
            _ => None,
        }
    }
}

/// The badge.
pub(crate) fn answer(format: Format, label: &str, standing: Standing) -> Response {
    let kind = |kind: &'static str| [(header::CONTENT_TYPE, kind)];
    let word = standing.as_str();
    match format {
        Format::Svg => (kind("image/svg+xml"), svg(label, standing)).into_response(),
        Format::Json => {
            let badge = Badge { status: word.to_owned() };
            (kind("application/json"), json!(badge).to_string()).into_response()
        }
        Format::Shields => {
            let body =
                json!({ "schemaVersion": 1, "label": label, "message": word, "color": name(standing) });
            (kind("application/json"), body.to_string()).into_response()
        }
    }
}

/// The colour by the name shields.io has for it.
fn name(standing: Standing) -> &'static str {
    match standing {
        Standing::Up => "success",
        Standing::Late => "important",
        Standing::Down => "critical",
        Standing::Unknown | Standing::Paused | Standing::New => "inactive",
    }
}

/// White text keeps a contrast of 4.5 to 1 on each.
fn colour(standing: Standing) -> &'static str {
    match standing {
        Standing::Up => "#11774a",
        Standing::Late => "#8f5400",
        Standing::Down => "#c0222d",
        Standing::Unknown | Standing::Paused | Standing::New => "#5f697a",
    }
}

/// Widths are reckoned by the character, a little generously: there is no font to measure.
fn svg(label: &str, standing: Standing) -> String {
    let label: String = label.chars().take(60).collect();
    let word = standing.as_str();
    let width = |text: &str| text.chars().count() * 7 + 12;
    let (left, right) = (width(&label), width(word));
    let all = left + right;
    let (at_label, at_word) = (left / 2, left + right / 2);
    let (colour, text) = (colour(standing), escaped(&label));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{all}\" height=\"20\" role=\"img\" \
         aria-label=\"{text}: {word}\"><title>{text}: {word}</title>\
         <rect width=\"{all}\" height=\"20\" rx=\"3\" fill=\"#2a313c\"/>\
         <path d=\"M{left} 0h{straight}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3h-{straight}z\" fill=\"{colour}\"/>\
         <g fill=\"#fff\" text-anchor=\"middle\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">\
         <text x=\"{at_label}\" y=\"14\">{text}</text><text x=\"{at_word}\" y=\"14\">{word}</text></g></svg>",
        straight = right - 3,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_text_and_nothing_else() {
        let drawn = svg("<script>\"&'\u{0}", Standing::Down);
        assert!(
            drawn.contains("&lt;script&gt;&quot;&amp;&#39;\u{fffd}") && !drawn.contains("<script"),
            "{drawn}"
        );
        assert!(svg(&"x".repeat(500), Standing::Up).len() < 1_500);
    }

    #[test]
    fn endings() {
        assert_eq!(Format::of("svg"), Some(Format::Svg));
        assert_eq!((Format::of("png"), Format::of("SVG")), (None, None));
    }
}

//! Time zones, by name.

use crate::Code;
use crate::decode::{Context, word};
use crate::quote::{clip, nearest};
use crate::yaml::Node;

/// The name of a time zone that exists, written exactly as the IANA database writes it.
pub(crate) fn timezone(node: &Node, cx: &mut Context) -> Option<String> {
    let text = word(node, cx)?;
    let database = jiff::tz::db();
    let found = (text.len() <= 64).then(|| database.get(text).ok()).flatten();
    let message = format!("there is no time zone `{}`", clip(text));
    let help = match found.as_ref().and_then(|zone| zone.iana_name()) {
        Some(name) if name == text => return Some(text.to_owned()),
        Some(name) => format!("write it as `{name}`"),
        None if database.is_definitively_empty() => {
            "this machine has no time zone database; install tzdata".to_owned()
        }
        None => {
            let names: Vec<String> = database.available().map(|name| name.to_string()).collect();
            match nearest_zone(text, &names) {
                Some(name) => format!("did you mean `{name}`?"),
                None => "use a name of the IANA database, such as Europe/Berlin or UTC".to_owned(),
            }
        }
    };
    cx.refuse_with(node.span, Code::UnknownTimezone, message, help)
}

/// People know the city better than the region: `Berlin` and `Germany/Berlin` mean `Europe/Berlin`.
fn nearest_zone<'n>(text: &str, names: &'n [String]) -> Option<&'n str> {
    let city = |name: &'n String| name.rsplit('/').next().unwrap_or(name);
    let written = text.rsplit('/').next().unwrap_or(text);
    nearest(text, names.iter().map(String::as_str)).or_else(|| {
        let meant = nearest(written, names.iter().map(city))?;
        names.iter().map(String::as_str).find(|name| name.rsplit('/').next() == Some(meant))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_by_name_and_by_city() {
        let names = ["America/New_York", "Europe/Berlin", "UTC"].map(str::to_owned);
        assert_eq!(nearest_zone("Europe/Berln", &names), Some("Europe/Berlin"));
        assert_eq!(nearest_zone("Germany/Berlin", &names), Some("Europe/Berlin"));
        assert_eq!(nearest_zone("new york", &names), Some("America/New_York"));
        assert_eq!(nearest_zone("Mars/Olympus", &names), None);
    }
}

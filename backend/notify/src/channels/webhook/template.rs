//! Bodies that the tenant writes: Jinja with a budget, without files, loops without end or unescaped surprises.

use minijinja::{AutoEscape, Environment, ErrorKind};
use serde_json::json;

use super::super::form::FieldProblem;
use super::facts;
use crate::message::Message;

/// Steps a template may take: enough for hundreds of incidents.
const FUEL: u64 = 200_000;
/// Longest template and longest body.
const LONGEST: usize = 16 << 10;
const BODY: usize = 256 << 10;

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    // `{{ title|tojson }}` makes JSON; nothing is escaped behind the writer's back.
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    environment
}

/// Whether it is a template.
pub(super) fn check(template: &str) -> Result<(), FieldProblem> {
    if template.len() > LONGEST {
        return Err(FieldProblem::new("body", format!("the template is longer than {} KiB", LONGEST >> 10)));
    }
    let problem = |error: minijinja::Error| {
        let line = error.line().map(|line| format!(" in line {line}")).unwrap_or_default();
        FieldProblem::new("body", format!("the template is not valid{line}: {error}"))
    };
    environment().template_from_str(template).map(drop).map_err(problem)
}

/// The body. A template that fails on some message must not keep the message back: then the facts go out as JSON,
/// with what went wrong.
pub(super) fn render(template: &str, message: &Message) -> String {
    let facts = facts::json(message);
    let rendered =
        environment().template_from_str(template).and_then(|t| t.render(&facts)).and_then(|body| {
            let too_long = || minijinja::Error::new(ErrorKind::InvalidOperation, "the body is too long");
            if body.len() > BODY { Err(too_long()) } else { Ok(body) }
        });
    rendered.unwrap_or_else(|error| {
        let mut facts = facts;
        facts["template_error"] = json!(crate::clip::chars(&error.to_string(), 500));
        facts.to_string()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            id: "out_1".to_owned(),
            at: jiff::Timestamp::UNIX_EPOCH,
            occasion: crate::Occasion::Test { by: "ann \"the ops\"".to_owned() },
            tenant: "Acme".to_owned(),
            zone: jiff::tz::TimeZone::UTC,
            subjects: Vec::new(),
            links: crate::Links::default(),
        }
    }

    #[test]
    fn a_template_sees_every_fact() {
        let text = "{\"t\": {{ title|tojson }}, \"by\": {{ detail.by|tojson }}}";
        check(text).unwrap();
        assert_eq!(
            render(text, &message()),
            "{\"t\": \"Test message: this channel works\", \"by\": \"ann \\\"the ops\\\"\"}"
        );
    }

    #[test]
    fn what_is_no_template_is_refused_and_what_never_ends_is_stopped() {
        assert!(check("{{ title").unwrap_err().detail.contains("line 1"));
        assert!(check(&"x".repeat(LONGEST + 1)).is_err());
        let endless = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        let body = render(endless, &message());
        assert!(body.contains("template_error") && body.contains("Test message"), "{body}");
    }
}

//! The body of `POST /api/v1/check-ins`: what is wrong with one check-in does not touch the others, and what is wrong
//! with a field does not lose its check-in.

use crontopus_api::CheckIn;
use crontopus_app::ingest::BATCH_LIMIT;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::extract::{JsonText, lossy_json};
use crate::failure::Failure;

/// So many fields that do not exist are named in an answer.
const NAMED: usize = 20;

/// One check-in of a body.
pub(crate) struct Asked {
    /// What it calls its monitor, as far as it does.
    pub(crate) monitor: String,
    /// What it says, or why that cannot be read.
    pub(crate) check_in: Result<CheckIn, &'static str>,
    /// The fields that are passed over, as JSON pointers.
    pub(crate) ignored: Vec<String>,
}

/// Why a body as a whole cannot be read.
pub(crate) struct Unreadable {
    /// What is answered.
    pub(crate) failure: Failure,
    /// What it calls its monitor, as far as it does, and why it is not taken: for the log.
    pub(crate) line: (String, &'static str),
}

/// What a body asks for. Refused where it is neither an array of up to [`BATCH_LIMIT`] nor one check-in that says whose
/// it is and what happened.
pub(crate) fn asked(body: &JsonText) -> Result<Vec<Asked>, Unreadable> {
    let read = serde_json::from_slice(body.bytes()).map_or_else(|_| body.parse(), Ok);
    let failure = match read {
        Ok(OneOrMany(all)) => return Ok(all.into_iter().map(flawless).collect()),
        Err(failure) => failure,
    };
    match lossy_json(body.bytes()) {
        Some(Value::Array(many)) if many.len() <= BATCH_LIMIT => Ok(many.into_iter().map(of_value).collect()),
        Some(Value::Object(one)) => {
            let one = of_fields(one);
            match one.check_in {
                Err(why) => Err(Unreadable { failure, line: (one.monitor, why) }),
                Ok(_) => Ok(vec![one]),
            }
        }
        _ => Err(Unreadable { failure, line: (String::new(), "unreadable") }),
    }
}

fn flawless(check_in: CheckIn) -> Asked {
    Asked { monitor: check_in.monitor.clone(), check_in: Ok(check_in), ignored: Vec::new() }
}

fn of_value(value: Value) -> Asked {
    match value {
        Value::Object(fields) => of_fields(fields),
        _ => Asked { monitor: String::new(), check_in: Err("unreadable"), ignored: Vec::new() },
    }
}

/// Reads what can be read; a field at a time is passed over until the rest is a check-in.
fn of_fields(mut fields: Map<String, Value>) -> Asked {
    let unknown = fields.keys().filter(|name| !CheckIn::FIELDS.contains(&name.as_str()));
    let mut ignored: Vec<String> = unknown.take(NAMED).map(|name| pointer(name)).collect();
    fields.retain(|name, _| CheckIn::FIELDS.contains(&name.as_str()));
    let monitor = fields.get("monitor").and_then(Value::as_str).unwrap_or_default().to_owned();
    let check_in = loop {
        let error = match serde_path_to_error::deserialize(Value::Object(fields.clone())) {
            Ok(check_in) => break Ok(check_in),
            Err(error) => error,
        };
        let name = match error.path().iter().next() {
            Some(serde_path_to_error::Segment::Map { key }) => key.clone(),
            _ => String::new(),
        };
        match name.as_str() {
            "monitor" => break Err("invalid_monitor"),
            "kind" => break Err("invalid_status"),
            // One of the two is missing.
            "" if fields.contains_key("monitor") => break Err("invalid_status"),
            "" => break Err("invalid_monitor"),
            name => match fields.remove(name) {
                Some(_) => ignored.push(pointer(name)),
                None => break Err("unreadable"),
            },
        }
    };
    Asked { monitor, check_in, ignored }
}

fn pointer(name: &str) -> String {
    let cut = &name[..name.floor_char_boundary(100)];
    format!("/{}", cut.replace('~', "~0").replace('/', "~1"))
}

/// A body that is one check-in or an array of them. Read by hand, because what is wrong with one of many is
/// to be pointed at, and `untagged` forgets where it was.
struct OneOrMany(Vec<CheckIn>);

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = OneOrMany;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a check-in or an array of them")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<OneOrMany, A::Error> {
                let one = CheckIn::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
                Ok(OneOrMany(vec![one]))
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<OneOrMany, A::Error> {
                let mut many = Vec::new();
                while let Some(one) = seq.next_element()? {
                    if many.len() == BATCH_LIMIT {
                        return Err(serde::de::Error::custom("at most 1,000 check-ins in one request"));
                    }
                    many.push(one);
                }
                Ok(OneOrMany(many))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use utoipa::PartialSchema as _;

    use super::*;

    fn one(json: &str) -> Asked {
        let Some(Value::Object(fields)) = lossy_json(json.as_bytes()) else { panic!("{json}") };
        of_fields(fields)
    }

    #[test]
    fn the_fields_are_those_of_the_document() {
        let schema = serde_json::to_value(CheckIn::schema()).unwrap();
        let mut names: Vec<&str> =
            schema["properties"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut fields = CheckIn::FIELDS;
        fields.sort_unstable();
        names.sort_unstable();
        assert_eq!(names, fields);
    }

    #[test]
    fn a_field_that_cannot_be_read_is_passed_over() {
        for (said, wanted) in [
            (r#""duration_ms":12.5"#, &["/duration_ms"][..]),
            (r#""exit_status":"0","at":"now","metrics":{"a":"b"}"#, &["/at", "/exit_status", "/metrics"]),
            (r#""attempts":[{"started_at":7}],"host":[[[]]],"a/b~":1"#, &["/attempts", "/a~1b~0", "/host"]),
            (r#""output":"\ud83d","host":null"#, &[]),
        ] {
            let mut read = one(&format!("{{\"monitor\":\"ops/backup\",\"kind\":\"success\",{said}}}"));
            read.ignored.sort_unstable();
            assert_eq!(read.ignored, wanted, "{said}");
            assert_eq!((read.monitor.as_str(), read.check_in.is_ok()), ("ops/backup", true), "{said}");
        }
    }

    #[test]
    fn what_says_neither_whose_it_is_nor_what_happened_is_not_taken() {
        for (said, why) in [
            (r#"{"kind":"success"}"#, "invalid_monitor"),
            (r#"{"monitor":7,"kind":"success"}"#, "invalid_monitor"),
            (r#"{"monitor":"ops/backup"}"#, "invalid_status"),
            (r#"{"monitor":"ops/backup","kind":"done"}"#, "invalid_status"),
            (r#"{"monitor":"ops/backup","kind":null,"at":7}"#, "invalid_status"),
            ("{}", "invalid_monitor"),
        ] {
            assert_eq!(one(said).check_in.unwrap_err(), why, "{said}");
        }
    }
}

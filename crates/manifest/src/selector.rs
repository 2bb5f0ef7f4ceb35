//! Which labels something must have.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::Code;
use crate::choice::choices;
use crate::decode::{Context, Fields, choice, expected, label_text, list, non_empty, unique};
use crate::metadata::label_value;
use crate::names::check_label_key;
use crate::quote::clip;
use crate::yaml::{Node, Value};

/// Labels that must match; everything given must hold. The empty selector matches everything.
///
/// Written as a mapping of labels, with `matchExpressions` beside them where equality is not enough:
/// `{role: db, matchExpressions: [{key: env, operator: In, values: [staging, production]}]}`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selector {
    /// Labels and the values they must have.
    pub match_labels: BTreeMap<String, String>,
    /// Further conditions.
    pub match_expressions: Vec<Requirement>,
}

/// One condition on one label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Requirement {
    /// The label's key.
    pub key: String,
    /// How it is compared.
    pub operator: Operator,
    /// The values of `In` and `NotIn`; empty for the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "crate::schema::texts")]
    pub values: Vec<String>,
}

choices! {
    /// How a label is compared.
    pub enum Operator {
        /// It is there and has one of the values.
        In = "In",
        /// It is not there, or has none of the values.
        NotIn = "NotIn",
        /// It is there.
        Exists = "Exists",
        /// It is not there.
        DoesNotExist = "DoesNotExist",
    }
}

impl Selector {
    /// Whether `labels` satisfy everything.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.match_labels.iter().all(|(key, value)| labels.get(key) == Some(value))
            && self.match_expressions.iter().all(|requirement| requirement.holds(labels))
    }

    /// Whether it matches everything.
    pub fn is_empty(&self) -> bool {
        self.match_labels.is_empty() && self.match_expressions.is_empty()
    }
}

impl Requirement {
    fn holds(&self, labels: &BTreeMap<String, String>) -> bool {
        let value = labels.get(&self.key);
        let listed = value.is_some_and(|value| self.values.contains(value));
        match self.operator {
            Operator::In => listed,
            Operator::NotIn => !listed,
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
        }
    }
}

const EXPRESSIONS: &str = "matchExpressions";

impl Serialize for Selector {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in &self.match_labels {
            map.serialize_entry(key, value)?;
        }
        if !self.match_expressions.is_empty() {
            map.serialize_entry(EXPRESSIONS, &self.match_expressions)?;
        }
        map.end()
    }
}

impl JsonSchema for Selector {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Selector".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Labels and the values they must have. The empty mapping matches everything.",
            "type": "object",
            "properties": {
                EXPRESSIONS: {
                    "description": "Conditions beyond equality; all must hold.",
                    "type": "array",
                    "items": generator.subschema_for::<Requirement>(),
                },
            },
            "additionalProperties": crate::schema::text(generator),
        })
    }
}

pub(crate) fn selector(node: &Node, cx: &mut Context) -> Option<Selector> {
    let Value::Mapping(entries) = &node.value else {
        return expected(node, cx, "a mapping of labels");
    };
    let mut found = Selector::default();
    for entry in entries {
        cx.within(&clip(&entry.key), |cx| {
            if entry.key == EXPRESSIONS {
                let requirements = list(32, requirement)(&entry.node, cx);
                found.match_expressions = requirements.unwrap_or_default();
            } else if matches!(entry.node.value, Value::Mapping(_)) {
                let help =
                    format!("list the labels directly: `{{role: db}}`; `{EXPRESSIONS}` stands beside them");
                cx.refuse_with::<()>(
                    entry.key_span,
                    Code::WrongType,
                    "a label has one value, not a mapping",
                    help,
                );
            } else if let Err(why) = check_label_key(&entry.key) {
                cx.refuse::<()>(entry.key_span, Code::BadName, format!("`{}` {why}", clip(&entry.key)));
            } else if let Some(value) = label_value(&entry.node, cx) {
                found.match_labels.insert(entry.key.clone(), value);
            }
        });
    }
    Some(found)
}

/// Whether a policy, route or maintenance limited to these namespaces (none: to no namespace) and this
/// selector is for something of this namespace with these labels.
pub(crate) fn covers(
    namespaces: &[String],
    selector: &Selector,
    (namespace, labels): (&str, &BTreeMap<String, String>),
) -> bool {
    (namespaces.is_empty() || namespaces.iter().any(|known| known == namespace)) && selector.matches(labels)
}

/// The namespaces a policy, route or maintenance is limited to.
pub(crate) fn namespaces(node: &Node, cx: &mut Context) -> Option<Vec<String>> {
    non_empty(unique(list(256, label_text)))(node, cx)
}

fn requirement(node: &Node, cx: &mut Context) -> Option<Requirement> {
    let mut fields = Fields::of(node, cx)?;
    let key = fields.required(cx, "key", |node, cx| {
        let text = crate::decode::word(node, cx)?;
        match check_label_key(text) {
            Ok(()) => Some(text.to_owned()),
            Err(why) => cx.refuse(node.span, Code::BadName, format!("`{}` {why}", clip(text))),
        }
    });
    let operator: Option<Operator> = fields.required(cx, "operator", choice);
    let compares = matches!(operator, Some(Operator::In | Operator::NotIn));
    let values = match compares {
        true => fields.required(cx, "values", non_empty(list(64, label_value))),
        false => fields.optional(cx, "values", list(64, label_value)),
    };
    if let (Some(operator), false, true) = (operator, compares, fields.has("values")) {
        let problem = (Code::Contradiction, format!("`{operator}` takes no values"));
        fields.refuse_at(cx, "values", problem, "remove them, or use In or NotIn");
    }
    fields.finish(cx);
    Some(Requirement { key: key?, operator: operator?, values: values.unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn every_operator() {
        let check = |operator, values: &[&str], with: &[(&str, &str)], holds: bool| {
            let values = values.iter().map(|v| (*v).to_owned()).collect();
            let requirement = Requirement { key: "env".to_owned(), operator, values };
            let selector = Selector { match_expressions: vec![requirement], ..Selector::default() };
            assert_eq!(selector.matches(&labels(with)), holds, "{operator} {with:?}");
        };
        check(Operator::In, &["a", "b"], &[("env", "b")], true);
        check(Operator::In, &["a", "b"], &[("env", "c")], false);
        check(Operator::In, &["a"], &[], false);
        check(Operator::NotIn, &["a"], &[], true);
        check(Operator::NotIn, &["a"], &[("env", "a")], false);
        check(Operator::Exists, &[], &[("env", "")], true);
        check(Operator::Exists, &[], &[("other", "")], false);
        check(Operator::DoesNotExist, &[], &[], true);
        check(Operator::DoesNotExist, &[], &[("env", "a")], false);
    }

    #[test]
    fn all_labels_must_match() {
        let selector = Selector { match_labels: labels(&[("a", "1"), ("b", "2")]), ..Selector::default() };
        assert!(selector.matches(&labels(&[("a", "1"), ("b", "2"), ("c", "3")])));
        assert!(!selector.matches(&labels(&[("a", "1")])));
        assert!(Selector::default().matches(&labels(&[])) && Selector::default().is_empty());
    }
}

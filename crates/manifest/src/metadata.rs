//! What every document says about itself.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::decode::{Context, Fields, label_text, table, word};
use crate::key::{DEFAULT_NAMESPACE, DocKey};
use crate::names::{check_label_key, is_label_value};
use crate::quote::clip;
use crate::yaml::Node;
use crate::{Code, Kind};

/// Who a document is: its name, and words about it for people and selectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// `namespace/name`.
    pub key: DocKey,
    /// Keeps a job's history across renames and moves; only jobs have one.
    pub uid: Option<Uid>,
    /// The tenant it is meant for, when the document says so.
    pub tenant: Option<String>,
    /// What selectors match.
    pub labels: BTreeMap<String, String>,
    /// What people and other tools read; matched by nothing.
    pub annotations: BTreeMap<String, String>,
}

impl Metadata {
    /// Metadata of nothing but a name.
    pub fn new(key: DocKey) -> Self {
        Self { key, uid: None, tenant: None, labels: BTreeMap::new(), annotations: BTreeMap::new() }
    }
}

/// A UUID that stays with a job wherever its file goes; lower case with hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uid(String);

/// A text that is no UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a UUID such as 0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c11")]
pub struct UidError;

impl Uid {
    /// The 36 characters of the UUID.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Uid {
    type Err = UidError;

    fn from_str(text: &str) -> Result<Self, UidError> {
        const HYPHENS: [usize; 4] = [8, 13, 18, 23];
        let good = text.len() == 36
            && text
                .bytes()
                .enumerate()
                .all(|(at, b)| if HYPHENS.contains(&at) { b == b'-' } else { b.is_ascii_hexdigit() })
            && text.bytes().any(|b| b != b'0' && b != b'-');
        if good { Ok(Self(text.to_ascii_lowercase())) } else { Err(UidError) }
    }
}

impl TryFrom<String> for Uid {
    type Error = UidError;

    fn try_from(text: String) -> Result<Self, UidError> {
        text.parse()
    }
}

impl From<Uid> for String {
    fn from(uid: Uid) -> Self {
        uid.0
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Who the document is: its name, and words about it for people and selectors.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MetadataForm<'m> {
    /// Name of the document: a-z, 0-9 and `-` between them, at most 63. Unique among the documents of
    /// its kind in the namespace.
    #[schemars(length(min = 1, max = 63), regex(pattern = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"))]
    name: &'m str,
    /// The file's first directory level, or `default` for files at the root. It need not be written; if
    /// it is, it must be that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    namespace: Option<&'m str>,
    /// A UUID that keeps the job's history when it is renamed or moved. Jobs only; unique in the
    /// repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "uuid"))]
    uid: Option<&'m str>,
    /// The tenant the document is meant for. It need not be written; if it is, it must be the tenant of
    /// the repository.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tenant: Option<&'m str>,
    /// Words that selectors match, such as `team: platform`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::schema::texts_by_name")]
    labels: Option<&'m BTreeMap<String, String>>,
    /// Words for people and other tools, such as `runbook: https://…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "crate::schema::texts_by_name")]
    annotations: Option<&'m BTreeMap<String, String>>,
}

impl<'m> From<&'m Metadata> for MetadataForm<'m> {
    fn from(metadata: &'m Metadata) -> Self {
        Self {
            name: metadata.key.name(),
            namespace: Some(metadata.key.namespace()),
            uid: metadata.uid.as_ref().map(Uid::as_str),
            tenant: metadata.tenant.as_deref(),
            labels: Some(&metadata.labels).filter(|labels| !labels.is_empty()),
            annotations: Some(&metadata.annotations).filter(|annotations| !annotations.is_empty()),
        }
    }
}

/// Which namespace a document belongs to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Home<'h> {
    /// That of its file; `metadata.namespace` must agree.
    Directory(&'h str),
    /// That of `metadata.namespace`, as in a canonical form that stands in no directory.
    Declared,
}

pub(crate) fn decode(node: &Node, cx: &mut Context, kind: Kind, home: Home<'_>) -> Option<Metadata> {
    let mut fields = Fields::of(node, cx)?;
    let name = fields.required(cx, "name", label_text);
    let written = fields.optional(cx, "namespace", |node, cx| namespace(node, cx, home));
    let uid = match kind {
        Kind::Job => fields.optional(cx, "uid", uid),
        _ => None,
    };
    let tenant = fields.optional(cx, "tenant", label_text);
    let labels = fields.optional(cx, "labels", table(check_label_key, label_value)).unwrap_or_default();
    let annotations =
        fields.optional(cx, "annotations", table(check_label_key, annotation)).unwrap_or_default();
    fields.finish(cx);
    let namespace = match home {
        Home::Directory(directory) => directory,
        Home::Declared => written.as_deref().unwrap_or(DEFAULT_NAMESPACE),
    };
    let key = DocKey::new(namespace, &name?).ok()?;
    Some(Metadata { key, uid, tenant, labels, annotations })
}

fn namespace(node: &Node, cx: &mut Context, home: Home<'_>) -> Option<String> {
    let text = label_text(node, cx)?;
    match home {
        Home::Directory(directory) if directory != text => cx.refuse_with(
            node.span,
            Code::NamespaceMismatch,
            format!("the file belongs to the namespace `{directory}`, not `{text}`"),
            format!("remove the field, or move the file to the directory {text}/"),
        ),
        _ => Some(text),
    }
}

fn uid(node: &Node, cx: &mut Context) -> Option<Uid> {
    let text = word(node, cx)?;
    match text.parse() {
        Ok(uid) => Some(uid),
        Err(error) => cx.refuse(node.span, Code::BadUid, format!("`{}` {error}", clip(text))),
    }
}

/// The value of a label.
pub(crate) fn label_value(node: &Node, cx: &mut Context) -> Option<String> {
    let text = word(node, cx)?;
    if is_label_value(text) {
        return Some(text.to_owned());
    }
    cx.refuse_with(
        node.span,
        Code::BadName,
        format!("`{}` is not a label value", clip(text)),
        "use letters, digits and `-_.` inside, at most 63; annotations take any text",
    )
}

fn annotation(node: &Node, cx: &mut Context) -> Option<String> {
    const LONGEST: usize = 4_096;
    let text = word(node, cx)?;
    if text.len() > LONGEST {
        return cx.refuse(
            node.span,
            Code::TooLong,
            format!("{} bytes; at most {LONGEST} are allowed", text.len()),
        );
    }
    Some(text.to_owned())
}

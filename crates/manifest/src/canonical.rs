//! The canonical form: one text for all manifests that mean the same. Keys stand in one order, defaults
//! are left out, lengths of time and sizes have one spelling. The digest is that of the compact JSON of
//! the same content, so that it depends on no writer of YAML.

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::Kind;
use crate::document::API_VERSION;
use crate::job::Job;
use crate::maintenance::Maintenance;
use crate::metadata::MetadataForm;
use crate::policy::Policy;
use crate::route::Route;
use crate::yaml::emit;

/// A whole document as it is written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Form<'d, S> {
    api_version: &'static str,
    kind: Kind,
    metadata: MetadataForm<'d>,
    spec: S,
}

/// Gives a kind its canonical form: what is derived for its fields is `spec`, inside the whole document.
macro_rules! canonical {
    ($($kind:ident),+) => { $(
        impl Serialize for $kind {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                struct Spec<'d>(&'d $kind);
                impl Serialize for Spec<'_> {
                    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                        // The inherent method that `remote = "Self"` derives: the fields alone.
                        $kind::serialize(self.0, serializer)
                    }
                }
                let metadata = MetadataForm::from(&self.metadata);
                let form = Form { api_version: API_VERSION, kind: Kind::$kind, metadata, spec: Spec(self) };
                Serialize::serialize(&form, serializer)
            }
        }

        impl $kind {
            /// SHA-256 of the canonical form, in hex: the same for all manifests that mean the same.
            pub fn digest(&self) -> String {
                digest(self)
            }

            /// The canonical form as YAML.
            pub fn canonical_yaml(&self) -> String {
                yaml(self)
            }
        }
    )+ };
}

canonical!(Job, Policy, Route, Maintenance);

const ALWAYS_JSON: &str = "manifests consist of texts, numbers, lists and mappings with text keys";

fn digest(document: &impl Serialize) -> String {
    hex::encode(Sha256::digest(serde_json::to_vec(document).expect(ALWAYS_JSON)))
}

fn yaml(document: &impl Serialize) -> String {
    emit(&serde_json::to_value(document).expect(ALWAYS_JSON))
}

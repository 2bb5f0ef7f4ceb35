use std::{fmt, str::FromStr};

/// A text that is no object id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no Git object id: 40 lower-case hexadecimal digits are needed")]
pub struct ObjectIdError(String);

macro_rules! object_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 20]);

        impl $name {
            pub(crate) fn new(id: &gix::oid) -> Self {
                let mut bytes = [0; 20];
                bytes.copy_from_slice(id.as_bytes());
                Self(bytes)
            }

            pub(crate) fn git(self) -> gix::ObjectId {
                gix::ObjectId::Sha1(self.0)
            }

            /// The bytes of the hash.
            pub fn as_bytes(&self) -> &[u8; 20] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.git().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl FromStr for $name {
            type Err = ObjectIdError;

            fn from_str(text: &str) -> Result<Self, ObjectIdError> {
                let refused = || ObjectIdError(text.chars().take(60).collect());
                if text.len() != 40 || text.bytes().any(|b| b.is_ascii_uppercase()) {
                    return Err(refused());
                }
                let id = gix::ObjectId::from_hex(text.as_bytes()).map_err(|_| refused())?;
                Ok(Self::new(&id))
            }
        }
    };
}

object_id! {
    /// The id of a commit.
    CommitId
}

object_id! {
    /// The id of a file's content: equal ids mean equal bytes.
    BlobId
}

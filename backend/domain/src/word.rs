/// A text that is not one of a closed set of words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{word}` is no {set}")]
pub struct UnknownWord {
    /// The text.
    pub word: String,
    /// The set.
    pub set: &'static str,
}

/// A closed set of words: an enum with its texts, which databases and wires hold.
macro_rules! words {
    ($(#[$doc:meta])* $set:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $set {
            $($(#[$vdoc])* #[serde(rename = $word)] $variant),+
        }

        impl $set {
            /// Every value, in the order of declaration.
            pub const ALL: &[$set] = &[$($set::$variant),+];

            /// The word.
            pub fn as_str(self) -> &'static str {
                match self {
                    $($set::$variant => $word),+
                }
            }
        }

        impl std::fmt::Display for $set {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $set {
            type Err = $crate::UnknownWord;

            fn from_str(word: &str) -> Result<Self, $crate::UnknownWord> {
                let found = Self::ALL.iter().copied().find(|v| v.as_str() == word);
                found.ok_or_else(|| $crate::UnknownWord { word: word.to_owned(), set: stringify!($set) })
            }
        }
    };
}

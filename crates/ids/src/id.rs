use std::fmt;

use uuid::Uuid;

use crate::base32;

/// A typed id: what it names is in its prefix.
pub trait Prefixed: Sized {
    /// Three letters, without the underscore.
    const PREFIX: &'static str;

    /// The id with these bits.
    fn from_uuid(uuid: Uuid) -> Self;

    /// Its bits.
    fn uuid(&self) -> Uuid;
}

/// Why a text is not an id of the wanted kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The prefix is missing or names another kind of thing.
    #[error("an id that begins with `{0}_` is wanted")]
    Prefix(&'static str),
    /// What follows the prefix is not 26 characters of lower-case Crockford base32.
    #[error("after `{0}_` come 26 characters of 0-9 a-z without i, l, o, u")]
    Digits(&'static str),
}

pub(crate) fn display<I: Prefixed>(id: &I, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = [0; 40];
    let (head, at) = (I::PREFIX.len(), I::PREFIX.len() + 1);
    text[..head].copy_from_slice(I::PREFIX.as_bytes());
    text[head] = b'_';
    text[at..at + 26].copy_from_slice(&base32::encode(id.uuid().as_u128()));
    f.write_str(str::from_utf8(&text[..at + 26]).map_err(|_| fmt::Error)?)
}

pub(crate) fn parse<I: Prefixed>(text: &str) -> Result<I, IdError> {
    let digits =
        text.strip_prefix(I::PREFIX).and_then(|t| t.strip_prefix('_')).ok_or(IdError::Prefix(I::PREFIX))?;
    let bits = base32::decode(digits).ok_or(IdError::Digits(I::PREFIX))?;
    Ok(I::from_uuid(Uuid::from_u128(bits)))
}

/// RFC 9562 version 7: 48 bits of milliseconds, then random bits.
pub(crate) fn uuid_v7(unix_ms: i64, random: [u8; 10]) -> Uuid {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&unix_ms.max(0).to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&random);
    bytes[6] = bytes[6] & 0x0f | 0x70;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    Uuid::from_bytes(bytes)
}

#[cfg(feature = "openapi")]
pub(crate) fn schema<I: Prefixed>() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
    use utoipa::openapi::schema::{ObjectBuilder, Type};
    ObjectBuilder::new()
        .schema_type(Type::String)
        .pattern(Some(format!("^{}_[0-7][0-9a-hjkmnp-tv-z]{{25}}$", I::PREFIX)))
        .into()
}

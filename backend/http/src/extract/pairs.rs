//! Pairs of a query as serde wants them: a name that is given more than once is a list.

use std::borrow::Cow;

use serde::de::value::{Error, SeqDeserializer, StrDeserializer};
use serde::de::{DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;

/// The pairs, by name.
pub(super) struct Pairs<'q> {
    rest: std::vec::IntoIter<(Cow<'q, str>, Vec<Cow<'q, str>>)>,
    value: Option<Values<'q>>,
}

/// Everything that was given under one name; at least one.
struct Values<'q>(Vec<Cow<'q, str>>);

impl<'q> Pairs<'q> {
    pub(super) fn of(pairs: Vec<(Cow<'q, str>, Cow<'q, str>)>) -> Self {
        let mut named: Vec<(Cow<'q, str>, Vec<Cow<'q, str>>)> = Vec::new();
        for (name, value) in pairs {
            match named.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => values.push(value),
                None => named.push((name, vec![value])),
            }
        }
        Self { rest: named.into_iter(), value: None }
    }
}

impl<'de> Deserializer<'de> for Pairs<'_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_map(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct
        newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de> MapAccess<'de> for Pairs<'_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some((name, values)) = self.rest.next() else { return Ok(None) };
        self.value = Some(Values(values));
        seed.deserialize(StrDeserializer::<Error>::new(&name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        seed.deserialize(self.value.take().ok_or_else(|| Error::custom("a value before its name"))?)
    }
}

impl Values<'_> {
    fn one(&self) -> Result<&str, Error> {
        match &self.0[..] {
            [one] => Ok(one),
            _ => Err(Error::custom("it is given more than once")),
        }
    }
}

/// Reads numbers and booleans of text.
macro_rules! parsed {
    ($($method:ident $visit:ident $what:literal),+ $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let text = self.one()?;
            let read = text.parse().map_err(|_| Error::custom(format!("`{text}` is no {}", $what)))?;
            visitor.$visit(read)
        }
    )+};
}

impl<'de> Deserializer<'de> for Values<'_> {
    type Error = Error;

    parsed! {
        deserialize_bool visit_bool "`true` or `false`",
        deserialize_i32 visit_i32 "whole number that fits here",
        deserialize_i64 visit_i64 "whole number that fits here",
        deserialize_u8 visit_u8 "whole number that fits here",
        deserialize_u16 visit_u16 "whole number that fits here",
        deserialize_u32 visit_u32 "whole number that fits here",
        deserialize_u64 visit_u64 "whole number that fits here",
        deserialize_f64 visit_f64 "number",
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_str(self.one()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let each = self.0.iter().map(|value| value.as_ref().into_deserializer());
        let each = each.collect::<Vec<StrDeserializer<'_, Error>>>();
        visitor.visit_seq(SeqDeserializer::new(each.into_iter()))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        StrDeserializer::<Error>::new(self.one()?).deserialize_enum(name, words, visitor)
    }

    forward_to_deserialize_any! {
        i8 i16 i128 u128 f32 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct
        identifier ignored_any
    }
}

//! As much of CBOR (RFC 8949) as authenticators write: definite lengths, and nothing to allocate for.

use super::Unfit;

/// Things within things that are looked at; authenticators nest four (CTAP 2.1, 8).
const DEEPEST: u8 = 8;

/// Reads one thing after the other.
#[derive(Debug, Clone)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What was not read yet.
    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next `length` bytes as they are.
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], Unfit> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Unfit("the data is cut"))?;
        self.rest = rest;
        Ok(taken)
    }

    /// How many pairs the map has that begins here.
    pub(super) fn map(&mut self) -> Result<u64, Unfit> {
        self.of(5)
    }

    /// A text.
    pub(super) fn text(&mut self) -> Result<&'a str, Unfit> {
        let length = self.of(3)?;
        std::str::from_utf8(self.string(length)?).map_err(|_| Unfit("a text is not UTF-8"))
    }

    /// A string of bytes.
    pub(super) fn bytes(&mut self) -> Result<&'a [u8], Unfit> {
        let length = self.of(2)?;
        self.string(length)
    }

    /// A number.
    pub(super) fn number(&mut self) -> Result<i64, Unfit> {
        let (kind, value) = self.head()?;
        let value = i64::try_from(value).map_err(|_| Unfit("a number is too large"))?;
        match kind {
            0 => Ok(value),
            1 => Ok(-1 - value),
            _ => Err(Unfit("a number was expected")),
        }
    }

    /// Passes over whatever comes next.
    pub(super) fn skip(&mut self) -> Result<(), Unfit> {
        self.skip_within(DEEPEST)
    }

    fn skip_within(&mut self, depth: u8) -> Result<(), Unfit> {
        let depth = depth.checked_sub(1).ok_or(Unfit("the data is nested too deep"))?;
        let (kind, value) = self.head()?;
        let parts = match kind {
            2 | 3 => return self.string(value).map(drop),
            4 => value,
            5 => value.checked_mul(2).ok_or(Unfit("the data is cut"))?,
            6 => 1,
            _ => 0,
        };
        (0..parts).try_for_each(|_| self.skip_within(depth))
    }

    fn of(&mut self, wanted: u8) -> Result<u64, Unfit> {
        match self.head()? {
            (kind, value) if kind == wanted => Ok(value),
            _ => Err(Unfit("the data is of another kind than expected")),
        }
    }

    fn string(&mut self, length: u64) -> Result<&'a [u8], Unfit> {
        self.take(usize::try_from(length).map_err(|_| Unfit("the data is cut"))?)
    }

    /// The kind of what begins here, and its length or value (RFC 8949, 3).
    fn head(&mut self) -> Result<(u8, u64), Unfit> {
        let first = self.take(1)?[0];
        let length = match first & 0x1f {
            small @ 0..=23 => return Ok((first >> 5, small.into())),
            24 => 1,
            25 => 2,
            26 => 4,
            27 => 8,
            _ => return Err(Unfit("a length is not stated")),
        };
        let value = self.take(length)?.iter().fold(0, |value, byte| value << 8 | u64::from(*byte));
        Ok((first >> 5, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Examples of RFC 8949, appendix A.
    #[test]
    fn what_the_standard_writes_is_read() {
        let bytes = |hex: &str| hex::decode(hex).unwrap();
        for (hex, number) in
            [("00", 0), ("17", 23), ("1818", 24), ("1903e8", 1000), ("20", -1), ("3903e7", -1000)]
        {
            assert_eq!(Reader::new(&bytes(hex)).number(), Ok(number), "{hex}");
        }
        assert_eq!(Reader::new(&bytes("6449455446")).text(), Ok("IETF"));
        assert_eq!(Reader::new(&bytes("4401020304")).bytes(), Ok(&[1, 2, 3, 4][..]));
        for whole in [
            "a26161016162820203",
            "826161a161626163",
            "f4",
            "f6",
            "f97e00",
            "fb3ff199999999999a",
            "c074323031332d30332d32315432303a30343a30305a",
        ] {
            let bytes = bytes(whole);
            let mut reader = Reader::new(&bytes);
            assert_eq!(reader.skip(), Ok(()), "{whole}");
            assert_eq!(reader.rest(), [0_u8; 0], "{whole}");
        }
    }

    #[test]
    fn what_is_cut_endless_or_bottomless_is_refused() {
        for wrong in [
            "",
            "18",
            "62",
            "6261",
            "5bffffffffffffffff",
            "9bffffffffffffffff",
            "bbffffffffffffffff",
            "9f",
            "5f",
        ] {
            assert!(Reader::new(&hex::decode(wrong).unwrap()).skip().is_err(), "{wrong}");
        }
        assert!(Reader::new(&[0x81; 100]).skip().is_err());
        assert!(Reader::new(&hex::decode("1bffffffffffffffff").unwrap()).number().is_err());
    }
}

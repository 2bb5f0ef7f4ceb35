//! Crockford's base32, lower case, 128 bits in 26 characters.

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The 26 characters of `bits`, most significant first.
pub(crate) fn encode(bits: u128) -> [u8; 26] {
    let mut out = [b'0'; 26];
    for (i, c) in out.iter_mut().rev().enumerate() {
        *c = ALPHABET[(bits >> (5 * i)) as usize & 31];
    }
    out
}

/// The value of each letter, 255 where it is none.
const VALUES: [u8; 256] = {
    let (mut values, mut i) = ([u8::MAX; 256], 0);
    while i < ALPHABET.len() {
        values[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    values
};

/// The bits of exactly 26 canonical characters; `None` for anything else (upper case, `i l o u`, or a
/// value beyond 128 bits).
pub(crate) fn decode(text: &str) -> Option<u128> {
    let text = text.as_bytes();
    if text.len() != 26 || text[0] > b'7' {
        return None;
    }
    text.iter().try_fold(0u128, |bits, c| {
        let digit = VALUES[usize::from(*c)];
        (digit != u8::MAX).then_some(bits << 5 | u128::from(digit))
    })
}

//! Numbers of bytes as manifests write them.

const UNITS: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
];

/// Reads `64KiB`, `1MB` (`KB` is accepted for `kB`), `512B` or a plain number of bytes. `None` when the
/// text is no size, or one beyond 64 bits.
pub fn parse_size(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let number: u64 = number.parse().ok()?;
    let factor = match unit {
        "" => 1,
        "KB" => 1_000,
        unit => UNITS.iter().find(|(known, _)| *known == unit)?.1,
    };
    number.checked_mul(factor)
}

/// Writes what [`parse_size`] reads, in the largest unit that holds it exactly.
pub fn format_size(bytes: u64) -> String {
    let exact = |factor: &u64| bytes >= *factor && bytes.is_multiple_of(*factor);
    match UNITS.iter().find(|(_, factor)| exact(factor)) {
        Some((unit, factor)) => format!("{}{unit}", bytes / factor),
        None => "0B".to_owned(),
    }
}

pub(crate) fn serialize<S: serde::Serializer>(bytes: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&format_size(*bytes))
}

/// The schema of a size; for `schema_with`.
pub(crate) fn schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
    schemars::json_schema!({
        "type": ["string", "integer"],
        "pattern": "^[0-9]+([KMG]iB|[kKMG]B|B)?$",
        "minimum": 0,
        "examples": ["64KiB", "1MB"],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_decimal_and_binary_units() {
        for (text, bytes) in [
            ("64KiB", Some(65_536)),
            ("1MB", Some(1_000_000)),
            ("1KB", Some(1_000)),
            ("12", Some(12)),
            ("0", Some(0)),
            ("1 MB", None),
            ("MB", None),
            ("1.5MB", None),
            ("64kib", None),
            ("99999999999GiB", None),
            ("", None),
        ] {
            assert_eq!(parse_size(text), bytes, "{text}");
        }
    }

    #[test]
    fn writes_what_it_reads() {
        for bytes in
            [0, 1, 999, 1_000, 1_024, 65_536, 1_000_000, 1 << 20, 1 << 30, 3_500_000_000, 123_456_789]
        {
            assert_eq!(parse_size(&format_size(bytes)), Some(bytes));
        }
        assert_eq!(format_size(1 << 20), "1MiB");
    }
}

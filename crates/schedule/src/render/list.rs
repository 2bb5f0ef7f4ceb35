//! Bit sets as the lists that schedulers read.

/// The set bits, ascending.
pub(super) fn values(set: u64) -> impl Iterator<Item = u32> {
    (0..64).filter(move |value| set >> value & 1 == 1)
}

/// `1,2,3,10`, each value at least `width` digits wide.
pub(super) fn explicit(set: u64, width: usize) -> String {
    values(set).map(|value| format!("{value:0width$}")).collect::<Vec<_>>().join(",")
}

/// `1-3,10`: runs of three and more as ranges.
pub(super) fn compact(set: u64) -> String {
    let mut parts = Vec::new();
    let mut value = 0;
    while value < 64 {
        let run = (set >> value).trailing_ones();
        match run {
            0 => value += 1,
            1 | 2 => {
                parts.push(value.to_string());
                value += 1;
            }
            _ => {
                parts.push(format!("{value}-{}", value + run - 1));
                value += run;
            }
        }
    }
    parts.join(",")
}

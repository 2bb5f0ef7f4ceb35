//! Ids made from what they name, so that making them twice makes one.

use crontopus_ids::{IncidentId, MonitorId, RunId};

/// The run of `monitor` that `text` names within `space`.
pub(crate) fn derived_run(monitor: MonitorId, space: &str, text: &str) -> RunId {
    RunId::from_bits(fnv([monitor.uuid().as_bytes().as_slice(), space.as_bytes(), b":", text.as_bytes()]))
}

/// The row for the expected start `expected_at` of `monitor` that nobody saw.
pub(crate) fn unseen_run(monitor: MonitorId, expected_at: i64) -> RunId {
    numbered(expected_at, fnv([monitor.uuid().as_bytes().as_slice(), b"at:", &expected_at.to_be_bytes()]))
}

/// A run without any name: the `nonce` tells signals apart.
pub(crate) fn nameless_run(monitor: MonitorId, at: i64, nonce: u64) -> RunId {
    let monitor = monitor.uuid();
    let parts = [monitor.as_bytes().as_slice(), b"no:", &at.to_be_bytes(), &nonce.to_be_bytes()];
    numbered(at, fnv(parts))
}

/// The incident of `monitor` that opens at `at`.
pub(crate) fn incident(monitor: MonitorId, at: i64, nonce: u64) -> IncidentId {
    let monitor = monitor.uuid();
    let parts = [monitor.as_bytes().as_slice(), b"in:", &at.to_be_bytes(), &nonce.to_be_bytes()];
    let bits = fnv(parts).to_be_bytes();
    IncidentId::from_parts(at, bits[6..].try_into().expect("16 - 6 = 10 bytes"))
}

fn numbered(at: i64, bits: u128) -> RunId {
    RunId::from_parts(at, bits.to_be_bytes()[6..].try_into().expect("16 - 6 = 10 bytes"))
}

/// FNV-1a, 128 bits. The key space is one monitor's own, so that nobody gains by a collision.
fn fnv<const N: usize>(parts: [&[u8]; N]) -> u128 {
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    let bytes = parts.into_iter().flatten();
    bytes.fold(BASIS, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME))
}

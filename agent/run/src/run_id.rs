use std::fmt::Write;

use jiff::Timestamp;
use rustix::rand::{GetRandomFlags, getrandom};

/// A UUIDv7 (RFC 9562): 48 bits of milliseconds, then chance. Run ids of one host sort by time.
pub(crate) fn new_run_id(now: Timestamp) -> String {
    let mut random = [0; 10];
    if getrandom(&mut random, GetRandomFlags::NONBLOCK) != Ok(random.len()) {
        // Early at boot: process and time make it unique on this host, which is all it has to be.
        let pid = u64::from(std::process::id());
        let nanoseconds = u64::from(now.subsec_nanosecond().unsigned_abs());
        random[..8].copy_from_slice(&mix(pid << 32 ^ nanoseconds).to_be_bytes());
    }
    format_uuid(now.as_millisecond().unsigned_abs(), random)
}

fn format_uuid(milliseconds: u64, random: [u8; 10]) -> String {
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&milliseconds.to_be_bytes()[2..]);
    bytes[6..].copy_from_slice(&random);
    bytes[6] = bytes[6] & 0x0f | 0x70;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (place, byte) in bytes.iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
    }
    text
}

/// The finaliser of splitmix64: every bit of the result depends on every bit of `x`.
pub(crate) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_a_uuid_v7() {
        assert_eq!(format_uuid(0x017f_22e2_79b0, [0xff; 10]), "017f22e2-79b0-7fff-bfff-ffffffffffff");
        assert_eq!(format_uuid(0x017f_22e2_79b0, [0; 10]), "017f22e2-79b0-7000-8000-000000000000");
        let now = "2026-03-01T00:00:00Z".parse().unwrap();
        let ids: std::collections::HashSet<_> = (0..1_000).map(|_| new_run_id(now)).collect();
        assert_eq!(ids.len(), 1_000);
    }
}

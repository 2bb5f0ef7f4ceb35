use crontopus_api::{self as api, QrCode};
use crontopus_app::{BegunFactor, Error, SecondFactorState};
use fast_qr::QRBuilder;
use std::fmt::Write as _;

use super::at;

/// Whether a person has a second factor.
pub(crate) fn second_factor(state: SecondFactorState) -> api::SecondFactor {
    api::SecondFactor {
        enabled: state.since.is_some(),
        since: state.since.map(at),
        recovery_codes: state.recovery_codes.unsigned_abs(),
    }
}

/// A second factor that was begun, with its address drawn.
pub(crate) fn begun_factor(begun: BegunFactor) -> Result<api::BegunSecondFactor, Error> {
    let qr = drawn(&begun.url)
        .ok_or_else(|| Error::internal("drawing a QR code", "the address is too long for one"))?;
    Ok(api::BegunSecondFactor { secret: begun.secret, url: begun.url, qr })
}

/// Each run of dark modules of a row is one rectangle of the path.
fn drawn(text: &str) -> Option<QrCode> {
    let code = QRBuilder::new(text).build().ok()?;
    let mut path = String::new();
    for y in 0..code.size {
        let row = &code[y];
        let mut x = 0;
        while x < code.size {
            let length = row[x..].iter().take_while(|module| module.value()).count();
            if length > 0 {
                write!(path, "M{x} {y}h{length}v1h-{length}z").ok()?;
            }
            x += length.max(1);
        }
    }
    Some(QrCode { size: u32::try_from(code.size).ok()?, path })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_corners() {
        let code = drawn("otpauth://totp/Crontopus:a%40b.example?secret=AAAA").unwrap();
        assert!((21..=60).contains(&code.size), "{}", code.size);
        let far = code.size - 7;
        for corner in ["M0 0h7v1h-7z".to_owned(), format!("M{far} 0h7v1h-7z"), format!("M0 {far}h7v1h-7z")] {
            assert!(code.path.contains(&corner), "{corner} in {}", code.path);
        }
        assert_eq!(drawn(&"x".repeat(5_000)), None);
    }
}

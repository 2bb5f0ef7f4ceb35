//! What an authenticator says of itself (WebAuthn Level 3, 6.1).

use super::cbor::Reader;
use super::{PublicKey, Unfit};

const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const BACKUP_ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;
const HAS_KEY: u8 = 0x40;
const HAS_EXTENSIONS: u8 = 0x80;

/// Longest name an authenticator may give a key, in bytes (WebAuthn Level 3, 7.1).
const LONGEST_ID: usize = 1023;

/// The authenticator's data.
#[derive(Debug)]
pub(super) struct AuthenticatorData<'a> {
    party: &'a [u8],
    flags: u8,
    /// How often it has signed; zero when it does not count.
    pub(super) counter: u32,
    /// The key that was made, and how the authenticator calls it.
    pub(super) made: Option<(&'a [u8], PublicKey)>,
}

impl<'a> AuthenticatorData<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Unfit> {
        let mut reader = Reader::new(bytes);
        let party = reader.take(32)?;
        let flags = reader.take(1)?[0];
        let counter = reader.take(4)?.iter().fold(0, |count, byte| count << 8 | u32::from(*byte));
        let mut made = None;
        if flags & HAS_KEY != 0 {
            let _model = reader.take(16)?;
            let length = reader.take(2)?.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
            if !(1..=LONGEST_ID).contains(&length) {
                return Err(Unfit("the key has no name, or a very long one"));
            }
            made = Some((reader.take(length)?, PublicKey::read(&mut reader)?));
        }
        if flags & HAS_EXTENSIONS != 0 {
            reader.skip()?;
        }
        match reader.rest() {
            [] => Ok(Self { party, flags, counter, made }),
            _ => Err(Unfit("the authenticator's data goes on after its end")),
        }
    }

    /// Holds what both ceremonies ask of it against the hash of the server's name.
    pub(super) fn check(&self, party: &[u8; 32]) -> Result<(), Unfit> {
        let has = |flag| self.flags & flag != 0;
        if self.party != party {
            return Err(Unfit("the key is for another server"));
        }
        if !has(PRESENT) || !has(VERIFIED) {
            return Err(Unfit("the authenticator did not make sure who holds it"));
        }
        if has(BACKED_UP) && !has(BACKUP_ELIGIBLE) {
            return Err(Unfit("the key has a copy that it cannot have"));
        }
        Ok(())
    }

    /// Whether the key may be copied to a person's other devices, which holds for all its life.
    pub(super) fn may_be_copied(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }
}

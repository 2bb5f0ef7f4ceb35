//! Secrets that must be read again, such as the credentials of a remote or the settings of a channel: encrypted
//! with a key that lies in a file, not in the database, so that a copy of the database alone opens nothing.

use std::fs;
use std::io::{Error, ErrorKind, Result, Write};
use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use crontopus_clock::Entropy;
use sha2::{Digest as _, Sha256};

use crate::secret;

/// Name of the key's file.
const FILE: &str = "secrets.key";
/// First byte of what is sealed: XChaCha20-Poly1305, with the key's id and a nonce of 24 bytes.
const VERSION: u8 = 2;
/// What was sealed before keys had ids: the nonce follows at once.
const WITHOUT_ID: u8 = 1;
/// Bytes of a key's id.
const ID: usize = 4;
/// Bytes of a nonce.
pub(crate) const NONCE: usize = 24;

/// The keys: the first encrypts, each may decrypt.
pub(crate) struct Secrets(Vec<SecretKey>);

struct SecretKey {
    id: [u8; ID],
    cipher: XChaCha20Poly1305,
}

/// What becomes of a secret when it is opened.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Opened {
    /// With the first key, or with another.
    Text { text: Vec<u8>, is_first: bool },
    /// With none. The key it was sealed with, when it says so.
    Unknown { key: Option<String> },
}

impl Secrets {
    /// Reads the keys: those of `file`, one a line in hexadecimal, and after them the one in `directory`. Without a
    /// `file` the one in `directory` is made if it is not there, so that only the owner may read it.
    pub(crate) fn open(directory: &Path, file: Option<&Path>, entropy: &dyn Entropy) -> Result<Self> {
        let mut keys = file.map(read_lines).transpose()?.unwrap_or_default();
        let path = directory.join(FILE);
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound && file.is_some() => None,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                fs::create_dir_all(directory)?;
                make(&path, &secret::bytes::<32>(entropy))?;
                // Another process may have been first; its key is the one.
                Some(fs::read(&path)?)
            }
            read => Some(read?),
        };
        if let Some(bytes) = bytes {
            keys.push(whole(bytes)?);
        }
        Ok(Self::of(&keys))
    }

    /// Reads the keys there are and makes none; there may be none yet.
    pub(crate) fn read(directory: &Path, file: Option<&Path>) -> Result<Self> {
        let mut keys = file.map(read_lines).transpose()?.unwrap_or_default();
        match fs::read(directory.join(FILE)) {
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            read => keys.push(whole(read?)?),
        }
        Ok(Self::of(&keys))
    }

    fn of(keys: &[[u8; 32]]) -> Self {
        let key =
            |key: &[u8; 32]| SecretKey { id: key_id(key), cipher: XChaCha20Poly1305::new(&Key::from(*key)) };
        Self(keys.iter().map(key).collect())
    }

    /// Ids of the keys, the one that encrypts first. An id says nothing about its key.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.0.iter().map(|key| hex::encode(key.id)).collect()
    }

    /// Encrypts `text` for `owner`; only with the same owner it is opened again.
    pub(crate) fn seal(&self, owner: &[u8], text: &[u8], nonce: [u8; NONCE]) -> Vec<u8> {
        let payload = Payload { msg: text, aad: owner };
        let SecretKey { id, cipher } = &self.0[0];
        let sealed =
            cipher.encrypt(&XNonce::from(nonce), payload).expect("a short text can always be encrypted");
        [&[VERSION], &id[..], &nonce[..], &sealed].concat()
    }

    /// Decrypts; `None` when it was made with none of the keys, for another owner, or was changed.
    pub(crate) fn open_sealed(&self, owner: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        match self.look_into(owner, sealed) {
            Opened::Text { text, .. } => Some(text),
            Opened::Unknown { .. } => None,
        }
    }

    /// Decrypts, and says with which key, or which is missing.
    pub(crate) fn look_into(&self, owner: &[u8], sealed: &[u8]) -> Opened {
        let (id, rest) = match sealed.split_first() {
            Some((&VERSION, rest)) => match rest.split_at_checked(ID) {
                Some((id, rest)) => (Some(id), rest),
                None => return Opened::Unknown { key: None },
            },
            Some((&WITHOUT_ID, rest)) => (None, rest),
            _ => return Opened::Unknown { key: None },
        };
        let unknown = Opened::Unknown { key: id.map(hex::encode) };
        let Some((nonce, msg)) = rest.split_at_checked(NONCE) else { return unknown };
        let Ok(nonce) = <[u8; NONCE]>::try_from(nonce) else { return unknown };
        let fits = |key: &SecretKey| id.is_none_or(|id| id == key.id);
        for (at, key) in self.0.iter().enumerate().filter(|(_, key)| fits(key)) {
            if let Ok(text) = key.cipher.decrypt(&XNonce::from(nonce), Payload { msg, aad: owner }) {
                return Opened::Text { text, is_first: at == 0 };
            }
        }
        unknown
    }
}

/// A name for a key, from which nothing follows about it.
fn key_id(key: &[u8; 32]) -> [u8; ID] {
    let mut hasher = Sha256::new();
    hasher.update(b"crontopus secrets key id\0");
    hasher.update(key);
    let mut id = [0; ID];
    id.copy_from_slice(&hasher.finalize()[..ID]);
    id
}

/// All of a key, as the data directory holds it.
fn whole(bytes: Vec<u8>) -> Result<[u8; 32]> {
    let wrong = || Error::new(ErrorKind::InvalidData, format!("{FILE} does not hold 32 bytes"));
    bytes.try_into().map_err(|_| wrong())
}

/// At least one key.
fn read_lines(path: &Path) -> Result<Vec<[u8; 32]>> {
    let text = fs::read_to_string(path)
        .map_err(|e| Error::new(e.kind(), format!("the keys in {}: {e}", path.display())))?;
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let key = |line: &str| hex::decode(line).ok().and_then(|bytes| bytes.try_into().ok());
    let keys: Option<Vec<[u8; 32]>> = lines.map(key).collect();
    keys.filter(|keys| !keys.is_empty()).ok_or_else(|| {
        let form = "one key a line, 64 hexadecimal digits each, as `openssl rand -hex 32` writes them";
        Error::new(ErrorKind::InvalidData, format!("{} is to hold {form}", path.display()))
    })
}

/// Writes the key under another name first, and never over one that is there.
fn make(path: &Path, key: &[u8; 32]) -> Result<()> {
    let draft = path.with_extension(format!("{}.new", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&draft)?;
    file.write_all(key)?;
    file.sync_all()?;
    let linked = fs::hard_link(&draft, path);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crontopus_clock::SeededEntropy;

    use super::*;

    #[test]
    fn only_the_same_key_and_owner_open() {
        let dir = tempfile::tempdir().unwrap();
        let entropy = SeededEntropy::new(1);
        let secrets = Secrets::open(dir.path(), None, &entropy).unwrap();
        let sealed = secrets.seal(b"one", b"token", secret::bytes(&entropy));
        assert!(!sealed.windows(5).any(|w| w == b"token"));

        let again = Secrets::open(dir.path(), None, &entropy).unwrap();
        assert_eq!(again.open_sealed(b"one", &sealed).as_deref(), Some(&b"token"[..]));
        assert_eq!(again.open_sealed(b"two", &sealed), None);
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(again.open_sealed(b"one", &changed), None, "{at}");
        }
        assert_eq!(again.open_sealed(b"one", &sealed[..10]), None);
        assert_eq!(again.open_sealed(b"one", b""), None);

        let other = tempfile::tempdir().unwrap();
        let stranger = Secrets::open(other.path(), None, &entropy).unwrap();
        assert_eq!(stranger.open_sealed(b"one", &sealed), None);
    }

    /// What older versions sealed has no id, and is opened by whichever key fits.
    #[test]
    fn what_says_which_key_it_needs_and_what_does_not_are_both_opened() {
        let dir = tempfile::tempdir().unwrap();
        let entropy = SeededEntropy::new(1);
        let own = Secrets::open(dir.path(), None, &entropy).unwrap();
        let sealed = own.seal(b"one", b"token", secret::bytes(&entropy));
        let old = [&[WITHOUT_ID], &sealed[1 + ID..]].concat();
        let text = |is_first| Opened::Text { text: b"token".to_vec(), is_first };
        assert_eq!(own.look_into(b"one", &sealed), text(true));
        assert_eq!(own.look_into(b"one", &old), text(true));
        let other = Secrets::of(&[[7; 32]]);
        assert_eq!(other.look_into(b"one", &sealed), Opened::Unknown { key: Some(own.ids()[0].clone()) });
        assert_eq!(other.look_into(b"one", &old), Opened::Unknown { key: None });
        for cut in 0..sealed.len() {
            assert!(matches!(own.look_into(b"one", &sealed[..cut]), Opened::Unknown { .. }), "{cut}");
        }
        let none = tempfile::tempdir().unwrap();
        assert!(Secrets::read(none.path(), None).unwrap().ids().is_empty());
        assert!(std::fs::read_dir(none.path()).unwrap().next().is_none(), "looking makes no key");
    }

    #[test]
    fn the_key_is_private_and_a_broken_one_is_an_error() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        Secrets::open(dir.path(), None, &SeededEntropy::new(1)).map(drop).unwrap();
        let path = dir.path().join(FILE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::write(&path, b"short").unwrap();
        assert!(Secrets::open(dir.path(), None, &SeededEntropy::new(1)).is_err());
    }

    #[test]
    fn a_new_key_encrypts_and_old_ones_still_decrypt() {
        let dir = tempfile::tempdir().unwrap();
        let entropy = SeededEntropy::new(1);
        let sealed_before = {
            let first = Secrets::open(dir.path(), None, &entropy).unwrap();
            first.seal(b"one", b"token", secret::bytes(&entropy))
        };
        let file = dir.path().join("keys");
        fs::write(&file, format!("# new\n{}\n{}\n", "ab".repeat(32), "cd".repeat(32))).unwrap();
        let rotated = Secrets::open(dir.path(), Some(&file), &entropy).unwrap();
        assert_eq!(rotated.open_sealed(b"one", &sealed_before).as_deref(), Some(&b"token"[..]));
        let sealed_now = rotated.seal(b"one", b"token", secret::bytes(&entropy));

        let elsewhere = tempfile::tempdir().unwrap();
        fs::write(&file, "ab".repeat(32)).unwrap();
        let only_new = Secrets::open(elsewhere.path(), Some(&file), &entropy).unwrap();
        assert_eq!(only_new.open_sealed(b"one", &sealed_now).as_deref(), Some(&b"token"[..]));
        assert_eq!(only_new.open_sealed(b"one", &sealed_before), None);
        assert!(!elsewhere.path().join(FILE).exists(), "no key is made where one is configured");

        for wrong in ["", "# none", "xyz", "abcd", &"ab".repeat(33)] {
            fs::write(&file, wrong).unwrap();
            assert!(Secrets::open(dir.path(), Some(&file), &entropy).is_err(), "{wrong}");
        }
        assert!(Secrets::open(dir.path(), Some(&dir.path().join("none")), &entropy).is_err());
    }
}

//! Secrets that must be read again, such as the credentials of a remote or the settings of a channel: encrypted
//! with a key that lies in a file, not in the database, so that a copy of the database alone opens nothing.

use std::fs;
use std::io::{Error, ErrorKind, Result, Write};
use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use crontopus_clock::Entropy;

use crate::secret;

/// Name of the key's file.
const FILE: &str = "secrets.key";
/// First byte of what is sealed: XChaCha20-Poly1305 with a nonce of 24 bytes.
const VERSION: u8 = 1;
/// Bytes of a nonce.
pub(crate) const NONCE: usize = 24;

/// The keys: the first encrypts, each may decrypt.
pub(crate) struct Secrets(Vec<XChaCha20Poly1305>);

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
        let wrong = || Error::new(ErrorKind::InvalidData, format!("{FILE} does not hold 32 bytes"));
        if let Some(bytes) = bytes {
            keys.push(bytes.try_into().map_err(|_| wrong())?);
        }
        Ok(Self(keys.iter().map(|key| XChaCha20Poly1305::new(&Key::from(*key))).collect()))
    }

    /// Encrypts `text` for `owner`; only with the same owner it is opened again.
    pub(crate) fn seal(&self, owner: &[u8], text: &[u8], nonce: [u8; NONCE]) -> Vec<u8> {
        let payload = Payload { msg: text, aad: owner };
        let sealed =
            self.0[0].encrypt(&XNonce::from(nonce), payload).expect("a short text can always be encrypted");
        [&[VERSION], &nonce[..], &sealed].concat()
    }

    /// Decrypts; `None` when it was made with none of the keys, for another owner, or was changed.
    pub(crate) fn open_sealed(&self, owner: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (version, rest) = sealed.split_first()?;
        let (nonce, msg) = rest.split_at_checked(NONCE).filter(|_| *version == VERSION)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        self.0.iter().find_map(|key| key.decrypt(&XNonce::from(nonce), Payload { msg, aad: owner }).ok())
    }
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

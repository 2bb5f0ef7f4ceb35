use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use crontopus_app::{ServerKey, secret};
use crontopus_clock::SystemEntropy;

/// Name of the SQLite file in the data directory.
pub(crate) const DATABASE: &str = "crontopus.db";
/// Name of the file with the key the service signs with.
pub(crate) const SERVER_KEY: &str = "server.key";

/// The directory that holds everything the service must not lose: database, keys, Git repositories. Only its
/// owner may look into it.
#[derive(Debug)]
pub(crate) struct DataDir(PathBuf);

impl DataDir {
    /// Opens the directory, making it with mode 0700 when it is not there.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .with_context(|| format!("cannot make the data directory {}", path.display()))?;
        let found = mode(path)?;
        if found & 0o077 != 0 {
            std::fs::set_permissions(path, Permissions::from_mode(0o700))
                .with_context(|| format!("others may look into {} (mode {found:o})", path.display()))?;
        }
        let path = path.canonicalize().with_context(|| format!("cannot find {}", path.display()))?;
        Ok(Self(path))
    }

    /// Its absolute path.
    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The SQLite database.
    pub(crate) fn database(&self) -> PathBuf {
        self.0.join(DATABASE)
    }

    /// The key the service signs with, made at the first start.
    pub(crate) fn server_key(&self) -> anyhow::Result<ServerKey> {
        Ok(ServerKey::from_seed(&self.seed(SERVER_KEY)?))
    }

    /// 32 random bytes in a file of mode 0600, in hexadecimal, made when it is not there.
    fn seed(&self, name: &str) -> anyhow::Result<[u8; 32]> {
        let path = self.0.join(name);
        if !path.exists() {
            self.make_seed(&path)?;
        }
        let mode = mode(&path)?;
        if mode & 0o077 != 0 {
            bail!("{} can be read by others (mode {mode:o}); run `chmod 600` on it", path.display());
        }
        let text =
            std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let wrong = || format!("{} does not hold 64 hexadecimal digits", path.display());
        let bytes = secret::from_hex(text.trim()).with_context(wrong)?;
        bytes.try_into().ok().with_context(wrong)
    }

    /// Written whole or not at all: into a temporary file first, which is then given its name.
    fn make_seed(&self, path: &Path) -> anyhow::Result<()> {
        let new = path.with_extension("new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let mut file = options.open(&new).with_context(|| format!("cannot write {}", new.display()))?;
        let seed = secret::bytes::<32>(&SystemEntropy);
        writeln!(file, "{}", secret::to_hex(&seed))?;
        file.sync_all()?;
        std::fs::rename(&new, path)?;
        std::fs::File::open(&self.0)?.sync_all()?;
        Ok(())
    }
}

/// The permission bits.
pub(crate) fn mode(path: &Path) -> anyhow::Result<u32> {
    let metadata = std::fs::metadata(path).with_context(|| format!("cannot look at {}", path.display()))?;
    Ok(metadata.permissions().mode() & 0o777)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_and_kept_private() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/data");
        let data = DataDir::open(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
        let key = data.server_key().unwrap();
        assert_eq!(DataDir::open(&path).unwrap().server_key().unwrap().fingerprint(), key.fingerprint());
        let file = path.join("server.key");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        assert!(data.server_key().unwrap_err().to_string().contains("chmod 600"));
        std::fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        std::fs::write(&file, "cut").unwrap();
        assert!(data.server_key().is_err());
    }
}

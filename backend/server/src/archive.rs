//! A backup as one file: `tar`, compressed with zstd. First comes `about.json`, then the database's copy
//! under the name it has in the data directory, then the files of the data directory.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{BufReader, BufWriter, Read, Write};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};
use tar::{Archive, Builder, EntryType, Header};

const ABOUT: &str = "about.json";
/// What this program writes and reads.
const FORMAT: u32 = 1;
/// A larger `about.json` was not written by this program.
const LARGEST_ABOUT: u64 = 64 << 10;

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    format: u32,
    /// Version of the program that made it.
    pub(crate) version: String,
    /// When, in RFC 3339.
    pub(crate) made_at: String,
    /// Whether the SQLite database is in it.
    pub(crate) with_database: bool,
}

impl About {
    /// A backup that this program makes at `made_at`.
    pub(crate) fn new(made_at: String, with_database: bool) -> Self {
        Self { format: FORMAT, version: env!("CARGO_PKG_VERSION").to_owned(), made_at, with_database }
    }
}

/// Writes a backup. Nothing is at its place before [`Writer::finish`].
pub(crate) struct Writer {
    tar: Builder<zstd::Encoder<'static, BufWriter<File>>>,
    partial: PathBuf,
    target: PathBuf,
}

impl Writer {
    /// Begins the file `target`, which must not be there, readable by its owner alone.
    pub(crate) fn create(target: &Path, about: &About) -> anyhow::Result<Self> {
        if target.exists() {
            bail!("{} is there already; choose another name", target.display());
        }
        let mut partial = target.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial);
        let file = file.with_context(|| format!("cannot write {}", partial.display()))?;
        let mut tar = Builder::new(zstd::Encoder::new(BufWriter::new(file), 3)?);
        let text = serde_json::to_vec_pretty(about)?;
        tar.append_data(&mut header(EntryType::Regular, 0o600, text.len() as u64), ABOUT, &text[..])?;
        Ok(Self { tar, partial, target: target.to_owned() })
    }

    /// Adds the file at `path` under `name`. A file that is gone meanwhile is left out: something that lives
    /// tidied it away. `false` says so.
    pub(crate) fn add_file(&mut self, name: &Path, path: &Path) -> anyhow::Result<bool> {
        let file = match File::open(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
            opened => opened.with_context(|| format!("cannot read {}", path.display()))?,
        };
        let metadata = file.metadata()?;
        let mut header = header(EntryType::Regular, metadata.permissions().mode() & 0o700, metadata.len());
        let mut content = Exactly { file: BufReader::new(file), left: metadata.len() };
        let added = self.tar.append_data(&mut header, name, &mut content);
        added.with_context(|| format!("cannot add {}; make the backup again", path.display()))?;
        Ok(true)
    }

    /// Adds an empty directory.
    pub(crate) fn add_directory(&mut self, name: &Path) -> anyhow::Result<()> {
        let mut header = header(EntryType::Directory, 0o700, 0);
        Ok(self.tar.append_data(&mut header, name, std::io::empty())?)
    }

    /// Writes everything to the disk and gives the file its name; answers its size in bytes.
    pub(crate) fn finish(self) -> anyhow::Result<u64> {
        let mut file = self.tar.into_inner()?.finish()?;
        file.flush()?;
        file.get_ref().sync_all()?;
        std::fs::rename(&self.partial, &self.target)
            .with_context(|| format!("cannot name the backup {}", self.target.display()))?;
        Ok(std::fs::metadata(&self.target)?.len())
    }
}

/// Reads as many bytes as the header promised; fewer are an error, more are left alone.
struct Exactly {
    file: BufReader<File>,
    left: u64,
}

impl Read for Exactly {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let most = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        let read = self.file.read(&mut buffer[..most])?;
        if read == 0 && most > 0 {
            return Err(std::io::Error::other("the file became shorter while it was read"));
        }
        self.left -= read as u64;
        Ok(read)
    }
}

fn header(kind: EntryType, mode: u32, size: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_size(size);
    header.set_mtime(0);
    header
}

/// Unpacks the backup `source` into the directory `into`: regular files and directories below it, for their
/// owner alone. Anything else in it is refused.
pub(crate) fn unpack(source: &Path, into: &Path) -> anyhow::Result<About> {
    let file = File::open(source).with_context(|| format!("cannot read {}", source.display()))?;
    let foreign = || format!("{} is no backup of this program", source.display());
    let mut archive = Archive::new(zstd::Decoder::new(file).with_context(foreign)?);
    let mut entries = archive.entries().with_context(foreign)?;
    let first = entries.next().with_context(foreign)?.with_context(foreign)?;
    let about = about(first).with_context(foreign)?;
    for entry in entries {
        let mut entry = entry.with_context(|| format!("{} is cut or damaged", source.display()))?;
        let name = entry.path()?.into_owned();
        if !name.components().all(|c| matches!(c, Component::Normal(_))) {
            bail!("{}: it names `{}`, which lies outside", foreign(), name.display());
        }
        let path = into.join(&name);
        make_directory(path.parent().unwrap_or(into))?;
        match entry.header().entry_type() {
            EntryType::Directory => make_directory(&path)?,
            EntryType::Regular => {
                let mode = entry.header().mode()? & 0o700 | 0o400;
                let new = OpenOptions::new().write(true).create_new(true).mode(mode).open(&path);
                let mut new = new.with_context(|| format!("cannot write {}", path.display()))?;
                std::io::copy(&mut entry, &mut new)
                    .with_context(|| format!("cannot unpack {}", name.display()))?;
                new.sync_all()?;
            }
            kind => bail!("{}: `{}` is neither file nor directory ({kind:?})", foreign(), name.display()),
        }
    }
    Ok(about)
}

fn about(entry: tar::Entry<'_, impl Read>) -> anyhow::Result<About> {
    if entry.path()?.as_ref() != Path::new(ABOUT) {
        bail!("it does not begin with {ABOUT}");
    }
    let mut text = Vec::new();
    entry.take(LARGEST_ABOUT).read_to_end(&mut text)?;
    let about: About = serde_json::from_slice(&text)?;
    if about.format != FORMAT {
        bail!(
            "its format is {}, made by version {}; this program reads format {FORMAT}",
            about.format,
            about.version
        );
    }
    Ok(about)
}

fn make_directory(path: &Path) -> anyhow::Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("cannot make {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about() -> About {
        About::new("2026-11-24T00:00:00Z".to_owned(), false)
    }

    /// A backup made by hand whose second entry is `kind` at `name`.
    fn forged(dir: &Path, name: &str, kind: EntryType) -> PathBuf {
        let path = dir.join("forged");
        let mut tar = Builder::new(zstd::Encoder::new(File::create(&path).unwrap(), 1).unwrap());
        let text = serde_json::to_vec(&about()).unwrap();
        tar.append_data(&mut header(EntryType::Regular, 0o600, text.len() as u64), ABOUT, &text[..]).unwrap();
        let mut bad = header(kind, 0o777, 0);
        let raw = &mut bad.as_old_mut().name;
        raw[..name.len()].copy_from_slice(name.as_bytes());
        if kind == EntryType::Symlink {
            bad.set_link_name("/etc/passwd").unwrap();
        }
        bad.set_cksum();
        tar.append(&bad, std::io::empty()).unwrap();
        tar.into_inner().unwrap().finish().unwrap();
        path
    }

    #[test]
    fn what_goes_in_comes_out() {
        let dir = tempfile::tempdir().unwrap();
        let (source, backup, into) = (dir.path().join("key"), dir.path().join("b"), dir.path().join("out"));
        std::fs::write(&source, b"\0secret\xff").unwrap();
        std::fs::set_permissions(&source, std::fs::Permissions::from_mode(0o644)).unwrap();
        let long = PathBuf::from("git").join("n".repeat(120)).join("m".repeat(200));
        let mut writer = Writer::create(&backup, &about()).unwrap();
        assert!(writer.add_file(&long, &source).unwrap());
        assert!(!writer.add_file(Path::new("gone"), &dir.path().join("gone")).unwrap());
        writer.add_directory(Path::new("git/refs")).unwrap();
        assert!(!backup.exists(), "not before it is complete");
        assert_eq!(writer.finish().unwrap(), std::fs::metadata(&backup).unwrap().len());
        assert!(Writer::create(&backup, &about()).is_err(), "never over a backup that is there");

        assert_eq!(unpack(&backup, &into).unwrap(), about());
        assert_eq!(std::fs::read(into.join(&long)).unwrap(), b"\0secret\xff");
        for (path, wanted) in
            [(backup.clone(), 0o600), (into.join(&long), 0o600), (into.join("git/refs"), 0o700)]
        {
            let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, wanted, "{}", path.display());
        }
    }

    #[test]
    fn hostile_and_damaged_files_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        let check = |path: &Path, wanted: &str| {
            let into = tempfile::tempdir().unwrap();
            let error = format!("{:#}", unpack(path, into.path()).unwrap_err());
            assert!(error.contains(wanted), "{error}");
        };
        check(&forged(dir.path(), "../evil", EntryType::Regular), "lies outside");
        check(&forged(dir.path(), "/etc/evil", EntryType::Regular), "lies outside");
        check(&forged(dir.path(), "link", EntryType::Symlink), "neither file nor directory");
        check(&forged(dir.path(), "fifo", EntryType::Fifo), "neither file nor directory");
        let whole = std::fs::read(forged(dir.path(), "fine", EntryType::Regular)).unwrap();
        std::fs::write(dir.path().join("cut"), &whole[..whole.len() / 2]).unwrap();
        check(&dir.path().join("cut"), "");
        std::fs::write(dir.path().join("text"), "not a backup").unwrap();
        check(&dir.path().join("text"), "no backup of this program");
        check(&dir.path().join("nothing"), "cannot read");
    }

    #[test]
    fn another_format_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let newer = About { format: 2, version: "9.0.0".to_owned(), ..about() };
        Writer::create(&dir.path().join("b"), &newer).unwrap().finish().unwrap();
        let error = format!("{:#}", unpack(&dir.path().join("b"), dir.path()).unwrap_err());
        assert!(error.contains("made by version 9.0.0"), "{error}");
    }
}

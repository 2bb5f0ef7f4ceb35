//! A real repository, made by the real `git`.

pub(crate) mod server;
pub(crate) mod sshd;
pub(crate) mod tls;

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crontopus_gitrepo::{CommitId, Repo};

/// A repository with a work tree, removed at the end.
pub(crate) struct Work {
    dir: tempfile::TempDir,
}

impl Work {
    pub(crate) fn new() -> Self {
        let work = Self { dir: tempfile::tempdir().unwrap() };
        work.git(&["init", "--quiet", "--initial-branch=main", "."]);
        work
    }

    pub(crate) fn path(&self) -> &Path {
        self.dir.path()
    }

    pub(crate) fn git_dir(&self) -> PathBuf {
        self.path().join(".git")
    }

    pub(crate) fn repo(&self) -> Repo {
        Repo::open(self.path()).unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn remove(&self, path: &str) -> &Self {
        fs::remove_file(self.path().join(path)).unwrap();
        self
    }

    pub(crate) fn commit(&self, message: &str) -> CommitId {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.head()
    }

    pub(crate) fn head(&self) -> CommitId {
        self.git(&["rev-parse", "HEAD"]).trim().parse().unwrap()
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(self.path(), arguments, b"")
    }

    /// Commits `files` without a work tree: any name, any mode, any number.
    pub(crate) fn import(&self, files: impl IntoIterator<Item = (String, Vec<u8>)>) -> CommitId {
        let mut stream =
            b"commit refs/heads/main\ncommitter A <a@example.org> 1700000000 +0000\ndata 6\nimport\n"
                .to_vec();
        for (path, bytes) in files {
            write!(stream, "M 100644 inline {path}\ndata {}\n", bytes.len()).unwrap();
            stream.extend_from_slice(&bytes);
            stream.push(b'\n');
        }
        git(self.path(), &["fast-import", "--quiet", "--force"], &stream);
        self.git(&["rev-parse", "refs/heads/main"]).trim().parse().unwrap()
    }

    /// Commits a root directory given as the lines of `git mktree`.
    pub(crate) fn mktree(&self, lines: &[u8]) -> CommitId {
        let tree = git(self.path(), &["mktree", "-z", "--missing"], lines);
        let commit = self.git(&["commit-tree", tree.trim(), "-m", "made"]);
        commit.trim().parse().unwrap()
    }

    pub(crate) fn blob(&self, bytes: &[u8]) -> String {
        git(self.path(), &["hash-object", "-w", "--stdin"], bytes).trim().to_owned()
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests drive the real git")]
pub(crate) fn git(directory: &Path, arguments: &[&str], input: &[u8]) -> String {
    let mut child = Command::new("git")
        .current_dir(directory)
        .env_clear()
        .env("PATH", "/usr/local/bin:/usr/bin:/bin")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_AUTHOR_NAME", "Ada")
        .env("GIT_AUTHOR_EMAIL", "ada@example.org")
        .env("GIT_COMMITTER_NAME", "Ada")
        .env("GIT_COMMITTER_EMAIL", "ada@example.org")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Makes a key with the real `ssh-keygen`: the private one's path and the public one's text.
#[expect(clippy::disallowed_methods, reason = "the tests drive the real ssh-keygen")]
pub(crate) fn keygen(directory: &Path, name: &str) -> (PathBuf, String) {
    let key = directory.join(name);
    let made = Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
        .arg(&key)
        .status()
        .unwrap();
    assert!(made.success());
    let public = fs::read_to_string(key.with_extension("pub")).unwrap().trim().to_owned();
    (key, public)
}

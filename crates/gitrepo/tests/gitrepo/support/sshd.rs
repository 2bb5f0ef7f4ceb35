//! The real `sshd`, one process for each connection, with keys of its own.

use std::{
    fs,
    net::TcpListener,
    os::fd::OwnedFd,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use super::keygen;

/// An SSH server for one repository. It lets one key in, and that key may do nothing but read the repository.
pub(crate) struct Sshd {
    pub(crate) url: String,
    dir: tempfile::TempDir,
}

/// Whether it can run here; says so when it cannot.
pub(crate) fn is_here(test: &str) -> bool {
    let here = Path::new(PROGRAM).exists();
    if !here {
        eprintln!("{test} is skipped: it takes {PROGRAM}");
    }
    here
}

const PROGRAM: &str = "/usr/sbin/sshd";

/// As root, `sshd` wants a directory below `/run`; it gets one that only it sees.
const ROOM: &str = "mount -t tmpfs tmpfs /run && mkdir /run/sshd && exec \"$@\"";

impl Sshd {
    /// Serves `repository` to the owner of `public_key`.
    pub(crate) fn start(repository: &Path, public_key: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let sshd = Self { url: String::new(), dir };
        let serve = format!("git-upload-pack '{}'", repository.display());
        let line = format!("restrict,command=\"{serve}\" {public_key}\n");
        fs::write(sshd.path("authorized_keys"), line).unwrap();
        sshd.change_host_key();
        let config = format!(
            "HostKey {host}\nAuthorizedKeysFile {keys}\nStrictModes no\nUsePAM no\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nPermitRootLogin forced-commands-only\nLogLevel ERROR\nPidFile none\n",
            host = sshd.path("host").display(),
            keys = sshd.path("authorized_keys").display(),
        );
        fs::write(sshd.path("config"), config).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let config = sshd.path("config");
        thread::spawn(move || {
            for connection in listener.incoming() {
                let connection = OwnedFd::from(connection.unwrap());
                let mut sshd = program(&config);
                sshd.stdin(connection.try_clone().unwrap()).stdout(connection).stderr(Stdio::null());
                let mut child = sshd.spawn().unwrap();
                thread::spawn(move || child.wait());
            }
        });
        Self { url: format!("ssh://{}@127.0.0.1:{port}/any/path.git", own_name()), ..sshd }
    }

    /// From now on it shows another key.
    pub(crate) fn change_host_key(&self) {
        for file in ["host", "host.pub"] {
            fs::remove_file(self.path(file)).ok();
        }
        keygen(self.dir.path(), "host");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

#[expect(clippy::disallowed_methods, reason = "the tests drive the real sshd")]
fn program(config: &Path) -> Command {
    let mut command = if rustix::process::geteuid().is_root() {
        let mut unshare = Command::new("unshare");
        unshare.args(["-m", "--propagation", "private", "sh", "-c", ROOM, "sh", PROGRAM]);
        unshare
    } else {
        Command::new(PROGRAM)
    };
    command.args(["-i", "-f"]).arg(config);
    command
}

#[expect(clippy::disallowed_methods, reason = "the tests ask the machine who they run as")]
fn own_name() -> String {
    let output = Command::new("id").arg("-un").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

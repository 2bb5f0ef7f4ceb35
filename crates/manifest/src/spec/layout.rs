use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

/// Where an agent installed as a service keeps its state.
pub const DEFAULT_STATE_DIR: &str = "/var/lib/crontopus";

/// Where agent and wrapper find each other's files below one state directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// The layout below `root`.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The layout a wrapper at `exe` belongs to: `<root>/bin/crontopus-run` when `<root>` holds an
    /// agent's identity, otherwise the service's own directory.
    pub fn of_wrapper(exe: &Path) -> Self {
        let beside = exe.parent().filter(|bin| bin.ends_with("bin")).and_then(Path::parent).map(Self::new);
        match beside {
            Some(layout) if layout.identity().exists() => layout,
            _ => Self::new(DEFAULT_STATE_DIR),
        }
    }

    /// The state directory itself; mode 0711.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The agent's identity (never secret; the key lies apart); mode 0644.
    pub fn identity(&self) -> PathBuf {
        self.root.join("agent.json")
    }

    /// The agent's private key; mode 0600.
    pub fn key(&self) -> PathBuf {
        self.root.join("agent.key")
    }

    /// The wrapper the native entries start; copied there so that an upgrade of the agent never pulls
    /// a program away under a running job.
    pub fn wrapper(&self) -> PathBuf {
        self.root.join("bin/crontopus-run")
    }

    /// Spec file of `namespace/name`; mode 0640, group of the job's user.
    pub fn spec(&self, job: &str) -> PathBuf {
        self.root.join("jobs").join(job).with_extension("json")
    }

    /// Lock of `namespace/name`, made by the agent, taken with `flock` by the wrapper; holds the process
    /// group of the run that has it. Owned by the job's user, mode 0600.
    pub fn lock(&self, job: &str) -> PathBuf {
        self.root.join("locks").join(job)
    }

    /// The last occurrence a guarded job has claimed, RFC 3339; owned by the job's user, mode 0600.
    pub fn claim(&self, job: &str) -> PathBuf {
        self.root.join("claims").join(job)
    }

    /// Directory of the records not yet delivered; mode 1733: every job's user may add, only the agent
    /// may list. Records are `<run-id>.<kind>.json`; a name that begins with a dot is not finished.
    pub fn spool(&self) -> PathBuf {
        self.root.join("spool")
    }

    /// Datagram socket of the agent: a record's file name sent here has it delivered at once; a whole record is
    /// taken too, for when the spool cannot be written.
    pub fn socket(&self) -> PathBuf {
        self.root.join("agent.sock")
    }

    /// The same where the state directory cannot be written, so that no socket can be made there: in the runtime
    /// directory of the agent's user, who owns the state directory. `None` when that cannot be looked at.
    pub fn runtime_socket(&self) -> Option<PathBuf> {
        let root = self.root.canonicalize().ok()?;
        let dir = match root.metadata().ok()?.uid() {
            0 => PathBuf::from("/run/crontopus-agent"),
            uid => PathBuf::from(format!("/run/user/{uid}/crontopus-agent")),
        };
        Some(dir.join(format!("{:016x}.sock", fnv1a(root.as_os_str().as_bytes()))))
    }
}

/// FNV-1a: tells the state directories of one host apart in a name short enough for a socket.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

/// `namespace/name` as one word of a file name or unit name: `namespace_name`. Labels hold no
/// underscore, so no two jobs share a slug.
pub fn slug_of_job(job: &str) -> String {
    job.replacen('/', "_", 1)
}

/// The inverse of [`slug_of_job`]; `None` when the text is no slug.
pub fn job_of_slug(slug: &str) -> Option<String> {
    let (namespace, name) = slug.split_once('_')?;
    (!namespace.is_empty() && !name.is_empty()).then(|| format!("{namespace}/{name}"))
}

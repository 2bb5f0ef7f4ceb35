//! SSH remotes and local paths: the `git` program fetches, and starts `ssh` itself.

use std::{ffi::OsString, fmt::Write as _, fs, io, path::Path};

use super::{Credentials, FetchError, FetchOptions, Remote, RemoteUrl, addresses, url::SshAddress};
use crate::{
    Branch, Repo,
    process::{self, ProcessError},
};

pub(super) fn fetch(
    repo: &Repo,
    remote: &Remote,
    branch: &Branch,
    refspec: &str,
    options: &FetchOptions,
) -> Result<(), FetchError> {
    let failed = |e: io::Error| FetchError::Protocol(format!("cannot prepare the fetch: {e}"));
    let scratch = tempfile::tempdir().map_err(failed)?;
    let config = scratch.path().join("config");
    // The operator has allowed the path, whoever owns it.
    fs::write(&config, "[safe]\n\tdirectory = *\n").map_err(failed)?;
    let mut environment = Vec::new();
    match (&remote.url, &remote.credentials) {
        (RemoteUrl::Ssh(address), Credentials::Ssh { private_key, known_hosts }) => {
            let key = scratch.path().join("key");
            write_private(&key, private_key).map_err(failed)?;
            environment.push(("GIT_SSH_COMMAND", ssh_command(address, Some(&key), known_hosts, options)?));
            environment.push(("GIT_SSH_VARIANT", "ssh".into()));
        }
        (RemoteUrl::Path(_), Credentials::None) => {}
        _ => return Err(FetchError::Credentials),
    }
    let mut arguments: Vec<OsString> =
        ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules"]
            .map(Into::into)
            .to_vec();
    arguments.extend(options.depth.map(|depth| format!("--depth={depth}").into()));
    // A path in the form of a URL takes part in `--depth`; otherwise Git would copy everything.
    let source = match &remote.url {
        RemoteUrl::Path(path) => format!("file://{}", path.display()),
        other => other.to_string(),
    };
    arguments.extend(["--".into(), source.into(), refspec.into()]);
    process::run(process::Git {
        directory: repo.path(),
        arguments,
        environment,
        config: &config,
        timeout: options.timeout,
    })
    .map_err(|error| classify(error, branch))
}

/// The command Git starts, in the form its shell reads.
fn ssh_command(
    address: &SshAddress,
    key: Option<&Path>,
    known_hosts: &Path,
    options: &FetchOptions,
) -> Result<OsString, FetchError> {
    let mut command = "ssh -F /dev/null -o BatchMode=yes -o IdentitiesOnly=yes -o ConnectTimeout=15 \
                       -o StrictHostKeyChecking=accept-new -o ForwardAgent=no -o PermitLocalCommand=no"
        .to_owned();
    let mut option = |name: &str, value: &str| {
        let written = write!(command, " -o {name}={}", quoted(value));
        written.map_err(|e| FetchError::Protocol(e.to_string()))
    };
    option("UserKnownHostsFile", &as_one_word(known_hosts))?;
    if let Some(key) = key {
        option("IdentityFile", &as_one_word(key))?;
    }
    if let Some(ip) = addresses::pin(&address.host, address.port.unwrap_or(22), options.addresses)? {
        option("HostName", &ip.to_string())?;
        option("HostKeyAlias", &address.host)?;
    }
    Ok(command.into())
}

/// A path as ssh reads one: it takes spaces for separators and `%` for the beginning of a token.
fn as_one_word(path: &Path) -> String {
    let text = path.display().to_string();
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%"))
}

/// One word for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

/// Writes a file nobody else may read.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    io::Write::write_all(&mut file, text.as_bytes())?;
    // OpenSSH refuses a key whose last line is not ended.
    if text.ends_with('\n') { Ok(()) } else { io::Write::write_all(&mut file, b"\n") }
}

/// What went wrong, from what `git` and `ssh` say in the C locale.
fn classify(error: ProcessError, branch: &Branch) -> FetchError {
    let text = match error {
        ProcessError::Failed(text) => text,
        ProcessError::Timeout(_) => return FetchError::Unreachable(error.to_string()),
        ProcessError::Start(cause) => return FetchError::Protocol(format!("cannot start `git`: {cause}")),
    };
    let says = |part: &str| text.contains(part);
    if says("couldn't find remote ref") {
        FetchError::NoBranch(branch.clone())
    } else if says("Host key verification failed") || says("HOST IDENTIFICATION HAS CHANGED") {
        FetchError::HostKey
    } else if says("Permission denied") {
        FetchError::Refused
    } else if says("does not appear to be a git repository")
        || says("Repository not found")
        || says("No such file or directory")
    {
        FetchError::NotFound
    } else if says("Could not resolve") || says("Connection ") || says("No route") || says("Network is") {
        FetchError::Unreachable(text)
    } else {
        FetchError::Protocol(text)
    }
}

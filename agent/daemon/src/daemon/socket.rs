//! The socket by which wrappers say that there is a record, or hand one over that no disk takes.

use std::fs;
use std::io::{self, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::sync::mpsc::SyncSender;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::Context as _;
use crontopus_manifest::spec::Layout;
use rustix::net::sockopt::set_socket_passcred;
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};

use super::Stop;
use crate::files;
use crate::spool::{LARGEST_RECORD, Memory};

/// How long a datagram is waited for before the end of the program is looked at.
const PATIENCE: Duration = Duration::from_millis(250);
/// Where no socket can be made it is tried again so often.
const AGAIN: Duration = Duration::from_secs(2);

/// Hears until the program ends: records are added to `memory`, and whoever delivers them is woken. It never waits for
/// the server, so that a wrapper never waits for it.
pub(super) fn run(layout: &Layout, memory: &Mutex<Memory>, woken: &SyncSender<()>, stop: &Stop) {
    let mut said = false;
    while !stop.is_stopped() {
        match bind(layout) {
            Ok(socket) => {
                said = false;
                if let Err(e) = hear(layout, &socket, memory, woken, stop) {
                    tracing::warn!("the agent's socket failed: {e}");
                }
            }
            Err(e) if !said => {
                tracing::warn!("records are delivered with a delay: {e:#}");
                said = true;
            }
            Err(_) => {}
        }
        if stop.pause(AGAIN) {
            return;
        }
    }
}

/// In the state directory or, where none can be made there, in the runtime directory.
fn bind(layout: &Layout) -> anyhow::Result<UnixDatagram> {
    let usual = bind_at(layout.socket());
    let error = match usual {
        Ok(socket) => return Ok(socket),
        Err(error) => error,
    };
    let path = layout.runtime_socket().context("the state directory cannot be looked at")?;
    let socket = files::directory(path.parent().context("a socket is in a directory")?, 0o755)
        .and_then(|()| bind_at(path.clone()))
        .map_err(|e| anyhow::anyhow!("{error:#}; {e:#}"))?;
    tracing::warn!("wrappers find the agent at {}: {error:#}", path.display());
    Ok(socket)
}

fn bind_at(path: PathBuf) -> anyhow::Result<UnixDatagram> {
    use std::os::unix::fs::PermissionsExt as _;
    let bind = || -> anyhow::Result<UnixDatagram> {
        files::remove(&path)?;
        let socket = UnixDatagram::bind(&path)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o666))?;
        socket.set_read_timeout(Some(PATIENCE))?;
        set_socket_passcred(&socket, true)?;
        Ok(socket)
    };
    bind().with_context(|| format!("cannot make {}", path.display()))
}

fn hear(
    layout: &Layout,
    socket: &UnixDatagram,
    memory: &Mutex<Memory>,
    woken: &SyncSender<()>,
    stop: &Stop,
) -> io::Result<()> {
    // Pages that no record reaches are never touched.
    let mut text = vec![0; LARGEST_RECORD as usize];
    while !stop.is_stopped() {
        let (length, uid) = match receive(socket, &mut text) {
            Ok(received) => received,
            Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => continue,
            Err(e) => return Err(e),
        };
        // A name is a nudge, and what it says does not matter: the spool itself is read.
        if text[..length].starts_with(b"{") {
            let Some(uid) = uid else { continue };
            let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
            if let Err(reason) = memory.held.take(layout, &text[..length], uid) {
                tracing::warn!("a record of user {uid} is not believed: it {reason}");
            }
        }
        // One that is not taken finds an earlier one that wakes as well.
        woken.try_send(()).ok();
    }
    Ok(())
}

/// One datagram, and the user it came from, by the kernel's word.
fn receive(socket: &UnixDatagram, text: &mut [u8]) -> io::Result<(usize, Option<u32>)> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmCredentials(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let received = recvmsg(socket, &mut [IoSliceMut::new(text)], &mut ancillary, RecvFlags::CMSG_CLOEXEC)?;
    let uid = ancillary.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmCredentials(of) => Some(of.uid.as_raw()),
        _ => None,
    });
    Ok((received.bytes, uid))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_says_who_speaks() {
        let dir = tempfile::tempdir().unwrap();
        let layout = Layout::new(dir.path());
        let socket = bind(&layout).unwrap();
        UnixDatagram::unbound().unwrap().send_to(b"{}", layout.socket()).unwrap();
        let mut text = [0; 10];
        let own = rustix::process::getuid().as_raw();
        assert_eq!(receive(&socket, &mut text).unwrap(), (2, Some(own)));
        assert_eq!(receive(&socket, &mut text).unwrap_err().kind(), io::ErrorKind::WouldBlock);
        // One that was left behind is in nobody's way.
        drop(socket);
        bind(&layout).unwrap();
    }
}

//! What ends the service, and how fast.

use std::io::{Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;

use rustix::process::Signal;

use crate::support::Server;

#[test]
fn the_first_signal_waits_for_what_is_going_on() {
    for signal in [Signal::TERM, Signal::INT] {
        let dir = tempfile::tempdir().unwrap();
        let mut server = Server::start(dir.path());
        server.signal(signal);
        let status = server.ended();
        assert_eq!((status.code(), status.signal()), (Some(0), None));
    }
}

#[test]
fn the_second_signal_ends_it_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = Server::start(dir.path());
    // A request that is never finished would hold the first end up until its time is over.
    let mut open = server.connect();
    write!(open, "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n").unwrap();
    let mut word = [0; 12];
    open.read_exact(&mut word).unwrap();
    assert_eq!(&word, b"HTTP/1.1 100", "the handler waits for the body");
    server.signal(Signal::TERM);
    // It takes no more connections as soon as it has heard.
    while std::net::TcpStream::connect(&server.address).is_ok() {
        std::thread::yield_now();
    }
    server.signal(Signal::INT);
    assert_eq!(server.ended().code(), Some(130));
}

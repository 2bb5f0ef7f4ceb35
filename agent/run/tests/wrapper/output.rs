//! Output is passed on exactly, kept within bounds, and never waited for in vain.

use std::io::Read;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{Host, head, is_alive, tail};
use crontopus_manifest::spec::Capture;

const NASTY: &[u8] = b"\ttab\x1b[31mred\x1b[0m\0nul\xff\xfe\xc3(\r\nno end";

#[test]
fn bytes_are_exact() {
    let host = Host::with_script("cat nasty; cat nasty >&2", |_| ());
    std::fs::write(host.path("nasty"), NASTY).unwrap();
    let output = host.run();
    assert_eq!((output.stdout.as_slice(), output.stderr.as_slice()), (NASTY, NASTY));
    let end = host.end();
    assert_eq!(head(&end), [NASTY, NASTY].concat());
    assert_eq!(end.output.unwrap().total_bytes, 2 * NASTY.len() as u64);
}

#[test]
fn fifty_megabytes_without_a_newline() {
    // Numbers without separators: any lost or doubled byte shows.
    let script = "i=0; while [ $i -lt 50 ]; do i=$((i+1)); head -c 1000000 big; done; printf end";
    let host = Host::with_script(script, |spec| spec.output.redact = vec!["secret=\\S+".into()]);
    let big: Vec<u8> = (0..).flat_map(|n: u32| n.to_string().into_bytes()).take(1_000_000).collect();
    std::fs::write(host.path("big"), &big).unwrap();
    let mut child = host.start();
    let mut passed = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut passed).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(passed.len(), 50_000_003);
    assert!(passed[..50_000_000].chunks(1_000_000).all(|chunk| chunk == big));

    let end = host.end();
    assert_eq!(head(&end), big[..2_048]);
    let tail = tail(&end);
    assert_eq!(tail.len(), 65_536 - 2_048);
    assert!(passed.ends_with(&tail));
    let output = end.output.unwrap();
    assert_eq!((output.total_bytes, output.dropped_bytes), (50_000_003, 50_000_003 - 65_536));
}

#[test]
fn memory_stays_small() {
    let host = Host::with_script("head -c 50000000 /dev/zero; grep VmHWM /proc/$PPID/status >&2", |_| ());
    let output = host.wrapper().stdout(Stdio::null()).output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let kib: u64 = text.split_whitespace().nth(1).unwrap().parse().unwrap();
    assert!(kib < 8_000, "{text}");
}

#[test]
fn what_is_kept() {
    let script = "echo out; echo err >&2; exit $STATUS";
    let check = |capture, success_output, quiet, status: &str| {
        let host = Host::with_script(script, |spec| {
            spec.output.capture = capture;
            spec.output.success_output = success_output;
            spec.output.quiet = quiet;
        });
        let output = host.wrapper().env("STATUS", status).output().unwrap();
        let end = host.end();
        assert_eq!(end.output.as_ref().unwrap().total_bytes, 8);
        (output.stdout.len() + output.stderr.len(), head(&end).len())
    };
    assert_eq!(check(Capture::Tail, true, false, "0"), (8, 8));
    assert_eq!(check(Capture::Tail, true, true, "0"), (0, 8), "quiet passes nothing on");
    assert_eq!(check(Capture::Tail, false, false, "0"), (8, 0), "a success is not kept");
    assert_eq!(check(Capture::Tail, false, false, "1"), (8, 8), "a failure is");
    assert_eq!(check(Capture::None, true, false, "1"), (8, 0));
}

#[test]
fn secrets_are_kept_out_but_passed_on() {
    let host = Host::with_script("printf 'a\\377password=hunter2\\0 b\\ntoken: abc\\n'", |spec| {
        spec.output.redact = vec!["(?i)PASSWORD=\\S+".into(), "^token: .*$".into()];
    });
    assert_eq!(host.run().stdout, b"a\xffpassword=hunter2\0 b\ntoken: abc\n");
    assert_eq!(head(&host.end()), b"a\xff[redacted] b\n[redacted]\n");

    let host = Host::with_script("echo secret", |spec| spec.output.redact = vec!["(".into()]);
    assert_eq!(host.run().stdout, b"secret\n");
    let kept = String::from_utf8(head(&host.end())).unwrap();
    assert!(kept.starts_with("[output withheld") && !kept.contains("secret\n"), "{kept}");
}

#[test]
fn a_daemon_left_behind_is_waited_for_two_seconds_only() {
    let host = Host::with_script("sleep 60 & echo $!; exit 4", |_| ());
    let began = Instant::now();
    let output = host.run();
    let took = began.elapsed();
    assert!(took >= Duration::from_secs(2) && took < Duration::from_secs(10), "{took:?}");
    assert_eq!(output.status.code(), Some(4));
    let daemon = String::from_utf8(output.stdout).unwrap();
    assert!(is_alive(&daemon), "what a job leaves behind is its own business");
    crate::support::send(daemon.trim().parse().unwrap(), rustix::process::Signal::KILL);

    let host = Host::with_script("sleep 60 >/dev/null 2>&1 & echo $!", |_| ());
    let began = Instant::now();
    let output = host.run();
    assert!(began.elapsed() < Duration::from_secs(2), "nothing holds the pipes");
    crate::support::send(
        String::from_utf8(output.stdout).unwrap().trim().parse().unwrap(),
        rustix::process::Signal::KILL,
    );
}

#[test]
fn a_slow_reader_gets_everything() {
    let host = Host::with_script("head -c 300000 /dev/zero; echo end", |_| ());
    let mut child = host.start();
    let mut pipe = child.stdout.take().unwrap();
    let mut passed = vec![0; 1_000];
    pipe.read_exact(&mut passed).unwrap();
    // Longer than the wrapper drains what a daemon might hold.
    std::thread::sleep(Duration::from_millis(2_600));
    assert!(child.try_wait().unwrap().is_none());
    pipe.read_to_end(&mut passed).unwrap();
    assert_eq!(passed.len(), 300_004);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(host.end().output.unwrap().total_bytes, 300_004);
}

#[test]
fn a_reader_that_is_gone_harms_nobody() {
    let host = Host::with_script("head -c 1000000 /dev/zero; echo done > done; exit 5", |_| ());
    let mut child = host.start();
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(5));
    assert!(host.path("done").exists());
    assert_eq!(host.end().output.unwrap().total_bytes, 1_000_000);
}

#[test]
fn closed_descriptors_harm_nobody() {
    let host = Host::with_script("echo out; echo err >&2; exit 6", |_| ());
    let wrapper = env!("CARGO_BIN_EXE_crontopus-run");
    let status = crate::support::command("sh")
        .args(["-c", "exec \"$@\" <&- >&- 2>&-", "sh", wrapper, crate::support::JOB])
        .env("CRONTOPUS_STATE_DIR", host.layout.root())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(6));
    assert_eq!(head(&host.end()).len(), 8);
}

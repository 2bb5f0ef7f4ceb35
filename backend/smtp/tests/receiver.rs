//! The receiver over a real socket, spoken to by clients that behave and clients that do not.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

use std::sync::Arc;
use std::time::Duration;

use crontopus_app::Paging;
use crontopus_app::access::Actor;
use crontopus_app::ingest::Integration;
use crontopus_app::testing::{database, service, sign_up};
use crontopus_app::{App, Settings};
use crontopus_clock::{SeededEntropy, SystemClock};
use crontopus_smtp::{SmtpSettings, serve};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

struct World {
    app: Arc<App>,
    actor: Actor,
    address: std::net::SocketAddr,
    key: String,
    cancel: CancellationToken,
    _dir: tempfile::TempDir,
}

impl World {
    async fn new(connections: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = database(dir.path()).await;
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SeededEntropy::new(1)));
        let app = service(store, clock, entropy, Settings::default());
        let (actor, _) = sign_up(&app, "acme").await;
        let key = app.rotate_integration_key(&actor, Integration::Healthchecks).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, cancel) = (listener.local_addr().unwrap(), CancellationToken::new());
        let settings = SmtpSettings { connections, ..SmtpSettings::of("cron.example") };
        app.tasks().spawn(serve(app.clone(), listener, settings, cancel.clone()));
        Self { app, actor, address, key, cancel, _dir: dir }
    }

    async fn connect(&self) -> BufReader<TcpStream> {
        BufReader::new(TcpStream::connect(self.address).await.unwrap())
    }

    /// Sends everything at once and reads replies until the server hangs up.
    async fn talk(&self, text: &[u8]) -> Vec<String> {
        let mut stream = self.connect().await.into_inner();
        stream.write_all(text).await.unwrap();
        let mut said = String::new();
        stream.read_to_string(&mut said).await.unwrap();
        said.lines().map(str::to_owned).collect()
    }

    /// What the log of rejected check-ins says: nobody declared a job here, so each mail that is taken is in it.
    async fn seen(&self) -> Vec<String> {
        let rows = self.app.list_rejected_check_ins(&self.actor, &Paging::first(200)).await.unwrap().rows;
        rows.iter().map(|r| format!("{} {} {}", r.dialect, r.target, r.reason)).collect()
    }

    async fn end(self) {
        self.cancel.cancel();
        self.app.shutdown().cancel();
        self.app.tasks().close();
        self.app.tasks().wait().await;
    }
}

async fn reply(stream: &mut BufReader<TcpStream>) -> String {
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    line
}

#[tokio::test]
async fn a_pipelined_mail_is_taken_and_what_it_named_is_looked_up() {
    let world = World::new(10).await;
    let text = format!(
        "EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<{key}+backup@cron.example>\r\nRCPT TO:<root@cron.example>\r\nDATA\r\n\
         Subject: backup failed\r\n\r\n..\r\n.\r\nMAIL FROM:<a@b>\r\nRCPT TO:<{key}+other@cron.example>\r\nDATA\r\n.\r\nQUIT\r\n",
        key = world.key,
    );
    let said = world.talk(text.as_bytes()).await;
    let codes: Vec<&str> = said.iter().map(|line| &line[..4]).filter(|code| code.ends_with(' ')).collect();
    assert_eq!(
        codes,
        ["220 ", "250 ", "250 ", "250 ", "550 ", "354 ", "250 ", "250 ", "250 ", "354 ", "250 ", "221 "]
    );
    let mut seen = world.seen().await;
    seen.sort();
    assert_eq!(seen, ["email backup unknown_monitor", "email other unknown_monitor"]);
    world.end().await;
}

#[tokio::test]
async fn hostile_clients_get_short_answers_and_leave_nothing() {
    let world = World::new(10).await;
    let rcpt = format!("RCPT TO:<{}+backup@cron.example>\r\n", world.key);
    let long = [b"EHLO ".to_vec(), vec![b'x'; 3 << 20], b"\r\nQUIT\r\n".to_vec()].concat();
    let smuggled = format!(
        "EHLO me\r\nMAIL FROM:<a@b>\r\n{rcpt}DATA\r\nx\r\n.\nMAIL FROM:<evil@b>\n{rcpt}DATA\n\r\n.\r\nQUIT\r\n"
    );
    for (text, last) in [
        (long, "221"),
        (b"EHLO me\nQUIT\nEHLO me\r\nQUIT\r\n".to_vec(), "221"),
        (b"GET / HTTP/1.1\r\nHost: x\r\n\r\nQUIT\r\n".to_vec(), "221"),
        (b"\xff\xfe\x00\r\n".repeat(50), "421"),
        (format!("MAIL FROM:<a@b>\r\n{rcpt}QUIT\r\n").into_bytes(), "221"),
        (smuggled.into_bytes(), "221"),
    ] {
        let said = world.talk(&text).await;
        assert!(said.last().unwrap().starts_with(last), "{said:?}");
        assert!(said.len() < 30, "{}", said.len());
    }
    assert_eq!(world.seen().await, ["email backup unknown_monitor"], "the smuggled one is part of the first");
    world.end().await;
}

#[tokio::test]
async fn a_large_mail_counts_and_one_that_breaks_off_does_not() {
    let world = World::new(10).await;
    let head =
        format!("EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<{}+backup@cron.example>\r\nDATA\r\n", world.key);
    let large = [head.as_bytes(), &vec![b'x'; 5 << 20], b"\r\n.\r\nQUIT\r\n"].concat();
    assert!(world.talk(&large).await.last().unwrap().starts_with("221"));
    assert_eq!(world.seen().await.len(), 1);
    let mut stream = world.connect().await.into_inner();
    stream.write_all(format!("{head}half a mail").as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert_eq!(world.seen().await.len(), 1, "nobody said that it was complete");
    world.end().await;
}

#[tokio::test]
async fn more_clients_than_there_is_room_for_are_told_to_come_back() {
    let world = World::new(2).await;
    let (mut one, mut two) = (world.connect().await, world.connect().await);
    assert!(reply(&mut one).await.starts_with("220") && reply(&mut two).await.starts_with("220"));
    let mut three = world.connect().await;
    assert!(reply(&mut three).await.starts_with("421"));
    one.write_all(b"QUIT\r\n").await.unwrap();
    assert!(reply(&mut one).await.starts_with("221"));
    drop((one, two, three));
    world.end().await;
}

#[tokio::test]
async fn a_silent_client_is_sent_away() {
    let world = World::new(10).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let settings = SmtpSettings { idle: Duration::from_millis(1), ..SmtpSettings::of("cron.example") };
    world.app.tasks().spawn(serve(world.app.clone(), listener, settings, world.cancel.clone()));
    let mut stream = BufReader::new(TcpStream::connect(address).await.unwrap());
    assert!(reply(&mut stream).await.starts_with("220"));
    assert!(reply(&mut stream).await.starts_with("421"));
    assert_eq!(reply(&mut stream).await, "", "and hung up on");
    world.end().await;
}

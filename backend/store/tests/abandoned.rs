//! Whoever asks for a transaction may be gone before it has begun: a request whose client hung up. On PostgreSQL that
//! must leave no connection behind in a transaction that nobody knows of.

#![expect(clippy::unwrap_used, reason = "what helps tests may fail like tests")]

use std::sync::Arc;

use crontopus_domain::EventKind;
use crontopus_ids::TenantId;
use crontopus_store::testing::each_at;
use crontopus_store::{Store, SystemScope};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Stands between the service and PostgreSQL. Armed, it holds back the answer to the next `BEGIN` until it is released.
struct Between {
    url: String,
    state: watch::Sender<State>,
    _tasks: JoinSet<()>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Passing,
    Armed,
    Holding,
}

impl Between {
    /// In front of the database of this address.
    async fn start(url: &str) -> Self {
        let (before, rest) = url.split_once('@').unwrap();
        let (place, after) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (state, place) = (watch::Sender::new(State::Passing), place.to_owned());
        let (shared, mut tasks) = (state.clone(), JoinSet::new());
        tasks.spawn(async move {
            let mut pipes = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&place).await.unwrap();
                let ((from_client, to_client), (from_server, to_server)) =
                    (client.into_split(), server.into_split());
                // Which connection it is that is held.
                let held = Arc::new(watch::Sender::new(false));
                pipes.spawn(ask(from_client, to_server, shared.clone(), held.clone()));
                pipes.spawn(answer(from_server, to_client, shared.subscribe(), held));
            }
        });
        Self { url: format!("{before}@{address}/{after}"), state, _tasks: tasks }
    }

    fn arm(&self) {
        self.state.send_replace(State::Armed);
    }

    /// Waits until a `BEGIN` went by whose answer is held.
    async fn holds(&self) {
        self.state.subscribe().wait_for(|state| *state == State::Holding).await.unwrap();
    }

    fn release(&self) {
        self.state.send_replace(State::Passing);
    }
}

async fn ask(
    mut client: OwnedReadHalf,
    mut server: OwnedWriteHalf,
    state: watch::Sender<State>,
    held: Arc<watch::Sender<bool>>,
) {
    let mut piece = vec![0; 65_536];
    while let Ok(count @ 1..) = client.read(&mut piece).await {
        let begins = piece[..count].windows(6).any(|word| word == b"BEGIN ");
        let holds = begins
            && state.send_if_modified(|own| {
                let was = *own;
                *own = was.after_begin();
                was == State::Armed
            });
        if holds {
            held.send_replace(true);
        }
        if server.write_all(&piece[..count]).await.is_err() {
            return;
        }
    }
}

async fn answer(
    mut server: OwnedReadHalf,
    mut client: OwnedWriteHalf,
    mut state: watch::Receiver<State>,
    held: Arc<watch::Sender<bool>>,
) {
    let mut piece = vec![0; 65_536];
    while let Ok(count @ 1..) = server.read(&mut piece).await {
        if held.send_replace(false) && state.wait_for(|state| *state == State::Passing).await.is_err() {
            return;
        }
        if client.write_all(&piece[..count]).await.is_err() {
            return;
        }
    }
}

impl State {
    fn after_begin(self) -> Self {
        if self == Self::Armed { Self::Holding } else { self }
    }
}

/// Every open connection takes a transaction that writes.
async fn write_on_all(store: &Store) {
    let mut all = Vec::new();
    for _ in 0..store.pools()[0].open {
        all.push(store.begin(SystemScope::for_task("test")).await.unwrap());
    }
    for mut tx in all {
        tx.emit_of(TenantId::from_bits(1), 7, EventKind::RunChanged, "run_1", None);
        tx.commit().await.expect("it is a transaction of its own, and may write");
    }
}

#[tokio::test]
async fn a_transaction_that_nobody_waits_for_any_more_leaves_its_connection_clean() {
    each_at(|url| async move {
        // SQLite has no answer to wait for.
        if !url.starts_with("postgres") {
            return;
        }
        let between = Between::start(&url).await;
        let store = Store::open(&between.url).await.unwrap();
        store.migrate().await.unwrap();
        for _ in 0..3 {
            between.arm();
            // A transaction that only reads: whoever wrote in what is left of it would be refused.
            tokio::select! {
                _ = store.read(SystemScope::for_task("test")) => unreachable!("its answer is held back"),
                () = between.holds() => {}
            }
            between.release();
            while store.pools()[0].idle < store.pools()[0].open {
                tokio::task::yield_now().await;
            }
            write_on_all(&store).await;
        }
        store.close().await;
    })
    .await;
}

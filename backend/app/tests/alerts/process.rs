//! The sender as a process of its own, ended with SIGKILL wherever it can be; what a real receiver got is counted.

use std::io::{BufRead as _, BufReader};
use std::pin::pin;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::task::Poll;

use crontopus_app::App;
use crontopus_app::alerts::AlertSettings;
use crontopus_clock::{Clock, MockClock};
use crontopus_notify::testing::{Receiver, Reply, Seen};
use crontopus_store::Store;
use crontopus_store::testing::each_at;
use jiff::Timestamp;

use crate::world::{World, job, service};

/// What the other process is told: database, files, time in milliseconds, and after how many waits it stands still.
const ORDERS: [&str; 4] = ["SENDER_DATABASE", "SENDER_DATA", "SENDER_NOW", "SENDER_WAITS"];
/// What it says when it stands still, and when nothing is left to do.
const STANDS: &str = "the sender stands still";
const DONE: &str = "the sender is done";

/// The other process: this test binary, started anew for this test alone. Without orders there is nothing to do.
#[tokio::test]
#[ignore = "it is the process that the tests beside it start"]
async fn sender() {
    #[expect(clippy::disallowed_methods, reason = "a process is told by its environment what to do")]
    let orders = ORDERS.map(|name| std::env::var(name).ok());
    let [Some(database), Some(data), Some(now), Some(waits)] = orders else { return };
    let store = Store::open(&database).await.unwrap();
    let now = Timestamp::from_millisecond(now.parse().unwrap()).unwrap();
    let clock: Arc<dyn Clock> = Arc::new(MockClock::at(now));
    let app = service(store, clock, data.as_ref(), AlertSettings::default());
    stand_still_after(waits.parse().unwrap(), send(&app)).await;
    println!("{DONE}");
}

/// What the sender's task does: a round that a busy database ended is tried again.
async fn send(app: &App) {
    while app.send_due().await.is_err() {}
}

/// Runs `work`; when it has waited so often, this process does nothing more, whatever it holds, until it is killed.
async fn stand_still_after(waits: usize, work: impl Future<Output = ()>) {
    let (mut work, mut left) = (pin!(work), waits);
    std::future::poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Pending if left == 0 => {
            println!("{STANDS}");
            loop {
                std::thread::park();
            }
        }
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
        Poll::Ready(()) => Poll::Ready(()),
    })
    .await;
}

/// A sender that runs.
struct Sender(Child);

impl Sender {
    #[expect(clippy::disallowed_methods, reason = "a sender that is really killed is a process")]
    fn start(database: &str, world: &World, waits: usize) -> Self {
        let values = [
            database.to_owned(),
            world.data().display().to_string(),
            world.clock.now_ms().to_string(),
            waits.to_string(),
        ];
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "process::sender", "--nocapture"])
            .envs(ORDERS.into_iter().zip(values))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }

    /// Reads what it says until it says this or the other; whether it was the first.
    fn says(&mut self, one: &str, other: &str) -> bool {
        for line in BufReader::new(self.0.stdout.as_mut().unwrap()).lines() {
            let line = line.unwrap();
            if line.contains(one) || line.contains(other) {
                return line.contains(one);
            }
        }
        panic!("the sender ended without a word");
    }

    /// Ends it with SIGKILL: nothing of it runs any more.
    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// A sender that does all there is; it is waited for.
async fn finish(database: &str, world: &World) {
    let mut sender = Sender::start(database, world, usize::MAX);
    tokio::task::spawn_blocking(move || {
        assert!(sender.says(DONE, STANDS));
        assert!(sender.0.wait().unwrap().success());
    })
    .await
    .unwrap();
}

/// `event key` of what came about one incident.
fn lines(seen: &[Seen]) -> Vec<(String, String)> {
    let line = |seen: &Seen| {
        let event = seen.json()["event"].as_str().unwrap().to_owned();
        (event, seen.header("idempotency-key").unwrap().to_owned())
    };
    seen.iter().map(line).collect()
}

/// Each was told at least once, the end never before the beginning was taken, and a repeat has the key of the first.
fn assert_told(seen: &[Seen], when: &str) {
    let mut lines = lines(seen);
    lines.dedup();
    let events: Vec<&str> = lines.iter().map(|(event, _)| event.as_str()).collect();
    assert_eq!(events, ["opened", "resolved"], "{when}: {lines:?}");
    assert_ne!(lines[0].1, lines[1].1, "{when}");
}

/// An incident that opened and was resolved while nobody sent.
async fn trouble(world: &World) {
    world.fail("production/backup").await;
    world.succeed("production/backup").await;
}

async fn world(database: &str, receiver: &Receiver) -> World {
    let store = Store::open(database).await.unwrap();
    store.migrate().await.unwrap();
    let world = World::new(store).await;
    world.hook("hook", receiver).await;
    world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
    world
}

/// Wherever it waits for something, and it waits before and after whatever it does.
#[tokio::test]
async fn killed_by_the_system_at_every_wait_all_is_told_in_order_and_under_its_key() {
    each_at(|database| async move {
        let receiver = Receiver::start().await;
        let world = world(&database, &receiver).await;
        let mut killed = 0;
        // Each of the first, in which it takes messages in hand, and every third of the rest.
        for waits in (0..9).chain((9..).step_by(3)) {
            trouble(&world).await;
            let before = receiver.seen().len();
            let mut sender = Sender::start(&database, &world, waits);
            let (stands, sender) = tokio::task::spawn_blocking(move || {
                let stands = sender.says(STANDS, DONE);
                (stands, sender)
            })
            .await
            .unwrap();
            sender.kill();
            // Another takes over when the lease has ended.
            world.jump(150);
            finish(&database, &world).await;
            assert_told(&receiver.seen()[before..], &format!("killed after {waits} waits"));
            // Changes so far apart that nothing flaps.
            world.jump(3600);
            if !stands {
                break;
            }
            killed += 1;
        }
        assert!(killed > 9, "there are more places to be killed at than {killed}");
        let left = world.app.get_delivery_backlog(&world.actor).await.unwrap();
        assert_eq!(left.waiting, 0);
        world.end().await;
    })
    .await;
}

/// The moment that matters most: the receiver has it, has answered or not, and the sender dies.
#[tokio::test]
async fn killed_when_the_receiver_has_it_it_comes_again_under_the_same_key() {
    each_at(|database| async move {
        let mut receiver = Receiver::start().await;
        let world = world(&database, &receiver).await;
        let mut repeated = 0;
        for answered in [false, true, false, true] {
            trouble(&world).await;
            let before = receiver.seen().len();
            if !answered {
                receiver.reply_with(Reply::Silence);
            }
            let sender = Sender::start(&database, &world, usize::MAX);
            receiver.wait_for(before + 1).await;
            sender.kill();
            world.jump(150);
            finish(&database, &world).await;
            let seen = receiver.seen();
            assert_told(&seen[before..], if answered { "answered" } else { "not answered" });
            repeated += usize::from(!answered && lines(&seen[before..])[0] == lines(&seen[before..])[1]);
            world.jump(3600);
        }
        assert_eq!(repeated, 2, "what nobody answered was sent again");
        world.end().await;
    })
    .await;
}

//! The sender is killed wherever it can be, and what the receiver got is counted.

use std::collections::BTreeSet;
use std::pin::pin;
use std::task::Poll;

use crontopus_notify::testing::{Receiver, Reply};
use crontopus_store::testing::each;

use crate::world::{World, job};

/// Runs `work` until it has waited `waits` times, and then drops it where it stands, as a process that is killed
/// there would; whether it came to its end before.
async fn kill_after<T>(waits: usize, work: impl Future<Output = T>) -> bool {
    let mut work = pin!(work);
    let mut left = waits;
    std::future::poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(_) => Poll::Ready(true),
        Poll::Pending if left == 0 => Poll::Ready(false),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

#[tokio::test]
async fn killed_at_every_step_it_is_told_at_least_once_and_once_by_its_key() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        let mut told = 0;
        for waits in 0.. {
            world.fail("production/backup").await;
            let before = receiver.seen().len();
            let done = kill_after(waits, world.app.send_due()).await;
            // Another process takes over when the lease has ended.
            world.jump(150);
            world.work().await;
            let got = &receiver.seen()[before..];
            let keys: BTreeSet<_> =
                got.iter().map(|seen| seen.header("idempotency-key").unwrap().to_owned()).collect();
            assert!(!got.is_empty(), "killed after {waits} waits, it was told to nobody");
            assert_eq!(keys.len(), 1, "killed after {waits} waits");
            told += 1;
            // The end of this incident, so that the next one is another.
            world.succeed("production/backup").await;
            world.work().await;
            // Changes so far apart that nothing flaps.
            world.jump(3600);
            if done {
                break;
            }
        }
        assert!(told > 8, "there are more steps than {told}");
        assert!(
            world.deliveries().await.iter().all(|d| d.state == crontopus_app::alerts::DeliveryState::Sent)
        );
        world.end().await;
    })
    .await;
}

/// The worst moment of all: the receiver has it, and nobody wrote that down.
#[tokio::test]
async fn killed_between_the_sending_and_its_record_it_is_sent_again_with_its_key() {
    each(|store| async move {
        let mut receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("hook", &receiver).await;
        world.push(&[("production/backup.yaml", job("backup", "{}"))]).await;
        receiver.reply_with(Reply::Silence);
        world.fail("production/backup").await;
        tokio::select! {
            _ = world.app.send_due() => unreachable!("the receiver does not answer"),
            _ = receiver.wait_for(1) => {}
        }
        world.work().await;
        assert_eq!(receiver.seen().len(), 1, "nobody sends it while the lease holds");
        world.jump(150);
        world.work().await;
        let keys: Vec<_> =
            receiver.seen().iter().map(|seen| seen.header("idempotency-key").unwrap().to_owned()).collect();
        assert_eq!((keys.len(), &keys[0]), (2, &keys[1]));
        assert_eq!(world.told().await, ["opened hook sent"]);
        world.end().await;
    })
    .await;
}

/// The same for what goes on by itself: a timer that is killed is neither lost nor done twice.
#[tokio::test]
async fn killed_timers_are_done_once() {
    each(|store| async move {
        let receiver = Receiver::start().await;
        let world = World::new(store).await;
        world.hook("chat", &receiver).await;
        world.hook("pager", &receiver).await;
        let spec = "{steps: [{channels: [chat]}, {after: 15m, channels: [pager]}]}";
        world
            .push(&[
                ("production/backup.yaml", job("backup", "{}")),
                ("r.yaml", crate::world::route("all", spec)),
            ])
            .await;
        for waits in 0.. {
            world.fail("production/backup").await;
            world.work().await;
            world.jump(901);
            let done = kill_after(waits, world.app.run_alert_timers()).await;
            world.work().await;
            world.jump(150);
            world.work().await;
            let paged = receiver.seen().iter().filter(|seen| seen.path == "/pager").count();
            assert_eq!(paged, 2 * waits + 1, "killed after {waits} waits");
            world.succeed("production/backup").await;
            world.work().await;
            world.jump(3600);
            if done {
                break;
            }
        }
        world.end().await;
    })
    .await;
}

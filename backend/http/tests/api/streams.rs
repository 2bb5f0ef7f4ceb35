//! The stream of events: whose they are, from where they go on, and what a gap says.

use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use serde_json::{Value, json};

use crate::ask::Ask;
use crate::callers::Credential;
use crate::seed::Tenant;
use crate::world::World;

/// A stream that is read message by message.
struct Stream {
    body: Incoming,
    text: String,
}

/// One message.
#[derive(Debug)]
struct Message {
    id: String,
    event: String,
    data: Value,
}

impl World {
    async fn events(&self, by: &Credential, last: Option<&str>, query: &str) -> Stream {
        let mut ask = Ask::of("stream_events", &[]).query(query);
        if let Some(last) = last {
            ask = ask.header("last-event-id", last);
        }
        let answer = self.request(&ask, by).await;
        assert_eq!(answer.status(), 200);
        Stream { body: answer.into_body(), text: String::new() }
    }

    /// A run of the tenant's that ends well; its id.
    async fn run(&self, tenant: &Tenant) -> String {
        self.run_to(tenant, 0).await
    }

    async fn run_to(&self, tenant: &Tenant, exit_status: i32) -> String {
        let body = json!({"monitor": "production/backup", "kind": "end", "exit_status": exit_status});
        let answer = self.send(&Ask::of("create_check_ins", &[]).json(&body), &tenant.token).await.ok(200);
        answer["items"][0]["run_id"].as_str().unwrap().to_owned()
    }
}

impl Stream {
    async fn next(&mut self) -> Message {
        tokio::time::timeout(Duration::from_secs(30), self.read()).await.expect("a message within 30 s")
    }

    async fn read(&mut self) -> Message {
        loop {
            while let Some((message, rest)) = self.text.split_once("\n\n") {
                let (message, rest) = (message.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    message
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .map(|value| value.trim().to_owned())
                };
                if let Some(data) = field("data:") {
                    return Message {
                        id: field("id:").unwrap(),
                        event: field("event:").unwrap(),
                        data: serde_json::from_str(&data).unwrap(),
                    };
                }
            }
            let frame = self.body.frame().await.expect("the stream goes on").unwrap();
            self.text.push_str(std::str::from_utf8(&frame.into_data().unwrap()).unwrap());
        }
    }

    /// The next message about a run.
    async fn run(&mut self) -> Message {
        loop {
            let message = self.next().await;
            if message.event.starts_with("run.") {
                return message;
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_hears_of_its_own_runs_alone() {
    let world = World::new().await;
    let (acme, other) = (world.tenant("acme").await, world.tenant("other").await);
    let mut stream = world.events(&acme.token, None, "").await;
    let foreign = world.run(&other).await;
    let own = world.run(&acme).await;
    // In the order of commits: what the other tenant did would have come first.
    let first = stream.next().await;
    assert!(!first.data.to_string().contains(&foreign), "{first:?}");
    let heard = if first.event.starts_with("run.") { first } else { stream.run().await };
    assert_eq!(heard.data["id"], json!(own));

    let mut only = world.events(&acme.token, None, "kind=monitor.changed").await;
    let last = world.run_to(&acme, 3).await;
    let heard = only.next().await;
    assert_eq!(heard.event, "monitor.changed", "the run {last} was not asked for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_goes_on_after_the_last_event_that_was_seen() {
    let world = World::new().await;
    let acme = world.tenant("acme").await;
    let mut stream = world.events(&acme.token, None, "").await;
    let first = world.run(&acme).await;
    let seen = stream.run().await;
    assert_eq!(seen.data["id"], json!(first));
    drop(stream);
    let (second, third) = (world.run(&acme).await, world.run(&acme).await);

    let mut stream = world.events(&acme.token, Some(&seen.id), "").await;
    let mut heard = Vec::new();
    while heard.last() != Some(&third) {
        let message = stream.run().await;
        assert!(message.id.parse::<u64>().unwrap() > seen.id.parse().unwrap(), "{message:?}");
        heard.push(message.data["id"].as_str().unwrap().to_owned());
    }
    heard.dedup();
    assert_eq!(heard, [second, third], "each, in order, and nothing twice");

    // A number nobody gave: whoever asks was away for too long.
    let mut stream = world.events(&acme.token, Some("999999999"), "").await;
    assert_eq!(stream.next().await.event, "reset");
    let next = world.run(&acme).await;
    assert_eq!(stream.run().await.data["id"], json!(next), "it goes on from there");
}

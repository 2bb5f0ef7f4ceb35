//! `drive`: many connections at once, each asking as fast as it is answered or as the timetable says.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use tokio::task::JoinSet;

use crate::connection::Connection;
use crate::tally::{Summary, Tally};

/// What to send, where, and how fast.
#[derive(clap::Args, Clone)]
pub(crate) struct Options {
    /// The server's address
    #[arg(long)]
    pub(crate) address: SocketAddr,
    /// The path of every request
    #[arg(long)]
    pub(crate) path: String,
    /// A file with one request body a line, sent in turn
    #[arg(long)]
    pub(crate) bodies: PathBuf,
    /// A header of every request, like `Authorization: Bearer …`
    #[arg(long = "header")]
    pub(crate) headers: Vec<String>,
    #[arg(long, default_value_t = 256)]
    pub(crate) connections: usize,
    #[arg(long, default_value_t = 10.0)]
    pub(crate) seconds: f64,
    /// Requests a second in all; as many as possible when absent
    #[arg(long)]
    pub(crate) rate: Option<f64>,
    /// Stop after that many requests even if there is time left
    #[arg(long)]
    pub(crate) requests: Option<usize>,
}

/// Drives and prints the summary as one JSON line.
pub(crate) async fn run(options: Options) -> Result<()> {
    println!("{}", serde_json::to_string(&drive(options).await?)?);
    Ok(())
}

/// What all connections share.
struct Work {
    requests: Vec<Vec<u8>>,
    next: AtomicUsize,
    most: usize,
    start: Instant,
    end: Instant,
    /// Between two requests of the timetable.
    interval: Option<Duration>,
}

pub(crate) async fn drive(options: Options) -> Result<Summary> {
    let requests = requests(&options)?;
    let mut connections = Vec::with_capacity(options.connections);
    for _ in 0..options.connections {
        connections.push(Connection::open(options.address).await.context("cannot connect")?);
    }
    let start = Instant::now();
    let work = Arc::new(Work {
        requests,
        next: AtomicUsize::new(0),
        most: options.requests.unwrap_or(usize::MAX),
        start,
        end: start + Duration::from_secs_f64(options.seconds),
        interval: options.rate.map(|rate| Duration::from_secs_f64(1.0 / rate)),
    });
    let mut tasks = JoinSet::new();
    for connection in connections {
        tasks.spawn(ask_until_the_end(connection, options.address, Arc::clone(&work)));
    }
    let mut tally = Tally::default();
    while let Some(one) = tasks.join_next().await {
        tally.add(one?);
    }
    Ok(tally.summarize(start.elapsed()))
}

/// Takes the next request and its planned moment from the shared counter until time or requests run out.
async fn ask_until_the_end(mut connection: Connection, address: SocketAddr, work: Arc<Work>) -> Tally {
    let mut tally = Tally::default();
    loop {
        let number = work.next.fetch_add(1, Ordering::Relaxed);
        if number >= work.most {
            return tally;
        }
        let mut planned = Instant::now();
        if let Some(interval) = work.interval {
            planned = work.start + interval.mul_f64(number as f64);
            if planned < work.end {
                tokio::time::sleep_until(planned.into()).await;
            }
        }
        if planned >= work.end {
            return tally;
        }
        match connection.ask(&work.requests[number % work.requests.len()]).await {
            Ok(status) => tally.answered(status, planned.elapsed()),
            Err(_) => {
                tally.broke();
                match Connection::open(address).await {
                    Ok(again) => connection = again,
                    Err(_) => return tally,
                }
            }
        }
    }
}

/// The bytes of every request, made once.
fn requests(options: &Options) -> Result<Vec<Vec<u8>>> {
    let bodies = std::fs::read_to_string(&options.bodies)
        .with_context(|| format!("cannot read {}", options.bodies.display()))?;
    let headers: String = options.headers.iter().map(|header| format!("{header}\r\n")).collect();
    let request = |body: &str| {
        format!(
            "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n{headers}\r\n{body}",
            options.path,
            options.address,
            body.len(),
        )
        .into_bytes()
    };
    let requests: Vec<Vec<u8>> = bodies.lines().map(request).collect();
    ensure!(!requests.is_empty(), "{} has no bodies", options.bodies.display());
    Ok(requests)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    async fn drive_bare(change: impl FnOnce(&mut Options)) -> Summary {
        let dir = tempfile::tempdir().unwrap();
        let bodies = dir.path().join("bodies.jsonl");
        std::fs::write(&bodies, "{\"a\":1}\n{\"a\":2}\n").unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut server = JoinSet::new();
        server.spawn(crate::bare::serve(listener));
        let mut options = Options {
            address,
            path: "/".to_owned(),
            bodies,
            headers: vec!["X-Test: 1".to_owned()],
            connections: 4,
            seconds: 30.0,
            rate: None,
            requests: None,
        };
        change(&mut options);
        drive(options).await.unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn every_request_is_answered() {
        let summary = drive_bare(|options| options.requests = Some(1_000)).await;
        assert_eq!(summary.answers, [(200, 1_000)].into());
        assert_eq!(summary.broken, 0);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_rate_is_a_timetable() {
        let summary = drive_bare(|options| {
            options.rate = Some(200.0);
            options.seconds = 0.5;
        })
        .await;
        assert_eq!(summary.requests, 100);
    }
}

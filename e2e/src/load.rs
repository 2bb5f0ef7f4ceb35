//! Many clients that check in at a steady rate and do not give up: each check-in has a run id of its own and is sent
//! again until it is answered, as a client does that wants its run known.

use std::collections::{BTreeMap, HashMap};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::Api;

/// So many clients at once.
const CLIENTS: usize = 32;

/// How run ids begin.
const PREFIX: &str = "load-";

/// How long a client waits before it tries again.
const PAUSE: Duration = Duration::from_millis(25);

/// The clients at work; they end when this is dropped.
#[derive(Debug)]
pub struct Load {
    shared: Arc<Shared>,
    clients: Vec<JoinHandle<()>>,
}

/// What came back.
#[derive(Debug, Default)]
pub struct Record {
    /// The run id of each check-in that was answered as accepted.
    pub answered: Vec<String>,
    /// How often one was sent again.
    pub again: u64,
    /// Answers other than 200, by their status.
    pub refused: BTreeMap<u16, Refusal>,
    /// Check-ins that were answered with 200 and not taken.
    pub rejected: Vec<String>,
}

/// Answers of one status.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// How many.
    pub count: u64,
    /// Media type of the first.
    pub media_type: String,
    /// Body of the first.
    pub body: Value,
}

/// What the server has of what it answered.
#[derive(Debug, Default)]
pub struct Found {
    /// Runs of the load.
    pub runs: usize,
    /// Run ids that were answered and are not there.
    pub lost: Vec<String>,
    /// Run ids that are there more than once.
    pub doubled: Vec<String>,
}

#[derive(Debug)]
struct Shared {
    address: String,
    token: String,
    jobs: Vec<String>,
    began: Instant,
    /// Between two check-ins.
    interval: Duration,
    next: AtomicU64,
    /// Nothing new is begun.
    ends: AtomicBool,
    /// Nothing is sent again either.
    gives_up: AtomicBool,
    record: Mutex<Record>,
}

impl Load {
    /// Checks in `rate` times a second for these jobs in turn.
    pub fn start(api: &Api, jobs: Vec<String>, rate: u32) -> Self {
        let shared = Arc::new(Shared {
            address: api.address(),
            token: api.token.clone(),
            jobs,
            began: Instant::now(),
            interval: Duration::from_secs(1) / rate,
            next: AtomicU64::new(0),
            ends: AtomicBool::new(false),
            gives_up: AtomicBool::new(false),
            record: Mutex::default(),
        });
        let client = |_| {
            let shared = shared.clone();
            std::thread::spawn(move || shared.work())
        };
        let clients = (0..CLIENTS).map(client).collect();
        Self { shared, clients }
    }

    /// How many were answered so far.
    pub fn answered(&self) -> usize {
        self.shared.record().answered.len()
    }

    /// How many refusals with this status there were so far.
    pub fn refused(&self, status: u16) -> u64 {
        self.shared.record().refused.get(&status).map_or(0, |refusal| refusal.count)
    }

    /// Begins nothing new, waits until what was begun is answered, and gives what came back. An error when that takes
    /// longer than `patience`.
    pub fn finish(mut self, patience: Duration) -> anyhow::Result<Record> {
        self.shared.ends.store(true, Ordering::Relaxed);
        let deadline = Instant::now() + patience;
        while self.clients.iter().any(|client| !client.is_finished()) {
            anyhow::ensure!(Instant::now() < deadline, "check-ins are not answered after {patience:?}");
            std::thread::sleep(PAUSE);
        }
        for client in self.clients.drain(..) {
            client.join().map_err(|_| anyhow::anyhow!("a client panicked"))?;
        }
        Ok(std::mem::take(&mut *self.shared.record()))
    }
}

impl Record {
    /// Looks up at the server what was answered.
    pub fn look_up(&self, api: &Api) -> anyhow::Result<Found> {
        let mut times: HashMap<String, usize> = HashMap::new();
        api.pages("/runs?limit=200", |run| {
            if let Some(id) = run["external_id"].as_str().filter(|id| id.starts_with(PREFIX)) {
                *times.entry(id.to_owned()).or_default() += 1;
            }
        })?;
        let lost = self.answered.iter().filter(|id| !times.contains_key(*id)).cloned().collect();
        let doubled = times.iter().filter(|(_, times)| **times > 1).map(|(id, _)| id.clone()).collect();
        Ok(Found { runs: times.len(), lost, doubled })
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.shared.ends.store(true, Ordering::Relaxed);
        self.shared.gives_up.store(true, Ordering::Relaxed);
    }
}

impl Shared {
    fn record(&self) -> std::sync::MutexGuard<'_, Record> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let mut connection = None;
        while !self.ends.load(Ordering::Relaxed) {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let planned = self.began + self.interval * u32::try_from(number).unwrap_or(u32::MAX);
            std::thread::sleep(planned.saturating_duration_since(Instant::now()));
            self.see_through(&mut connection, number);
        }
    }

    /// Sends one check-in until it is answered.
    fn see_through(&self, connection: &mut Option<BufReader<TcpStream>>, number: u64) {
        let run_id = format!("{PREFIX}{number:08}");
        let job = &self.jobs[number as usize % self.jobs.len()];
        let body = json!({"monitor": job, "kind": "success", "run_id": run_id}).to_string();
        for attempt in 0.. {
            if self.gives_up.load(Ordering::Relaxed) {
                return;
            }
            if attempt > 0 {
                self.record().again += 1;
                std::thread::sleep(PAUSE);
            }
            match self.ask(connection, &body) {
                Ok((200, _, answer)) => {
                    let mut record = self.record();
                    match answer["items"][0]["accepted"] == true {
                        true => record.answered.push(run_id),
                        false => record.rejected.push(format!("{run_id}: {answer}")),
                    }
                    return;
                }
                Ok((status, media_type, body)) => {
                    let mut record = self.record();
                    let first = Refusal { count: 0, media_type, body };
                    record.refused.entry(status).or_insert(first).count += 1;
                }
                Err(_) => *connection = None,
            }
        }
    }

    fn ask(
        &self,
        connection: &mut Option<BufReader<TcpStream>>,
        body: &str,
    ) -> anyhow::Result<(u16, String, Value)> {
        let connection = match connection {
            Some(connection) => connection,
            None => {
                let stream = TcpStream::connect(&self.address)?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(Duration::from_secs(60)))?;
                connection.insert(BufReader::new(stream))
            }
        };
        let request = format!(
            "POST /api/v1/check-ins HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            self.token,
            body.len()
        );
        connection.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        connection.read_line(&mut line)?;
        let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).context("no status")?;
        let (mut length, mut media_type) = (0, String::new());
        loop {
            line.clear();
            anyhow::ensure!(connection.read_line(&mut line)? > 0, "the connection ended");
            if line.trim_end().is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').unwrap_or_default();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse()?,
                "content-type" => media_type = value.trim().to_owned(),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        connection.read_exact(&mut body)?;
        Ok((status, media_type, serde_json::from_slice(&body).unwrap_or_default()))
    }
}

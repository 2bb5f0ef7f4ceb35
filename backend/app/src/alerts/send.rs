//! One round of the sender: lease, send outside any transaction, record.

use std::time::{Duration, Instant};

use crontopus_domain::alerts::{Occasion, Target, Telling};
use crontopus_ids::{OutboxId, TenantId};
use crontopus_notify::{Channel, Earlier, Outcome};
use crontopus_store::{Leased, LeasedRow, Payload, SystemScope, SystemTx, Told, Verdict};
use futures_util::future::join_all;
use tokio::time::timeout;
use tracing::Instrument as _;

use super::answers::{self, GIVE_UP_MS};
use super::metrics;
use crate::{App, Error, Result};

/// So long nobody else sends what is in hand, and so often that is renewed: a sending may take longer, but who dies
/// over it holds nobody up for longer.
const LEASE_MS: i64 = 20_000;
const RENEWAL: Duration = Duration::from_secs(5);
/// So long one message may take, with all its requests.
const PATIENCE: Duration = Duration::from_secs(90);
/// Messages that are taken in hand together, and sent at once.
const TOGETHER: u32 = 64;
/// Repeats, steps and ends of silences that are done in one transaction.
const TIMERS: u32 = 100;

impl App {
    /// Does what is due by itself: repeats, next steps, ends of silences. How many there were.
    ///
    /// # Errors
    /// The database is away; what was not done is due still.
    pub async fn run_alert_timers(&self) -> Result<usize> {
        let mut done = 0;
        loop {
            let mut tx = self.store.begin(SystemScope::for_task("alerts")).await?;
            let count = tx.run_alert_timers(self.now_ms(), TIMERS).await?;
            tx.commit().await?;
            done += count;
            if count == 0 {
                return Ok(done);
            }
        }
    }

    /// Sends what is due, until nothing is. How many messages were tried.
    ///
    /// # Errors
    /// The database is away; what was not recorded is sent again when its lease has ended.
    pub async fn send_due(&self) -> Result<usize> {
        let mut tried = 0;
        loop {
            let now = self.now_ms();
            let mut tx = self.store.begin(SystemScope::for_task("alerts")).await?;
            tx.expire_outbox(now - GIVE_UP_MS, now).await?;
            let leased = tx.lease_messages(now, now + LEASE_MS, TOGETHER).await?;
            tx.commit().await?;
            if leased.is_empty() {
                return Ok(tried);
            }
            tried += leased.len();
            let in_hand: Vec<_> = leased.iter().map(|one| (one.tenant_id, one.message_id)).collect();
            let sending = join_all(leased.iter().map(|one| self.send_one(one)));
            tokio::select! {
                // When one cannot be recorded, the others still are: what was sent and not recorded is sent again.
                sent = sending => sent.into_iter().collect::<Result<()>>()?,
                () = self.keep_in_hand(&in_hand) => {}
            }
        }
    }

    /// Renews the leases again and again. When the database is away they end, and somebody may send once more.
    async fn keep_in_hand(&self, messages: &[(TenantId, OutboxId)]) {
        loop {
            tokio::time::sleep(RENEWAL).await;
            let renew = async {
                let mut tx = self.store.begin(SystemScope::for_task("alerts")).await?;
                tx.extend_leases(messages, self.now_ms() + LEASE_MS).await?;
                tx.commit().await
            };
            if let Err(error) = renew.await {
                tracing::debug!(%error, "leases were not renewed");
            }
        }
    }

    /// When there may be something to do, UTC milliseconds.
    ///
    /// # Errors
    /// The database is away.
    pub async fn next_alert_work(&self) -> Result<Option<i64>> {
        let mut read = self.store.read(SystemScope::for_task("alerts")).await?;
        let (timer, delivery) = (read.next_alert_timer().await?, read.next_delivery().await?);
        Ok(timer.into_iter().chain(delivery).min())
    }

    async fn send_one(&self, leased: &Leased) -> Result<()> {
        let span = tracing::info_span!("delivery", message = %leased.message_id);
        let began = Instant::now();
        let mut kind = metrics::NO_KIND;
        let outcome = match self.try_one(leased, &mut kind).instrument(span).await {
            Ok(outcome) => outcome,
            Err(error @ Error::Unavailable { .. }) => return Err(error),
            Err(error) => {
                let error = &error as &dyn std::error::Error;
                tracing::error!(message = %leased.message_id, error, "a message could not be made");
                Outcome::Later {
                    answer: "an internal error of the server; see its log".to_owned(),
                    after: None,
                }
            }
        };
        let took = began.elapsed();
        let verdict = self.record(leased, &outcome, kind != metrics::NO_KIND).await?;
        self.delivery_metrics.tried(kind, &outcome, &verdict, took);
        Ok(())
    }

    /// `kind` becomes the kind of channel that is spoken to, as soon as that is known.
    async fn try_one(&self, leased: &Leased, kind: &mut &'static str) -> Result<Outcome> {
        let Some(message) = self.compose(leased).await? else {
            let answer = "what it was about is no more".to_owned();
            return Ok(Outcome::Sent { answer, reference: None });
        };
        let mut read = self.store.read(SystemScope::for_task("alerts")).await?;
        let (channel, thread) = match leased.target {
            Target::Channel(id) => {
                let Some(row) = read.find_channel_of(leased.tenant_id, id).await? else {
                    return Ok(Outcome::Refused { answer: "the channel was deleted".to_owned() });
                };
                if let Some(why) = &row.disabled_why {
                    return Ok(unsent(leased.occasion, why));
                }
                let only = leased.rows.first().and_then(|row| row.incident_id);
                let thread = match only {
                    Some(incident) => read.find_thread(leased.tenant_id, leased.target, incident).await?,
                    None => None,
                };
                let channel = self.unseal_channel(&row)?;
                *kind = channel.kind().as_str();
                (channel, thread)
            }
            Target::Owners(_) => {
                *kind = metrics::OWNERS;
                drop(read);
                let owners = self.read(leased.tenant_id).await?.list_owner_addresses().await?;
                if owners.is_empty() {
                    return Ok(Outcome::Broken { answer: "the tenant has no owner".to_owned() });
                }
                (Channel::mail_to(&owners), None)
            }
        };
        let earlier = thread.as_ref().map(|thread| Earlier {
            reference: &thread.reference,
            same: !thread.shared && leased.rows.len() == 1,
        });
        let parcel = channel.parcel(&message, earlier, &self.settings.alerts.endpoints);
        let sent = timeout(PATIENCE, self.courier.send(&channel, &parcel)).await;
        Ok(sent.unwrap_or_else(|_| Outcome::Later { answer: "it took too long".to_owned(), after: None }))
    }

    /// `was_asked` is whether the outcome is the provider's word, or nobody came so far as to ask.
    async fn record(&self, leased: &Leased, outcome: &Outcome, was_asked: bool) -> Result<Verdict> {
        let now = self.now_ms();
        let chance = (leased.attempts, u32::from_le_bytes(self.random()));
        let verdict = answers::verdict(outcome, chance, leased.created_at, now);
        let mut tx = self.store.begin(SystemScope::for_task("alerts")).await?;
        let was_mine = tx.record_message(leased, &verdict, outcome.answer(), now).await?;
        if was_asked {
            tx.note_provider_answer(leased, &verdict, outcome.answer(), now).await?;
        }
        if was_mine && verdict == Verdict::Failed {
            self.tell_owners(&mut tx, leased, outcome, now).await?;
        }
        tx.commit().await?;
        let (message, answer) = (leased.message_id, outcome.answer());
        match &verdict {
            Verdict::Sent { .. } => tracing::debug!(%message, answer, "a message was sent"),
            Verdict::Later { .. } => tracing::info!(%message, answer, "a message is tried again later"),
            Verdict::Failed => {
                tracing::warn!(%message, target = %leased.target, answer, "a message was given up")
            }
        }
        Ok(verdict)
    }

    /// A message is lost on its way: the owners, or whoever can be reached instead, are told so and what it said.
    async fn tell_owners(
        &self,
        tx: &mut SystemTx,
        leased: &Leased,
        outcome: &Outcome,
        now: i64,
    ) -> Result<()> {
        let broken = matches!(outcome, Outcome::Broken { .. });
        let mut name = "owners".to_owned();
        if let Target::Channel(id) = leased.target {
            let row = tx.find_channel_of(leased.tenant_id, id).await?;
            name = row.map_or_else(|| id.to_string(), |row| row.name);
            if broken {
                tx.disable_channel(leased.tenant_id, id, outcome.answer(), now).await?;
            }
        }
        // What somebody is told about alerts is not told about again, or two broken channels would never end.
        if leased.occasion == Occasion::Notice {
            return Ok(());
        }
        let mut targets = tx.default_targets_of(leased.tenant_id, now).await?;
        if self.courier.has_mail() {
            targets.push(Target::OWNERS);
        }
        targets.retain(|target| {
            *target != leased.target && (*target != Target::OWNERS || self.courier.has_mail())
        });
        targets.sort();
        targets.dedup();
        if targets.is_empty() {
            for incident in leased.rows.iter().filter_map(|row| row.incident_id) {
                let note = format!("nobody could be told: {}", outcome.answer());
                tx.note_nobody_told(leased.tenant_id, incident, note, now).await?;
            }
            self.delivery_metrics.untold();
            tracing::error!(tenant = %leased.tenant_id, "nobody can be told: no channel works and there is no mail server");
            return Ok(());
        }
        let payload = |row: &LeasedRow| Payload {
            run: row.payload.run,
            late: row.payload.late.clone(),
            channel: Some(name.clone()),
            answer: Some(outcome.answer().to_owned()),
            disabled: broken,
            ..Payload::default()
        };
        let mut told = Vec::new();
        for target in targets {
            for row in &leased.rows {
                let telling = Telling {
                    occasion: Occasion::Notice,
                    target,
                    route: leased.route.clone(),
                    group: None,
                    number: 0,
                };
                let (tenant_id, incident_id) = (leased.tenant_id, row.incident_id);
                told.push(Told { tenant_id, incident_id, telling, payload: payload(row) });
            }
        }
        Ok(tx.write_told(&told, now).await?)
    }
}

/// What becomes of a message to a disabled channel: somebody else hears that something is wrong, the rest can wait.
fn unsent(occasion: Occasion, why: &str) -> Outcome {
    let answer = format!("the channel is disabled: {why}");
    match occasion {
        Occasion::Acknowledged | Occasion::Resolved | Occasion::Notice => {
            Outcome::Later { answer, after: None }
        }
        _ => Outcome::Refused { answer },
    }
}

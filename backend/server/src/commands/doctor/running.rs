//! How the running service does, by what it leaves in the database.

use crontopus_app::{Check, SyncState, judge_sender, judge_sweep, judge_volume};
use crontopus_store::{Store, StoreError, SystemScope};

use super::{Finding, Note, State, Well, finding};

/// A process that lives writes a sign of life every five seconds.
const ALIVE_MS: i64 = 20_000;

/// A repository that has been due for so long waits for something.
const SYNC_PATIENCE_MS: i64 = 10 * 60_000;

/// Looks at the service whose database this is. The schema is up to date.
pub(super) async fn look(store: &Store, now: i64) -> Vec<Finding> {
    match findings(store, now).await {
        Ok(findings) => findings,
        Err(error) => {
            vec![finding("service", Note(format!("{error}; look again when the database is well")))]
        }
    }
}

async fn findings(store: &Store, now: i64) -> Result<Vec<Finding>, StoreError> {
    let mut read = store.read(SystemScope::for_operator()).await?;
    let beat = read.find_last_beat(now).await?.map(|at| now - at);
    let alive = beat.is_some_and(|age| age <= ALIVE_MS);
    let service = match beat {
        Some(age) if alive => Well(format!("alive {} s ago", age.max(0) / 1_000)),
        Some(age) => Note(format!("not alive for {} s; start it with `crontopus-server serve`", age / 1_000)),
        None => Note("it never ran on this database; start it with `crontopus-server serve`".to_owned()),
    };
    let mut findings = vec![finding("service", service)];
    if alive {
        findings.push(finding("sweep", of_check(&judge_sweep(read.sweep_backlog(now).await?, now))));
        findings.push(finding("sender", of_check(&judge_sender(read.outbox_backlog(now).await?, now))));
        if let Some((_, guard)) = read.find_volume_guard().await? {
            findings.push(finding("volume", of_check(&judge_volume(&guard, now))));
        }
        let sync = read.sync_backlog(now).await?;
        if sync.age_ms(now) > SYNC_PATIENCE_MS {
            let text = format!(
                "{} repositories are due, the oldest for {} s",
                sync.waiting,
                sync.age_ms(now) / 1_000
            );
            findings.push(finding("sync", Note(format!("{text}; look at the log for `repository-sync`"))));
        }
    }
    let repositories = read.count_repositories().await?;
    findings.push(finding("repositories", match repositories.get(&SyncState::Failed) {
        None | Some(0) => Well(format!("{} connected", repositories.values().sum::<i64>())),
        Some(failed) => Note(format!(
            "{failed} could not be synced and stay as they were; their tenants see why with `crontopus repo status`"
        )),
    }));
    let agents = read.count_agents().await?;
    let count = |state: &str| agents.iter().find(|(known, _)| known == state).map_or(0, |(_, count)| *count);
    findings.push(finding("hosts", match count("lost") {
        0 => Well(format!("{} online", count("online"))),
        lost => Note(format!(
            "{lost} are silent and {} online; when many fell silent at once, look at this service's network \
             and clock first",
            count("online")
        )),
    }));
    Ok(findings)
}

fn of_check(check: &Check) -> State {
    match check.remedy() {
        None => Well(check.detail.clone()),
        Some(remedy) => Note(format!("{}; {remedy}", check.detail)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_service_is_seen_by_its_signs() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path().join("x.db").to_str().unwrap()).await.unwrap();
        store.migrate().await.unwrap();
        let texts =
            |found: Vec<Finding>| found.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
        let found = texts(look(&store, 1_000_000).await);
        assert!(found.contains("never ran") && found.contains("crontopus-server serve"), "{found}");
        let mut tx = store.begin(SystemScope::for_task("test")).await.unwrap();
        tx.save_beat("node", 1_000_000).await.unwrap();
        tx.commit().await.unwrap();
        let found = texts(look(&store, 1_005_000).await);
        assert!(found.contains("alive 5 s ago") && found.contains("sweep"), "{found}");
        let found = texts(look(&store, 1_100_000).await);
        assert!(found.contains("not alive for 100 s"), "{found}");
        store.close().await;
    }
}

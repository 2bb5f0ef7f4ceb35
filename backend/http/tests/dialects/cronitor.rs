use crontopus_app::ingest::Integration;
use crontopus_store::Paging;

use crate::world::World;

#[tokio::test]
async fn every_form_of_the_address_reports() {
    let world = World::new().await;
    let id = world.job("ops", "backup").await;
    let key = world.integration_key(Integration::Cronitor).await;
    let uuid = id.uuid();
    for (path, wanted) in [
        (format!("/p/{key}/backup?state=run&series=1"), "running"),
        (format!("/p/{key}/backup?state=complete&series=1"), "succeeded"),
        (format!("/ping/{key}/backup?state=fail&series=2"), "failed"),
        (format!("/p/{key}/ops--backup/run?series=3"), "running"),
        (format!("/p/{key}/ops--backup/fail?series=3"), "failed"),
        (format!("/ping/{key}/{id}/complete?series=4"), "succeeded"),
        (format!("/ping/{key}/{uuid}/ok?series=5"), "succeeded"),
        (format!("/ping/{key}/ops%2Fbackup?series=6"), "succeeded"),
        (format!("/p/{key}/backup/tick?series=7"), "succeeded"),
        (format!("/p/{key}/backup/?series=8"), "succeeded"),
    ] {
        let said = world.get(&path).await;
        assert_eq!((said.status, said.body.as_str()), (200, "OK"), "{path}");
        let series = path.rsplit_once("series=").unwrap().1.to_owned();
        let runs = world.runs().await;
        let run = runs.iter().find(|r| r.run.external_id.as_deref() == Some(&series)).unwrap();
        assert_eq!(run.run.status.as_str(), wanted, "{path}");
    }
    assert_eq!(world.rejected().await, Vec::<String>::new());
}

#[tokio::test]
async fn everything_a_client_says_is_kept() {
    let world = World::new().await;
    world.job("ops", "backup").await;
    let key = world.integration_key(Integration::Cronitor).await;
    // 2026-11-24T01:29:00.5Z.
    let query = "state=fail&series=a%20b/c&host=web1&env=staging&status_code=3&duration=12.25&stamp=1795483740.5\
                 &metric=count:7&metric=error_count:2.5&metric=bad&metric=x:NaN&msg=went%20wrong&try=2";
    assert_eq!(world.get(&format!("/p/{key}/backup?{query}")).await.status, 200);
    let (row, output) = world.only_run().await;
    let run = row.run;
    assert_eq!((run.host.as_deref(), run.environment.as_deref()), (Some("web1"), Some("staging")));
    assert_eq!((run.external_id.as_deref(), run.exit_status), (Some("a b/c"), Some(3)));
    assert_eq!((run.duration_ms, run.finished_at), (Some(12_250), Some(1_795_483_740_500)));
    let metrics: Vec<_> = run.metrics.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(metrics, [("count", 7.0), ("error_count", 2.5)]);
    assert_eq!(output, "went wrong\n");
    let (_, shown) = world.api("GET", &format!("/api/v1/runs/{}", run.id)).await;
    assert_eq!(shown["metrics"]["error_count"], 2.5);
    assert_eq!(shown["environment"], "staging");
}

#[tokio::test]
async fn whatever_is_wrong_is_answered_200_and_written_down() {
    let world = World::new().await;
    world.job("ops", "report").await;
    world.job("dev", "report").await;
    let key = world.integration_key(Integration::Cronitor).await;
    for path in [
        format!("/p/{key}/report?state=complete"),
        format!("/p/{key}/ops--report?state=pause"),
        format!("/p/{}/report?state=complete", "0".repeat(32)),
    ] {
        let said = world.get(&path).await;
        assert_eq!((said.status, said.body.as_str()), (200, "OK"), "{path}");
    }
    assert_eq!(world.rejected().await, ["cronitor ops--report invalid_status", "cronitor report ambiguous"]);
    assert_eq!(world.statuses().await, Vec::<&str>::new());
}

#[tokio::test]
async fn an_unknown_key_of_a_monitor_is_discovered() {
    let world = World::new().await;
    let key = world.integration_key(Integration::Cronitor).await;
    for state in ["run", "complete"] {
        assert_eq!(world.get(&format!("/p/{key}/Nightly%20import?state={state}")).await.status, 200);
    }
    let found = world.app.list_discovered(&world.actor, &Paging::first(9)).await.unwrap().rows;
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].slug.as_str(), found[0].name.as_str()), ("Nightly import", "nightly-import"));
    assert_eq!((found[0].check_ins, found[0].dialect.as_str()), (2, "cronitor"));
    // Once it is declared, the client's own word for it finds it.
    world.job("ops", "nightly-import").await;
    assert_eq!(world.get(&format!("/p/{key}/Nightly%20import?state=complete")).await.status, 200);
    assert_eq!(world.statuses().await, ["succeeded"]);
}

#[tokio::test]
async fn where_it_meets_healthchecks_a_word_of_its_own_decides() {
    let world = World::new().await;
    world.job("ops", "backup").await;
    let ping = world.integration_key(Integration::Healthchecks).await;
    let cronitor = world.integration_key(Integration::Cronitor).await;
    // Healthchecks says so when it does not know the job; Cronitor never does.
    assert_eq!(world.get(&format!("/ping/{ping}/unknown")).await.status, 404);
    assert_eq!(world.get(&format!("/ping/{ping}/unknown?state=run")).await.status, 200);
    assert_eq!(world.get(&format!("/ping/{cronitor}/unknown")).await.status, 200);
    // Without any such word both mean a success.
    assert_eq!(world.get(&format!("/ping/{cronitor}/backup")).await.status, 200);
    assert_eq!(world.get(&format!("/ping/{ping}/backup")).await.status, 200);
    assert_eq!(world.statuses().await, ["succeeded", "succeeded"]);
}

#[tokio::test]
async fn an_address_without_a_monitor_leaves_a_line() {
    let world = World::new().await;
    let key = world.integration_key(Integration::Cronitor).await;
    for rest in ["", "/a/b/c"] {
        assert_eq!(world.get(&format!("/p/{key}{rest}")).await.status, 404, "{rest}");
    }
    assert_eq!(world.rejected().await, ["cronitor  invalid_address", "cronitor a/b/c invalid_address"]);
}

//! Schedules and manifests that nobody has pushed yet.

use serde_json::{Value, json};

use crate::ask::Ask;
use crate::callers::Credential;
use crate::seed::BACKUP;
use crate::world::World;

#[tokio::test(flavor = "multi_thread")]
async fn a_schedule_is_explained_alike_by_get_and_post() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let query = "schedule=30%202%20*%20*%20*&timezone=Europe%2FBerlin&profile=debian-cron&count=3";
    let got = world.send(&Ask::of("get_schedule_preview", &[]).query(query), &tenant.token).await.ok(200);
    let body =
        json!({"schedule": "30 2 * * *", "timezone": "Europe/Berlin", "profile": "debian-cron", "count": 3});
    let posted = world.send(&Ask::of("preview_schedule", &[]).json(&body), &tenant.token).await.ok(200);
    assert_eq!(got, posted);
    assert_eq!(got["description"], "at 02:30 every day");
    assert_eq!((&got["holds"], &got["entries"]), (&json!("exactly"), &json!(["30 2 * * *"])));
    assert_eq!(got["next"][0], json!({"at": "2026-11-25T01:30:00Z", "local": "2026-11-25T02:30:00+01:00"}));
    assert_eq!(got["next"].as_array().unwrap().len(), 3);
    assert_eq!(got["warnings"][0]["kind"], "moved");
    assert_eq!(got["warnings"][0]["local"], "2027-03-28T02:30:00");
    let systemd = json!({"schedule": "30 2 * * *", "timezone": "Europe/Berlin", "profile": "systemd"});
    let found = world.send(&Ask::of("preview_schedule", &[]).json(&systemd), &tenant.token).await.ok(200);
    assert_eq!(found["warnings"][0]["kind"], "lost");
    let every = world
        .send(&Ask::of("get_schedule_preview", &[]).query("schedule=0+9+LW+*+*"), &tenant.token)
        .await
        .ok(200);
    assert_eq!((&every["warnings"], &every["holds"]), (&json!([]), &json!("guarded")));
    assert!(every["why"].as_str().is_some_and(|why| !why.is_empty()), "{every}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_schedule_is_pointed_at() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    for (field, value) in [
        ("schedule", json!("0 25 * * *")),
        ("schedule", json!("every soon")),
        ("timezone", json!("Mars/Base")),
        ("host_timezone", json!("/etc/localtime")),
        ("profile", json!("anacron")),
        ("count", json!(0)),
        ("count", json!(101)),
        ("after", json!("tomorrow")),
        ("colour", json!("red")),
    ] {
        let mut body = json!({"schedule": "@daily"});
        body[field] = value.clone();
        let reply = world.send(&Ask::of("preview_schedule", &[]).json(&body), &tenant.token).await;
        assert_eq!(reply.pointer(), format!("/{field}"), "{value}");
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let mut pairs = vec![(field, text)];
        if field != "schedule" {
            pairs.push(("schedule", "@daily".to_owned()));
        }
        let query: Vec<String> =
            pairs.iter().map(|(n, v)| format!("{n}={}", crate::ask::encode(v))).collect();
        let ask = Ask::of("get_schedule_preview", &[]).query(&query.join("&"));
        assert_eq!(world.send(&ask, &tenant.token).await.pointer(), format!("?{field}"), "{value}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn manifests_are_checked_and_nothing_is_changed() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let validate =
        async |body: Value| world.send(&Ask::of("validate_manifests", &[]).json(&body), &tenant.token).await;
    let good = validate(json!({"text": BACKUP})).await.ok(200);
    assert_eq!(good, json!({"ok": true, "diagnostics": [], "jobs": ["default/backup"]}));
    let bad = BACKUP.replace("0 2 * * *", "0 25 * * *") + "  comand: x\n";
    let files = json!({"files": [
        {"path": "production/backup.yaml", "text": bad},
        {"path": "production/other.yaml", "text": BACKUP.replace("name: backup", "name: other")},
    ]});
    let found = validate(files).await.ok(200);
    assert_eq!((&found["ok"], &found["jobs"]), (&json!(false), &json!(["production/other"])));
    let places: Vec<_> =
        found["diagnostics"].as_array().unwrap().iter().map(|d| (&d["file"], &d["line"])).collect();
    let file = json!("production/backup.yaml");
    assert_eq!(places, [(&file, &json!(7)), (&file, &json!(9))], "{found}");
    assert!(found["diagnostics"][1]["help"].as_str().unwrap().contains("command"), "{found}");
    let jobs = world.send(&Ask::of("list_jobs", &[]), &tenant.token).await.ok(200);
    assert_eq!(jobs["items"].as_array().unwrap().len(), 2, "as before");

    for (body, pointer) in [
        (json!({}), "/text"),
        (json!({"path": "a.yaml"}), "/path"),
        (json!({"text": "a: 1", "files": [{"path": "a.yaml", "text": ""}]}), "/files"),
        (json!({"files": [{"path": "a.txt", "text": ""}]}), "/files/0/path"),
        (json!({"files": [{"path": "a.yaml"}]}), "/files/0"),
        (json!({"text": 1}), "/text"),
    ] {
        assert_eq!(validate(body.clone()).await.pointer(), pointer, "{body}");
    }
    let many: Vec<Value> = (0..1_001).map(|n| json!({"path": format!("f{n}.yaml"), "text": ""})).collect();
    assert_eq!(validate(json!({"files": many})).await.pointer(), "/files");
    validate(json!({"text": BACKUP, "repository": "nothing"})).await.ok(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_schema_is_anybody_s_and_may_be_kept() {
    let world = World::new().await;
    let ask = Ask::of("get_manifest_schema", &[]);
    let reply = world.send(&ask, &Credential::Nothing).await;
    assert_eq!(reply.header("cache-control"), "public, max-age=3600");
    let tag = reply.header("etag").to_owned();
    let schema = reply.ok(200);
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let job = json!({"apiVersion": "crontopus/v1", "kind": "Job", "metadata": {"name": "a"}, "spec": {"schedule": "@daily"}});
    assert!(validator.is_valid(&job));
    assert!(!validator.is_valid(&json!({"kind": "Job"})));
    world.send(&ask.header("if-none-match", tag), &Credential::Nothing).await.ok(304);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crontab_becomes_manifests_and_each_other_line_has_its_reason() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let send =
        async |body: Value| world.send(&Ask::of("convert_crontab", &[]).json(&body), &tenant.token).await;
    let text = "MAILTO=x@y.example\n# Nightly\n30 2 * * * root /usr/bin/backup --all\n61 * * * * root x\n\
                */5 * * * * www <img src=x onerror=alert(1)>\nnonsense\n";
    let body = json!({"text": text, "format": "system", "namespace": "ops", "selector": {"role": "db"}});
    let found = send(body).await.ok(200);
    let first = &found["manifests"][0];
    assert_eq!(
        (&first["line"], &first["name"], &first["file"]),
        (&json!(3), &json!("backup"), &json!("ops/backup.yaml"))
    );
    let manifest = first["manifest"].as_str().unwrap();
    for part in ["description: Nightly", "user: root", "      role: db\n", "- --all"] {
        assert!(manifest.contains(part), "{part}: {manifest}");
    }
    assert!(first["notes"][0].as_str().unwrap().contains("MAILTO"));
    assert!(found["manifests"][1]["manifest"].as_str().unwrap().contains("<img src=x onerror=alert(1)>"));
    let skipped = found["skipped"].as_array().unwrap();
    assert_eq!(skipped.iter().map(|s| s["line"].as_u64().unwrap()).collect::<Vec<_>>(), [4, 6]);
    assert!(skipped.iter().all(|s| !s["reason"].as_str().unwrap().is_empty()));

    // What is answered is taken by a push as it is.
    let files: Vec<Value> = found["manifests"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| json!({"path": m["file"], "text": m["manifest"]}))
        .collect();
    let checked =
        world.send(&Ask::of("validate_manifests", &[]).json(&json!({"files": files})), &tenant.token).await;
    assert_eq!(checked.ok(200)["ok"], true);

    for (field, value) in [
        ("text", json!("x".repeat((256 << 10) + 1))),
        ("text", json!(7)),
        ("format", json!("windows")),
        ("namespace", json!("../etc")),
        ("namespace", json!("")),
        ("hosts", json!(vec!["h"; 101])),
        ("path", json!("x")),
    ] {
        let mut body = json!({"text": "@daily x"});
        body[field] = value;
        assert_eq!(send(body).await.pointer(), format!("/{field}"));
    }
    let both = json!({"text": "", "format": "system", "user": "root"});
    assert_eq!(send(both).await.pointer(), "/user");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crontab_that_would_become_very_much_text_does_not() {
    let world = World::new().await;
    let tenant = world.tenant("acme").await;
    let text = format!("A={}\n{}", "x".repeat(100_000), "* * * * * x\n".repeat(10_000));
    let ask = Ask::of("convert_crontab", &[]).json(&json!({"text": text}));
    let found = world.send(&ask, &tenant.token).await.ok(200);
    let (made, skipped) = (found["manifests"].as_array().unwrap(), found["skipped"].as_array().unwrap());
    assert_eq!(made.len() + skipped.len(), 10_000);
    assert!(made.len() <= 42, "{}", made.len());
    let many = json!({"text": "* * * * * /bin/x\n".repeat(2_000)});
    let found = world.send(&Ask::of("convert_crontab", &[]).json(&many), &tenant.token).await.ok(200);
    assert_eq!(found["manifests"].as_array().unwrap().len(), 1_000);
    assert!(
        found["skipped"][0]["reason"].as_str().unwrap().contains("1000 others"),
        "{}",
        found["skipped"][0]
    );
}

//! Each rule of the planner by an example.

#![expect(clippy::unwrap_used, reason = "a test that meets the unexpected is to fail")]

use crontopus_plan::*;
use jiff::{SignedDuration, Timestamp};

const INSTALLATION: &str = "ins_own";

fn now() -> Timestamp {
    "2026-03-01T00:00:00Z".parse().unwrap()
}

fn key(name: &str) -> JobKey {
    format!("prod/{name}").parse().unwrap()
}

fn entry(name: &str, schedule: &str) -> Entry {
    let path = format!("/etc/cron.d/crontopus-prod_{name}");
    let line = format!("{schedule} root crontopus-run prod/{name}\n");
    let text = Marker::seal(INSTALLATION, &key(name), &path, "", &line);
    Entry { path, text, enabled: true }
}

fn spec() -> ContentHash {
    ContentHash::of(b"spec")
}

fn wanted(name: &str, schedule: &str) -> DesiredJob {
    let form = Form::Wanted { entry: entry(name, schedule), spec: spec() };
    DesiredJob { job: key(name), form, drift: DriftMode::Enforce }
}

/// A host that holds exactly these jobs, and the inventory that knows them.
fn settled(names: &[&str]) -> (Sight, Inventory) {
    let (mut sight, mut inventory) = (Sight::default(), Inventory::new(INSTALLATION));
    for name in names {
        let entry = entry(name, "0 2 * * *");
        sight.entries.push(ObservedEntry::read(&entry.path, entry.text.as_bytes()));
        sight.specs.insert(key(name), spec());
        let owned = Owned { entry, spec: spec(), repairs: 0, repaired_at: None };
        inventory.jobs.insert(key(name), owned);
    }
    (sight, inventory)
}

fn screen(plan: &Plan) -> String {
    let next = |_: &JobKey| vec!["2026-03-01 02:00".to_owned(), "2026-03-02 02:00".to_owned()];
    plan.render(false, &next)
}

#[test]
fn shows_what_it_does() {
    let (mut sight, inventory) = settled(&["change", "go", "edited", "same"]);
    let edited = entry("edited", "0 2 * * *").text + "* * * * * root \x1b[2Jevil\n";
    sight.entries[2] = ObservedEntry::read(&sight.entries[2].path, edited.as_bytes());
    let desired = [
        wanted("change", "0 3 * * *"),
        wanted("edited", "0 2 * * *"),
        wanted("new", "5 5 * * *"),
        wanted("same", "0 2 * * *"),
    ];
    let plan = plan(&desired, &Observed::Read(sight), &inventory, &Rules::new(now(), 4));
    insta::assert_snapshot!(screen(&plan), @r#"
    ~ update prod/change  (its schedule or the way it is started has changed)
        - 0 2 * * * root crontopus-run prod/change
        + 0 3 * * * root crontopus-run prod/change
        next: 2026-03-01 02:00
              2026-03-02 02:00
    ~ repair prod/edited  (somebody edited the entry)
        - * * * * * root \u{1b}[2Jevil
        next: 2026-03-01 02:00
              2026-03-02 02:00
    + create prod/new  (new on this host)
        + 5 5 * * * root crontopus-run prod/new
        next: 2026-03-01 02:00
              2026-03-02 02:00
    - remove prod/go  (no longer wanted on this host)
        - 0 2 * * * root crontopus-run prod/go
    1 to create, 1 to update, 1 to repair, 1 to remove
    "#);
    assert!(plan.render(true, &|_| Vec::new()).contains("\x1b[32m"));
    let json = serde_json::to_string(&plan).unwrap();
    assert_eq!(serde_json::from_str::<Plan>(&json).unwrap(), plan, "a plan survives the journal");
}

#[test]
fn brakes_hold_mass_removal() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let (sight, inventory) = settled(&names);
    let check = |keep: usize, repository: usize, confirmed: bool| {
        let desired: Vec<_> = names[..keep].iter().map(|name| wanted(name, "0 2 * * *")).collect();
        let mut rules = Rules::new(now(), repository);
        rules.brakes.confirmed = confirmed;
        let plan = plan(&desired, &Observed::Read(sight.clone()), &inventory, &rules);
        (plan.changes().count(), plan.held.map_or(0, |hold| hold.removals.len()))
    };
    assert_eq!(check(9, 9, false), (1, 0));
    assert_eq!(check(7, 7, false), (3, 0), "three always pass");
    assert_eq!(check(6, 6, false), (0, 4), "four of ten are more than 30 %");
    assert_eq!(check(6, 6, true), (4, 0), "confirmed");
    assert_eq!(check(0, 90, false), (0, 10), "no job selects this host");
    assert_eq!(check(0, 0, false), (0, 10), "an empty repository");
    assert_eq!(check(0, 0, true), (10, 0));

    let (sight, inventory) = settled(&["only"]);
    let one =
        |repository| plan(&[], &Observed::Read(sight.clone()), &inventory, &Rules::new(now(), repository));
    assert_eq!(one(5).changes().count(), 1, "one job leaves this host");
    assert!(one(0).held.is_some(), "an empty repository removes not even one");
}

#[test]
fn held_removals_do_not_stop_the_rest() {
    let (sight, inventory) = settled(&["a", "b", "c", "d", "e"]);
    let plan = plan(&[wanted("new", "1 1 * * *")], &Observed::Read(sight), &inventory, &Rules::new(now(), 1));
    insta::assert_snapshot!(screen(&plan), @r#"
    + create prod/new  (new on this host)
        + 1 1 * * * root crontopus-run prod/new
        next: 2026-03-01 02:00
              2026-03-02 02:00
    ! held until confirmed: it would remove 5 of 5 jobs, more than 3 and more than 30 %
        would remove prod/a
        would remove prod/b
        would remove prod/c
        would remove prod/d
        would remove prod/e
    1 to create, 5 held
    "#);
}

#[test]
fn an_invalid_manifest_keeps_the_last_form() {
    let (mut sight, inventory) = settled(&["a", "b"]);
    sight.entries.pop();
    let keep = |name| DesiredJob {
        job: key(name),
        form: Form::KeepLast { reason: "backup.yaml:3:5 is invalid".into() },
        drift: DriftMode::Enforce,
    };
    let plan =
        plan(&[keep("a"), keep("b"), keep("new")], &Observed::Read(sight), &inventory, &Rules::new(now(), 3));
    insta::assert_snapshot!(screen(&plan), @r#"
    = leave prod/a  (backup.yaml:3:5 is invalid; the last good form stays)
    ~ repair prod/b  (somebody deleted the entry)
        + 0 2 * * * root crontopus-run prod/b
        next: 2026-03-01 02:00
              2026-03-02 02:00
    = leave prod/new  (backup.yaml:3:5 is invalid; there is no earlier form to keep)
    1 to repair, 2 to leave
    "#);
}

#[test]
fn drift_modes() {
    let check = |drift, with_new_manifest: bool| {
        let (mut sight, inventory) = settled(&["a"]);
        sight.entries.clear();
        let schedule = if with_new_manifest { "9 9 * * *" } else { "0 2 * * *" };
        let desired = [DesiredJob { drift, ..wanted("a", schedule) }];
        let plan = plan(&desired, &Observed::Read(sight), &inventory, &Rules::new(now(), 1));
        plan.steps.first().map(|step| step.action)
    };
    assert_eq!(check(DriftMode::Enforce, false), Some(Action::Repair));
    assert_eq!(check(DriftMode::Warn, false), Some(Action::Leave));
    assert_eq!(check(DriftMode::Off, false), None);
    for drift in [DriftMode::Enforce, DriftMode::Warn, DriftMode::Off] {
        assert_eq!(check(drift, true), Some(Action::Update), "a new manifest is always applied");
    }
}

#[test]
fn repairs_back_off_while_somebody_keeps_editing() {
    let (mut sight, mut inventory) = settled(&["a"]);
    sight.entries.clear();
    let observed = Observed::Read(sight);
    let mut at = now();
    let mut repaired_after = Vec::new();
    for minute in 0..200 {
        let rules = Rules::new(at, 1);
        let plan = plan(&[wanted("a", "0 2 * * *")], &observed, &inventory, &rules);
        let step = &plan.steps[0];
        if step.action == Action::Repair {
            repaired_after.push(minute);
            inventory.record(at, step, &rules.repairs);
        } else {
            assert_eq!(step.action, Action::Leave);
            assert!(step.reason.contains("again after"), "{}", step.reason);
        }
        at += SignedDuration::from_mins(1);
    }
    assert_eq!(repaired_after, [0, 1, 3, 7, 15, 31, 63, 123, 183]);

    at += SignedDuration::from_hours(6);
    let calm = plan(&[wanted("a", "0 2 * * *")], &observed, &inventory, &Rules::new(at, 1));
    assert_eq!(calm.steps[0].action, Action::Repair, "forgiven after six calm hours");
}

#[test]
fn pausing_and_going_on() {
    let (sight, inventory) = settled(&["a"]);
    let mut paused = wanted("a", "# 0 2 * * *");
    let Form::Wanted { entry, .. } = &mut paused.form else { unreachable!() };
    entry.enabled = false;
    let plan = plan(&[paused], &Observed::Read(sight), &inventory, &Rules::new(now(), 1));
    insta::assert_snapshot!(screen(&plan), @r#"
    ~ disable prod/a  (the job is paused)
        - 0 2 * * * root crontopus-run prod/a
        + # 0 2 * * * root crontopus-run prod/a
    1 to disable
    "#);
}

#[test]
fn what_is_not_ours_is_never_touched() {
    let check = |text: String, owned: bool| {
        let (mut sight, mut inventory) = settled(&["a"]);
        sight.entries[0] = ObservedEntry::read(&sight.entries[0].path, text.as_bytes());
        if !owned {
            inventory.jobs.clear();
        }
        let wants = plan(
            &[wanted("a", "9 9 * * *")],
            &Observed::Read(sight.clone()),
            &inventory,
            &Rules::new(now(), 1),
        );
        let drops = plan(&[], &Observed::Read(sight), &inventory, &Rules::new(now(), 1));
        let of = |plan: &Plan| plan.steps.first().map(|step| (step.action, step.before.is_some()));
        (of(&wants), of(&drops), drops.strays.len())
    };
    let ours = entry("a", "0 2 * * *");
    let elsewhere = Marker::seal(INSTALLATION, &key("a"), "/etc/cron.d/else", "", "x\n");
    let other = Marker::seal("ins_other", &key("a"), &ours.path, "", "x\n");
    let leave = Some((Action::Leave, true));
    let forget = Some((Action::Remove, false));
    assert_eq!(
        check(ours.text.clone(), true),
        (Some((Action::Update, true)), Some((Action::Remove, true)), 0)
    );
    assert_eq!(check(ours.text, false), (Some((Action::Adopt, true)), None, 1), "the inventory was lost");
    for foreign in ["0 2 * * * root backup\n".to_owned(), String::new(), elsewhere, other] {
        assert_eq!(check(foreign.clone(), true), (leave, forget, 0), "{foreign}");
        assert_eq!(check(foreign.clone(), false), (leave, None, 0), "{foreign}");
    }
}

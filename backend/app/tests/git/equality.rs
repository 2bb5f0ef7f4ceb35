//! However the projection came about, it is what Git says: commit by commit, many at once, or rebuilt.

use crontopus_clock::Entropy;
use crontopus_clock::SeededEntropy;
use crontopus_store::Store;
use crontopus_store::testing::each;

use crate::world::{World, job};

/// Small numbers from a seed.
struct Dice(SeededEntropy);

impl Dice {
    fn roll(&self, sides: u64) -> u64 {
        u64::from_le_bytes(self.0.bytes::<8>()) % sides
    }
}

/// One random edit of the work tree.
fn edit(world: &World, dice: &Dice) {
    let file = format!("{}/{}.yaml", ["ns", "other"][dice.roll(2) as usize], dice.roll(5));
    let path = world.work().join(&file);
    let name = |dice: &Dice| format!("job-{}", dice.roll(6));
    let uid = |dice: &Dice| match dice.roll(4) {
        0 => format!(", uid: 0192f3c1-6f6e-7a52-9a39-1c1f0f6a8c1{}", dice.roll(3)),
        _ => String::new(),
    };
    let one = |dice: &Dice| {
        let text = job(&name(dice), &format!("{} 2 * * *", dice.roll(60)));
        text.replace("}\nspec", &format!("{}}}\nspec", uid(dice)))
    };
    match dice.roll(12) {
        0 | 1 if path.exists() => drop(world.remove(&file)),
        2 => drop(world.write(&file, "kind: [")),
        3 => drop(world.write(&file, one(dice).replace("schedule", "shedule"))),
        4 => drop(world.write(&file, format!("{}---\n{}", one(dice), one(dice)))),
        5 => drop(world.write("policy.yaml", "apiVersion: v1\nkind: Policy\nmetadata: {name: p}\nspec: {rules: {allowedTimezones: [UTC], minInterval: 1h}}\n")),
        6 => drop(world.write("policy.yaml", "apiVersion: v1\nkind: Policy\nmetadata: {name: p}\nspec: {selector: {a: b}, rules: {requireLabels: [team]}}\n")),
        7 if world.work().join("policy.yaml").exists() => drop(world.write("policy.yaml", "kind: Policy\nmetadata: {name: p}\n")),
        8 => drop(world.write("README.md", format!("{}", dice.roll(1000)))),
        _ => drop(world.write(&file, one(dice))),
    }
}

#[tokio::test]
async fn a_rebuild_finds_nothing_to_mend() {
    for seed in (100..116) {
        each(|store| rebuilds(store, seed)).await;
    }
}

async fn rebuilds(store: Store, seed: u64) {
    let world = World::new(store).await;
    let dice = Dice(SeededEntropy::new(seed));
    for n in 0..40 {
        for _ in 0..=dice.roll(3) {
            edit(&world, &dice);
        }
        world.commit(&format!("commit {n}"));
        world.clock.advance(jiff::SignedDuration::from_secs(60));
        // Sometimes several commits come at once.
        if dice.roll(3) > 0 {
            world.sync().await;
        }
        if n % 10 == 9 {
            world.sync().await;
            let before = world.projection().await;
            let done = world.app.resync_all().await.unwrap();
            let after = world.projection().await;
            assert_eq!(before, after, "seed {seed}, after commit {n}");
            assert_eq!(done[0].mended, 0, "seed {seed}, after commit {n}");
        }
    }
    assert!(!world.projection().await.jobs.is_empty());
}

#[tokio::test]
async fn a_damaged_projection_is_mended_with_its_ids() {
    each(|store| async move {
        let world = World::new(store).await;
        world.write("a.yaml", job("a", "0 2 * * *")).write("b.yaml", job("b", "0 3 * * *")).commit("one");
        world.write("b.yaml", job("b", "0 4 * * *")).commit("two");
        world.sync().await;
        let good = world.projection().await;
        let mut tx =
            world.app.store().begin(crontopus_store::TenantScope::of(world.actor.tenant_id)).await.unwrap();
        let mut wrong = good.jobs[0].clone();
        wrong.schedule = "tampered".to_owned();
        wrong.digest = "0".repeat(64);
        tx.put_jobs([&wrong]).await.unwrap();
        tx.retire_jobs([good.jobs[1].id], 1).await.unwrap();
        tx.replace_diagnostics(world.repository.id, &[]).await.unwrap();
        tx.commit().await.unwrap();
        let done = world.app.resync_all().await.unwrap();
        assert_eq!((done[0].mended, done[0].jobs), (2, 2));
        assert_eq!(world.projection().await, good);
    })
    .await;
}

//! A year of two hundred hosts and two hundred jobs, from a seed: what the rules say of it is compared with what really
//! happened. `docs/simulation.md` says how to run more of it, and one seed alone.

mod clock;
mod contact;
mod every;
mod oracle;
mod plan;
mod random;
mod server;
mod signals;
mod stale;
mod truth;
mod year;

/// Seeds of an ordinary run of the tests.
const FEW: u64 = 2;

/// A number from the environment.
#[expect(
    clippy::disallowed_methods,
    reason = "a test is a program of its own, and this is how its seed is chosen"
)]
fn number(variable: &str) -> Option<u64> {
    std::env::var(variable)
        .ok()
        .map(|text| text.parse().unwrap_or_else(|_| panic!("{variable}={text} is no number")))
}

#[test]
fn a_year_is_told_as_it_was() {
    let alone = number("CRONTOPUS_SIMULATION_SEED");
    let first = alone.or_else(|| number("CRONTOPUS_SIMULATION_FIRST")).unwrap_or(1);
    let count = if alone.is_some() { 1 } else { number("CRONTOPUS_SIMULATION_SEEDS").unwrap_or(FEW) };
    let only = number("CRONTOPUS_SIMULATION_JOB").map(|n| n as usize);
    for seed in first..first + count {
        let (wrong, volume) = year::live(seed, only);
        assert!(
            wrong.is_empty(),
            "seed {seed}: {} wrong, the first of them:\n{}\nAlone: CRONTOPUS_SIMULATION_SEED={seed} cargo nextest run \
             -p crontopus-domain --test simulation",
            wrong.len(),
            wrong.iter().take(5).cloned().collect::<Vec<_>>().join("\n"),
        );
        assert!(
            only.is_some() || volume.signals > 10_000 && volume.incidents > 100,
            "too little happened: {volume:?}"
        );
        println!("seed {seed}: {volume:?}");
    }
}

use anyhow::Context as _;

/// How much is asked of a story that is also a torture: `CRONTOPUS_TORTURE_<WHAT>`, as `cargo xtask torture` says it,
/// and in the suite `usual`.
#[expect(clippy::disallowed_methods, reason = "the stage is told how much is asked of it")]
pub fn asked(what: &str, usual: u32) -> anyhow::Result<u32> {
    let variable = format!("CRONTOPUS_TORTURE_{what}");
    let Ok(text) = std::env::var(&variable) else { return Ok(usual) };
    text.parse().with_context(|| format!("{variable} is `{text}`, which is no number"))
}

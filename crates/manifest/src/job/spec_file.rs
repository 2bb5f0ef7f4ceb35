use std::time::Duration;

use crontopus_schedule::Guard;

use super::{Job, Kill, Output, Retry};
use crate::spec;

impl Job {
    /// What the wrapper needs to run the job on the host `host_id`. `guard` is given when the native
    /// entry is a superset of the true schedule. A job in ping mode has an empty command; no agent holds
    /// it.
    pub fn to_spec(&self, host_id: &str, guard: Option<Guard>) -> spec::SpecFile {
        spec::SpecFile {
            format: spec::SPEC_FORMAT,
            job: self.key().to_string(),
            digest: self.digest(),
            command: self.command.clone().unwrap_or_default(),
            args: self.args.clone(),
            shell: self.shell.clone(),
            user: self.user.clone(),
            working_dir: self.working_dir.clone(),
            env: self.env.clone(),
            env_files: self.env_files.clone(),
            max_runtime_ms: self.max_runtime.map(milliseconds),
            kill: self.kill.as_ref().map(kill),
            concurrency: self.concurrency,
            retry: self.retry.as_ref().map(retry),
            jitter_ms: self.jitter.map(milliseconds),
            output: output(&self.output),
            guard,
            host: host_id.to_owned(),
        }
    }
}

/// Manifests hold at most ten years, far below what 64 bits of milliseconds hold.
fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn kill(kill: &Kill) -> spec::Kill {
    spec::Kill {
        after_ms: milliseconds(kill.after),
        signal: kill.signal.as_str().to_owned(),
        grace_ms: milliseconds(kill.grace),
    }
}

fn retry(retry: &Retry) -> spec::Retry {
    spec::Retry {
        attempts: retry.attempts,
        delay_ms: milliseconds(retry.delay),
        backoff: retry.backoff,
        max_delay_ms: retry.max_delay.map(milliseconds),
    }
}

fn output(output: &Output) -> spec::OutputRules {
    spec::OutputRules {
        capture: output.capture,
        limit: output.limit,
        redact: output.redact.clone(),
        success_output: output.success_output,
        quiet: output.quiet,
    }
}

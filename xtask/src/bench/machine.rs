//! The machine a figure was measured on, in one line.

use crate::process;

/// Processor, cores, memory, kernel and compiler.
pub(super) fn describe() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let compiler = process::read(process::command("rustc").arg("--version")).unwrap_or_default();
    format!(
        "{}, {cores} cores, {} GiB memory, Linux {}, {}",
        processor(&read("/proc/cpuinfo")).unwrap_or("unknown processor"),
        memory_kib(&read("/proc/meminfo")).unwrap_or(0).div_ceil(1024 * 1024),
        read("/proc/sys/kernel/osrelease").trim(),
        compiler.split(" (").next().unwrap_or_default().trim(),
    )
}

fn processor(cpuinfo: &str) -> Option<&str> {
    field(cpuinfo, "model name")
}

fn memory_kib(meminfo: &str) -> Option<u64> {
    field(meminfo, "MemTotal")?.split(' ').next()?.parse().ok()
}

fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read() {
        assert_eq!(processor("processor\t: 0\nmodel name\t: A 9\n"), Some("A 9"));
        assert_eq!(memory_kib("MemTotal:       24000000 kB\nMemFree: 1 kB\n"), Some(24_000_000));
        assert_eq!(processor(""), None);
    }
}

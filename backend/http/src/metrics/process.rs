use std::fmt;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, NoLabelSet};
use prometheus_client::metrics::MetricType;

/// What the kernel says of this process, under the names that every Prometheus client uses. Only Linux is
/// asked; elsewhere nothing is told.
#[derive(Debug)]
pub(super) struct Process;

/// From `/proc/self`.
#[derive(Debug, PartialEq)]
struct Usage {
    cpu_seconds: f64,
    threads: i64,
    started_ticks: f64,
    virtual_bytes: i64,
    resident_bytes: i64,
    open_fds: Option<i64>,
    max_fds: Option<i64>,
    boot_seconds: Option<f64>,
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let Some(usage) = Usage::read() else { return Ok(()) };
        encoder
            .encode_descriptor(
                "process_cpu_seconds",
                "Processor time used, in user and in kernel mode.",
                None,
                MetricType::Counter,
            )?
            .encode_counter::<NoLabelSet, _, u64>(&usage.cpu_seconds, None)?;
        let mut gauge = |name: &str, help: &str, value: f64| {
            encoder.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(&value)
        };
        gauge("process_resident_memory_bytes", "Memory in use.", usage.resident_bytes as f64)?;
        gauge("process_virtual_memory_bytes", "Memory that is mapped.", usage.virtual_bytes as f64)?;
        gauge("process_threads", "Threads.", usage.threads as f64)?;
        if let Some(open) = usage.open_fds {
            gauge("process_open_fds", "Open file descriptors.", open as f64)?;
        }
        if let Some(most) = usage.max_fds {
            gauge("process_max_fds", "Most file descriptors that may be open.", most as f64)?;
        }
        if let Some(boot) = usage.boot_seconds {
            let started = boot + usage.started_ticks / TICKS;
            gauge("process_start_time_seconds", "When the process began, in Unix time.", started)?;
        }
        Ok(())
    }
}

/// Ticks of a second in `/proc`, which Linux fixes for every program (`USER_HZ`).
const TICKS: f64 = 100.0;

impl Usage {
    fn read() -> Option<Self> {
        let text = |path: &str| std::fs::read_to_string(path).ok();
        let (stat, status) = (text("/proc/self/stat")?, text("/proc/self/status")?);
        let limits = text("/proc/self/limits");
        let boot = text("/proc/stat");
        // One descriptor is that of the listing itself.
        let open = std::fs::read_dir("/proc/self/fd").ok().map(|entries| entries.count() as i64 - 1);
        Self::parse(&stat, &status, limits.as_deref(), boot.as_deref(), open)
    }

    /// proc(5): the second field of `stat` is the program's name in brackets, which may hold anything.
    fn parse(
        stat: &str,
        status: &str,
        limits: Option<&str>,
        boot: Option<&str>,
        open_fds: Option<i64>,
    ) -> Option<Self> {
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        // The first field after the name is the third of the manual.
        let field = |n: usize| fields.get(n - 3)?.parse::<f64>().ok();
        let kib = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key))?;
            line.split_whitespace().next()?.parse::<i64>().ok().map(|kib| kib * 1024)
        };
        let soft_limit = |text: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix("Max open files"))?;
            line.split_whitespace().next()?.parse().ok()
        };
        let booted =
            |text: &str| text.lines().find_map(|line| line.strip_prefix("btime "))?.trim().parse().ok();
        Some(Self {
            cpu_seconds: (field(14)? + field(15)?) / TICKS,
            threads: field(20)? as i64,
            started_ticks: field(22)?,
            virtual_bytes: kib("VmSize:")?,
            resident_bytes: kib("VmRSS:")?,
            open_fds,
            max_fds: limits.and_then(soft_limit),
            boot_seconds: boot.and_then(booted),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_kernel_writes_is_read() {
        let stat = "42 (a ) b) S 1 42 42 0 -1 4194560 900 0 3 0 250 50 0 0 20 0 9 0 12345 1000000 500 184467";
        let status = "Name:\ta\nVmSize:\t    2048 kB\nVmRSS:\t    1024 kB\n";
        let limits =
            "Limit  Soft  Hard  Units\nMax open files            1024                 4096    files\n";
        let usage = Usage::parse(stat, status, Some(limits), Some("cpu 1\nbtime 1000\n"), Some(7)).unwrap();
        assert_eq!((usage.cpu_seconds, usage.threads, usage.started_ticks), (3.0, 9, 12345.0));
        assert_eq!((usage.virtual_bytes, usage.resident_bytes), (2 << 20, 1 << 20));
        assert_eq!((usage.open_fds, usage.max_fds, usage.boot_seconds), (Some(7), Some(1024), Some(1000.0)));
        assert_eq!(Usage::parse("42 (x) S", status, None, None, None), None);
    }
}

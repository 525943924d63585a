//! What the figures were measured on, and when.

use std::fs;
use std::process::Command;
use std::thread::available_parallelism;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A machine by what decides its speed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    pub processor: String,
    pub cores: usize,
    pub memory: String,
    pub system: String,
    pub rustc: String,
    /// How many programs wanted to run, on a mean over the minute before; empty where the system
    /// does not say.
    pub load_before: String,
}

impl Machine {
    /// This one.
    pub fn here() -> Self {
        Self {
            processor: processor().unwrap_or_else(|| "an unknown processor".to_owned()),
            cores: available_parallelism().map_or(1, usize::from),
            memory: memory().unwrap_or_else(|| "unknown".to_owned()),
            system: first_line("uname", &["-srm"])
                .unwrap_or_else(|| std::env::consts::OS.to_owned()),
            rustc: first_line("rustc", &["--version"])
                .unwrap_or_else(|| "rustc of unknown version".to_owned()),
            load_before: load().unwrap_or_default(),
        }
    }

    /// One sentence part: processor, cores, memory, system.
    pub fn describe(&self) -> String {
        let cores = if self.cores == 1 { "core" } else { "cores" };
        format!(
            "{}, {} {cores}, {} of memory, {}",
            self.processor, self.cores, self.memory, self.system
        )
    }

    /// Whether other programs ran when the run began.
    pub fn was_busy(&self) -> bool {
        self.load_before.parse::<f64>().is_ok_and(|load| load > 0.7)
    }
}

/// Linux tells the processor's name; where that is a brand alone, family and model say which.
fn processor() -> Option<String> {
    if let Ok(text) = fs::read_to_string("/proc/cpuinfo") {
        return processor_in(&text);
    }
    first_line("sysctl", &["-n", "machdep.cpu.brand_string"])
}

fn processor_in(cpuinfo: &str) -> Option<String> {
    let value = |name: &str| {
        cpuinfo.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            (key.trim() == name).then(|| value.trim().to_owned())
        })
    };
    let name = value("model name")?;
    Some(match (value("cpu family"), value("model")) {
        (Some(family), Some(model)) => format!("{name} (family {family}, model {model})"),
        _ => name,
    })
}

fn memory() -> Option<String> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    memory_in(&text)
}

fn memory_in(meminfo: &str) -> Option<String> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(format!("{:.0} GB", kibibytes * 1024.0 / 1e9))
}

fn load() -> Option<String> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    Some(text.split_whitespace().next()?.to_owned())
}

fn first_line(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.lines().next()?.trim().to_owned())
}

/// Today's date, UTC.
pub fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    date_of_day(seconds / 86_400)
}

/// The date of a day counted from 1970-01-01.
fn date_of_day(mut day: u64) -> String {
    let is_leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let mut year = 1970;
    while day >= 365 + u64::from(is_leap(year)) {
        day -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", day + 1)
}

#[cfg(test)]
mod tests {
    use super::{Machine, date_of_day, memory_in, processor_in};

    #[test]
    fn days_have_dates() {
        let days = [0, 58, 59, 11_016, 20_513, 20_778, 20_818];
        assert_eq!(
            days.map(date_of_day),
            [
                "1970-01-01",
                "1970-02-28",
                "1970-03-01",
                "2000-02-29",
                "2026-03-01",
                "2026-11-21",
                "2026-12-31",
            ]
        );
    }

    #[test]
    fn a_processor_has_a_name_and_a_model() {
        let text = "processor\t: 0\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\n";
        assert_eq!(processor_in(text).unwrap(), "AMD EPYC (family 25, model 17)");
        assert_eq!(processor_in("model name : Some CPU").unwrap(), "Some CPU");
        assert_eq!(processor_in("Hardware : a board"), None);
    }

    #[test]
    fn memory_is_told_in_gigabytes() {
        assert_eq!(memory_in("MemTotal:       24678912 kB\nMemFree: 1 kB").unwrap(), "25 GB");
        assert_eq!(memory_in("nothing"), None);
    }

    #[test]
    fn a_machine_is_described_in_one_line() {
        let machine = Machine {
            processor: "Some CPU".to_owned(),
            cores: 2,
            memory: "25 GB".to_owned(),
            system: "Linux 6.1.0 x86_64".to_owned(),
            rustc: "rustc 1.95.0".to_owned(),
            load_before: "0.20".to_owned(),
        };
        assert_eq!(machine.describe(), "Some CPU, 2 cores, 25 GB of memory, Linux 6.1.0 x86_64");
        assert!(!machine.was_busy());
        assert!(Machine { load_before: "2.31".to_owned(), ..machine }.was_busy());
    }
}

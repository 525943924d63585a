//! Options of a command line, each also an environment variable: one table a command.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fmt::Write as _;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::time::Duration;

/// One option of a command.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    /// Its name without the dashes.
    pub name: &'static str,
    /// What its value is called in the help; `None` for a switch.
    pub value: Option<&'static str>,
    /// Whether `METERPROOF_` and its name in capitals is read where it is not given.
    pub env: bool,
    /// What it does, and its default.
    pub help: &'static str,
}

/// What was given, by flag or by variable.
#[derive(Debug)]
pub struct Given {
    values: BTreeMap<&'static str, (OsString, Source)>,
    is_help: bool,
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Flag,
    Variable,
}

/// A command line that cannot be followed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArgsError {
    /// No command is given.
    NoCommand,
    /// No such command.
    UnknownCommand {
        /// As given.
        actual: String,
    },
    /// No such option.
    Unknown {
        /// As given.
        actual: String,
    },
    /// An option without the value it needs.
    NoValue {
        /// The flag.
        name: String,
    },
    /// An option with a value that takes none.
    UnexpectedValue {
        /// The flag.
        name: String,
    },
    /// One option twice.
    Repeated {
        /// The flag.
        name: String,
    },
    /// An option that has no default is neither given nor in the environment.
    NotSet {
        /// The flag.
        name: String,
        /// The variable that could hold it.
        variable: String,
    },
    /// A value that the option cannot have.
    Invalid {
        /// The flag, or the variable where the value is from there.
        name: String,
        /// As given.
        actual: String,
        /// What it must be.
        expected: String,
    },
}

impl Given {
    /// Reads the arguments after the command's name; what is not among them is looked up in the
    /// environment. An empty variable counts as not set.
    ///
    /// # Errors
    /// [`ArgsError`] for the first argument that is no option of the table.
    pub fn read(
        specs: &[Spec],
        arguments: impl IntoIterator<Item = OsString>,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Self, ArgsError> {
        let mut given = Self { values: BTreeMap::new(), is_help: false };
        let mut parser = lexopt::Parser::from_args(arguments);
        while let Some(argument) = parser.next().map_err(unexpected_value)? {
            let name = match argument {
                lexopt::Arg::Short('h') | lexopt::Arg::Long("help") => {
                    given.is_help = true;
                    continue;
                }
                lexopt::Arg::Long(name) => name.to_owned(),
                lexopt::Arg::Short(letter) => {
                    return Err(ArgsError::Unknown { actual: format!("-{letter}") });
                }
                lexopt::Arg::Value(value) => {
                    return Err(ArgsError::Unknown { actual: value.display().to_string() });
                }
            };
            let Some(spec) = specs.iter().find(|spec| spec.name == name) else {
                return Err(ArgsError::Unknown { actual: format!("--{name}") });
            };
            let value = match spec.value {
                Some(_) => parser.value().map_err(|_| ArgsError::NoValue { name: flag(&name) })?,
                None => OsString::new(),
            };
            if given.values.insert(spec.name, (value, Source::Flag)).is_some() {
                return Err(ArgsError::Repeated { name: flag(&name) });
            }
        }
        for spec in specs.iter().filter(|spec| spec.env) {
            if let Some(value) = variable(&variable_name(spec.name)).filter(|v| !v.is_empty()) {
                given.values.entry(spec.name).or_insert((value, Source::Variable));
            }
        }
        Ok(given)
    }

    /// Whether help was asked for.
    #[must_use]
    pub fn is_help(&self) -> bool {
        self.is_help
    }

    /// Whether a switch is on.
    #[must_use]
    pub fn is_on(&self, name: &'static str) -> bool {
        self.values.contains_key(name)
    }

    /// A path, if given.
    #[must_use]
    pub fn path(&self, name: &'static str) -> Option<PathBuf> {
        self.values.get(name).map(|(value, _)| PathBuf::from(value))
    }

    /// A value, read by `read`; `expected` ends the sentence "give …" where that fails.
    ///
    /// # Errors
    /// [`ArgsError::Invalid`] where it is given and cannot be read.
    pub fn parsed<T>(
        &self,
        name: &'static str,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, ArgsError> {
        let Some((value, _)) = self.values.get(name) else { return Ok(None) };
        value.to_str().and_then(read).map(Some).ok_or_else(|| self.invalid(name, expected))
    }

    /// A whole number within `range`, if given.
    ///
    /// # Errors
    /// [`ArgsError::Invalid`] where it is no such number.
    pub fn number(
        &self,
        name: &'static str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<u64>, ArgsError> {
        let expected = format!("a whole number from {} to {}", range.start(), range.end());
        self.parsed(name, &expected, |text| text.parse().ok().filter(|n| range.contains(n)))
    }

    /// [`Given::number`] as seconds.
    ///
    /// # Errors
    /// [`ArgsError::Invalid`] where it is no such number.
    pub fn seconds(
        &self,
        name: &'static str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<Duration>, ArgsError> {
        Ok(self.number(name, range)?.map(Duration::from_secs))
    }

    /// [`Given::number`] as milliseconds.
    ///
    /// # Errors
    /// [`ArgsError::Invalid`] where it is no such number.
    pub fn milliseconds(
        &self,
        name: &'static str,
        range: RangeInclusive<u64>,
    ) -> Result<Option<Duration>, ArgsError> {
        Ok(self.number(name, range)?.map(Duration::from_millis))
    }

    /// That this option's value is wrong.
    #[must_use]
    pub fn invalid(&self, name: &'static str, expected: &str) -> ArgsError {
        let (actual, name) = match self.values.get(name) {
            Some((value, Source::Variable)) => (value.display().to_string(), variable_name(name)),
            Some((value, Source::Flag)) => (value.display().to_string(), flag(name)),
            None => (String::new(), flag(name)),
        };
        ArgsError::Invalid { name, actual, expected: expected.to_owned() }
    }

    /// That this option has to be given.
    #[must_use]
    pub fn not_set(name: &'static str) -> ArgsError {
        ArgsError::NotSet { name: flag(name), variable: variable_name(name) }
    }
}

/// The help of a command's options, a line or more each.
#[must_use]
pub fn help(specs: &[Spec]) -> String {
    let heads: Vec<String> = specs
        .iter()
        .map(|spec| match spec.value {
            Some(value) => format!("--{} {value}", spec.name),
            None => format!("--{}", spec.name),
        })
        .collect();
    let width = heads.iter().map(String::len).max().unwrap_or(0);
    let mut text = String::new();
    for (head, spec) in heads.iter().zip(specs) {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {head:width$}  {}", spec.help);
    }
    text
}

fn flag(name: &str) -> String {
    format!("--{name}")
}

fn variable_name(name: &str) -> String {
    format!("METERPROOF_{}", name.replace('-', "_").to_ascii_uppercase())
}

/// What lexopt finds wrong by itself: `--json=1`, or an option whose name is no Unicode.
fn unexpected_value(error: lexopt::Error) -> ArgsError {
    match error {
        lexopt::Error::UnexpectedValue { option, .. } => {
            ArgsError::UnexpectedValue { name: option }
        }
        other => ArgsError::Unknown { actual: other.to_string() },
    }
}

impl ArgsError {
    /// The codes of all variants.
    pub const ALL: &'static [&'static str] = &[
        "no_command",
        "unknown_command",
        "unknown_option",
        "option_without_value",
        "option_with_value",
        "repeated_option",
        "option_not_set",
        "invalid_option",
    ];

    /// The stable code of the variant.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoCommand => "no_command",
            Self::UnknownCommand { .. } => "unknown_command",
            Self::Unknown { .. } => "unknown_option",
            Self::NoValue { .. } => "option_without_value",
            Self::UnexpectedValue { .. } => "option_with_value",
            Self::Repeated { .. } => "repeated_option",
            Self::NotSet { .. } => "option_not_set",
            Self::Invalid { .. } => "invalid_option",
        }
    }
}

impl fmt::Display for ArgsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCommand => f.write_str("no command is given; --help lists them"),
            Self::UnknownCommand { actual } => {
                write!(f, "{actual} is no command; --help lists them")
            }
            Self::Unknown { actual } => {
                write!(f, "{actual} is no option of this command; --help lists them")
            }
            Self::NoValue { name } => write!(f, "{name} needs a value"),
            Self::UnexpectedValue { name } => write!(f, "{name} takes no value"),
            Self::Repeated { name } => write!(f, "{name} is given twice; give it once"),
            Self::NotSet { name, variable } => {
                write!(f, "{name} is not given; give it, or set {variable}")
            }
            Self::Invalid { name, actual, expected } => {
                write!(f, "{name} is {actual:?}; give {expected}")
            }
        }
    }
}

impl std::error::Error for ArgsError {}

#[cfg(test)]
mod tests {
    use super::*;

    const SPECS: [Spec; 3] = [
        Spec { name: "ledger", value: Some("FILE"), env: true, help: "the file" },
        Spec { name: "tick-ms", value: Some("N"), env: true, help: "how often" },
        Spec { name: "json", value: None, env: false, help: "as JSON" },
    ];

    fn read(arguments: &[&str], variables: &[(&str, &str)]) -> Result<Given, ArgsError> {
        let lookup = |name: &str| {
            variables.iter().find(|(key, _)| *key == name).map(|(_, value)| OsString::from(value))
        };
        Given::read(&SPECS, arguments.iter().map(OsString::from), &lookup)
    }

    #[test]
    fn a_flag_goes_before_a_variable_and_an_empty_variable_is_none() {
        let given = read(
            &["--ledger=a.db", "--json"],
            &[("METERPROOF_LEDGER", "b.db"), ("METERPROOF_TICK_MS", "20")],
        )
        .unwrap();
        assert_eq!(given.path("ledger"), Some(PathBuf::from("a.db")));
        assert_eq!(given.number("tick-ms", 1..=100), Ok(Some(20)));
        assert!(given.is_on("json"));
        let given = read(&[], &[("METERPROOF_LEDGER", ""), ("METERPROOF_JSON", "1")]).unwrap();
        assert_eq!(given.path("ledger"), None);
        assert!(!given.is_on("json"));
    }

    #[test]
    fn errors_name_the_flag_or_the_variable() {
        let text = |arguments: &[&str]| read(arguments, &[]).unwrap_err().to_string();
        assert_eq!(
            text(&["--port", "1"]),
            "--port is no option of this command; --help lists them"
        );
        assert_eq!(text(&["-x"]), "-x is no option of this command; --help lists them");
        assert_eq!(text(&["stray"]), "stray is no option of this command; --help lists them");
        assert_eq!(text(&["--ledger"]), "--ledger needs a value");
        assert_eq!(text(&["--json=1"]), "--json takes no value");
        assert_eq!(text(&["--json", "--json"]), "--json is given twice; give it once");
        let number = |arguments: &[&str], variables: &[(&str, &str)]| {
            read(arguments, variables).unwrap().number("tick-ms", 1..=100).unwrap_err().to_string()
        };
        assert_eq!(
            number(&["--tick-ms", "5s"], &[]),
            "--tick-ms is \"5s\"; give a whole number from 1 to 100"
        );
        assert_eq!(
            number(&[], &[("METERPROOF_TICK_MS", "101")]),
            "METERPROOF_TICK_MS is \"101\"; give a whole number from 1 to 100"
        );
        assert_eq!(
            Given::not_set("ledger").to_string(),
            "--ledger is not given; give it, or set METERPROOF_LEDGER"
        );
    }

    #[test]
    fn the_help_is_aligned() {
        assert_eq!(
            help(&SPECS),
            "  --ledger FILE  the file\n  --tick-ms N    how often\n  --json         as JSON\n"
        );
    }
}

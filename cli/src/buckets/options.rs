//! The options of `meterproof buckets`.

use std::ffi::OsString;
use std::path::PathBuf;

use meterproof::usage::LicenseArn;
use meterproof_metering::{Bucket, BucketFilter, StateName};

use super::text::{license_id, parse_time};
use crate::args::{ArgsError, Given, Spec, help};

const OPTIONS: &[Spec] = &[
    Spec {
        name: "ledger",
        value: Some("FILE"),
        env: true,
        help: "the ledger to look at (required)",
    },
    option("state", "LIST", "in these states: open, frozen, held, settled, conflict, expired"),
    option("license", "ARN", "of this license: its ARN, or the part from l- on"),
    option("account", "ID", "of this CustomerAWSAccountId"),
    option("customer", "ID", "of this CustomerIdentifier"),
    option("dimension", "NAME", "in this dimension"),
    option("hour", "TIME", "of this hour, as 2026-11-21T10; with one bucket left: its account"),
    option("from", "TIME", "from this time on"),
    option("to", "TIME", "before this time"),
    Spec { name: "json", value: None, env: false, help: "as JSON, an object a line" },
];

/// What to show of which ledger.
#[derive(Clone, Debug)]
pub struct BucketsOptions {
    pub(super) ledger: PathBuf,
    pub(super) filter: BucketFilter,
    pub(super) is_one_hour: bool,
    pub(super) is_json: bool,
    license: Option<String>,
    account: Option<String>,
    customer: Option<String>,
    dimension: Option<String>,
}

/// The help of `meterproof buckets`.
#[must_use]
pub fn usage() -> String {
    format!(
        "meterproof buckets: what a ledger holds, and what became of it\n\n\
         Usage: meterproof buckets --ledger FILE [OPTIONS]\n\n\
         Reads beside a running agent. Lists a line a bucket; with --hour, and options that leave\n\
         one bucket, tells that bucket's history.\n\nOptions:\n{}",
        help(OPTIONS)
    )
}

impl BucketsOptions {
    /// Reads the options; `None` where help is asked for.
    ///
    /// # Errors
    /// [`ArgsError`], which names the option.
    pub fn read(
        arguments: impl IntoIterator<Item = OsString>,
        variable: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Option<Self>, ArgsError> {
        let given = Given::read(OPTIONS, arguments, variable)?;
        if given.is_help() { Ok(None) } else { Self::of(&given).map(Some) }
    }

    fn of(given: &Given) -> Result<Self, ArgsError> {
        let time = |name| given.parsed(name, "a time, as 2026-11-21T10:00:00Z", parse_time);
        let hour = time("hour")?.map(|hour| hour.start_of_hour());
        let (mut from, mut to) = (time("from")?, time("to")?);
        if let Some(hour) = hour {
            if from.is_some() || to.is_some() {
                return Err(given.invalid("hour", "no --from and no --to with it"));
            }
            (from, to) = (Some(hour), hour.plus_seconds(3600));
        }
        let states = given.parsed(
            "state",
            "open, frozen, held, settled, conflict or expired, or some with commas between them",
            |text| text.split(',').map(|name| StateName::parse(name.trim())).collect::<Option<_>>(),
        )?;
        let text = |name, expected| {
            given.parsed(name, expected, |text| (!text.is_empty()).then(|| text.to_owned()))
        };
        let license = text("license", "a license's ARN, or its part from l- on")?;
        // A whole ARN is looked up; a part of it is compared with each.
        let arn = license.as_deref().filter(|license| license.starts_with("arn:"));
        let arn = arn.map(LicenseArn::parse).transpose().map_err(|error| {
            given.invalid("license", &format!("a license's ARN, or its part from l- on ({error})"))
        })?;
        Ok(Self {
            ledger: given.path("ledger").ok_or_else(|| Given::not_set("ledger"))?,
            filter: BucketFilter { states: states.unwrap_or_default(), license: arn, from, to },
            is_one_hour: hour.is_some(),
            is_json: given.is_on("json"),
            license,
            account: text("account", "an account")?,
            customer: text("customer", "a customer's identifier")?,
            dimension: text("dimension", "a dimension")?,
        })
    }

    /// Whether a bucket of the filter is one of those asked for.
    pub(super) fn holds(&self, bucket: &Bucket) -> bool {
        let identity = bucket.key.identity();
        let is = |asked: &Option<String>, actual: Option<&str>| {
            asked.as_deref().is_none_or(|asked| actual == Some(asked))
        };
        let license = identity.license_arn().map(|arn| arn.as_str());
        (is(&self.license, license) || is(&self.license, license.map(license_id)))
            && is(&self.account, identity.account().map(|account| account.as_str()))
            && is(&self.customer, identity.customer().map(|customer| customer.as_str()))
            && is(&self.dimension, Some(bucket.key.dimension().as_str()))
    }
}

const fn option(name: &'static str, value: &'static str, help: &'static str) -> Spec {
    Spec { name, value: Some(value), env: false, help }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<BucketsOptions, ArgsError> {
        let all = ["--ledger", "usage.db"].iter().chain(arguments);
        BucketsOptions::read(all.map(OsString::from), &|_| None).map(Option::unwrap)
    }

    #[test]
    fn an_hour_is_from_its_start_to_its_end() {
        let options = read(&["--hour", "2026-11-21T10", "--state", "held,conflict"]).unwrap();
        let shown = |time: Option<meterproof::Timestamp>| time.unwrap().to_string();
        assert_eq!(shown(options.filter.from), "2026-11-21T10:00:00Z");
        assert_eq!(shown(options.filter.to), "2026-11-21T11:00:00Z");
        assert_eq!(options.filter.states, [StateName::Held, StateName::Conflict]);
        assert!(options.is_one_hour && !options.is_json);
    }

    #[test]
    fn a_wrong_value_is_named() {
        let wrong = |arguments: &[&str]| read(arguments).unwrap_err().to_string();
        assert_eq!(
            wrong(&["--hour", "ten"]),
            "--hour is \"ten\"; give a time, as 2026-11-21T10:00:00Z"
        );
        assert_eq!(
            wrong(&["--hour", "2026-11-21T10", "--to", "2026-11-21T11"]),
            "--hour is \"2026-11-21T10\"; give no --from and no --to with it"
        );
        assert_eq!(
            wrong(&["--state", "shut"]),
            "--state is \"shut\"; give open, frozen, held, settled, conflict or expired, or some with commas between them"
        );
        assert!(wrong(&["--license", "arn:nothing"]).starts_with(
            "--license is \"arn:nothing\"; give a license's ARN, or its part from l- on ("
        ));
    }
}

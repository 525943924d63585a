//! Customers in one file, for one machine: JSON lines, replaced as a whole.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use meterproof::Timestamp;
use serde_json::{Map, Value};

use super::customer::Customer;
use super::form::OfferType;
use super::store::{CustomerStore, StoreError, attributes};

/// A file of customers, one JSON object a line, with the attribute names of the DynamoDB table.
///
/// Each change writes a new file beside the old one, syncs it and renames it over the old one, so
/// that a reader, or a machine that stops half-way, sees the former state or the new one. Writers
/// wait for each other by a lock on `<file>.lock`.
#[derive(Clone, Debug)]
pub struct FileCustomers {
    path: PathBuf,
}

impl FileCustomers {
    /// Keeps customers in `path`, which is made by the first one.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }
}

impl CustomerStore for FileCustomers {
    async fn remember(
        &self,
        customer: &Customer,
        offer_type: Option<OfferType>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let path = self.path.clone();
        let customer = customer.clone();
        tokio::task::spawn_blocking(move || update(&path, &customer, offer_type, now))
            .await
            .map_err(|error| StoreError::new(error.to_string()))?
            .map_err(|error| StoreError::new(error.to_string()))
    }
}

fn update(
    path: &Path,
    customer: &Customer,
    offer_type: Option<OfferType>,
    now: Timestamp,
) -> io::Result<()> {
    let lock = File::create(beside(path, ".lock"))?;
    lock.lock()?;
    let mut rows = read(path)?;
    let id = customer.id().as_str();
    let row = match rows
        .iter()
        .position(|row| row.get("customer_id").and_then(Value::as_str) == Some(id))
    {
        Some(at) => rows.get_mut(at),
        None => {
            rows.push(Map::from_iter([
                ("customer_id".to_owned(), id.into()),
                ("first_seen".to_owned(), now.to_string().into()),
            ]));
            rows.last_mut()
        }
    };
    if let Some(row) = row {
        for (name, value) in attributes(customer, offer_type) {
            row.insert(name.to_owned(), value.into());
        }
        row.insert("last_seen".to_owned(), now.to_string().into());
    }
    replace(path, &rows)
}

fn read(path: &Path) -> io::Result<Vec<Map<String, Value>>> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    // A line that does not parse stops the update: rewriting the file would lose it. The parser's
    // message is left out, as it can quote the line.
    text.lines()
        .enumerate()
        .map(|(at, line)| {
            serde_json::from_str(line).map_err(|_| {
                io::Error::new(
                    io::ErrorKind::InvalidData,
                    format!("line {} is no JSON object", at + 1),
                )
            })
        })
        .collect()
}

fn replace(path: &Path, rows: &[Map<String, Value>]) -> io::Result<()> {
    let fresh = beside(path, ".new");
    let mut file = File::create(&fresh)?;
    for row in rows {
        serde_json::to_writer(&mut file, row)?;
        file.write_all(b"\n")?;
    }
    file.sync_all()?;
    fs::rename(&fresh, path)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use meterproof_aws::ResolvedCustomer;

    fn customer(account: &str) -> Customer {
        Customer::new(ResolvedCustomer {
            product_code: Some("prod".into()),
            customer_aws_account_id: Some(account.into()),
            ..ResolvedCustomer::default()
        })
        .unwrap()
    }

    fn time(text: &str) -> Timestamp {
        Timestamp::parse_iso_8601(text).unwrap()
    }

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("meterproof-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[tokio::test]
    async fn a_repeat_keeps_first_seen_and_the_trial_and_moves_last_seen() {
        let folder = folder("repeat");
        let store = FileCustomers::new(folder.join("customers.jsonl"));
        let (early, late) = (time("2026-11-21T10:00:00Z"), time("2026-11-22T10:00:00Z"));
        store.remember(&customer("111111111111"), Some(OfferType::FreeTrial), early).await.unwrap();
        store.remember(&customer("222222222222"), None, early).await.unwrap();
        store.remember(&customer("111111111111"), None, late).await.unwrap();
        let rows = read(&folder.join("customers.jsonl")).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0]["customer_id"], customer("111111111111").id().as_str());
        assert_eq!(rows[0]["first_seen"], "2026-11-21T10:00:00Z");
        assert_eq!(rows[0]["last_seen"], "2026-11-22T10:00:00Z");
        assert_eq!(rows[0]["offer_type"], "free-trial");
        assert_eq!(rows[1]["last_seen"], "2026-11-21T10:00:00Z");
        fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn concurrent_writers_lose_nobody() {
        let folder = folder("concurrent");
        let store = FileCustomers::new(folder.join("customers.jsonl"));
        let now = time("2026-11-21T10:00:00Z");
        let mut writers = tokio::task::JoinSet::new();
        for number in 0..20 {
            let store = store.clone();
            writers.spawn(async move {
                store.remember(&customer(&format!("{number:012}")), None, now).await
            });
        }
        while let Some(written) = writers.join_next().await {
            written.unwrap().unwrap();
        }
        assert_eq!(read(&folder.join("customers.jsonl")).unwrap().len(), 20);
        fs::remove_dir_all(folder).unwrap();
    }

    #[tokio::test]
    async fn a_damaged_file_is_left_as_it_is() {
        let folder = folder("damaged");
        let path = folder.join("customers.jsonl");
        fs::write(&path, "{}\nsecret line\n").unwrap();
        let error = FileCustomers::new(&path)
            .remember(&customer("1"), None, time("2026-11-21T10:00:00Z"))
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), "the customer could not be stored: line 2 is no JSON object");
        assert_eq!(fs::read_to_string(&path).unwrap(), "{}\nsecret line\n");
        fs::remove_dir_all(folder).unwrap();
    }
}

//! An open bucket's contents as counters.
//!
//! What every addition changes stands on the head of its shard: how many events, the sum of
//! untagged usage, decimal places, usage carried in. Each set of tags has a sum of its own beside
//! it; an addition of very many sets goes beside it as one part, since a transaction takes 100
//! items.
//!
//! `pieces` on the head counts the additions to items beside it. A query may see one item of a
//! transaction and not yet another, so a reader who needs everything compares the counts.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem};
use meterproof::Timestamp;
use meterproof::usage::{Tag, TagKey, TagSet, TagValue};
use meterproof_metering::{Contents, LedgerError, Piece};
use sha2::{Digest, Sha256};

use super::DynamoDbLedger;
use super::call::unbuilt;
use super::item::{Change, Item, corrupt, key, name, number, read_number, read_text, string};
use super::keys::{self, HEAD, PART, TAGS};

/// Sets of tags that an addition may bring and still go to sums of their own.
pub(super) const MAX_SUMS: usize = 24;

const EVENTS: &str = "events";
const MICROS: &str = "micros";
const PIECES: &str = "pieces";
const PLACES: &str = "places";
const CARRIED: &str = "carried_";
const TAG_SET: &str = "tags";

const HOUR_MILLIS: i64 = 3_600_000;

impl DynamoDbLedger {
    /// Adds contents to a shard: what its head counts goes into `head`, and the answer is what
    /// goes beside it. `part` names the addition, should it be one of many sets of tags.
    pub(super) async fn add_sums(
        &self,
        head: Change,
        shard_pk: &str,
        contents: &Contents,
        part: &str,
    ) -> Result<(Change, Vec<TransactWriteItem>), LedgerError> {
        let mut head = head.add(EVENTS, number(contents.events()));
        if let Some(places) = contents.places() {
            head = head.add(PLACES, AttributeValue::Ns(vec![places.to_string()]));
        }
        for (hour, micros) in contents.carried() {
            let hours = hour.unix_millis().div_euclid(HOUR_MILLIS);
            head = head.add(&format!("{CARRIED}{hours}"), number(micros));
        }
        let mut tagged = Vec::new();
        for (tags, micros) in contents.pieces() {
            if *tags == TagSet::UNTAGGED {
                head = head.add(MICROS, number(micros));
            } else {
                tagged.push((tags, micros));
            }
        }
        if tagged.is_empty() {
            return Ok((head, Vec::new()));
        }
        if tagged.len() > MAX_SUMS {
            let beside = self.part(shard_pk, &tagged, part).await?;
            return Ok((head.add(PIECES, number(1)), vec![beside]));
        }
        let beside = tagged.iter().map(|(tags, micros)| {
            Change::default()
                .set_once(TAG_SET, string(tags_json(tags).to_string()))
                .add(MICROS, number(micros))
                .add(PIECES, number(1))
                .update(&self.table, key(shard_pk, &format!("{TAGS}{}", tags_digest(tags))))
        });
        let beside = beside.collect::<Result<Vec<_>, _>>()?;
        Ok((head.add(PIECES, number(beside.len())), beside))
    }

    async fn part(
        &self,
        shard_pk: &str,
        tagged: &[(&TagSet, u128)],
        name: &str,
    ) -> Result<TransactWriteItem, LedgerError> {
        let sums = tagged.iter().map(|(tags, micros)| (tags_json(tags), micros.to_string()));
        let json = serde_json::json!(sums.collect::<Vec<_>>()).to_string();
        let sk = format!("{PART}{name}");
        let mut item = key(shard_pk, &sk);
        let text = self.keep_text(&format!("{shard_pk} {sk}"), &json).await?;
        item.extend(text.into_iter().map(|(name, value)| (name.to_owned(), value)));
        let put = Put::builder().table_name(&self.table).set_item(Some(item)).build();
        Ok(TransactWriteItem::builder().put(put.map_err(unbuilt)?).build())
    }

    /// What all items of a shard's partition come to.
    pub(super) async fn read_sums(&self, items: &[Item]) -> Result<Sums, LedgerError> {
        let mut sums = Sums::default();
        for item in items {
            let sk = read_text(item, name::SK)?;
            if sk == HEAD {
                let head = head_sums(item)?;
                sums.expected = head.expected;
                sums.contents.absorb(head.contents);
            } else if sk.starts_with(TAGS) {
                let tags = serde_json::from_str(read_text(item, TAG_SET)?).ok();
                let tags = tags.as_ref().and_then(read_tags);
                let micros = read_number(item, MICROS)?;
                let (Some(tags), Some(micros)) = (tags, micros) else {
                    return Err(corrupt(item, TAG_SET));
                };
                sums.found += read_number(item, PIECES)?.unwrap_or(0);
                sums.contents.absorb(of_pieces(vec![Piece { tags, micros }]));
            } else if sk.starts_with(PART) {
                let pieces = read_part(&self.text_of(item).await?);
                sums.found += 1;
                sums.contents.absorb(of_pieces(pieces.ok_or_else(|| corrupt(item, PART))?));
            }
        }
        Ok(sums)
    }
}

/// What a shard holds.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub(super) contents: Contents,
    /// How many additions went to items beside the head, by the head.
    pub(super) expected: u64,
    /// How many were seen.
    pub(super) found: u64,
}

/// What a shard's head alone says.
pub(super) fn head_sums(head: &Item) -> Result<Sums, LedgerError> {
    let untagged = read_number(head, MICROS)?;
    let pieces = untagged.map(|micros| Piece { tags: TagSet::UNTAGGED, micros });
    let places = match head.get(PLACES) {
        None => None,
        Some(AttributeValue::Ns(places)) => places
            .iter()
            .map(|places| places.parse().map_err(|_| corrupt(head, PLACES)))
            .collect::<Result<Vec<u8>, _>>()?
            .into_iter()
            .max(),
        Some(_) => return Err(corrupt(head, PLACES)),
    };
    let mut carried = BTreeMap::new();
    for name in head.keys().filter(|name| name.starts_with(CARRIED)) {
        let hour = name[CARRIED.len()..]
            .parse::<i64>()
            .ok()
            .and_then(|hours| Timestamp::from_unix_millis(hours.checked_mul(HOUR_MILLIS)?));
        let micros = read_number(head, name)?;
        let (Some(hour), Some(micros)) = (hour, micros) else { return Err(corrupt(head, name)) };
        carried.insert(hour, micros);
    }
    let events = read_number(head, EVENTS)?.unwrap_or(0);
    Ok(Sums {
        contents: Contents::from_parts(pieces, places, carried, events),
        expected: read_number(head, PIECES)?.unwrap_or(0),
        found: 0,
    })
}

fn of_pieces(pieces: Vec<Piece>) -> Contents {
    Contents::from_parts(pieces, None, BTreeMap::new(), 0)
}

/// `[["key","value"],["key",null]]`.
fn tags_json(tags: &TagSet) -> serde_json::Value {
    let pair =
        |tag: &Tag| serde_json::json!([tag.key().as_str(), tag.value().map(TagValue::as_str)]);
    tags.tags().iter().map(pair).collect()
}

fn read_tags(json: &serde_json::Value) -> Option<TagSet> {
    let tag = |pair: &serde_json::Value| {
        let key = TagKey::parse(pair.get(0)?.as_str()?).ok()?;
        let value = match pair.get(1)? {
            serde_json::Value::Null => None,
            value => Some(TagValue::parse(value.as_str()?).ok()?),
        };
        Some(Tag::new(key, value))
    };
    TagSet::new(json.as_array()?.iter().map(tag).collect::<Option<_>>()?).ok()
}

fn read_part(text: &str) -> Option<Vec<Piece>> {
    let sums: Vec<(serde_json::Value, String)> = serde_json::from_str(text).ok()?;
    let piece = |(tags, micros): &(serde_json::Value, String)| {
        Some(Piece { tags: read_tags(tags)?, micros: micros.parse().ok()? })
    };
    sums.iter().map(piece).collect()
}

/// By what tags mean: no value and the empty value are one.
fn tags_digest(tags: &TagSet) -> String {
    let mut hash = Sha256::new();
    for tag in tags.tags() {
        for text in [tag.key().as_str(), tag.value().map_or("", TagValue::as_str)] {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
    }
    keys::encode(&hash.finalize()[..16])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, Option<&str>)]) -> TagSet {
        let tag = |(key, value): &(&str, Option<&str>)| {
            Tag::new(
                TagKey::parse(key).unwrap(),
                value.map(|value| TagValue::parse(value).unwrap()),
            )
        };
        TagSet::new(pairs.iter().map(tag).collect()).unwrap()
    }

    #[test]
    fn tags_are_read_as_they_were_written() {
        let set = tags(&[("Team", Some("a")), ("Cost", None)]);
        let json = tags_json(&set);
        assert_eq!(json.to_string(), r#"[["Cost",null],["Team","a"]]"#);
        assert_eq!(read_tags(&json), Some(set));
    }

    #[test]
    fn equal_sets_of_tags_have_one_sum() {
        let missing = tags_digest(&tags(&[("Team", None)]));
        assert_eq!(missing, tags_digest(&tags(&[("Team", Some(""))])));
        assert_ne!(missing, tags_digest(&tags(&[("Team", Some("a"))])));
        // Lengths tell where a key ends and its value begins.
        let ab = tags_digest(&tags(&[("a", Some("bc"))]));
        assert_ne!(ab, tags_digest(&tags(&[("ab", Some("c"))])));
    }

    #[test]
    fn a_head_without_counters_is_empty() {
        let sums = head_sums(&key("bucket#x", HEAD)).unwrap();
        assert_eq!((sums.contents, sums.expected), (Contents::default(), 0));
    }

    #[test]
    fn a_heads_counters_are_read_exactly() {
        let mut head = key("bucket#x", HEAD);
        head.insert(EVENTS.into(), number(3));
        head.insert(MICROS.into(), number(u128::MAX / 10));
        head.insert(PIECES.into(), number(2));
        head.insert(PLACES.into(), AttributeValue::Ns(vec!["2".into(), "6".into()]));
        head.insert(format!("{CARRIED}2"), number(5));
        let sums = head_sums(&head).unwrap();
        let untagged = Piece { tags: TagSet::UNTAGGED, micros: u128::MAX / 10 };
        let from = Timestamp::from_unix_seconds(7200).unwrap();
        let carried = BTreeMap::from([(from, 5)]);
        assert_eq!(sums.contents, Contents::from_parts([untagged], Some(6), carried, 3));
        assert_eq!(sums.expected, 2);
    }

    #[test]
    fn what_is_no_counter_is_named() {
        let mut head = key("bucket#x", HEAD);
        head.insert(MICROS.into(), string("many"));
        let error = head_sums(&head).unwrap_err();
        let what = "the attribute micros of bucket#x".to_owned();
        assert_eq!(error, LedgerError::Corrupt { what });
    }
}

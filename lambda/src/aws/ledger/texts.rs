//! Texts of any length: DynamoDB takes 400 KB an item, and a bucket of 2500 sets of tags has more.
//!
//! A short text lies in its item. A long one lies in items of its own, written before the item
//! that refers to it, in a partition with a name that nobody else uses: where that item is not
//! written, or is replaced, its text goes. A program that ends in between leaves a text that
//! nothing refers to.

use aws_sdk_dynamodb::types::AttributeValue;
use meterproof_metering::LedgerError;
use sha2::{Digest, Sha256};

use super::DynamoDbLedger;
use super::call::write_one;
use super::item::{self, Item, corrupt, read_number, string};
use super::keys;

/// Bytes of a text that lies in its item; 25 of them fit into a transaction of 4 MB.
const INLINE: usize = 100_000;
/// Bytes of one item of a long text.
const CHUNK: usize = 350_000;

const JSON: &str = "json";
const TEXT: &str = "text";
const CHUNKS: &str = "chunks";

impl DynamoDbLedger {
    /// The attributes that hold a text. A long one is written now; `owner` is the key of its
    /// item.
    pub(super) async fn keep_text(
        &self,
        owner: &str,
        text: &str,
    ) -> Result<Vec<(&'static str, AttributeValue)>, LedgerError> {
        if text.len() <= INLINE {
            return Ok(vec![(JSON, string(text))]);
        }
        let mut digest = Sha256::new();
        digest.update(fastrand::u128(..).to_be_bytes());
        digest.update((owner.len() as u64).to_be_bytes());
        digest.update(owner);
        digest.update(text);
        let name = keys::encode(&digest.finalize());
        let mut rest = text;
        let mut chunks = 0_u32;
        while !rest.is_empty() {
            let (chunk, after) = rest.split_at(rest.floor_char_boundary(CHUNK));
            rest = after;
            let mut item = chunk_key(&name, chunks);
            item.insert(JSON.into(), string(chunk));
            write_one("PutItem", || {
                let put = self.client.put_item().table_name(&self.table);
                put.set_item(Some(item.clone())).send()
            })
            .await?;
            chunks += 1;
        }
        Ok(vec![(TEXT, string(name)), (CHUNKS, item::number(chunks))])
    }

    /// The text of an item.
    pub(super) async fn text_of(&self, item: &Item) -> Result<String, LedgerError> {
        if let Some(AttributeValue::S(text)) = item.get(JSON) {
            return Ok(text.clone());
        }
        let Some(name) = text_name(item) else { return Err(corrupt(item, JSON)) };
        let chunks: u32 = read_number(item, CHUNKS)?.ok_or_else(|| corrupt(item, CHUNKS))?;
        let mut text = String::new();
        let mut found = 0;
        for chunk in self.partition(&format!("text#{name}")).await? {
            text.push_str(item::read_text(&chunk, JSON)?);
            found += 1;
        }
        if found == chunks {
            Ok(text)
        } else {
            let cause = "Query: a text that was read has just been replaced".to_owned();
            Err(LedgerError::Unavailable { cause })
        }
    }
}

/// The keys of the items that a long text of this item lies in.
pub(super) fn text_keys(item: &Item) -> Vec<Item> {
    let chunks: u32 = read_number(item, CHUNKS).ok().flatten().unwrap_or_default();
    text_name(item)
        .map(|name| (0..chunks).map(|chunk| chunk_key(name, chunk)).collect())
        .unwrap_or_default()
}

fn text_name(item: &Item) -> Option<&str> {
    item.get(TEXT).and_then(|name| name.as_s().ok()).map(String::as_str)
}

fn chunk_key(name: &str, chunk: u32) -> Item {
    item::key(&format!("text#{name}"), &format!("{chunk:04}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_texts_items_are_found_by_the_item_that_refers_to_it() {
        let item = Item::from([(TEXT.into(), string("n")), (CHUNKS.into(), item::number(2))]);
        assert_eq!(text_keys(&item), [item::key("text#n", "0000"), item::key("text#n", "0001")]);
        assert_eq!(text_keys(&Item::from([(JSON.into(), string("{}"))])), []);
    }
}

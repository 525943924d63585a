//! What an event is recognised by.

use std::fmt;

use sha2::{Digest, Sha256};

use super::UsageEvent;

/// The longest `id` and the longest `source`, in characters. CloudEvents sets no bound; a ledger
/// needs one.
pub const MAX_ID: usize = 1024;

/// An event's `source` and `id`: together they are the idempotency key (CloudEvents 1.0.2,
/// "id": producers must ensure that `source` + `id` is unique for each distinct event).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId {
    source: String,
    id: String,
}

/// A digest of what an event says: with it, a second event under one id is told from a resend.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 16]);

impl EventId {
    /// The id of an event; an empty source where the producer names none. `None` where `id` is
    /// empty, or either is longer than 1024 characters.
    #[must_use]
    pub fn new(source: &str, id: &str) -> Option<Self> {
        let fits = |text: &str| text.chars().count() <= MAX_ID;
        (!id.is_empty() && fits(source) && fits(id))
            .then(|| Self { source: source.to_owned(), id: id.to_owned() })
    }

    /// Who produced the event; may be empty.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The producer's id of the event.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// A digest of both, to spread ids evenly over a store: SHA-256 of the source's length, the
    /// source and the id.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update((self.source.len() as u64).to_be_bytes());
        hash.update(&self.source);
        hash.update(&self.id);
        hash.finalize().into()
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.source.is_empty() {
            f.write_str(&self.id)
        } else {
            write!(f, "{} of {}", self.id, self.source)
        }
    }
}

impl Fingerprint {
    /// The digest of an event's identity, dimension, quantity, time and allocations.
    #[must_use]
    pub fn of(event: &UsageEvent) -> Self {
        let mut hash = Sha256::new();
        let mut text = |text: &str| {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        };
        let identity = event.identity();
        text(identity.form().code());
        text(identity.license_arn().map_or("", |license| license.as_str()));
        text(identity.product_code().map_or("", |product| product.as_str()));
        text(identity.account().map_or("", |account| account.as_str()));
        text(identity.customer().map_or("", |customer| customer.as_str()));
        text(event.dimension().as_str());
        text(&event.quantity().micros().to_string());
        text(&event.time().unix_millis().to_string());
        // In the order of their tags: a producer may list them in any.
        let mut allocations: Vec<_> = event.allocations().iter().collect();
        allocations.sort();
        for allocation in allocations {
            text(&allocation.quantity().micros().to_string());
            text(&allocation.tags().tags().len().to_string());
            for tag in allocation.tags().tags() {
                text(tag.key().as_str());
                text(tag.value().map_or("", |value| value.as_str()));
            }
        }
        let digest: [u8; 32] = hash.finalize().into();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        Self(bytes)
    }

    /// The bytes, to keep.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 16] {
        self.0
    }

    /// The bytes, as kept.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({:032x})", u128::from_be_bytes(self.0))
    }
}

//! What this process has had accepted lately.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use meterproof::usage::{IdempotencyKey, Quantity};

/// The quantities accepted by AWS since this process started, the latest [`Memory::CAPACITY`] of
/// them.
///
/// Some accounts see `DuplicateRecord` even for an identical resend; a warm process that
/// remembers what was accepted can tell that from a conflict. A cold one cannot, and then the
/// record goes to the rejects queue, where a person looks: nothing is billed twice or lost.
#[derive(Debug, Default)]
pub struct Memory {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    quantities: HashMap<IdempotencyKey, Quantity>,
    /// Every key of `quantities` once, the oldest first.
    order: VecDeque<IdempotencyKey>,
}

impl Memory {
    /// How many records are remembered: about 10 MB at most.
    pub const CAPACITY: usize = 20_000;

    /// Remembers an accepted record.
    pub fn accepted(&self, key: &IdempotencyKey, quantity: Quantity) {
        let mut kept = self.lock();
        if kept.quantities.insert(key.clone(), quantity).is_some() {
            return;
        }
        kept.order.push_back(key.clone());
        if kept.order.len() > Self::CAPACITY
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.quantities.remove(&oldest);
        }
    }

    /// The quantity accepted for a key, if this process remembers it.
    #[must_use]
    pub fn quantity(&self, key: &IdempotencyKey) -> Option<Quantity> {
        self.lock().quantities.get(key).copied()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // A panic elsewhere leaves at worst one key in one of the two collections.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use meterproof::Timestamp;
    use meterproof::usage::{CustomerAwsAccountId, Dimension, Identity, ProductCode, UsageRecord};

    use super::*;

    fn key(hour: i64) -> IdempotencyKey {
        let identity = Identity::Account {
            product_code: ProductCode::parse("prod").unwrap(),
            account: CustomerAwsAccountId::parse("111122223333").unwrap(),
        };
        let time = Timestamp::from_unix_seconds(hour * 3_600).unwrap();
        UsageRecord::new(
            identity,
            Dimension::parse("users").unwrap(),
            time,
            Quantity::whole(1).unwrap(),
            Vec::new(),
        )
        .unwrap()
        .key()
    }

    #[test]
    fn the_oldest_is_forgotten_first() {
        let memory = Memory::default();
        let quantity = |number| Quantity::whole(number).unwrap();
        for hour in 0..=Memory::CAPACITY as i64 {
            memory.accepted(&key(hour), quantity(7));
        }
        assert_eq!(memory.quantity(&key(0)), None);
        assert_eq!(memory.quantity(&key(1)), Some(quantity(7)));
        memory.accepted(&key(1), quantity(8));
        assert_eq!(memory.quantity(&key(1)), Some(quantity(8)));
        assert_eq!(memory.lock().order.len(), Memory::CAPACITY);
        assert_eq!(memory.lock().quantities.len(), Memory::CAPACITY);
    }
}

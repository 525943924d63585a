//! What the suite needs of a ledger's surroundings.

use std::future::Future;

use crate::{Ledger, LedgerError, Place, Policy};

/// Makes ledgers of one kind for the suite.
///
/// A *store* is what outlives a program: a file, a table. A *ledger* is one program's hold on it;
/// dropping the value is the end of that program.
pub trait Fixture: Sync {
    /// What outlives a program: a path, a table's name.
    type Store: Send + Sync;

    /// The ledger under test.
    type Ledger: Ledger;

    /// Whether a store outlives its ledger. Where it does not, the suite opens each store once
    /// and leaves out the properties that need it twice.
    const OUTLIVES: bool = true;

    /// Whether [`crash_at`](Self::crash_at) works. Where it does not, the suite leaves out the
    /// crash points.
    const CRASHES: bool = true;

    /// A new and empty store, for which no place is chosen yet.
    fn store(&self) -> impl Future<Output = Self::Store> + Send;

    /// Opens a store, as a program does when it starts. Several ledgers of one store may be open
    /// at once, as several programs would hold it.
    ///
    /// # Errors
    /// What the ledger says, [`LedgerError::OtherPlace`] above all.
    fn open(
        &self,
        store: &Self::Store,
        place: &Place,
        policy: &Policy,
    ) -> impl Future<Output = Result<Self::Ledger, LedgerError>> + Send;

    /// Makes this ledger end as its program would at that point: from there on nothing it does
    /// reaches the store, and every operation fails with [`LedgerError::Unavailable`]. Counting
    /// begins now; steps of a store are what it does as one: a request, a statement, a commit.
    fn crash_at(&self, ledger: &Self::Ledger, point: CrashPoint);

    /// Whether the point was reached.
    fn has_crashed(&self, ledger: &Self::Ledger) -> bool;
}

/// Where a program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrashPoint {
    /// How many steps of the store succeed before, counted from 0.
    pub step: u32,
    /// Before or after this step took effect.
    pub moment: Moment,
}

/// Before or after a step took effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The step did not reach the store.
    Before,
    /// The store did it, and its answer did not come back.
    After,
}

impl CrashPoint {
    /// The points in the order of time: before and after the first step, the second, and so on.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..).flat_map(|step| [Moment::Before, Moment::After].map(|moment| Self { step, moment }))
    }
}

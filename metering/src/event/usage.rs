//! What was used: the members that both forms of an event share, spelt as AWS spells a
//! `UsageRecord`.

use meterproof::Timestamp;
use meterproof::usage::{AllocationError, Dimension};

use super::allocations::allocations;
use super::defaults::EventDefaults;
use super::identity::identity;
use super::object::{Object, Result};
use super::problem::EventProblem;
use super::quantity::{OF_EVENT, quantity};
use super::{EventId, UsageEvent};

/// The event of this id and time whose other members `object` holds.
pub(super) fn usage(
    object: &Object<'_, '_>,
    id: EventId,
    time: Timestamp,
    defaults: &EventDefaults,
) -> Result<UsageEvent> {
    let identity = identity(object, defaults)?;
    let dimension = object.require(&["Dimension"])?.parse(Dimension::parse)?;
    let Some(quantity) = quantity(object, &OF_EVENT)? else {
        return object.lacks(OF_EVENT.either);
    };
    let allocations = allocations(object, quantity)?;
    match UsageEvent::new(id, identity, dimension, quantity, time, allocations) {
        Ok(event) => Ok(event),
        Err(error) => misfit(object, error),
    }
}

/// Allocations, each right by itself, that do not fit each other or the quantity.
fn misfit<T>(object: &Object<'_, '_>, error: AllocationError) -> Result<T> {
    let index = match error {
        AllocationError::MixedKinds { index } => Some(index),
        AllocationError::RepeatedTags { second, .. } => Some(second),
        _ => None,
    };
    let problem = EventProblem::Allocation(error);
    match (object.get("UsageAllocations"), index) {
        (Some(list), Some(index)) => list.fault_at(index, problem),
        (Some(list), None) => list.fault(problem),
        (None, _) => object.fault(problem),
    }
}

//! The one suite that every ledger must pass.
//!
//! Each property is an async function over a [`Fixture`]; [`run_all`] runs them one after another
//! and says which. They need no particular runtime: concurrency is many operations in flight at
//! once, on one ledger and on two ledgers of one store. A property that does not hold panics, as
//! a test does, with what it expected and what it found.

mod buckets;
mod concurrency;
mod crashes;
mod events;
mod fixture;
mod hours;
mod licenses;
mod model;
mod queries;
mod restarts;
mod steps;
mod sums;
mod world;

pub use buckets::*;
pub use concurrency::*;
pub use crashes::*;
pub use events::*;
pub use fixture::{CrashPoint, Fixture, Moment};
pub use hours::*;
pub use licenses::*;
pub use queries::*;
pub use restarts::*;
pub use steps::*;
pub use sums::*;

/// Runs properties by name, and prints each name as it begins.
macro_rules! run {
    ($fixture:ident: $($property:ident)*) => {$(
        println!("conformance: {}", stringify!($property).replace('_', " "));
        $property($fixture).await;
    )*};
}

/// Runs every property that the fixture can show, and prints the name of each as it begins.
///
/// # Panics
/// Where one does not hold.
pub async fn run_all<F: Fixture>(fixture: &F) {
    run!(fixture:
        a_resent_event_counts_once
        a_resend_after_the_close_counts_once
        an_event_twice_in_one_call_counts_once
        an_event_sent_twice_at_once_counts_once
        an_id_stands_for_one_event
        an_id_belongs_to_its_source
        an_event_that_is_refused_holds_up_no_other
        ids_are_forgotten_by_age
        decimals_add_up_exactly
        sums_pass_64_bits
        tags_add_up_in_any_order
        a_thousand_events_add_up
        the_first_open_hour_takes_an_event
        closed_hours_are_passed_over
        an_event_without_an_open_hour_may_come_again
        an_event_without_hours_may_be_known
        a_record_is_taken_in_once
        a_record_of_other_usage_is_told_apart
        a_record_stays_taken_in
        empty_buckets_are_opened_once
        buckets_are_looked_up_in_order
        unsettled_buckets_of_a_license
        every_input_in_every_state_is_a_step
        random_lives_follow_the_model
        inputs_are_answered_in_order
        a_rest_is_carried_with_the_freeze
        expired_usage_is_carried
        only_some_causes_are_carried
        a_step_waits_for_an_open_hour
        the_longest_due_comes_first
        what_is_final_is_never_due
        lists_are_filtered
        lists_go_on_page_by_page
        a_foreign_cursor_is_refused
        the_tally_counts_every_bucket
        news_of_a_license_come_in_any_order
        every_license_is_known
        a_freeze_among_additions_loses_nothing
        a_bucket_freezes_once
        two_senders_are_told_apart
        many_carry_into_one_hour
        a_bucket_begins_once
    );
    if F::OUTLIVES {
        run!(fixture:
            an_event_resent_after_a_restart_counts_once
            everything_survives_a_restart
            a_store_belongs_to_one_place
            an_hour_waits_as_todays_policy_says
        );
    }
    if F::OUTLIVES && F::CRASHES {
        run!(fixture:
            a_crash_while_adding
            a_crash_while_taking_in
            a_crash_while_opening
            a_crash_while_freezing
            a_crash_while_carrying
            a_crash_while_sending
            a_crash_while_noting_a_license
            a_crash_while_forgetting
        );
    }
}

//! Outcomes: what becomes of each handle, whatever the service answers.

use meterproof::usage::{
    Batch, Disposition, Outcome, Quantity, RecordEcho, RecordResult, RecordStatus, Rejection,
    RetryCause, ServiceError, UsageRecord, plan,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::generate::{record, records};

fn batch(records: Vec<UsageRecord>) -> Batch<usize> {
    let mut plan = plan(records.into_iter().enumerate());
    assert_eq!((plan.batches.len(), plan.conflicts.len()), (1, 0));
    plan.batches.remove(0)
}

fn echo(record: &UsageRecord) -> RecordEcho {
    RecordEcho::from(record)
}

fn result(record: &UsageRecord, status: RecordStatus) -> RecordResult {
    RecordResult { record: Some(echo(record)), status, metering_record_id: Some("id".into()) }
}

fn settled(batch: &Batch<usize>, outcome: &Outcome) -> Vec<Disposition> {
    let mut settled = batch.settle(outcome);
    settled.sort_by_key(|(handle, _)| **handle);
    settled.into_iter().map(|(_, disposition)| disposition).collect()
}

fn accepted() -> Disposition {
    Disposition::Accept { metering_record_id: Some("id".into()) }
}

fn retry(cause: RetryCause) -> Disposition {
    Disposition::Retry(cause)
}

#[test]
fn each_status_has_its_disposition() {
    let records: Vec<_> = (0..6).map(|n| record(&format!("c{n}"), 2, n + 1)).collect();
    let batch = batch(records.clone());
    let outcome = Outcome::Answered {
        // Not in the order of the request.
        results: vec![
            result(&records[3], RecordStatus::Unknown("Pending".into())),
            result(&records[1], RecordStatus::CustomerNotSubscribed),
            result(&records[0], RecordStatus::Success),
            result(&records[2], RecordStatus::DuplicateRecord),
        ],
        unprocessed: vec![echo(&records[4])],
    };
    let sent = Quantity::whole(3).unwrap();
    assert_eq!(
        settled(&batch, &outcome),
        [
            accepted(),
            Disposition::Reject(Rejection::CustomerNotSubscribed),
            Disposition::Reject(Rejection::DuplicateRecord { sent, known: None }),
            retry(RetryCause::UnknownStatus { status: "Pending".into() }),
            retry(RetryCause::Unprocessed),
            retry(RetryCause::Unanswered),
        ]
    );
    let remaining = batch.remaining(&outcome);
    assert_eq!(remaining.len(), 1);
    assert_eq!(remaining[0].handles().copied().collect::<Vec<_>>(), [3, 4, 5]);
}

#[test]
fn a_duplicate_of_what_is_known_is_accepted() {
    let sent = record("c1", 2, 17);
    let batch = batch(vec![sent.clone()]);
    let outcome = Outcome::Answered {
        results: vec![result(&sent, RecordStatus::DuplicateRecord)],
        unprocessed: vec![],
    };
    let known = |text: &str| {
        let quantity = Quantity::parse_decimal(text).unwrap();
        let settled = batch.settle_known(&outcome, |key| (*key == sent.key()).then_some(quantity));
        settled.into_iter().map(|(_, disposition)| disposition).collect::<Vec<_>>()
    };
    assert_eq!(known("17.00"), [accepted()]);
    let other = Quantity::parse_decimal("16").unwrap();
    let rejection = Rejection::DuplicateRecord { sent: sent.quantity(), known: Some(other) };
    assert_eq!(
        rejection.to_string(),
        "AWS has metered 16 for this customer, dimension and hour and will not take 17; the difference is not billed"
    );
    assert_eq!(known("16"), [Disposition::Reject(rejection)]);
}

#[test]
fn results_without_a_record_are_matched_by_place_only_where_all_agree() {
    let records: Vec<_> = (0..2).map(|n| record(&format!("c{n}"), 2, 1)).collect();
    let batch = batch(records.clone());
    let bare = |status| RecordResult { record: None, status, metering_record_id: None };
    let answered = |results, unprocessed| Outcome::Answered { results, unprocessed };
    let unsubscribed = Disposition::Reject(Rejection::CustomerNotSubscribed);
    let both = vec![bare(RecordStatus::CustomerNotSubscribed), bare(RecordStatus::Success)];
    assert_eq!(
        settled(&batch, &answered(both.clone(), vec![])),
        [unsubscribed.clone(), Disposition::Accept { metering_record_id: None }]
    );
    let unanswered = || [retry(RetryCause::Unanswered), retry(RetryCause::Unanswered)];
    assert_eq!(settled(&batch, &answered(both[..1].to_vec(), vec![])), unanswered());
    // The second record's echo in the first place: the other's place tells nothing.
    let moved = vec![result(&records[1], RecordStatus::Success), both[0].clone()];
    assert_eq!(
        settled(&batch, &answered(moved, vec![])),
        [retry(RetryCause::Unanswered), accepted()]
    );
    assert_eq!(
        settled(&batch, &answered(both, vec![echo(&records[1])])),
        [retry(RetryCause::Unanswered), retry(RetryCause::Unprocessed)]
    );
}

#[test]
fn an_answer_about_other_usage_is_no_answer() {
    let sent = record("c1", 2, 17);
    let batch = batch(vec![sent.clone()]);
    let mut echoes = vec![echo(&sent); 4];
    echoes[0].quantity = Some(Quantity::whole(18).unwrap());
    echoes[1].dimension = "other".into();
    echoes[2].timestamp = sent.timestamp().plus_seconds(3600).unwrap();
    echoes[3].license_arn = Some("arn:aws:license-manager::1:license:l-1".into());
    for wrong in echoes {
        let results = vec![RecordResult {
            record: Some(wrong),
            status: RecordStatus::Success,
            metering_record_id: None,
        }];
        let outcome = Outcome::Answered { results, unprocessed: vec![] };
        assert_eq!(settled(&batch, &outcome), [retry(RetryCause::Unanswered)]);
    }
    // Within the hour, by value, with empty texts: still the same usage.
    let mut same = echo(&sent);
    same.timestamp = sent.timestamp().start_of_hour();
    same.quantity = Some(Quantity::parse_decimal("17.000").unwrap());
    same.license_arn = Some(String::new());
    let results = vec![RecordResult {
        record: Some(same),
        status: RecordStatus::Success,
        metering_record_id: Some("id".into()),
    }];
    let outcome = Outcome::Answered { results, unprocessed: vec![] };
    assert_eq!(settled(&batch, &outcome), [accepted()]);
}

#[test]
fn a_contradiction_is_no_answer() {
    let sent = record("c1", 2, 17);
    let batch = batch(vec![sent.clone()]);
    let outcome = Outcome::Answered {
        results: vec![
            result(&sent, RecordStatus::Success),
            result(&sent, RecordStatus::DuplicateRecord),
        ],
        unprocessed: vec![],
    };
    assert_eq!(settled(&batch, &outcome), [retry(RetryCause::Unanswered)]);
}

#[test]
fn errors_of_the_request_are_final_only_for_a_record_alone() {
    let error = |name: &str| ServiceError::new(name, "said AWS");
    let settle = |count, name: &str| {
        let records = (0..count).map(|n| record(&format!("c{n}"), 2, 1)).collect();
        settled(&batch(records), &Outcome::Refused(error(name)))
    };
    let blame = "InvalidUsageDimensionException";
    assert_eq!(settle(1, blame), [Disposition::Reject(Rejection::Refused { error: error(blame) })]);
    assert_eq!(settle(2, blame), vec![retry(RetryCause::Isolate { error: error(blame) }); 2]);
    let busy = "ThrottlingException";
    assert_eq!(settle(1, busy), [retry(RetryCause::Transient { error: error(busy) })]);
    for name in ["InvalidProductCodeException", "DisabledApiException", "Gibberish"] {
        assert_eq!(settle(1, name), [retry(RetryCause::NotTheRecord { error: error(name) })]);
    }
}

#[test]
fn no_answer_and_errors_of_the_call_send_the_same_bytes_again() {
    let records = || (0..3).map(|n| record(&format!("c{n}"), 2, 1)).collect();
    let outcomes = [
        Outcome::Unreachable { reason: "timeout".into() },
        Outcome::Refused(ServiceError::new("ThrottlingException", "")),
        Outcome::Refused(ServiceError::new("AccessDeniedException", "")),
    ];
    for outcome in outcomes {
        let sent = batch(records());
        let json = sent.to_json();
        let again = sent.remaining(&outcome);
        assert_eq!(again.len(), 1);
        assert_eq!(again[0].to_json(), json);
    }
}

/// Echoes near and far from the batch's records.
fn echoes(records: Vec<UsageRecord>) -> impl Strategy<Value = RecordEcho> {
    (any::<prop::sample::Index>(), 0..6_u8).prop_map(move |(index, change)| {
        let mut echo = echo(index.get(&records));
        match change {
            0 => echo.quantity = None,
            1 => echo.quantity = Some(Quantity::whole(999).unwrap()),
            2 => echo.dimension.clear(),
            3 => echo.customer_aws_account_id = None,
            _ => {}
        }
        echo
    })
}

fn statuses() -> impl Strategy<Value = RecordStatus> {
    prop_oneof!["Success", "CustomerNotSubscribed", "DuplicateRecord", "[a-zA-Z]{0,8}"]
        .prop_map(|text| RecordStatus::parse(&text))
}

fn outcomes(records: Vec<UsageRecord>) -> impl Strategy<Value = Outcome> {
    let results = (option::of(echoes(records.clone())), statuses(), option::of("[a-z]{3}"))
        .prop_map(|(record, status, metering_record_id)| RecordResult {
            record,
            status,
            metering_record_id,
        });
    let answered = (vec(results, 0..40), vec(echoes(records), 0..6))
        .prop_map(|(results, unprocessed)| Outcome::Answered { results, unprocessed });
    let refused = prop_oneof![
        Just("ThrottlingException"),
        Just("InvalidTagException"),
        Just("AccessDeniedException"),
    ]
    .prop_map(|name| Outcome::Refused(ServiceError::new(name, "")));
    prop_oneof![8 => answered, 2 => refused, 1 => Just(Outcome::Unreachable { reason: "".into() })]
}

fn batches_with_outcomes() -> impl Strategy<Value = (Batch<usize>, Outcome)> {
    vec(records(), 1..40).prop_flat_map(|records| {
        let batch = plan(records.into_iter().enumerate()).batches.remove(0);
        let records = batch.records().cloned().collect();
        (Just(batch), outcomes(records))
    })
}

proptest! {
    #[test]
    fn every_handle_is_settled_once_and_what_is_not_final_remains(
        (batch, outcome) in batches_with_outcomes()
    ) {
        let mut all: Vec<usize> = batch.handles().copied().collect();
        let settled: Vec<(usize, Disposition)> =
            batch.settle(&outcome).into_iter().map(|(h, d)| (*h, d)).collect();
        prop_assert_eq!(settled.iter().map(|(h, _)| *h).collect::<Vec<_>>(), all.clone());
        let blamed = matches!(&outcome, Outcome::Refused(error) if error.name == "InvalidTagException");
        let alone = batch.len() == 1;
        let mut again: Vec<usize> = settled
            .iter()
            .filter(|(_, disposition)| matches!(disposition, Disposition::Retry(_)))
            .map(|(handle, _)| *handle)
            .collect();
        let bytes: Vec<String> =
            batch.records().map(|record| serde_json::to_string(record).unwrap()).collect();
        let remaining = batch.remaining(&outcome);
        let mut handles: Vec<usize> =
            remaining.iter().flat_map(|batch| batch.handles().copied()).collect();
        handles.sort_unstable();
        again.sort_unstable();
        prop_assert_eq!(handles, again);
        all.sort_unstable();
        all.dedup();
        prop_assert_eq!(all.len(), settled.len());
        if blamed {
            prop_assert_eq!(remaining.len(), if alone { 0 } else { 2 });
        }
        for record in remaining.iter().flat_map(Batch::records) {
            prop_assert!(bytes.contains(&serde_json::to_string(record).unwrap()));
        }
    }

    /// An honest service's answer settles everything.
    #[test]
    fn an_honest_answer_is_understood(records in vec(records(), 1..40), with_echo in any::<bool>()) {
        for batch in plan(records.into_iter().enumerate()).batches {
            let results = batch.records().map(|record| RecordResult {
                record: with_echo.then(|| RecordEcho::from(record)),
                status: RecordStatus::Success,
                metering_record_id: Some("id".into()),
            });
            let outcome = Outcome::Answered { results: results.collect(), unprocessed: vec![] };
            for (_, disposition) in batch.settle(&outcome) {
                prop_assert_eq!(disposition, accepted());
            }
            prop_assert_eq!(batch.remaining(&outcome).len(), 0);
        }
    }
}

//! `close_hour`: from hours that are over to messages on the metering queue.

mod support;

use std::collections::BTreeMap;
use std::time::Duration;

use meterproof::usage::{BatchMeterUsageRequest, Rules};
use meterproof_lambda::close::{Closer, MAX_MESSAGE_BYTES};
use meterproof_lambda::metrics::Metric;
use meterproof_metering::{Clock as _, EventDefaults, LedgerError, ingest, parse_events};

use support::{
    MARGIN, MessageQueue, Rejects, Service, TIME_LEFT, TestClock, TestLedger, buckets, event,
    forwarder, invoke, ledger, now, record, states, usage_event,
};

type Function<'a> = Closer<'a, TestLedger, &'a MessageQueue, TestClock>;

fn closer<'a>(ledger: &'a TestLedger, queue: &'a MessageQueue, clock: &TestClock) -> Function<'a> {
    Closer::new(ledger, queue, clock.clone(), MARGIN)
}

/// Adds an event of three units for each of so many customers, in the hour before.
async fn use_by(customers: usize, ledger: &TestLedger, clock: &TestClock) {
    let events: Vec<String> = (0..customers)
        .map(|customer| usage_event(&format!("e{customer}"), customer, "2026-11-21T09:30:00Z", 3))
        .collect();
    let body = format!("[{}]", events.join(","));
    let entries = parse_events(body.as_bytes(), &EventDefaults::default()).unwrap();
    let events = entries.into_iter().map(|entry| entry.event.unwrap()).collect();
    ingest(ledger, events, clock.now()).await.unwrap();
}

/// How many records each message holds, as the service would read it.
fn records(bodies: &[String]) -> Vec<usize> {
    let read =
        |body: &String| BatchMeterUsageRequest::from_json(body.as_bytes(), &Rules::CURRENT, now());
    bodies.iter().map(|body| read(body).unwrap().records().len()).collect()
}

#[tokio::test(start_paused = true)]
async fn hours_that_are_over_are_on_the_queue_once() {
    let (ledger, queue, clock) = (ledger(), MessageQueue::default(), TestClock::at(now()));
    let function = closer(&ledger, &queue, &clock);
    use_by(60, &ledger, &clock).await;
    let closed = function.handle(TIME_LEFT).await;
    assert_eq!((closed.report.frozen, closed.queued, closed.not_queued), (60, 60, 0));
    assert_eq!(closed.failure, None);
    assert_eq!(records(&queue.drain()), [25, 25, 10]);
    assert_eq!(*queue.calls.lock().unwrap(), [3]);
    assert_eq!(states(&ledger).await, BTreeMap::from([("frozen", 60)]));

    // They are left to the queue, and come again where nothing has become of them.
    for _minute in 0..14 {
        clock.advance(Duration::from_secs(60));
        let closed = function.handle(TIME_LEFT).await;
        assert_eq!((closed.report.frozen, closed.queued), (0, 0));
    }
    clock.advance(Duration::from_secs(60));
    assert_eq!(function.handle(TIME_LEFT).await.queued, 60);
    assert_eq!(records(&queue.drain()), [25, 25, 10]);
}

#[tokio::test(start_paused = true)]
async fn more_than_one_round_holds_and_more_than_one_call() {
    let (ledger, queue, clock) = (ledger(), MessageQueue::default(), TestClock::at(now()));
    let function = closer(&ledger, &queue, &clock);
    use_by(1_000, &ledger, &clock).await;
    let closed = function.handle(TIME_LEFT).await;
    assert_eq!((closed.report.frozen, closed.queued), (1_000, 1_000));
    let bodies = queue.drain();
    assert_eq!(records(&bodies), [25; 40]);
    assert!(queue.calls.lock().unwrap().iter().all(|messages| *messages <= 10));
    assert!(bodies.iter().all(|body| body.len() <= MAX_MESSAGE_BYTES));
}

#[tokio::test(start_paused = true)]
async fn large_records_travel_in_smaller_messages() {
    let (ledger, queue, clock) = (ledger(), MessageQueue::default(), TestClock::at(now()));
    let function = closer(&ledger, &queue, &clock);
    let allocations: Vec<String> = (0..1_000)
        .map(|team| {
            format!(
                r#"{{"AllocatedUsageQuantity":1,"Tags":[{{"Key":"team","Value":"{team:0>60}"}}]}}"#
            )
        })
        .collect();
    let allocations = format!(r#""Quantity":1000,"UsageAllocations":[{}]"#, allocations.join(","));
    let events: Vec<String> = (0..6)
        .map(|customer| {
            usage_event(&format!("e{customer}"), customer, "2026-11-21T09:30:00Z", 9)
                .replace("\"Quantity\":9", &allocations)
        })
        .collect();
    for body in events {
        let entries = parse_events(body.as_bytes(), &EventDefaults::default()).unwrap();
        let events = entries.into_iter().map(|entry| entry.event.unwrap()).collect();
        ingest(&ledger, events, clock.now()).await.unwrap();
    }
    assert_eq!(function.handle(TIME_LEFT).await.queued, 6);
    let bodies = queue.drain();
    assert!(bodies.iter().all(|body| body.len() <= MAX_MESSAGE_BYTES));
    assert_eq!(records(&bodies).iter().sum::<usize>(), 6);
    assert!(bodies.len() > 2, "{}", bodies.len());
}

#[tokio::test(start_paused = true)]
async fn what_the_queue_does_not_take_is_tried_again_and_holds_up_no_other() {
    let (ledger, queue, clock) = (ledger(), MessageQueue::default(), TestClock::at(now()));
    let function = closer(&ledger, &queue, &clock);
    use_by(500, &ledger, &clock).await;
    // The message with the first customer.
    *queue.refuses.lock().unwrap() = Some(|body| body.contains(&format!("l-{:032x}", 0)));
    let closed = function.handle(TIME_LEFT).await;
    assert_eq!((closed.queued, closed.not_queued), (475, 25));
    assert_eq!(closed.failure, None);
    *queue.refuses.lock().unwrap() = None;
    assert_eq!(function.handle(TIME_LEFT).await.queued, 0);
    clock.advance(Duration::from_secs(60));
    assert_eq!(function.handle(TIME_LEFT).await.queued, 25);
    assert_eq!(records(&queue.drain()).iter().sum::<usize>(), 500);
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_takes_nothing_is_left_alone_until_the_next_minute() {
    let (ledger, queue, clock) = (ledger(), MessageQueue::default(), TestClock::at(now()));
    let function = closer(&ledger, &queue, &clock);
    use_by(1_000, &ledger, &clock).await;
    *queue.refuses.lock().unwrap() = Some(|_| true);
    let closed = function.handle(TIME_LEFT).await;
    assert_eq!((closed.queued, closed.not_queued), (0, 200), "one round");
    *queue.refuses.lock().unwrap() = None;
    assert_eq!(function.handle(TIME_LEFT).await.queued, 1_000);
    assert_eq!(records(&queue.drain()).iter().sum::<usize>(), 1_000);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_is_cut_off_anywhere_is_gone_on_with() {
    // At every operation of the ledger in turn.
    for operations in 1..20 {
        let (ledger, queue, clock) = (ledger(), MessageQueue::default(), TestClock::at(now()));
        let function = closer(&ledger, &queue, &clock);
        use_by(30, &ledger, &clock).await;
        ledger.stop_after(operations);
        let cut = tokio::time::timeout(Duration::from_secs(1), function.handle(TIME_LEFT)).await;
        ledger.go_on();
        clock.advance(Duration::from_secs(60));
        let closed = function.handle(TIME_LEFT).await;
        assert_eq!(closed.failure, None);
        // Nothing is left behind; what is on the queue twice is billed once.
        let records: usize = records(&queue.drain()).iter().sum();
        assert!(records == 30 || (cut.is_err() && records == 60), "{operations}: {records}");
        assert_eq!(states(&ledger).await, BTreeMap::from([("frozen", 30)]));
    }
}

#[tokio::test(start_paused = true)]
async fn the_time_left_is_kept_and_the_gauges_are_told_all_the_same() {
    let (ledger, queue, clock) = (ledger(), MessageQueue::default(), TestClock::at(now()));
    let function = closer(&ledger, &queue, &clock);
    use_by(3, &ledger, &clock).await;
    ledger.hang(true);
    let started = tokio::time::Instant::now();
    let closed = function.handle(TIME_LEFT).await;
    assert!(started.elapsed() <= TIME_LEFT - MARGIN / 2);
    assert_eq!((closed.queued, closed.failure.clone()), (0, None));
    assert_eq!(closed.metrics.get(Metric::BucketsFrozen), Some(0));
    assert_eq!(closed.metrics.get(Metric::HeldBuckets), None, "not measured is not zero");
    assert_eq!(closed.metrics.get(Metric::Sweeps), Some(0), "no work was done");

    ledger.hang(false);
    ledger.fail_with(Some(LedgerError::Busy));
    let closed = function.handle(TIME_LEFT).await;
    assert_eq!(closed.failure, Some(LedgerError::Busy));
    assert_eq!(closed.metrics.get(Metric::OldestUnsettledBucketAge), None);
    assert_eq!(closed.metrics.get(Metric::Sweeps), Some(0));

    ledger.fail_with(None);
    let closed = function.handle(TIME_LEFT).await;
    assert_eq!((closed.queued, closed.metrics.get(Metric::Sweeps)), (3, Some(1)));
}

#[tokio::test(start_paused = true)]
async fn the_gauges_show_how_things_stand() {
    let (ledger, queue, clock) = (ledger(), MessageQueue::default(), TestClock::at(now()));
    let function = closer(&ledger, &queue, &clock);
    let gauges = |closed: &meterproof_lambda::close::Closed| {
        (
            closed.metrics.get(Metric::OldestUnsettledBucketAge).unwrap(),
            closed.metrics.get(Metric::HeldBuckets).unwrap(),
        )
    };
    assert_eq!(gauges(&function.handle(TIME_LEFT).await), (0, 0), "an empty ledger");
    use_by(2, &ledger, &clock).await;
    // 10:20, and the hour of 09:00 closed at 10:10.
    assert_eq!(gauges(&function.handle(TIME_LEFT).await), (600, 0));
    clock.advance(Duration::from_secs(3_600));
    assert_eq!(gauges(&function.handle(TIME_LEFT).await), (4_200, 0));

    let (service, rejects) = (Service::new(1, 0), Rejects::default());
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    let bodies = queue.drain();
    assert!(invoke(&forwarder, &event([("m", bodies[0].as_str())])).await.is_empty());
    assert_eq!(gauges(&function.handle(TIME_LEFT).await), (0, 0), "all settled");
    let stranger = record("stranger", 9, 1);
    assert!(invoke(&forwarder, &event([("m", stranger.as_str())])).await.is_empty());
    assert_eq!(gauges(&function.handle(TIME_LEFT).await).1, 1);
}

#[tokio::test(start_paused = true)]
async fn held_records_are_brought_again_until_they_are_billed() {
    let (ledger, queue, clock) = (ledger(), MessageQueue::default(), TestClock::at(now()));
    let function = closer(&ledger, &queue, &clock);
    let service = Service::new(1, 0).with(|state| state.refuses_all = Some("DisabledApiException"));
    let rejects = Rejects::default();
    let forwarder = forwarder(&ledger, &service, &rejects, &clock);
    use_by(5, &ledger, &clock).await;
    for _attempt in 0..3 {
        assert_eq!(function.handle(TIME_LEFT).await.queued, 5);
        for body in queue.drain() {
            assert!(invoke(&forwarder, &event([("m", body.as_str())])).await.is_empty());
        }
        assert_eq!(states(&ledger).await, BTreeMap::from([("held", 5)]));
        assert_eq!(function.handle(TIME_LEFT).await.queued, 0, "not before its time");
        clock.advance(Duration::from_secs(300));
    }
    service.state.lock().unwrap().refuses_all = None;
    assert_eq!(function.handle(TIME_LEFT).await.queued, 5);
    for body in queue.drain() {
        assert!(invoke(&forwarder, &event([("m", body.as_str())])).await.is_empty());
    }
    assert_eq!(states(&ledger).await, BTreeMap::from([("settled", 5)]));
    assert_eq!(service.billed().values().sum::<u64>(), 15);
    assert!(buckets(&ledger).await.iter().all(|bucket| bucket.due_at.is_none()));
}

//! What the ledger in DynamoDB costs: write units and requests an event, as their number grows.
//!
//! `DYNAMODB_ENDPOINT=http://127.0.0.1:4566 cargo run -p meterproof-lambda --example ledger_cost`
//!
//! prints the tables of docs/metering-costs.md; with `many`, `one` or `life` behind it, one of
//! them. Write units come from DynamoDB's answers
//! (`ReturnConsumedCapacity=INDEXES`); MiniStack computes them by the published rules from the
//! items it holds. Where that many requests take too long, a counter takes the table's place: it
//! says yes to every transaction and charges two units for each of its items and three for the
//! index entries of each new bucket. In every run that the table itself takes, both must agree.

#[path = "../tests/dynamodb/mod.rs"]
mod dynamodb;

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_types::body::SdkBody;
use dynamodb::DynamoDb;
use dynamodb::usage::{at, key, place, unit};
use dynamodb::wire::{Cost, Wire};
use meterproof_lambda::aws::DynamoDbLedger;
use meterproof_metering::{Input, Ledger, Policy, sweep};
use serde_json::{Value, json};

const CUSTOMERS: u32 = 10_000;
/// The most requests that a table is asked in one run.
const MOST_REQUESTS: u64 = 12_000;

#[derive(Clone, Copy, PartialEq)]
enum Shape {
    ManyCustomers,
    OneCustomer,
}

#[tokio::main]
async fn main() {
    let database = DynamoDb::of_environment();
    let part = std::env::args().nth(1);
    let is_wanted = |name: &str| part.as_deref().is_none_or(|part| part == name);
    for (shape, part, name) in [
        (Shape::ManyCustomers, "many", "10,000 customers, events spread evenly"),
        (Shape::OneCustomer, "one", "One customer"),
    ] {
        if !is_wanted(part) {
            continue;
        }
        println!("\n### {name}\n");
        println!(
            "| events | events a call | write units an event | of these at indexes | transactions an event | measured at |"
        );
        println!("|---:|---:|---:|---:|---:|---|");
        for events in [1_000_u32, 10_000, 100_000, 1_000_000] {
            for a_call in [1_u32, 10, 100, 1_000] {
                if shape == Shape::ManyCustomers && events == 1_000_000 && a_call != 1_000 {
                    // No call brings two events of one bucket: its size changes nothing, as the
                    // smaller runs show.
                    continue;
                }
                let counted = count(shape, events, a_call).await;
                let asked: u64 = counted.requests.values().sum();
                let place = if asked <= MOST_REQUESTS {
                    let measured = measure(&database, shape, events, a_call).await;
                    assert_eq!(
                        (measured.table, measured.indexes),
                        (counted.table, counted.indexes),
                        "the table and the counter agree"
                    );
                    "table"
                } else {
                    "counter"
                };
                let an_event = |units: f64| units / f64::from(events);
                println!(
                    "| {events} | {a_call} | {:.3} | {:.3} | {:.4} | {place} |",
                    an_event(counted.table + counted.indexes),
                    an_event(counted.indexes),
                    an_event(counted.requests["TransactWriteItems"] as f64),
                );
            }
        }
    }
    if is_wanted("life") {
        life(&database).await;
    }
}

/// Adds events to a table, and to another one where an answer was lost on the way: it held a cost.
async fn measure(database: &DynamoDb, shape: Shape, events: u32, a_call: u32) -> Cost {
    loop {
        let table = database.table().await;
        let (client, wire) = database.client().await;
        let ledger = DynamoDbLedger::open(client, table, place(), Policy::default()).await;
        let ledger = ledger.expect("it opens");
        wire.measure();
        add(&ledger, shape, events, a_call).await;
        if wire.cost().replayed == 0 {
            return wire.cost();
        }
    }
}

/// The same with a counter in the table's place.
async fn count(shape: Shape, events: u32, a_call: u32) -> Cost {
    let counter = Arc::new(Mutex::new(Counter::default()));
    let connector = SharedHttpConnector::new(CountingTable(Arc::clone(&counter)));
    let client = http_client_fn(move |_, _| connector.clone());
    let config = dynamodb::loader("http://127.0.0.1:9").http_client(client).load().await;
    let client = Client::new(&config);
    let ledger = DynamoDbLedger::open(client, "counted", place(), Policy::default()).await;
    let ledger = ledger.expect("it opens");
    counter.lock().unwrap().cost = Cost::default();
    add(&ledger, shape, events, a_call).await;
    drop(ledger);
    std::mem::take(&mut counter.lock().unwrap().cost)
}

async fn add(ledger: &DynamoDbLedger, shape: Shape, events: u32, a_call: u32) {
    for first in (0..events).step_by(a_call as usize) {
        let customer = |n: u32| if shape == Shape::OneCustomer { 0 } else { n % CUSTOMERS };
        let additions =
            (first..first + a_call).map(|n| unit(customer(n), &format!("e{n}"))).collect();
        ledger.add(additions, at(10, 6)).await.expect("they are added");
    }
}

/// What a bucket costs besides its events, from its hour's end to its settlement.
async fn life(database: &DynamoDb) {
    const BUCKETS: u32 = 500;
    let table = database.table().await;
    let (client, wire) = database.client().await;
    let ledger =
        DynamoDbLedger::open(client, table, place(), Policy::default()).await.expect("it opens");
    let additions = (0..BUCKETS).map(|n| unit(n, &format!("e{n}"))).collect();
    ledger.add(additions, at(10, 6)).await.expect("they are added");
    println!("\n### From an hour's end to its settlement\n");
    println!(
        "| step, {BUCKETS} buckets | write units a bucket | of these at indexes | requests a bucket |"
    );
    println!("|---|---:|---:|---:|");
    wire.measure();
    let swept = sweep(&ledger, at(11, 10), BUCKETS as usize).await.expect("it sweeps");
    assert_eq!(swept.ready.len(), BUCKETS as usize);
    print(&wire, "due and frozen", BUCKETS);
    let until = at(11, 25);
    for (name, input) in [
        ("queued", Input::Queued { until }),
        ("send noted", Input::SendStarted),
        ("settled", Input::Accepted { metering_record_id: Some("0123456789abcdef".repeat(2)) }),
    ] {
        wire.measure();
        for first in (0..BUCKETS).step_by(25) {
            let inputs = (first..first + 25).map(|n| (key(n, 10), input.clone())).collect();
            ledger.apply(inputs, at(11, 11)).await.expect("it is applied");
        }
        print(&wire, name, BUCKETS);
    }
    wire.measure();
    let tally = ledger.tally().await.expect("it counts");
    assert_eq!(tally.states.iter().sum::<u64>(), u64::from(BUCKETS));
    print(&wire, "counted", BUCKETS);
}

fn print(wire: &Wire, step: &str, buckets: u32) {
    let cost = wire.cost();
    let a_bucket = |units: f64| units / f64::from(buckets);
    let requests: u64 = cost.requests.values().sum();
    println!(
        "| {step} | {:.2} | {:.2} | {:.2} |",
        a_bucket(cost.table + cost.indexes),
        a_bucket(cost.indexes),
        a_bucket(requests as f64)
    );
}

#[derive(Debug, Default)]
struct Counter {
    cost: Cost,
    buckets: HashSet<String>,
    shards: u64,
}

/// Says yes to every write, and knows of each bucket how many shards it was given.
#[derive(Debug)]
struct CountingTable(Arc<Mutex<Counter>>);

impl HttpConnector for CountingTable {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let body = request.body().bytes().unwrap_or_default();
        let body: Value = serde_json::from_slice(body).expect("a request is JSON");
        let answer = self.0.lock().unwrap().count(&operation, &body);
        let mut response =
            HttpResponse::new(200.try_into().expect("a status"), SdkBody::from(answer.to_string()));
        response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
        HttpConnectorFuture::ready(Ok(response))
    }
}

impl Counter {
    fn count(&mut self, operation: &str, body: &Value) -> Value {
        *self.cost.requests.entry(operation.to_owned()).or_default() += 1;
        match operation {
            "GetItem" if body["Key"]["sk"]["S"] == "head" => {
                let shards = self.shards.max(1).to_string();
                json!({ "Item": { "stage": { "S": "open" }, "shards": { "N": shards } } })
            }
            "TransactWriteItems" => {
                for item in body["TransactItems"].as_array().into_iter().flatten() {
                    // No item of these runs has more than 1 KB; the table's runs would tell.
                    self.cost.table += 2.0;
                    let key = item["Update"]["Key"]["pk"]["S"].as_str().unwrap_or_default();
                    if key.starts_with("bucket#") && self.buckets.insert(key.to_owned()) {
                        self.cost.indexes += 3.0;
                    }
                    let put = item["Put"]["Item"]["pk"]["S"].as_str().unwrap_or_default();
                    self.shards += u64::from(put.starts_with("shard"));
                }
                if self.shards > 0 {
                    // The head is the first of them.
                    self.shards = self.shards.max(4);
                }
                json!({})
            }
            _ => json!({}),
        }
    }
}

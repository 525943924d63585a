//! The event source mapping: takes batches from a queue, invokes the function, settles the batch.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};

use super::batch_response::{BatchVerdict, read_batch_response};
use super::broker::{Broker, NoSuchQueue};
use super::environment::{ACCOUNT, REGION};
use super::function::Function;
use super::queue::{Delivery, Message};
use super::sqs_api::md5_hex;

/// How a queue feeds a function.
#[derive(Debug, Clone)]
pub struct EventSourceSettings {
    /// The queue's name.
    pub queue: String,
    /// `BatchSize`: messages of one event, 1 to 10.
    pub batch_size: usize,
    /// `MaximumConcurrency`: batches under way at once.
    pub concurrency: usize,
}

/// A running event source; dropping it stops polling and gives up what is under way.
pub struct EventSource(JoinHandle<()>);

impl EventSource {
    /// Starts to poll. `report` hears of every batch that failed as a whole.
    ///
    /// # Errors
    /// [`NoSuchQueue`].
    pub fn start(
        settings: EventSourceSettings,
        broker: Arc<Broker>,
        function: Arc<Function>,
        report: impl Fn(String) + Send + Sync + 'static,
    ) -> Result<Self, NoSuchQueue> {
        broker.counts(&settings.queue)?;
        Ok(Self(tokio::spawn(poll(settings, broker, function, Arc::new(report)))))
    }
}

impl EventSource {
    /// Stops polling and waits until no further batch can start.
    pub async fn stop(mut self) {
        self.0.abort();
        // An error says that it was aborted.
        let _ = (&mut self.0).await;
    }
}

impl Drop for EventSource {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn poll(
    settings: EventSourceSettings,
    broker: Arc<Broker>,
    function: Arc<Function>,
    report: Arc<dyn Fn(String) + Send + Sync>,
) {
    let slots = Arc::new(Semaphore::new(settings.concurrency));
    let mut under_way = JoinSet::new();
    let mut changes = broker.subscribe();
    loop {
        while under_way.try_join_next().is_some() {}
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else {
            return;
        };
        changes.borrow_and_update();
        // The queue was there when the source started, and queues are never removed.
        let Ok(batch) = broker.receive(&settings.queue, settings.batch_size) else {
            return;
        };
        if batch.is_empty() {
            drop(slot);
            wait_for_work(&broker, &settings.queue, &mut changes).await;
            continue;
        }
        let (queue, broker) = (settings.queue.clone(), Arc::clone(&broker));
        let (function, report) = (Arc::clone(&function), Arc::clone(&report));
        under_way.spawn(async move {
            deliver(&queue, &broker, &function, &*report, batch).await;
            drop(slot);
        });
    }
}

/// Waits until a queue changed or a hidden message is due to come back.
async fn wait_for_work(
    broker: &Broker,
    queue: &str,
    changes: &mut tokio::sync::watch::Receiver<u64>,
) {
    let due = broker.until_next_return(queue).ok().flatten();
    let come_back = async {
        match due {
            Some(due) => tokio::time::sleep(due).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        // The broker lives as long as this task, so the channel cannot be closed.
        _ = changes.changed() => {}
        () = come_back => {}
    }
}

/// Invokes the function with a batch and deletes what it has done.
///
/// What is not deleted comes back when its visibility timeout ends, as with Lambda.
async fn deliver(
    queue: &str,
    broker: &Broker,
    function: &Function,
    report: &(dyn Fn(String) + Send + Sync),
    batch: Vec<Delivery>,
) {
    let ids: BTreeSet<String> = batch.iter().map(|delivery| delivery.message.id.clone()).collect();
    let event = sqs_event(queue, &batch).to_string();
    let failed = match function.invoke(event).await {
        Ok(answer) => match read_batch_response(&answer, &ids) {
            BatchVerdict::Partial { failed } => failed,
            BatchVerdict::WholeBatchFailed { reason } => {
                report(format!("batch response cannot be read: {reason}"));
                ids
            }
        },
        Err(error) => {
            report(error.to_string());
            ids
        }
    };
    for delivery in batch {
        if !failed.contains(&delivery.message.id) {
            // False when the function was slower than the visibility timeout: the message
            // comes back, which is what SQS may do as well.
            let _ = broker.delete(queue, delivery.receipt);
        }
    }
}

/// A batch in the form of an SQS event (Lambda developer guide, "Using Lambda with Amazon SQS").
fn sqs_event(queue: &str, batch: &[Delivery]) -> Value {
    let records: Vec<Value> = batch.iter().map(|delivery| record(queue, delivery)).collect();
    json!({ "Records": records })
}

fn record(queue: &str, delivery: &Delivery) -> Value {
    let message = &delivery.message;
    json!({
        "messageId": message.id,
        "receiptHandle": delivery.receipt.to_string(),
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": message.receive_count.to_string(),
            "SentTimestamp": message.sent_at_unix_ms.to_string(),
            "SenderId": ACCOUNT,
            "ApproximateFirstReceiveTimestamp":
                message.first_received_unix_ms.unwrap_or_default().to_string(),
        },
        "messageAttributes": attributes(message),
        "md5OfBody": md5_hex(&message.body),
        "eventSource": "aws:sqs",
        "eventSourceARN": format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"),
        "awsRegion": REGION,
    })
}

fn attributes(message: &Message) -> Map<String, Value> {
    message
        .attributes
        .iter()
        .map(|(name, attribute)| {
            let mut fields = Map::new();
            if let Some(value) = &attribute.string_value {
                fields.insert("stringValue".to_owned(), json!(value));
            }
            if let Some(value) = &attribute.binary_value {
                fields.insert("binaryValue".to_owned(), json!(value));
            }
            fields.insert("stringListValues".to_owned(), json!([]));
            fields.insert("binaryListValues".to_owned(), json!([]));
            fields.insert("dataType".to_owned(), json!(attribute.data_type));
            (name.clone(), Value::Object(fields))
        })
        .collect()
}

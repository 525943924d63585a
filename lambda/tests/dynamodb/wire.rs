//! Stands between the SDK and the network: ends a program at a chosen request, lets transactions
//! meet others, and reads what requests cost.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use meterproof_metering::conformance::{CrashPoint, Moment};
use serde_json::Value;

/// One program's connection.
#[derive(Clone, Debug)]
pub struct Wire {
    client: SharedHttpClient,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    crash: Option<CrashPoint>,
    has_crashed: bool,
    requests: u32,
    conflicts: u32,
    lost_put: Option<u32>,
    measures: bool,
    cost: Cost,
}

/// What requests cost, by what DynamoDB's answers say (`ReturnConsumedCapacity`).
#[derive(Clone, Debug, Default)]
pub struct Cost {
    /// Requests by operation.
    pub requests: BTreeMap<String, u64>,
    /// Write units at the table.
    pub table: f64,
    /// Write units at its indexes.
    pub indexes: f64,
    /// Read units.
    pub reads: f64,
    /// Bytes of all requests.
    pub bytes: u64,
    /// Transactions whose first answer was lost: what they wrote is in no answer.
    pub replayed: u64,
}

impl Wire {
    pub fn new(client: SharedHttpClient) -> Self {
        Self { client, state: Arc::default() }
    }

    /// From now on counting requests from 0.
    pub fn crash_at(&self, point: CrashPoint) {
        let mut state = self.state.lock().unwrap();
        (state.crash, state.requests) = (Some(point), 0);
    }

    /// Whether the point was reached. Asked once the operation is over: where it was not, what
    /// comes later does not reach it either.
    pub fn has_crashed(&self) -> bool {
        let mut state = self.state.lock().unwrap();
        state.crash = None;
        state.has_crashed
    }

    /// The next transactions find others at their items.
    pub fn conflict(&self, transactions: u32) {
        self.state.lock().unwrap().conflicts = transactions;
    }

    /// The answer to a PutItem is lost on its way, after so many others; the SDK tries again.
    pub fn lose_put_answer(&self, after: u32) {
        self.state.lock().unwrap().lost_put = Some(after);
    }

    /// Whether that answer is still to come.
    pub fn is_put_answer_to_come(&self) -> bool {
        self.state.lock().unwrap().lost_put.take().is_some()
    }

    /// How many of them are still to come.
    pub fn conflicts_left(&self) -> u32 {
        self.state.lock().unwrap().conflicts
    }

    /// Begins to read costs.
    pub fn measure(&self) {
        let mut state = self.state.lock().unwrap();
        (state.measures, state.cost) = (true, Cost::default());
    }

    /// The cost since [`measure`](Self::measure).
    pub fn cost(&self) -> Cost {
        self.state.lock().unwrap().cost.clone()
    }
}

impl HttpClient for Wire {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let connector = self.client.http_connector(settings, components);
        SharedHttpConnector::new(Connector { connector, state: Arc::clone(&self.state) })
    }
}

#[derive(Debug)]
struct Connector {
    connector: SharedHttpConnector,
    state: Arc<Mutex<State>>,
}

impl HttpConnector for Connector {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        let mut state = self.state.lock().unwrap();
        let step = state.requests;
        state.requests += 1;
        let moment = state.crash.filter(|crash| crash.step == step).map(|crash| crash.moment);
        if state.has_crashed || moment == Some(Moment::Before) {
            state.has_crashed = true;
            return HttpConnectorFuture::ready(Err(ended()));
        }
        // Nothing that comes after this request reaches the store.
        state.has_crashed = moment == Some(Moment::After);
        let operation = operation(&request);
        if state.conflicts > 0 && operation == "TransactWriteItems" {
            state.conflicts -= 1;
            return HttpConnectorFuture::ready(Ok(conflict(&request)));
        }
        let mut is_lost = false;
        if operation == "PutItem"
            && let Some(left) = state.lost_put
        {
            is_lost = left == 0;
            state.lost_put = left.checked_sub(1);
        }
        let measures = state.measures;
        drop(state);
        let mut bytes = 0;
        if measures {
            let body = with_capacity(request.body().bytes().unwrap_or_default());
            bytes = body.len() as u64;
            request.headers_mut().insert("content-length", body.len().to_string());
            *request.body_mut() = SdkBody::from(body);
        }
        let sent = self.connector.call(request);
        let state = Arc::clone(&self.state);
        HttpConnectorFuture::new(async move {
            let mut response = sent.await?;
            if moment == Some(Moment::After) || is_lost {
                return Err(ended());
            }
            if measures {
                let body = ByteStream::new(response.take_body()).collect().await;
                let body = body.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
                state.lock().unwrap().cost.count(operation, bytes, &body);
                *response.body_mut() = SdkBody::from(body);
            }
            Ok(response)
        })
    }
}

impl Cost {
    fn count(&mut self, operation: String, bytes: u64, answer: &[u8]) {
        let is_read = ["GetItem", "BatchGetItem", "Query"].contains(&operation.as_str());
        *self.requests.entry(operation).or_default() += 1;
        self.bytes += bytes;
        let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
        let capacities = match &answer["ConsumedCapacity"] {
            Value::Array(capacities) => capacities.clone(),
            Value::Object(capacity) => vec![Value::Object(capacity.clone())],
            _ => Vec::new(),
        };
        for capacity in capacities {
            let total = capacity["CapacityUnits"].as_f64().unwrap_or_default();
            if is_read {
                self.reads += total;
                continue;
            }
            if capacity.get("ReadCapacityUnits").is_some() {
                self.replayed += 1;
                continue;
            }
            let indexes: f64 = capacity["GlobalSecondaryIndexes"]
                .as_object()
                .into_iter()
                .flat_map(|indexes| indexes.values())
                .filter_map(|index| index["CapacityUnits"].as_f64())
                .sum();
            self.indexes += indexes;
            self.table += total - indexes;
        }
    }
}

fn ended() -> ConnectorError {
    ConnectorError::io("the program has ended".into())
}

/// The part of `DynamoDB_20120810.TransactWriteItems` behind the point.
fn operation(request: &HttpRequest) -> String {
    let target = request.headers().get("x-amz-target").unwrap_or_default();
    target.rsplit('.').next().unwrap_or_default().to_owned()
}

/// The answer to a transaction that found another at one of its items: MiniStack does one request
/// after the other and never gives it.
fn conflict(request: &HttpRequest) -> HttpResponse {
    let body: Value = serde_json::from_slice(request.body().bytes().unwrap()).unwrap();
    let items = body["TransactItems"].as_array().unwrap().len();
    let mut reasons = vec![serde_json::json!({ "Code": "None" }); items];
    reasons[0] = serde_json::json!({
        "Code": "TransactionConflict",
        "Message": "Transaction is ongoing for the item",
    });
    let name = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException";
    let answer = serde_json::json!({
        "__type": name,
        "Message": "Transaction cancelled, please refer cancellation reasons for specific reasons",
        "CancellationReasons": reasons,
    });
    let mut response =
        HttpResponse::new(400.try_into().unwrap(), SdkBody::from(answer.to_string()));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response
}

/// MiniStack does not check signatures, so a body may change once it is signed.
fn with_capacity(body: &[u8]) -> String {
    let mut body: Value = serde_json::from_slice(body).unwrap();
    body["ReturnConsumedCapacity"] = "INDEXES".into();
    body.to_string()
}

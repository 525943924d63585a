use axum::Json;
use axum::extract::State as Extract;
use serde_json::{Value, json};

use crate::service::{Key, LedgerEntry};
use crate::state::State;

pub(super) async fn health(Extract(state): Extract<State>) -> Json<Value> {
    let now = state.clock().now().to_string();
    Json(json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION"), "now": now }))
}

/// Every entry, and the sums. Quantities are decimal texts: exact for any client.
pub(super) async fn ledger(Extract(state): Extract<State>) -> Json<Value> {
    let service = state.service();
    let entries: Vec<_> = service.ledger().entries().map(|(key, line)| entry(key, line)).collect();
    Json(json!({ "entries": entries, "totals": service.ledger().totals() }))
}

pub(super) async fn calls(Extract(state): Extract<State>) -> Json<Value> {
    let calls = state.calls();
    let latest: Vec<_> = calls.latest().collect();
    Json(json!({ "calls": latest, "counts": calls.counts() }))
}

fn entry(key: &Key, line: &LedgerEntry) -> Value {
    let mut customer = json!({ "customerAWSAccountId": key.account });
    if let Some(identifier) = &line.customer_identifier {
        customer["customerIdentifier"] = json!(identifier);
    }
    if let Some(arn) = &key.license_arn {
        customer["licenseArn"] = json!(arn);
    }
    json!({
        "region": key.region,
        "productCode": key.product_code,
        "customer": customer,
        "instance": key.instance,
        "dimension": key.dimension,
        "hour": key.hour.to_string(),
        "quantity": line.quantity.to_string(),
        "meteringRecordId": line.metering_record_id,
        "allocations": line.allocations,
        "resends": line.resends,
    })
}

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::extract::{Path, State as Extract};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Refusal;
use crate::service::{CustomerChange, Product, RegistrationSubject};
use crate::state::State;

/// How long a registration token lives when the request does not say: the least AWS documents.
const TOKEN_SECONDS: i64 = 3600;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct TokenRequest {
    product_code: String,
    customer: Option<String>,
    license_arn: Option<String>,
    /// 0 or less makes a token that has expired.
    expires_in_seconds: Option<i64>,
}

pub(super) async fn list(Extract(state): Extract<State>) -> Json<Value> {
    let service = state.service();
    Json(json!({ "products": service.catalogue().products().collect::<Vec<_>>() }))
}

pub(super) async fn add(
    Extract(state): Extract<State>,
    body: Result<Json<Product>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let Json(product) = body?;
    let code = product.product_code.clone();
    state.service().catalogue_mut().add(product).map_err(Refusal::bad_request)?;
    tokio::spawn(state.prepare_keys());
    Ok((StatusCode::CREATED, Json(json!({ "productCode": code }))))
}

pub(super) async fn rotate_key(
    Extract(state): Extract<State>,
    Path(code): Path<String>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let now = state.clock().now();
    let version = state.service().catalogue_mut().rotate_key(&code, now);
    let version = version.ok_or_else(|| Refusal::not_found("no such container product"))?;
    tokio::spawn(state.prepare_keys());
    let answer = json!({ "productCode": code, "publicKeyVersion": version });
    Ok((StatusCode::CREATED, Json(answer)))
}

/// PEM SPKI, as the Marketplace shows it once. Waits for a key that is still being made.
pub(super) async fn public_key(
    Extract(state): Extract<State>,
    path: Result<Path<(String, u32)>, PathRejection>,
) -> Result<impl IntoResponse, Refusal> {
    let Path((code, version)) = path?;
    let key = state.key(&code, version).await;
    let key = key.ok_or_else(|| Refusal::not_found("no such product or public key version"))?;
    let key = key.map_err(Refusal::internal)?;
    Ok(([(header::CONTENT_TYPE, "application/x-pem-file")], key.public_pem().to_owned()))
}

pub(super) async fn change_customer(
    Extract(state): Extract<State>,
    Path(account): Path<String>,
    body: Result<Json<CustomerChange>, JsonRejection>,
) -> Result<Json<Value>, Refusal> {
    let Json(change) = body?;
    match state.service().catalogue_mut().change_customer(&account, &change) {
        0 => Err(Refusal::not_found("no such customer")),
        changed => Ok(Json(json!({ "changed": changed }))),
    }
}

pub(super) async fn registration_token(
    Extract(state): Extract<State>,
    body: Result<Json<TokenRequest>, JsonRejection>,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let Json(TokenRequest { product_code, customer, license_arn, expires_in_seconds }) = body?;
    let subject = RegistrationSubject { product_code, customer, license_arn };
    let seconds = expires_in_seconds.unwrap_or(TOKEN_SECONDS);
    let now = state.clock().now();
    let expires_at = now
        .plus_seconds(seconds)
        .ok_or_else(|| Refusal::bad_request("expiresInSeconds leaves the years 0 to 9999"))?;
    let token = state
        .service()
        .issue_registration_token(&subject, expires_at)
        .map_err(Refusal::not_found)?;
    let answer = json!({ "registrationToken": token, "expiresAt": expires_at.to_string() });
    Ok((StatusCode::CREATED, Json(answer)))
}

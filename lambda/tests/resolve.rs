//! `resolve_customer` with the real SDK against the emulator, by the events AWS sends.

mod emulated;

use std::fs;
use std::path::PathBuf;

use lambda_http::http::{HeaderMap, StatusCode};
use lambda_http::{Body, Response};
use meterproof_aws::SdkMetering;
use meterproof_emulator::Config;
use meterproof_emulator::config::{
    LEGACY_PRODUCT_CODE, LICENSE_AGREEMENT_ID, LICENSE_ARN, LICENSE_PRODUCT_CODE,
};
use meterproof_emulator::wire::Operation;
use meterproof_lambda::resolve::{
    FileCustomers, Problem, RegistrationConfig, RegistrationSecret, SignUpUrl, handle,
    verify_registration,
};
use serde_json::{Value, json};

use emulated::{Emulator, now};

const FORM: &str = "application/x-www-form-urlencoded";

/// The function, with its customers in a file of its own.
struct Function {
    marketplace: SdkMetering,
    folder: PathBuf,
    registration: RegistrationConfig,
}

impl Function {
    async fn new(emulator: &Emulator, name: &str) -> Self {
        let folder =
            std::env::temp_dir().join(format!("meterproof-resolve-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self {
            marketplace: emulator.registration_client(2).await,
            folder,
            registration: RegistrationConfig {
                sign_up_url: SignUpUrl::parse("https://seller.example/sign-up?plan=a").unwrap(),
                secret: RegistrationSecret::new(&[9; 32]).unwrap(),
                ttl_seconds: 900,
            },
        }
    }

    async fn answer(&self, event: &Value) -> Response<Body> {
        let request = lambda_http::request::from_str(&event.to_string()).unwrap();
        let customers = FileCustomers::new(self.folder.join("customers.jsonl"));
        handle(&request, &self.marketplace, &customers, &self.registration, now()).await.unwrap()
    }

    fn customers(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.folder.join("customers.jsonl")).unwrap_or_default();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        // Left behind where it cannot be removed; the next run makes one of its own.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

async fn token(emulator: &Emulator, product: &str, seconds: i64) -> String {
    let asked = json!({ "productCode": product, "expiresInSeconds": seconds });
    emulator.admin("POST", "registration-tokens", asked).await["registrationToken"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn form(token: &str) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("x-amzn-marketplace-token", token);
    form.append_pair("x-amzn-marketplace-offer-type", "free-trial");
    form.append_pair("x-amzn-marketplace-agreement-id", "agmt-of-somebody-else");
    form.finish()
}

/// A function URL's event, or an HTTP API's: both have payload format 2.0.
fn url_event(method: &str, accept: &str, body: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": { "content-type": FORM, "accept": accept, "host": "abc.lambda-url.us-east-1.on.aws" },
        "requestContext": {
            "accountId": "anonymous", "apiId": "abc", "domainName": "abc.lambda-url.us-east-1.on.aws",
            "domainPrefix": "abc", "requestId": "id", "routeKey": "$default", "stage": "$default",
            "time": "21/Nov/2026:10:20:00 +0000", "timeEpoch": 1_795_256_400_000_i64,
            "http": { "method": method, "path": "/", "protocol": "HTTP/1.1", "sourceIp": "203.0.113.1", "userAgent": "b" },
        },
        "body": body,
        "isBase64Encoded": false,
    })
}

/// A REST API's event: payload format 1.0.
fn rest_event(body: &str) -> Value {
    json!({
        "resource": "/", "path": "/", "httpMethod": "POST",
        "headers": { "Content-Type": FORM, "Accept": "text/html" },
        "multiValueHeaders": { "Content-Type": [FORM], "Accept": ["text/html"] },
        "queryStringParameters": null, "multiValueQueryStringParameters": null,
        "pathParameters": null, "stageVariables": null,
        "requestContext": {
            "accountId": "111122223333", "apiId": "abc", "httpMethod": "POST", "path": "/", "protocol": "HTTP/1.1",
            "resourceId": "r", "resourcePath": "/", "requestId": "id", "stage": "prod",
            "identity": { "sourceIp": "203.0.113.1" },
        },
        "body": body,
        "isBase64Encoded": false,
    })
}

fn base64(mut event: Value) -> Value {
    use base64::Engine as _;
    let body = event["body"].as_str().unwrap().to_owned();
    event["body"] = base64::engine::general_purpose::STANDARD.encode(body).into();
    event["isBase64Encoded"] = true.into();
    event
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

fn text(response: &Response<Body>) -> String {
    String::from_utf8(response.body().to_vec()).unwrap()
}

#[tokio::test]
async fn every_kind_of_event_ends_at_the_sign_up_page() {
    let emulator = Emulator::start().await;
    let function = Function::new(&emulator, "events").await;
    let token = token(&emulator, LICENSE_PRODUCT_CODE, 3_600).await;
    let url = url_event("POST", "text/html,application/xhtml+xml", &form(&token));
    let rest = rest_event(&form(&token));
    for event in [url.clone(), base64(url), rest.clone(), base64(rest)] {
        let response = function.answer(&event).await;
        assert_eq!(response.status(), StatusCode::SEE_OTHER, "{event}");
        assert_eq!(header(response.headers(), "cache-control"), "no-store");
        assert_eq!(header(response.headers(), "referrer-policy"), "no-referrer");
        let location = header(response.headers(), "location");
        let id =
            location.strip_prefix("https://seller.example/sign-up?plan=a&registration=").unwrap();
        let customer = verify_registration(id, &function.registration.secret, now()).unwrap();
        assert_eq!(function.customers()[0]["customer_id"], customer.as_str());
        assert!(!location.contains("444455556666") && !location.contains(&token));
    }
    assert_eq!(
        function.customers(),
        [json!({
            "customer_id": function.customers()[0]["customer_id"],
            "product_code": LICENSE_PRODUCT_CODE,
            "license_arn": LICENSE_ARN,
            "customer_aws_account_id": "444455556666",
            "agreement_id": LICENSE_AGREEMENT_ID,
            "offer_type": "free-trial",
            "first_seen": "2026-11-21T10:20:00Z",
            "last_seen": "2026-11-21T10:20:00Z",
        })]
    );
}

#[tokio::test]
async fn json_is_for_those_who_ask_for_it() {
    let emulator = Emulator::start().await;
    let function = Function::new(&emulator, "json").await;
    let token = token(&emulator, LEGACY_PRODUCT_CODE, 3_600).await;
    let response = function.answer(&url_event("POST", "application/json", &form(&token))).await;
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(header(response.headers(), "content-type"), "application/json");
    let body: Value = serde_json::from_str(&text(&response)).unwrap();
    let id = body["registration"].as_str().unwrap();
    verify_registration(id, &function.registration.secret, now()).unwrap();
    assert_eq!(
        body["signUpUrl"],
        format!("https://seller.example/sign-up?plan=a&registration={id}")
    );
    assert_eq!(function.customers()[0]["product_code"], LEGACY_PRODUCT_CODE);

    let response = function.answer(&url_event("POST", "application/json", "")).await;
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    let body: Value = serde_json::from_str(&text(&response)).unwrap();
    assert_eq!(body["error"]["code"], "missing_token");
}

/// Checks the page of one problem, and that it stored nobody.
async fn assert_page(function: &Function, event: &Value, problem: Problem) -> HeaderMap {
    let response = function.answer(event).await;
    assert_eq!(response.status(), problem.status(), "{problem:?}");
    let page = text(&response);
    assert!(page.contains(&format!("<h1>{}</h1>", problem.title())), "{problem:?}: {page}");
    assert!(page.contains(problem.remedy()) && page.contains(problem.code()), "{page}");
    assert_eq!(header(response.headers(), "content-type"), "text/html; charset=utf-8");
    assert_eq!(header(response.headers(), "cache-control"), "no-store");
    assert_eq!(header(response.headers(), "referrer-policy"), "no-referrer");
    assert!(
        header(response.headers(), "content-security-policy")
            .starts_with("default-src 'none'; style-src 'sha256-")
    );
    assert!(function.customers().is_empty(), "{problem:?}");
    response.headers().clone()
}

#[tokio::test]
async fn each_problem_has_its_own_page() {
    let emulator = Emulator::start().await;
    let function = Function::new(&emulator, "pages").await;
    let good = token(&emulator, LICENSE_PRODUCT_CODE, 3_600).await;
    let expired = token(&emulator, LICENSE_PRODUCT_CODE, 0).await;
    let post = |body: &str| url_event("POST", "text/html", body);

    for method in ["GET", "HEAD", "PUT", "DELETE"] {
        let event = url_event(method, "text/html", &form(&good));
        let headers = assert_page(&function, &event, Problem::MethodNotAllowed).await;
        assert_eq!(header(&headers, "allow"), "POST");
    }
    let mut json_body = post(&form(&good));
    json_body["headers"]["content-type"] = "application/json".into();
    assert_page(&function, &json_body, Problem::UnsupportedMediaType).await;
    assert_page(&function, &post("x-amzn-marketplace-token="), Problem::MissingToken).await;
    assert_page(&function, &post(&form("no token at all")), Problem::InvalidToken).await;
    assert_page(&function, &post(&form("bm90LW9uZS1vZi1vdXJz")), Problem::InvalidToken).await;
    assert_page(&function, &post(&form(&expired)), Problem::ExpiredToken).await;
    assert_eq!(emulator.calls().await.len(), 2, "what needs no call makes none");

    emulator.fault(json!({ "operation": "ResolveCustomer", "kind": "throttle", "count": 2 })).await;
    let headers = assert_page(&function, &post(&form(&good)), Problem::Throttled).await;
    assert_eq!(header(&headers, "retry-after"), "5");
    emulator
        .fault(json!({ "operation": "ResolveCustomer", "kind": "internalError", "count": 2 }))
        .await;
    let headers =
        assert_page(&function, &post(&form(&good)), Problem::MarketplaceUnavailable).await;
    assert_eq!(header(&headers, "retry-after"), "30");

    // One failure in passing is nothing a buyer sees.
    emulator.fault(json!({ "operation": "ResolveCustomer", "kind": "throttle", "count": 1 })).await;
    assert_eq!(function.answer(&post(&form(&good))).await.status(), StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_the_seller_must_mend_is_not_blamed_on_the_buyer() {
    let config = Config { disabled_apis: [Operation::ResolveCustomer].into(), ..Config::default() };
    let emulator = Emulator::with(config).await;
    let function = Function::new(&emulator, "disabled").await;
    let good = token(&emulator, LICENSE_PRODUCT_CODE, 3_600).await;
    assert_page(&function, &url_event("POST", "text/html", &form(&good)), Problem::Misconfigured)
        .await;

    let emulator = Emulator::start().await;
    let mut function = Function::new(&emulator, "store").await;
    let good = token(&emulator, LICENSE_PRODUCT_CODE, 3_600).await;
    let folder = function.folder.clone();
    function.folder = folder.join("missing");
    let headers = assert_page(
        &function,
        &url_event("POST", "text/html", &form(&good)),
        Problem::StoreUnavailable,
    )
    .await;
    assert_eq!(header(&headers, "retry-after"), "30");
    function.folder = folder;
    // The same token works once the store does.
    let response = function.answer(&url_event("POST", "text/html", &form(&good))).await;
    assert_eq!(response.status(), StatusCode::SEE_OTHER);
    assert_eq!(function.customers().len(), 1);
}

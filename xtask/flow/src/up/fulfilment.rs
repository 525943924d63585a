//! From AWS's registration token to a stored customer: the real `resolve_customer`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::error::FlowError;
use crate::runtime_host::Function;

/// Posts the buyer's form to the function, as a function URL would.
///
/// Returns where the buyer is sent to.
///
/// # Errors
/// [`FlowError::Unexpected`] unless the answer is a 303 to `sign_up_url` without AWS's token.
pub async fn post_form(
    function: &Function,
    token: &str,
    sign_up_url: &str,
) -> Result<String, FlowError> {
    let form = form_urlencoded::Serializer::new(String::new())
        .append_pair("x-amzn-marketplace-token", token)
        .append_pair("x-amzn-marketplace-offer-type", "free-trial")
        .finish();
    let answer = function
        .invoke(function_url_event(&form).to_string())
        .await
        .map_err(|error| FlowError::Unexpected(format!("resolve_customer: {error}")))?;
    let answer: Value = serde_json::from_slice(&answer)
        .map_err(|error| FlowError::Unexpected(format!("resolve_customer: {error}")))?;
    let status = answer.get("statusCode").and_then(Value::as_u64);
    let location = location(&answer).unwrap_or_default();
    if status != Some(303) {
        let what = format!("resolve_customer answered {status:?} instead of 303: {answer}");
        return Err(FlowError::Unexpected(what));
    }
    if !location.starts_with(sign_up_url) || location.contains(token) {
        let what = "resolve_customer sends the buyer elsewhere, or hands AWS's token on";
        return Err(FlowError::Unexpected(what.to_owned()));
    }
    Ok(location)
}

/// An event of payload format 2.0 (Lambda developer guide, "Invoking Lambda function URLs").
fn function_url_event(form: &str) -> Value {
    let host = "flow.lambda-url.us-east-1.on.aws";
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": {
            "content-type": "application/x-www-form-urlencoded",
            "accept": "text/html",
            "host": host,
        },
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "flow",
            "domainName": host,
            "domainPrefix": "flow",
            "http": {
                "method": "POST",
                "path": "/",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "a buyer's browser",
            },
            "requestId": "flow",
            "routeKey": "$default",
            "stage": "$default",
            "time": "01/Jan/2026:00:00:00 +0000",
            "timeEpoch": 1_767_225_600_000_u64,
        },
        // Function URLs encode the bodies of forms.
        "body": STANDARD.encode(form),
        "isBase64Encoded": true,
    })
}

fn location(answer: &Value) -> Option<String> {
    let headers = answer.get("headers")?.as_object()?;
    let header = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
    header.and_then(|(_, value)| value.as_str()).map(str::to_owned)
}

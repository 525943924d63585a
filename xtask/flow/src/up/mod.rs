//! `up`: the whole path on one machine.
//!
//! The emulator and the page are servers in this process. The functions are the real
//! binaries, run by the [runtime host](crate::runtime_host).

mod bill;
mod disturbance;
mod fulfilment;
mod metering;
mod registration;
mod rig;
mod usage;

use std::time::{SystemTime, UNIX_EPOCH};

use meterproof::Timestamp;
use meterproof_emulator::config as emulator;
use serde_json::{Value, json};

use self::rig::{Rig, SIGN_UP_URL};
use crate::error::FlowError;
use crate::progress::Step;
use crate::signals::Signals;

/// The container product's first key version.
const KEY_VERSION: u32 = 1;

/// Runs the flow. With `once` it ends after it, else everything stays up until Ctrl-C.
///
/// # Errors
/// [`FlowError`]; what was started has ended by then.
pub async fn up(once: bool, signals: &mut Signals) -> Result<(), FlowError> {
    let step = Step::start("start the emulator, the page and the queues");
    let rig = Rig::start().await?;
    step.done("running");
    let outcome = tokio::select! {
        outcome = flow(&rig) => outcome,
        () = signals.next() => Err(FlowError::Interrupted),
    };
    if outcome.is_ok() && !once {
        rig.print_addresses();
        signals.next().await;
        println!();
    }
    rig.stop().await;
    outcome
}

async fn flow(rig: &Rig) -> Result<(), FlowError> {
    register(rig).await?;
    resolve(rig).await?;
    metering::meter(rig).await
}

/// RegisterUsage -> a token -> verified with the product's public key.
async fn register(rig: &Rig) -> Result<(), FlowError> {
    let step = Step::start("RegisterUsage on the emulator -> token verified");
    let product = emulator::CONTAINER_PRODUCT_CODE;
    let path = format!("/_emulator/products/{product}/public-keys/{KEY_VERSION}");
    let pem = rig.emulator.get_text(&path).await?;
    let client = registration::client(
        &rig.emulator_url(),
        emulator::ACCESS_KEY_ID,
        emulator::SECRET_ACCESS_KEY,
    );
    let registration = registration::register(&client, product, KEY_VERSION, &pem, now()?).await?;
    step.done(format!(
        "{} with key version {}, refused for another nonce",
        registration.product_code(),
        registration.public_key_version()
    ));
    Ok(())
}

/// A registration token -> resolve_customer -> a stored customer.
async fn resolve(rig: &Rig) -> Result<(), FlowError> {
    let step = Step::start("registration token -> resolve_customer -> customer stored");
    let body = json!({
        "productCode": emulator::LICENSE_PRODUCT_CODE,
        "licenseArn": emulator::LICENSE_ARN,
    });
    let answer = rig.emulator.post("/_emulator/registration-tokens", &body).await?;
    let token = answer.get("registrationToken").and_then(Value::as_str);
    let token = token.ok_or_else(|| FlowError::Unexpected("no registrationToken".to_owned()))?;
    fulfilment::post_form(&rig.resolve_customer, token, SIGN_UP_URL).await?;
    // A browser may post its form again: still one customer.
    fulfilment::post_form(&rig.resolve_customer, token, SIGN_UP_URL).await?;
    let customers = rig.customers()?;
    let lines: Vec<&str> = customers.lines().collect();
    let stored = matches!(lines.as_slice(), [one] if one.contains(emulator::LICENSE_ARN));
    if !stored || customers.contains(token) {
        let what = format!("{} customers are stored, expected the one resolved", lines.len());
        return Err(FlowError::Unexpected(what));
    }
    step.done("303 to the sign-up page, one customer, posted twice");
    Ok(())
}

fn now() -> Result<Timestamp, FlowError> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok();
    since
        .and_then(|since| i64::try_from(since.as_millis()).ok())
        .and_then(Timestamp::from_unix_millis)
        .ok_or_else(|| FlowError::Setup("this machine's clock is not set".to_owned()))
}

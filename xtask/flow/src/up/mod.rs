//! `up`: the whole path on one machine.
//!
//! The emulator and the page are servers in this process. The agent is the real binary, and so is
//! the function that registers customers, run by the [runtime host](crate::runtime_host).

mod agent;
mod bill;
mod clock;
mod disturbance;
mod fulfilment;
mod live;
mod metering;
mod postings;
mod producer;
mod registration;
mod report;
mod rig;
mod usage;
mod verdicts;

use meterproof::usage::Quantity;
use meterproof_emulator::config as emulator;
use serde_json::{Value, json};

use self::live::{Beginning, HOUR_SECONDS};
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
    let step = Step::start("start the emulator and the page");
    let mut rig = Rig::start().await?;
    step.done("running");
    let outcome = tokio::select! {
        outcome = flow(&mut rig) => outcome,
        () = signals.next() => Err(FlowError::Interrupted),
    };
    let outcome = match outcome {
        Ok(used) if !once => {
            let events = usage::EVENTS;
            stay(&mut rig, Beginning { used, events, hour_seconds: HOUR_SECONDS }, signals).await
        }
        outcome => outcome.map(drop),
    };
    rig.stop().await;
    outcome
}

/// The live view alone: emulator, agent and page with an empty ledger, until Ctrl-C. An hour takes
/// so many seconds, 30 where nothing is said.
///
/// # Errors
/// [`FlowError`]; what was started has ended by then.
pub async fn live(hour_seconds: Option<u32>, signals: &mut Signals) -> Result<(), FlowError> {
    let mut rig = Rig::start().await?;
    let started = tokio::select! {
        started = begin(&mut rig) => started,
        () = signals.next() => Err(FlowError::Interrupted),
    };
    let outcome = match started {
        Ok(()) => {
            let hour_seconds = hour_seconds.map_or(HOUR_SECONDS, i64::from);
            let beginning = Beginning { used: Quantity::ZERO, events: 0, hour_seconds };
            stay(&mut rig, beginning, signals).await
        }
        Err(error) => Err(error),
    };
    rig.stop().await;
    outcome
}

async fn begin(rig: &mut Rig) -> Result<(), FlowError> {
    metering::sell(rig).await?;
    rig.agent.run().await
}

/// Lets everything be looked at until Ctrl-C.
async fn stay(rig: &mut Rig, beginning: Beginning, signals: &mut Signals) -> Result<(), FlowError> {
    rig.print_addresses();
    tokio::select! {
        outcome = live::run(rig, beginning) => outcome,
        () = signals.next() => {
            println!();
            Ok(())
        }
    }
}

async fn flow(rig: &mut Rig) -> Result<Quantity, FlowError> {
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
    let registration =
        registration::register(&client, product, KEY_VERSION, &pem, clock::machine()?).await?;
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

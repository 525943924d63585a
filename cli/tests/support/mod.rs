//! The emulator in the test's own process, and what every test of the command needs.

#![allow(dead_code, missing_docs, reason = "each test program uses its part")]

pub mod client;
pub mod process;

use std::path::Path;

use meterproof::Timestamp;
use meterproof_emulator::config::{CONTAINER_PRODUCT_CODE, LICENSE_PRODUCT_CODE};
use meterproof_emulator::{Clock as EmulatorClock, Config, State, serve};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub const ACCOUNT: &str = "444455556666";

/// The license of a customer, counted from 1.
pub fn license(number: u32) -> String {
    format!("arn:aws:license-manager::294406891311:license:l-{number:032x}")
}

pub fn at(text: &str) -> Timestamp {
    Timestamp::parse_iso_8601(text).unwrap()
}

/// An event in plain form.
pub fn event(id: &str, license_number: u32, time: &str, quantity: u64) -> Value {
    json!({
        "EventId": id,
        "Timestamp": time,
        "LicenseArn": license(license_number),
        "CustomerAWSAccountId": ACCOUNT,
        "Dimension": "users",
        "Quantity": quantity,
    })
}

/// The service on a port of its own.
pub struct Emulator {
    pub state: State,
    pub url: String,
}

impl Emulator {
    /// With a product by license, whose customers have the licenses from 1 on.
    pub async fn start(customers: u32, mut config: Config) -> Self {
        // No test here registers containers, and their keys take long to make.
        config.products.retain(|product| product.product_code != CONTAINER_PRODUCT_CODE);
        let product =
            config.products.iter_mut().find(|product| product.product_code == LICENSE_PRODUCT_CODE);
        product.unwrap().customers = (1..=customers)
            .map(|number| {
                let customer = json!({ "account": ACCOUNT, "licenseArn": license(number) });
                serde_json::from_value(customer).unwrap()
            })
            .collect();
        let state = State::new(config).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(serve(listener, state.clone(), std::future::pending()));
        Self { state, url }
    }

    pub fn set_clock(&self, clock: EmulatorClock) {
        *self.state.clock() = clock;
    }

    pub fn fault(&self, fault: Value) {
        self.state.faults().add(serde_json::from_value(fault).unwrap()).unwrap();
    }

    /// `license number, hour, quantity` of every line of the bill, in the order of licenses.
    pub fn billed(&self) -> Vec<(u32, String, String)> {
        let service = self.state.service();
        let lines = service.ledger().entries().map(|(key, line)| {
            let arn = key.license_arn.as_deref().unwrap_or_default();
            let number = u32::from_str_radix(&arn[arn.len() - 8..], 16).unwrap();
            (number, key.hour.to_string(), line.quantity.to_string())
        });
        let mut lines: Vec<_> = lines.collect();
        lines.sort();
        lines
    }
}

/// What lies between a file and the text it should hold, said in full.
pub fn assert_in_file(file: &Path, block: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(block), "{} does not hold:\n{block}", file.display());
}

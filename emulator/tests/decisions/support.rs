use meterproof::Timestamp;
use meterproof_emulator::Config;
use meterproof_emulator::service::{Answer, Call, Caller, Platform, Service, Settings};
use meterproof_emulator::wire::{Operation, Request, ServiceError};
use serde_json::Value;

/// A seller with two products by license, one that migrates from codes to licenses, and hosted
/// products with a buyer who has unsubscribed.
const PRODUCTS: &str = r#"
    [[products]]
    product_code = "licensed"
    kind = "saas"
    seller_account = "100"
    dimensions = ["users", "gigabytes"]
    [[products.customers]]
    account = "1"
    license_arn = "arn:aws:license-manager::1:license:l-1"
    subscribed_at = "2026-11-21T06:00:00Z"
    deprovisioned_at = "2026-11-21T11:00:00Z"
    [[products.customers]]
    account = "2"
    license_arn = "arn:aws:license-manager::2:license:l-2"
    subscribed = false

    [[products]]
    product_code = "other"
    kind = "saas"
    seller_account = "100"
    dimensions = ["users"]
    [[products.customers]]
    account = "1"
    license_arn = "arn:aws:license-manager::1:license:l-3"

    [[products]]
    product_code = "migrating"
    kind = "saas"
    seller_account = "100"
    identity_forms = ["license", "account", "customer"]
    dimensions = ["users"]
    [[products.customers]]
    account = "3"
    customer_identifier = "Cust3"
    license_arn = "arn:aws:license-manager::3:license:l-4"
    subscribed_at = "2026-11-21T06:00:00Z"

    [[products]]
    product_code = "container"
    kind = "container"
    dimensions = ["pods"]
    public_keys = [{ version = 1, expired_at = "2026-11-21T09:00:00Z" }, { version = 2 }]
    [[products.customers]]
    account = "4"
    subscribed_at = "2026-11-21T06:00:00Z"
    [[products.customers]]
    account = "5"
    subscribed = false

    [[products]]
    product_code = "image"
    kind = "ami"
    dimensions = ["hours"]
    [[products.customers]]
    account = "4"
"#;

/// A service, who calls it, and what time it is.
pub struct World {
    pub service: Service,
    pub caller: Caller,
    pub now: Timestamp,
}

pub fn time(text: &str) -> Timestamp {
    Timestamp::parse_iso_8601(text).expect(text)
}

/// Seconds since 1970 of a time of 2026-11-21.
pub fn at(time_of_day: &str) -> i64 {
    time(&format!("2026-11-21T{time_of_day}Z")).unix_seconds()
}

impl World {
    /// At 10:00 on 2026-11-21.
    pub fn new() -> Self {
        Self::with(Settings::default())
    }

    pub fn with(settings: Settings) -> Self {
        let config = Config::from_toml(PRODUCTS).expect("valid products");
        let caller = Caller {
            account: "100".into(),
            buyer_account: "4".into(),
            region: "eu-west-1".into(),
            home_region: "eu-west-1".into(),
            platform: Platform::Ecs,
            instance: "task-1".into(),
            denied_operations: [].into(),
        };
        let service = Service::new(config.catalogue().expect("valid"), settings, 1);
        Self { service, caller, now: time("2026-11-21T10:00:00Z") }
    }

    pub fn call(&mut self, operation: Operation, body: &Value) -> Result<Answer, ServiceError> {
        let request = Request::read(operation, body.to_string().as_bytes())?;
        self.service.answer(&Call::new(&self.caller, self.now), &request)
    }

    /// The name of the error a request is refused with, and the ledger must not change.
    pub fn refusal(&mut self, operation: Operation, body: &Value) -> &'static str {
        let before = self.service.ledger().clone();
        let error = self.call(operation, body).expect_err("must be refused");
        assert_eq!(*self.service.ledger(), before, "a refused request changed the ledger");
        error.name.as_str()
    }

    /// Each entry's quantity, in the order of the keys.
    pub fn billed(&self) -> Vec<String> {
        self.service.ledger().entries().map(|(_, entry)| entry.quantity.to_string()).collect()
    }
}

/// A copy of a JSON object with members set; `null` takes one away.
pub fn with(base: &Value, changes: Value) -> Value {
    let mut changed = base.clone();
    let members = changed.as_object_mut().expect("an object");
    for (name, value) in changes.as_object().expect("an object") {
        if value.is_null() {
            members.remove(name);
        } else {
            members.insert(name.clone(), value.clone());
        }
    }
    changed
}

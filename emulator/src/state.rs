use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::calls::CallLog;
use crate::clock::Clock;
use crate::config::{ClaimStyle, Config, ConfigError, Credentials};
use crate::faults::Faults;
use crate::keys::{Key, KeyError, Keys};
use crate::service::{Caller, Service, Settings};

/// All the emulator knows; a handle to it, cheap to clone.
#[derive(Clone)]
pub struct State {
    shared: Arc<Shared>,
}

struct Shared {
    settings: RequestSettings,
    service: Mutex<Service>,
    faults: Mutex<Faults>,
    clock: Mutex<Clock>,
    /// Never empty.
    credentials: Mutex<Vec<Credentials>>,
    calls: Mutex<CallLog>,
    keys: Keys,
}

/// What of the configuration requests are handled by.
pub(crate) struct RequestSettings {
    pub region: String,
    pub verify_signatures: bool,
    pub claim_style: ClaimStyle,
}

impl State {
    /// An emulator with an empty ledger.
    ///
    /// # Errors
    /// [`ConfigError`], when the configuration was not read by [`Config::from_toml`] and breaks
    /// a rule.
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        config.check()?;
        let settings = Settings {
            duplicate_on_identical_resend: config.duplicate_on_identical_resend,
            disabled_apis: config.disabled_apis.clone(),
        };
        let seed = config.seed.unwrap_or_else(|| fastrand::u64(..));
        let service = Service::new(config.catalogue()?, settings, seed);
        let shared = Shared {
            settings: RequestSettings {
                region: config.region,
                verify_signatures: config.verify_signatures,
                claim_style: config.claim_style,
            },
            credentials: Mutex::new(config.credentials),
            service: Mutex::new(service),
            faults: Mutex::default(),
            clock: Mutex::default(),
            calls: Mutex::default(),
            keys: Keys::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The decisions and the ledger. Nothing waits while it is held.
    pub fn service(&self) -> MutexGuard<'_, Service> {
        lock(&self.shared.service)
    }

    /// The injected faults.
    pub fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.shared.faults)
    }

    /// The clock the decisions are made by.
    pub fn clock(&self) -> MutexGuard<'_, Clock> {
        lock(&self.shared.clock)
    }

    pub(crate) fn calls(&self) -> MutexGuard<'_, CallLog> {
        lock(&self.shared.calls)
    }

    pub(crate) fn credentials(&self) -> MutexGuard<'_, Vec<Credentials>> {
        lock(&self.shared.credentials)
    }

    pub(crate) fn settings(&self) -> &RequestSettings {
        &self.shared.settings
    }

    /// A version of a product's key; `None` when there is no such version.
    pub(crate) async fn key(
        &self,
        product_code: &str,
        version: u32,
    ) -> Option<Result<Arc<Key>, KeyError>> {
        let file = {
            let service = self.service();
            let keys = &service.catalogue().product(product_code)?.public_keys;
            keys.iter().find(|key| key.version == version)?.private_key_file.clone()
        };
        Some(self.shared.keys.get(product_code, version, file).await)
    }

    /// A version of a product's public key as PEM SPKI, made when it is not there yet; `None`
    /// when there is no such version, or its private key cannot be read.
    pub async fn public_key_pem(&self, product_code: &str, version: u32) -> Option<String> {
        let key = self.key(product_code, version).await?.ok()?;
        Some(key.public_pem().to_owned())
    }

    /// Makes every key that is not there yet: it takes seconds, and the first call should not
    /// wait for it.
    pub(crate) async fn prepare_keys(self) {
        let versions: Vec<_> = {
            let service = self.service();
            let products = service.catalogue().products();
            products
                .flat_map(|product| {
                    let code = &product.product_code;
                    product.public_keys.iter().map(move |key| (code.clone(), key.version))
                })
                .collect()
        };
        for (product_code, version) in versions {
            if let Some(Err(error)) = self.key(&product_code, version).await {
                tracing::error!(product_code, version, %error, "no signing key");
            }
        }
    }
}

impl RequestSettings {
    /// The caller these credentials stand for, at the endpoint of a Region.
    pub(crate) fn caller(&self, credentials: &Credentials, region: &str) -> Caller {
        let text = |text: &Option<String>, other: &String| text.as_ref().unwrap_or(other).clone();
        Caller {
            account: credentials.account.clone(),
            buyer_account: text(&credentials.buyer_account, &credentials.account),
            region: region.into(),
            home_region: text(&credentials.region, &self.region),
            platform: credentials.platform,
            instance: text(&credentials.instance, &credentials.access_key_id),
            denied_operations: credentials.denied_operations.clone(),
        }
    }
}

/// A panic elsewhere does not make the value useless: each change to it is one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

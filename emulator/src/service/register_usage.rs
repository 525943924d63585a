use meterproof::Timestamp;

use super::product::ProductKind;
use super::{Call, Platform, Service, constraints};
use crate::wire::{ErrorName, Operation, RegisterUsageRequest, ServiceError};

/// A task or pod that registered: account, product code, instance.
pub(super) type Instance = (String, String, String);

/// What `RegisterUsage` grants: the claims that are to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The product.
    pub product_code: String,
    /// The version of the key that is to sign.
    pub public_key_version: u32,
    /// As it was sent; `None` when it was not sent or empty.
    pub nonce: Option<String>,
    /// The time of the call.
    pub issued_at: Timestamp,
    /// When the key version expired, if it has.
    pub public_key_rotation_timestamp: Option<Timestamp>,
}

impl Service {
    /// Decides whether a container may run.
    ///
    /// An instance that has registered once keeps its entitlement, as the reference says, even
    /// when the buyer unsubscribes.
    ///
    /// # Errors
    /// By the first rule broken, in this order: `AccessDenied`, `DisabledApi`, `Validation`,
    /// `InvalidProductCode`, `InvalidPublicKeyVersion`, `InvalidRegion`,
    /// `PlatformNotSupported`, `CustomerNotEntitled`.
    pub fn register_usage(
        &mut self,
        call: &Call<'_>,
        request: &RegisterUsageRequest,
    ) -> Result<Grant, ServiceError> {
        self.admit(call, Operation::RegisterUsage)?;
        constraints::register_usage(request)?;
        let (Some(code), Some(version)) = (&request.product_code, request.public_key_version)
        else {
            // Required members: the constraints came first and refused it.
            return Err(ServiceError::new(ErrorName::ValidationException, "a member is missing"));
        };
        let product = self.hosted_product(code, &[ProductKind::Container])?;
        let known = product.public_keys.iter().find(|key| i64::from(key.version) == version);
        let Some(key) = known else {
            return Err(ServiceError::new(
                ErrorName::InvalidPublicKeyVersionException,
                format!("product {code} has no public key version {version}"),
            ));
        };
        let grant = Grant {
            product_code: code.clone(),
            public_key_version: key.version,
            nonce: request.nonce.clone().filter(|nonce| !nonce.is_empty()),
            issued_at: call.now,
            public_key_rotation_timestamp: key.expired_at.filter(|at| *at <= call.now),
        };
        let caller = call.caller;
        if caller.region != caller.home_region {
            return Err(ServiceError::new(
                ErrorName::InvalidRegionException,
                format!("called in {}, launched in {}", caller.region, caller.home_region),
            ));
        }
        if !matches!(caller.platform, Platform::Ecs | Platform::Eks) {
            return Err(ServiceError::new(
                ErrorName::PlatformNotSupportedException,
                "only Amazon ECS, Amazon EKS and Fargate are supported",
            ));
        }
        let instance = (caller.buyer_account.clone(), code.clone(), caller.instance.clone());
        if !self.registered_instances.contains(&instance) {
            self.entitled(call, product)?;
            self.registered_instances.insert(instance);
        }
        Ok(grant)
    }
}

//! ResolveCustomer, by the SDK.

use meterproof_aws::{Failure, ResolvedCustomer, SdkMetering};

use crate::resolve::{Marketplace, RegistrationToken, ResolveError};

impl Marketplace for SdkMetering {
    async fn resolve_customer(
        &self,
        token: &RegistrationToken,
    ) -> Result<ResolvedCustomer, ResolveError> {
        SdkMetering::resolve_customer(self, token.expose()).await.map_err(|failure| match failure {
            Failure::Named { name, message } => ResolveError::from_service(&name, &message),
            Failure::Unnamed { reason } => ResolveError::Unavailable { cause: reason },
        })
    }
}

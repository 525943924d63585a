//! What the functions ask of AWS Marketplace, by the SDK.

use meterproof::usage::{Batch, Outcome};
use meterproof_aws::{Failure, ResolvedCustomer, SdkMetering};

use crate::forward::{Handle, MeteringService};
use crate::resolve::{Marketplace, RegistrationToken, ResolveError};

impl MeteringService for SdkMetering {
    async fn batch_meter_usage(&self, batch: &Batch<Handle>) -> Outcome {
        meterproof_metering::MeteringService::batch_meter_usage(self, batch.request()).await
    }
}

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

//! Sends a request body as it was planned, whatever the SDK would make of it.
//!
//! The SDK's model has no `QuantityAsDecimal` and `AllocatedUsageQuantityAsDecimal`, and it writes
//! `"CustomerIdentifier":""` for records without one. So the planned bytes take the place of the
//! SDK's own before they are signed. That also makes a resend byte-identical by construction.

use aws_sdk_marketplacemetering::config::interceptors::BeforeTransmitInterceptorContextMut;
use aws_sdk_marketplacemetering::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_types::body::SdkBody;

/// Replaces the body of one operation.
#[derive(Debug)]
pub(crate) struct ExactBody {
    bytes: Vec<u8>,
}

impl ExactBody {
    pub(crate) fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self { bytes: bytes.into() }
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for ExactBody {
    fn name(&self) -> &'static str {
        "ExactBody"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _runtime_components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        *request.body_mut() = SdkBody::from(self.bytes.clone());
        request.headers_mut().insert("content-length", self.bytes.len().to_string());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use aws_sdk_marketplacemetering::types::{UsageAllocation, UsageRecord};

    #[test]
    fn the_sdk_still_needs_this_file() {
        let record = format!("{:?}", UsageRecord::builder());
        let allocation = format!("{:?}", UsageAllocation::builder());
        assert!(record.contains("quantity: None"), "the builder's fields can be seen: {record}");
        assert!(
            !record.contains("decimal") && !allocation.contains("decimal"),
            "the SDK knows decimal quantities now: send typed requests and remove exact_body.rs"
        );
    }
}

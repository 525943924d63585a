//! Whether a request was ever sent.
//!
//! The SDK reports a request that got no credentials as it reports a connection that failed, though
//! only the second may have reached the service. Usage that may have been billed never moves to
//! another hour, so the two must not be taken for each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_marketplacemetering::config::interceptors::BeforeTransmitInterceptorContextRef;
use aws_sdk_marketplacemetering::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_smithy_runtime_api::box_error::BoxError;

/// Notes that the first byte of any attempt is about to be sent. Clones share the note.
#[derive(Clone, Debug, Default)]
pub(crate) struct Begun {
    begun: Arc<AtomicBool>,
}

impl Begun {
    pub(crate) fn is_noted(&self) -> bool {
        self.begun.load(Ordering::Acquire)
    }
}

#[aws_smithy_runtime_api::client::interceptors::dyn_dispatch_hint]
impl Intercept for Begun {
    fn name(&self) -> &'static str {
        "Begun"
    }

    /// The last step before the connection is asked for: credentials and signature are there.
    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _runtime_components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.begun.store(true, Ordering::Release);
        Ok(())
    }
}

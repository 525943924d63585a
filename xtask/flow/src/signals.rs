//! Ctrl-C and its relatives, so that every way of ending stops what was started.

use crate::error::FlowError;

/// Listens for the signals that ask a process to end.
pub struct Signals {
    #[cfg(unix)]
    others: [tokio::signal::unix::Signal; 2],
}

impl Signals {
    /// Starts to listen; from here on a signal no longer ends the process by itself.
    ///
    /// # Errors
    /// [`FlowError::Setup`] where the system refuses a handler.
    pub fn listen() -> Result<Self, FlowError> {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let listen = |kind| signal(kind).map_err(|error| FlowError::Setup(error.to_string()));
            let others = [listen(SignalKind::terminate())?, listen(SignalKind::hangup())?];
            Ok(Self { others })
        }
        #[cfg(not(unix))]
        Ok(Self {})
    }

    /// Waits for the next signal.
    pub async fn next(&mut self) {
        #[cfg(unix)]
        {
            let [terminate, hangup] = &mut self.others;
            tokio::select! {
                // Without a handler for Ctrl-C it ends the process by itself.
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
                _ = hangup.recv() => {}
            }
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    }
}

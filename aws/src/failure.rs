//! What a failed call came to, in words that hold no request and no response.

use std::error::Error;
use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// A failed call of any AWS service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The service named an error, or the request could not be made at all (`ConstructionFailure`:
    /// no credentials, no region, no endpoint). Nothing was done.
    Named {
        /// The error's name as on the wire.
        name: String,
        /// The service's own words. They can quote the request: keep them out of logs.
        message: String,
    },
    /// No answer, or none that names an error: whether anything was done is unknown.
    Unnamed {
        /// What became of the connection or the answer.
        reason: String,
    },
}

impl Failure {
    /// What an SDK's error came to.
    #[must_use]
    pub fn of<E: Error + ProvideErrorMetadata + 'static>(
        error: &SdkError<E, HttpResponse>,
    ) -> Self {
        match error {
            SdkError::ServiceError(service) => match service.err().code() {
                Some(name) => Self::Named {
                    name: name.to_owned(),
                    message: service.err().message().unwrap_or_default().to_owned(),
                },
                None => Self::Unnamed {
                    reason: format!("HTTP status {} without an error name", service.raw().status()),
                },
            },
            SdkError::ConstructionFailure(_) => Self::unsent(error),
            SdkError::ResponseError(response) => Self::Unnamed {
                reason: format!("unreadable answer with HTTP status {}", response.raw().status()),
            },
            other => Self::Unnamed { reason: causes(other) },
        }
    }

    /// A request that was never sent, for lack of credentials, say.
    pub(crate) fn unsent(error: &dyn Error) -> Self {
        Self::Named { name: "ConstructionFailure".to_owned(), message: causes(error) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named { name, message } if message.is_empty() => f.write_str(name),
            Self::Named { name, message } => write!(f, "{name}: {message}"),
            Self::Unnamed { reason } => f.write_str(reason),
        }
    }
}

/// An error and its causes. Their `Debug` form is left alone: it prints whole responses.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

//! The one call this function makes to AWS Marketplace.

use std::fmt;
use std::future::Future;

use meterproof_aws::ResolvedCustomer;

use super::form::RegistrationToken;

/// Redeems registration tokens.
pub trait Marketplace {
    /// ResolveCustomer.
    fn resolve_customer(
        &self,
        token: &RegistrationToken,
    ) -> impl Future<Output = Result<ResolvedCustomer, ResolveError>> + Send;
}

/// Why a token was not redeemed, by what can be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResolveError {
    /// ExpiredTokenException: the buyer starts again from AWS Marketplace.
    ExpiredToken,
    /// InvalidTokenException: the buyer starts again from AWS Marketplace.
    InvalidToken,
    /// ThrottlingException: the same token works in a moment.
    Throttled,
    /// InternalServiceErrorException, a timeout or no connection: the same token works later.
    Unavailable {
        /// The error's name, or what became of the connection.
        cause: String,
    },
    /// DisabledApiException, credentials, permissions, or an error nobody documented: the seller
    /// has something to correct, and the buyer's token is not at fault.
    Misconfigured {
        /// The error's name.
        name: String,
    },
}

impl ResolveError {
    /// By the exact names of the service model; what it does not name is never the token's fault.
    ///
    /// `ExpiredTokenException` is the name of two errors: the model's own, of the registration
    /// token, and the one every AWS service answers to credentials whose session has ended, "The
    /// security token included in the request is expired". Only the message tells them apart.
    #[must_use]
    pub fn from_service(name: &str, message: &str) -> Self {
        match name {
            "ExpiredTokenException" if message.to_lowercase().contains("security token") => {
                Self::Misconfigured { name: name.to_owned() }
            }
            "ExpiredTokenException" => Self::ExpiredToken,
            "InvalidTokenException" => Self::InvalidToken,
            "ThrottlingException" => Self::Throttled,
            "InternalServiceErrorException" | "InternalFailure" | "ServiceUnavailable" => {
                Self::Unavailable { cause: name.to_owned() }
            }
            _ => Self::Misconfigured { name: name.to_owned() },
        }
    }
}

impl fmt::Display for ResolveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExpiredToken => f.write_str("the registration token has expired"),
            Self::InvalidToken => f.write_str("the registration token is invalid"),
            Self::Throttled => f.write_str("ResolveCustomer is throttled"),
            Self::Unavailable { cause } => write!(f, "ResolveCustomer is unavailable: {cause}"),
            Self::Misconfigured { name } => {
                write!(
                    f,
                    "ResolveCustomer refused the caller: {name}: check the function's role and region"
                )
            }
        }
    }
}

impl std::error::Error for ResolveError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_that_expired_are_not_the_buyer_s_fault() {
        let error = |message| ResolveError::from_service("ExpiredTokenException", message);
        let misconfigured = ResolveError::Misconfigured { name: "ExpiredTokenException".into() };
        assert_eq!(error("The security token included in the request is expired"), misconfigured);
        assert_eq!(
            error("The submitted registration token has expired"),
            ResolveError::ExpiredToken
        );
        assert_eq!(error(""), ResolveError::ExpiredToken);
    }
}

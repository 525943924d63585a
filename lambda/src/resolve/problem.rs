//! What can keep a registration from going on, and what the buyer is told.

use lambda_http::http::StatusCode;

use super::marketplace::ResolveError;

/// One kind of failure: its own page, or its own JSON error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Another method than POST.
    MethodNotAllowed,
    /// A body that is no form.
    UnsupportedMediaType,
    /// A POST without a token: somebody opened the address without coming from AWS Marketplace.
    MissingToken,
    /// The token is none AWS issued, or was damaged on its way.
    InvalidToken,
    /// The token's time is over.
    ExpiredToken,
    /// AWS asks to slow down.
    Throttled,
    /// AWS does not answer, or says the fault is its own.
    MarketplaceUnavailable,
    /// AWS refuses this function rather than the token.
    Misconfigured,
    /// AWS answered without naming a customer.
    IncompleteAnswer,
    /// The customer could not be stored.
    StoreUnavailable,
}

impl Problem {
    /// Every problem, in the order of the checks.
    pub const ALL: &'static [Self] = &[
        Self::MethodNotAllowed,
        Self::UnsupportedMediaType,
        Self::MissingToken,
        Self::InvalidToken,
        Self::ExpiredToken,
        Self::Throttled,
        Self::MarketplaceUnavailable,
        Self::Misconfigured,
        Self::IncompleteAnswer,
        Self::StoreUnavailable,
    ];

    /// A stable name, the `code` of the JSON error.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::MethodNotAllowed => "method_not_allowed",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::MissingToken => "missing_token",
            Self::InvalidToken => "invalid_token",
            Self::ExpiredToken => "expired_token",
            Self::Throttled => "throttled",
            Self::MarketplaceUnavailable => "marketplace_unavailable",
            Self::Misconfigured => "misconfigured",
            Self::IncompleteAnswer => "incomplete_answer",
            Self::StoreUnavailable => "store_unavailable",
        }
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(self) -> StatusCode {
        match self {
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::MissingToken | Self::InvalidToken => StatusCode::BAD_REQUEST,
            Self::ExpiredToken => StatusCode::GONE,
            Self::Throttled | Self::MarketplaceUnavailable | Self::StoreUnavailable => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Misconfigured => StatusCode::INTERNAL_SERVER_ERROR,
            Self::IncompleteAnswer => StatusCode::BAD_GATEWAY,
        }
    }

    /// `Retry-After` in seconds, where the same request will do later.
    #[must_use]
    pub fn retry_after_seconds(self) -> Option<u32> {
        match self {
            Self::Throttled => Some(5),
            Self::MarketplaceUnavailable | Self::StoreUnavailable => Some(30),
            _ => None,
        }
    }

    /// The page's heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::MethodNotAllowed | Self::MissingToken => "Please start from AWS Marketplace",
            Self::UnsupportedMediaType => "This address takes a form",
            Self::InvalidToken => "This registration link is not valid",
            Self::ExpiredToken => "This registration link has expired",
            Self::Throttled => "AWS Marketplace is busy",
            Self::MarketplaceUnavailable => "AWS Marketplace does not answer",
            Self::Misconfigured | Self::IncompleteAnswer => {
                "Your registration cannot go on just now"
            }
            Self::StoreUnavailable => "Your registration could not be saved",
        }
    }

    /// What to do, in full sentences.
    #[must_use]
    pub fn remedy(self) -> &'static str {
        match self {
            Self::MethodNotAllowed | Self::MissingToken => {
                "This address works only when AWS Marketplace sends you here. Open your subscription in AWS Marketplace and choose “Set up your account”."
            }
            Self::UnsupportedMediaType => {
                "Send the fields as application/x-www-form-urlencoded, as AWS Marketplace does."
            }
            Self::InvalidToken => {
                "Open your subscription in AWS Marketplace and choose “Set up your account” again. If that brings you back here, please tell us."
            }
            Self::ExpiredToken => {
                "Registration links last a few hours only. Your subscription is not affected: open it in AWS Marketplace and choose “Set up your account” again."
            }
            Self::Throttled => "Nothing is lost. Please wait a few seconds and reload this page.",
            Self::MarketplaceUnavailable => {
                "Nothing is lost. Please wait half a minute and reload this page, or come back from AWS Marketplace later."
            }
            Self::Misconfigured | Self::IncompleteAnswer => {
                "The fault is on our side and your subscription is not affected. Please tell us, and choose “Set up your account” in AWS Marketplace again later."
            }
            Self::StoreUnavailable => {
                "Your subscription is not affected. Please wait half a minute and reload this page."
            }
        }
    }
}

impl From<&ResolveError> for Problem {
    fn from(error: &ResolveError) -> Self {
        match error {
            ResolveError::ExpiredToken => Self::ExpiredToken,
            ResolveError::InvalidToken => Self::InvalidToken,
            ResolveError::Throttled => Self::Throttled,
            ResolveError::Unavailable { .. } => Self::MarketplaceUnavailable,
            ResolveError::Misconfigured { .. } => Self::Misconfigured,
        }
    }
}

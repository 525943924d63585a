use std::fmt;

/// An answer that is an error: its exact name on the wire, and a message for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceError {
    /// What clients map to a typed exception.
    pub name: ErrorName,
    /// What is wrong, and where. The emulator's own words: clients should not read them.
    pub message: String,
}

impl ServiceError {
    pub(crate) fn new(name: ErrorName, message: impl Into<String>) -> Self {
        Self { name, message: message.into() }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name, self.message)
    }
}

impl std::error::Error for ServiceError {}

macro_rules! error_names {
    ($($(#[$doc:meta])* $name:ident = $status:literal,)*) => {
        /// The `__type` of an error.
        ///
        /// The names come from the service model, and for what every AWS JSON service
        /// answers, from the API reference's Common Errors in the spelling those services
        /// use on the wire: its `InvalidClientTokenId` is `UnrecognizedClientException` there.
        /// The HTTP statuses are the reference's.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ErrorName { $($(#[$doc])* $name,)* }

        impl ErrorName {
            /// Every name the emulator can answer with.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name on the wire.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn http_status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }
        }
    };
}

error_names! {
    /// The credentials may not call this operation.
    AccessDeniedException = 400,
    /// The buyer has no valid subscription for the product.
    CustomerNotEntitledException = 400,
    /// The API is disabled in the Region.
    DisabledApiException = 400,
    /// `DryRun` was set and the caller has the permission.
    DryRunOperation = 400,
    /// Another quantity is metered already for this dimension, hour and instance.
    DuplicateRequestException = 400,
    /// The registration token was redeemed too late.
    ExpiredTokenException = 400,
    /// The `ClientToken` was used with other parameters.
    IdempotencyConflictException = 400,
    /// The `Authorization` header does not conform to AWS's form.
    IncompleteSignatureException = 400,
    /// An unknown error, common to all services: retry.
    InternalFailure = 500,
    /// An internal error: retry.
    InternalServiceErrorException = 500,
    /// A customer the service does not know.
    InvalidCustomerIdentifierException = 400,
    /// `MeterUsage` was called in another Region than the instance's.
    InvalidEndpointRegionException = 400,
    /// The license is unknown, another account's, or not active at the time of the usage.
    InvalidLicenseException = 400,
    /// No product of the caller has this product code, or none of the kind the operation is for.
    InvalidProductCodeException = 400,
    /// The product has no public key of this version.
    InvalidPublicKeyVersionException = 400,
    /// `RegisterUsage` was called in another Region than the task's.
    InvalidRegionException = 400,
    /// The signature does not match, or is for another service.
    InvalidSignatureException = 400,
    /// A tag breaks a rule, or an allocation has more than five.
    InvalidTagException = 400,
    /// The registration token is not one of the caller's products'.
    InvalidTokenException = 400,
    /// The allocations do not add up to the quantity, or are of another kind.
    InvalidUsageAllocationsException = 400,
    /// The product has no such dimension.
    InvalidUsageDimensionException = 400,
    /// The request is not signed.
    MissingAuthenticationTokenException = 403,
    /// The platform the software runs on cannot be metered.
    PlatformNotSupportedException = 400,
    /// The body is 1 MB or larger.
    RequestEntityTooLargeException = 413,
    /// The signature's date is more than 15 minutes off.
    RequestExpired = 400,
    /// The body is not JSON, or a member is of the wrong type.
    SerializationException = 400,
    /// The server has failed for the moment: retry.
    ServiceUnavailable = 503,
    /// Too many calls: retry later.
    ThrottlingException = 400,
    /// The timestamp is outside the window in which usage is accepted.
    TimestampOutOfBoundsException = 400,
    /// `DryRun` was set and the caller lacks the permission.
    UnauthorizedException = 400,
    /// The `X-Amz-Target` names no operation of this service.
    UnknownOperationException = 400,
    /// The access key or session token is not known.
    UnrecognizedClientException = 403,
    /// A parameter is missing, or breaks a length, range or pattern of the service model.
    ValidationException = 400,
}

impl fmt::Display for ErrorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

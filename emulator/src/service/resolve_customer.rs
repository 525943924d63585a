use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use meterproof::Timestamp;

use super::product::{IdentityForm, Product, ProductKind};
use super::{Call, Service, constraints};
use crate::wire::{
    ErrorName, Metadata, Operation, ResolveCustomerRequest, ResolveCustomerResult, ServiceError,
};

/// Whom a registration token is to stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegistrationSubject {
    /// The product the buyer chose.
    pub product_code: String,
    /// The buyer's account or customer identifier; the product's first customer when absent.
    pub customer: Option<String>,
    /// The license the purchase granted, for a buyer with several.
    pub license_arn: Option<String>,
}

/// Why no registration token can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenError {
    /// No SaaS product has this code.
    UnknownProduct(String),
    /// The product has no such customer.
    UnknownCustomer(String),
}

impl fmt::Display for TokenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownProduct(code) => write!(f, "no SaaS product has the code {code}"),
            Self::UnknownCustomer(code) => write!(f, "product {code} has no such customer"),
        }
    }
}

impl std::error::Error for TokenError {}

/// What a registration token stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RegistrationToken {
    answer: ResolveCustomerResult,
    expires_at: Timestamp,
}

impl Service {
    /// Makes a registration token, as the Marketplace does when a buyer subscribes. It can be
    /// redeemed any number of times before `expires_at`.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn issue_registration_token(
        &mut self,
        subject: &RegistrationSubject,
        expires_at: Timestamp,
    ) -> Result<String, TokenError> {
        let code = &subject.product_code;
        let product = self
            .catalogue
            .product(code)
            .filter(|product| product.kind == ProductKind::Saas)
            .ok_or_else(|| TokenError::UnknownProduct(code.clone()))?;
        let answer =
            answer(product, subject).ok_or_else(|| TokenError::UnknownCustomer(code.clone()))?;
        let bytes: [u8; 96] = std::array::from_fn(|_| self.random.u8(..));
        // Standard base64, as AWS's own: its `+` and `/` must survive a form.
        let token = BASE64_STANDARD.encode(bytes);
        self.registration_tokens.insert(token.clone(), RegistrationToken { answer, expires_at });
        Ok(token)
    }

    /// Turns a registration token into the customer's identifiers.
    ///
    /// # Errors
    /// By the first rule broken, in this order: `AccessDenied`, `DisabledApi`, `Validation`,
    /// `InvalidToken` (for a token of another seller's product, too), `ExpiredToken`.
    pub fn resolve_customer(
        &mut self,
        call: &Call<'_>,
        request: &ResolveCustomerRequest,
    ) -> Result<ResolveCustomerResult, ServiceError> {
        self.admit(call, Operation::ResolveCustomer)?;
        constraints::resolve_customer(request)?;
        let sold = |token: &&RegistrationToken| {
            let product = self.catalogue.product(&token.answer.product_code);
            product.is_some_and(|product| product.is_sold_by(&call.caller.account))
        };
        let text = request.registration_token.as_deref().unwrap_or_default();
        let Some(token) = self.registration_tokens.get(text).filter(sold) else {
            return Err(ServiceError::new(
                ErrorName::InvalidTokenException,
                "the registration token is not one of a product of yours",
            ));
        };
        if call.now >= token.expires_at {
            return Err(ServiceError::new(
                ErrorName::ExpiredTokenException,
                format!("the registration token expired at {}", token.expires_at),
            ));
        }
        Ok(token.answer.clone())
    }
}

fn answer(product: &Product, subject: &RegistrationSubject) -> Option<ResolveCustomerResult> {
    let wanted = subject.customer.as_ref();
    let customer = product.customers.iter().find(|customer| {
        (subject.license_arn.is_none() || subject.license_arn == customer.license_arn)
            && wanted.is_none_or(|id| {
                customer.account == *id || customer.customer_identifier.as_ref() == Some(id)
            })
    })?;
    // New integrations get no CustomerIdentifier, whatever the customer was called before.
    let old = product.takes(IdentityForm::Customer);
    Some(ResolveCustomerResult {
        customer_identifier: customer.customer_identifier.clone().filter(|_| old),
        product_code: product.product_code.clone(),
        customer_aws_account_id: customer.account.clone(),
        license_arn: customer.license_arn.clone(),
        metadata: customer.agreement_id.clone().map(|agreement_id| Metadata { agreement_id }),
    })
}

//! `resolve_customer`: from AWS Marketplace's fulfilment POST to the seller's sign-up page.
//!
//! Form -> ResolveCustomer -> customer stored -> 303 with a signed registration id. The token is
//! redeemed before anything else can take time, and goes nowhere but to AWS.

mod config;
mod customer;
mod file_store;
mod form;
mod marketplace;
mod problem;
mod registration_id;
mod reply;
mod store;

pub use config::{CustomersLocation, RegistrationConfig, ResolveConfig, SignUpUrl};
pub use customer::{Customer, CustomerId, IncompleteAnswer};
pub use file_store::FileCustomers;
pub use form::{Form, FormError, OfferType, RegistrationToken};
pub use marketplace::{Marketplace, ResolveError};
pub use problem::Problem;
pub use registration_id::{
    RegistrationIdError, RegistrationSecret, sign_registration, verify_registration,
};
pub use store::{CustomerStore, StoreError, attributes};

use lambda_http::http::header::CONTENT_TYPE;
use lambda_http::http::{Method, Response};
use lambda_http::{Body, Error, Request};
use meterproof::Timestamp;

use reply::Format;

/// Answers one request.
///
/// # Errors
/// Only where a response cannot be built, which no request can bring about: whatever goes wrong
/// is a page or a JSON error with its own status.
pub async fn handle(
    request: &Request,
    marketplace: &impl Marketplace,
    customers: &impl CustomerStore,
    registration: &RegistrationConfig,
    now: Timestamp,
) -> Result<Response<Body>, Error> {
    let format = Format::of(request.headers());
    match register(request, marketplace, customers, now).await {
        Ok(customer) => {
            let expires = now.plus_seconds(registration.ttl_seconds.into()).unwrap_or(now);
            let id = sign_registration(customer.id(), expires, &registration.secret);
            tracing::info!(event = "registration", outcome = "registered", customer_id = %customer.id());
            reply::registered(format, &registration.sign_up_url.with_registration(&id), &id)
        }
        Err(problem) => reply::failed(format, problem),
    }
}

async fn register(
    request: &Request,
    marketplace: &impl Marketplace,
    customers: &impl CustomerStore,
    now: Timestamp,
) -> Result<Customer, Problem> {
    let form = read(request).inspect_err(|problem| {
        tracing::info!(event = "registration", outcome = problem.code());
    })?;
    let answer = marketplace.resolve_customer(&form.token).await.map_err(|error| {
        let problem = Problem::from(&error);
        tracing::warn!(event = "registration", outcome = problem.code(), cause = %error);
        problem
    })?;
    let customer = Customer::new(answer).map_err(|error| {
        tracing::error!(event = "registration", outcome = Problem::IncompleteAnswer.code(), cause = %error);
        Problem::IncompleteAnswer
    })?;
    customers.remember(&customer, form.offer_type, now).await.map_err(|error| {
        tracing::error!(
            event = "registration", outcome = Problem::StoreUnavailable.code(),
            customer_id = %customer.id(), cause = %error
        );
        Problem::StoreUnavailable
    })?;
    Ok(customer)
}

fn read(request: &Request) -> Result<Form, Problem> {
    if request.method() != Method::POST {
        return Err(Problem::MethodNotAllowed);
    }
    // No content type at all is taken as a form: some proxies drop it.
    if let Some(content_type) = request.headers().get(CONTENT_TYPE) {
        let media_type =
            content_type.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
        if !media_type.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Problem::UnsupportedMediaType);
        }
    }
    Form::parse(request.body()).map_err(|error| match error {
        FormError::MissingToken => Problem::MissingToken,
        FormError::MalformedToken => Problem::InvalidToken,
    })
}

//! A customer as ResolveCustomer names it.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use meterproof_aws::ResolvedCustomer;
use sha2::{Digest as _, Sha256};

/// A customer of a product: holding one means that ResolveCustomer vouched for it.
#[derive(Clone, PartialEq, Eq)]
pub struct Customer {
    id: CustomerId,
    product_code: String,
    license_arn: Option<String>,
    customer_aws_account_id: Option<String>,
    customer_identifier: Option<String>,
    agreement_id: Option<String>,
}

/// An answer that names no product, or neither license, account nor customer identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IncompleteAnswer;

impl fmt::Display for IncompleteAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the answer to ResolveCustomer names no product or no customer: ask AWS Marketplace seller support")
    }
}

impl std::error::Error for IncompleteAnswer {}

impl Customer {
    /// # Errors
    /// [`IncompleteAnswer`] where usage could not be billed to what the answer names.
    pub fn new(answer: ResolvedCustomer) -> Result<Self, IncompleteAnswer> {
        let present = |value: Option<String>| value.filter(|text| !text.is_empty());
        let product_code = present(answer.product_code).ok_or(IncompleteAnswer)?;
        let license_arn = present(answer.license_arn);
        let customer_aws_account_id = present(answer.customer_aws_account_id);
        let customer_identifier = present(answer.customer_identifier);
        // A license is one purchase; an account can hold several at once, so it comes second.
        let (form, identity) = license_arn
            .as_deref()
            .map(|arn| ("license", arn))
            .or(customer_aws_account_id.as_deref().map(|account| ("account", account)))
            .or(customer_identifier.as_deref().map(|customer| ("customer", customer)))
            .ok_or(IncompleteAnswer)?;
        Ok(Self {
            id: CustomerId::of(&product_code, form, identity),
            agreement_id: present(answer.agreement_id),
            product_code,
            license_arn,
            customer_aws_account_id,
            customer_identifier,
        })
    }

    /// Names the customer without telling who it is.
    #[must_use]
    pub fn id(&self) -> &CustomerId {
        &self.id
    }

    /// The product bought.
    #[must_use]
    pub fn product_code(&self) -> &str {
        &self.product_code
    }

    /// The purchase: what usage is metered to, together with the account.
    #[must_use]
    pub fn license_arn(&self) -> Option<&str> {
        self.license_arn.as_deref()
    }

    /// The buyer's AWS account.
    #[must_use]
    pub fn customer_aws_account_id(&self) -> Option<&str> {
        self.customer_aws_account_id.as_deref()
    }

    /// The identifier of older integrations.
    #[must_use]
    pub fn customer_identifier(&self) -> Option<&str> {
        self.customer_identifier.as_deref()
    }

    /// The agreement the buyer accepted.
    #[must_use]
    pub fn agreement_id(&self) -> Option<&str> {
        self.agreement_id.as_deref()
    }
}

/// Customer data stays out of logs, so `Debug` shows the opaque id alone.
impl fmt::Debug for Customer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Customer").field("id", &self.id).finish_non_exhaustive()
    }
}

/// A customer's opaque name: 43 characters of unpadded base64url, the SHA-256 of product and
/// license (or account, or customer identifier). The same purchase always has the same one, so a
/// repeated registration finds its row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomerId(String);

impl CustomerId {
    const LENGTH: usize = 43;

    fn of(product_code: &str, form: &str, identity: &str) -> Self {
        let mut digest = Sha256::new();
        // Lengths in front, so that no two lists of parts run together into one text.
        for part in ["meterproof customer v1", product_code, form, identity] {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Self(URL_SAFE_NO_PAD.encode(digest.finalize()))
    }

    /// Reads an id back; `None` for a text that is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let well_formed = text.len() == Self::LENGTH
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
        well_formed.then(|| Self(text.to_owned()))
    }

    /// The id's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CustomerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn license() -> ResolvedCustomer {
        ResolvedCustomer {
            product_code: Some("prod".into()),
            license_arn: Some("arn:aws:license-manager::444455556666:license:l-1".into()),
            customer_aws_account_id: Some("444455556666".into()),
            customer_identifier: Some(String::new()),
            agreement_id: Some("agmt-1".into()),
        }
    }

    #[test]
    fn the_id_follows_the_purchase_and_nothing_else() {
        let first = Customer::new(license()).unwrap();
        let other_agreement =
            Customer::new(ResolvedCustomer { agreement_id: Some("agmt-2".into()), ..license() })
                .unwrap();
        assert_eq!(first.id(), other_agreement.id());
        let other_license =
            Customer::new(ResolvedCustomer { license_arn: Some("arn:2".into()), ..license() })
                .unwrap();
        assert_ne!(first.id(), other_license.id());
        let other_product =
            Customer::new(ResolvedCustomer { product_code: Some("other".into()), ..license() })
                .unwrap();
        assert_ne!(first.id(), other_product.id());
        assert_eq!(CustomerId::parse(first.id().as_str()).as_ref(), Some(first.id()));
    }

    #[test]
    fn an_empty_member_counts_as_absent() {
        assert_eq!(Customer::new(license()).unwrap().customer_identifier(), None);
        assert_eq!(
            Customer::new(ResolvedCustomer { product_code: Some(String::new()), ..license() }),
            Err(IncompleteAnswer)
        );
        let nobody =
            ResolvedCustomer { license_arn: None, customer_aws_account_id: None, ..license() };
        assert_eq!(Customer::new(nobody), Err(IncompleteAnswer));
    }

    #[test]
    fn debug_output_holds_no_customer_data() {
        let text = format!("{:?}", Customer::new(license()).unwrap());
        assert!(!text.contains("444455556666"), "{text}");
        assert!(!text.contains("agmt"), "{text}");
    }
}

//! The form AWS Marketplace has the buyer's browser post to the fulfilment URL.

use std::fmt;

/// The field that holds the registration token.
const TOKEN_FIELD: &str = "x-amzn-marketplace-token";
/// The field that tells a trial.
const OFFER_TYPE_FIELD: &str = "x-amzn-marketplace-offer-type";
/// Longer tokens are refused unread. Genuine ones have a few hundred characters.
const MAX_TOKEN_LENGTH: usize = 16 * 1024;

/// AWS's registration token: redeemed once, at once, and never shown, stored or logged.
#[derive(Clone, PartialEq, Eq)]
pub struct RegistrationToken(String);

impl RegistrationToken {
    /// The token, for the call that redeems it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RegistrationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegistrationToken(..)")
    }
}

/// The offer a buyer came from, as the browser says: a hint for the sign-up page, no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum OfferType {
    /// `free-trial`, the only value AWS documents.
    FreeTrial,
}

impl OfferType {
    /// As AWS spells it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::FreeTrial => "free-trial",
        }
    }
}

/// What the form says. Its other fields (agreement and product ids) are the browser's word: what
/// counts of those comes from ResolveCustomer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// `x-amzn-marketplace-token`.
    pub token: RegistrationToken,
    /// `x-amzn-marketplace-offer-type`; values AWS does not document are left out.
    pub offer_type: Option<OfferType>,
}

/// Why there is no token to redeem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormError {
    /// No token field, or an empty one.
    MissingToken,
    /// A token with whitespace (none the service's model admits), an over-long one, or two.
    MalformedToken,
}

impl Form {
    /// Reads an `application/x-www-form-urlencoded` body.
    ///
    /// # Errors
    /// [`FormError`] where it holds no token that could be redeemed.
    pub fn parse(body: &[u8]) -> Result<Self, FormError> {
        let mut token: Option<String> = None;
        let mut offer_type = None;
        for (name, value) in form_urlencoded::parse(body) {
            if name == TOKEN_FIELD && !value.is_empty() {
                if token.as_deref().is_some_and(|first| first != value) {
                    return Err(FormError::MalformedToken);
                }
                token = Some(value.into_owned());
            } else if name == OFFER_TYPE_FIELD && value == OfferType::FreeTrial.as_str() {
                offer_type = Some(OfferType::FreeTrial);
            }
        }
        let token = token.ok_or(FormError::MissingToken)?;
        if token.len() > MAX_TOKEN_LENGTH || token.contains(char::is_whitespace) {
            return Err(FormError::MalformedToken);
        }
        Ok(Self { token: RegistrationToken(token), offer_type })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_decoded_exactly_once() {
        let form = Form::parse(
            b"x-amzn-marketplace-token=a%2Bb%2F%253D%3D&x-amzn-marketplace-offer-type=free-trial",
        )
        .unwrap();
        assert_eq!(form.token.expose(), "a+b/%3D=");
        assert_eq!(form.offer_type, Some(OfferType::FreeTrial));
        assert_eq!(
            format!("{form:?}"),
            "Form { token: RegistrationToken(..), offer_type: Some(FreeTrial) }"
        );
    }

    #[test]
    fn other_fields_and_offer_types_are_left_out() {
        let form = Form::parse(b"x-amzn-marketplace-agreement-id=agmt-1&x-amzn-marketplace-token=t&x-amzn-marketplace-offer-type=gift");
        assert_eq!(form.unwrap().offer_type, None);
    }

    #[test]
    fn what_cannot_be_redeemed_is_told_apart() {
        assert_eq!(Form::parse(b""), Err(FormError::MissingToken));
        assert_eq!(Form::parse(b"x-amzn-marketplace-token="), Err(FormError::MissingToken));
        assert_eq!(Form::parse(b"token=abc"), Err(FormError::MissingToken));
        assert_eq!(Form::parse(b"x-amzn-marketplace-token=a+b"), Err(FormError::MalformedToken));
        assert_eq!(
            Form::parse(b"x-amzn-marketplace-token=a&x-amzn-marketplace-token=b"),
            Err(FormError::MalformedToken)
        );
        let long = format!("x-amzn-marketplace-token={}", "a".repeat(MAX_TOKEN_LENGTH + 1));
        assert_eq!(Form::parse(long.as_bytes()), Err(FormError::MalformedToken));
    }
}

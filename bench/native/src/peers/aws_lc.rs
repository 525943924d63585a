//! aws-lc-rs: AWS's libcrypto, with assembly for this processor.

use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::{Fault, VerifySignature};

/// The key parsed once.
pub const PARSED: &str = "aws-lc-rs 1.19.0 parsed key";
/// The key parsed at each call.
pub const UNPARSED: &str = "aws-lc-rs 1.19.0 unparsed key";
/// The key built from two numbers at each call.
pub const COMPONENTS: &str = "aws-lc-rs 1.19.0 components";

pub fn parsed(spki: &[u8]) -> Result<VerifySignature, Fault> {
    let key = ParsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, spki)?;
    Ok(Box::new(move |message, signature| key.verify_sig(message, signature).is_ok()))
}

pub fn unparsed(spki: Vec<u8>) -> VerifySignature {
    let key = UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, spki);
    Box::new(move |message, signature| key.verify(message, signature).is_ok())
}

pub fn components(n: Vec<u8>, e: Vec<u8>) -> VerifySignature {
    let key = RsaPublicKeyComponents { n, e };
    Box::new(move |message, signature| {
        key.verify(&RSA_PSS_2048_8192_SHA256, message, signature).is_ok()
    })
}

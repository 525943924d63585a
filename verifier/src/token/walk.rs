//! The checks of a token, once, in order. `verify` and `diagnose` are this walk with different
//! observers, so that they cannot disagree.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::claims::{self, Claims};
use super::error::quoted;
use super::expectations::Times;
use super::jws::{self, Decoded, Segments};
use super::observer::{Found, Observer};
use super::rotation::Rotation;
use super::{
    CheckName, ClaimStyle, ExpectedNonce, KeyVersion, MAX_RESPONSE_OVERHEAD, Note, PublicKey,
    Registration, RegistrationVerifier, VerifyError,
};
use super::{evidence, header, ps256, wrapper};
use crate::Timestamp;
use crate::json::Value;

/// One token on its way through the checks.
pub(super) struct Walk<'v> {
    pub(super) verifier: &'v RegistrationVerifier,
    pub(super) input: &'v [u8],
    pub(super) nonce: &'v ExpectedNonce,
    pub(super) now: Timestamp,
}

const NO_TOKEN: &str = "there are no segments to look at";
const NO_HEADER: &str = "the header cannot be read";
const NO_PAYLOAD: &str = "the payload cannot be read";
const NO_CLAIM: &str = "the claim it needs cannot be read";
const NO_PS256: &str = "the header does not say PS256";
const NO_KEY: &str = "there is no trusted key to check it with";
const NO_SIGNATURE: &str = "the signature cannot be decoded";

impl Walk<'_> {
    /// Makes the checks. In a step's value, the outer error ends the walk; an inner error is
    /// the step's own, and passed on to what is skipped for want of it.
    pub(super) fn run<O: Observer>(&self, o: &mut O) -> Result<Registration, VerifyError> {
        let bytes = |measured: &Measured<'_>| {
            let limit = format!("at most {} bytes", measured.limit);
            found(Some(limit), Some(format!("{} bytes", measured.length)))
        };
        let measured = match o.settle(CheckName::Length, self.measure(), bytes)? {
            Ok(measured) => measured,
            Err(error) => return give_up(o, error),
        };
        let unwrapped = match o.settle(CheckName::Wrapper, measured.unwrapped, in_what)? {
            Ok(unwrapped) => unwrapped,
            Err(error) => return give_up(o, error),
        };
        let response = unwrapped.response.as_ref();
        o.note(|| names(&response?.ignored, Note::IgnoredResponseMembers));
        let three = |_: &Segments<'_>| expecting("3", "3");
        match o.settle(CheckName::Segments, jws::split(&unwrapped.token), three)? {
            Ok(segments) => self.run_segments(&segments, response, o),
            Err(error) => give_up(o, error),
        }
    }

    /// All checks of what is in the three segments. The registration is made of values that
    /// passed their checks, once every other check has passed too.
    fn run_segments<O: Observer>(
        &self,
        segments: &Segments<'_>,
        response: Option<&wrapper::Response>,
        o: &mut O,
    ) -> Result<Registration, VerifyError> {
        let decoded = segments.decode();
        o.decoded(decoded.header.as_deref().ok(), decoded.payload.as_deref().ok());
        let canonical = |(): &()| expecting("canonical base64url", "canonical base64url");
        let encoding = o.settle(CheckName::Encoding, decoded.check(), canonical)?;
        let header = check_header(known(&decoded.header), o)?;

        let bytes = known(&decoded.payload).map(Vec::as_slice);
        let payload = step(o, CheckName::Payload, bytes, NO_PAYLOAD, claims::parse, object)?;
        let claims = known(&payload).map(Claims::read);
        let claims = known(&claims);
        let check = |claims: &Claims<'_>| claims.check();
        let well_typed =
            step(o, CheckName::Claims, claims.clone(), NO_PAYLOAD, check, |(): &()| {
                let style = claims.as_ref().ok().and_then(|claims| claims.style.clone().ok());
                expecting("one spelling", style.map_or("", ClaimStyle::as_str))
            })?;
        if let Ok(claims) = &claims {
            note_claims(claims, response, o);
        }

        let version = claims.clone().and_then(|claims| claims.key_version.clone());
        let key = self.check_key(known(&version), segments, &decoded, o)?;
        let signature = self.check_signature(&header.algorithm, key, segments, &decoded, o)?;

        let code = claims.clone().and_then(|claims| claims.product_code.clone());
        let check = |code: &&str| self.check_product_code(code);
        let product_code =
            step(o, CheckName::ProductCode, known(&code), NO_CLAIM, check, |(): &()| {
                let code = quoted(self.verifier.product_code.as_str());
                found(Some(code.clone()), Some(code))
            })?;
        let sent = claims.clone().and_then(|claims| claims.nonce.clone());
        let check = |nonce: &Option<&str>| self.check_nonce(*nonce);
        let nonce = step(o, CheckName::Nonce, known(&sent), NO_CLAIM, check, |nonce| {
            let nonce = nonce.as_deref().map_or_else(|| "none".to_string(), quoted);
            found(Some(nonce.clone()), Some(nonce))
        })?;
        let times = claims.clone().and_then(Times::of);
        let check = |times: &Times| self.check_times(times);
        let issued_at = step(o, CheckName::IssuedAt, known(&times), NO_CLAIM, check, |at| {
            let at = at.map_or_else(|| "no iat".to_string(), |at| at.to_string());
            found(Some(self.latest()), Some(at))
        })?;

        encoding?;
        header.all?;
        let claims = claims?;
        well_typed?;
        let public_key_version = version?;
        signature?;
        product_code?;
        Ok(Registration {
            product_code: self.verifier.product_code.clone(),
            public_key_version,
            nonce: nonce?,
            issued_at: issued_at?,
            public_key_rotation_timestamp: claims
                .rotation
                .timestamp()
                .or_else(|| response?.rotation.timestamp()),
            claim_style: claims.style.clone()?,
        })
    }

    /// The trusted key of the version that the token names.
    fn check_key<O: Observer>(
        &self,
        version: Result<&KeyVersion, VerifyError>,
        segments: &Segments<'_>,
        decoded: &Decoded,
        o: &mut O,
    ) -> Result<Result<(KeyVersion, &PublicKey), VerifyError>, VerifyError> {
        let keys = &self.verifier.keys;
        let check = |version: &KeyVersion| {
            keys.get(*version).map(|key| (*version, key)).ok_or_else(|| {
                let trusted = keys.versions().collect();
                VerifyError::UnknownKeyVersion { actual: *version, trusted }
            })
        };
        let key = step(o, CheckName::Key, version.clone(), NO_CLAIM, check, |key| {
            let versions: Vec<_> = keys.versions().map(|version| version.to_string()).collect();
            let expected = format!("one of {}", versions.join(", "));
            found(Some(expected), Some(describe_key(*key)))
        })?;
        if let (Err(_), Ok(version), Ok(signature)) = (&key, version, &decoded.signature) {
            let message = segments.signing_input;
            o.evidence(|| {
                evidence::other_version(keys, *version, message, signature).map(verifies_under)
            });
        }
        Ok(key)
    }

    /// The signature, by that key and no other.
    fn check_signature<O: Observer>(
        &self,
        algorithm: &Result<(), VerifyError>,
        key: Result<(KeyVersion, &PublicKey), VerifyError>,
        segments: &Segments<'_>,
        decoded: &Decoded,
        o: &mut O,
    ) -> Result<Result<(), VerifyError>, VerifyError> {
        let message = segments.signing_input;
        let why = match (algorithm, &key) {
            (Err(_), _) => NO_PS256,
            (_, Err(_)) => NO_KEY,
            _ => NO_SIGNATURE,
        };
        let needs = known(algorithm).and(key).and_then(|(version, key)| {
            known(&decoded.signature).map(|signature| (version, key, signature))
        });
        let verify = |(key_version, key, signature): (KeyVersion, &PublicKey, &Vec<u8>)| {
            ps256::verify(key, message, signature)
                .map_err(|_| VerifyError::Signature { key_version })
        };
        let valid = |(): &()| expecting("valid", "valid");
        let signature = step(o, CheckName::Signature, needs.clone(), why, verify, valid)?;
        if let (Err(_), Ok((version, key, signature))) = (&signature, needs) {
            let keys = &self.verifier.keys;
            o.evidence(|| {
                evidence::other_version(keys, version, message, signature)
                    .map(verifies_under)
                    .or_else(|| Some(evidence::describe(key, message, signature)))
            });
        }
        Ok(signature)
    }

    /// Opens a response before its length is judged, because the limit is the token's; only one
    /// that is not much longer than the limit is opened.
    fn measure(&self) -> Result<Measured<'_>, VerifyError> {
        let within = |actual: usize, limit: usize| {
            if actual > limit { Err(VerifyError::TooLong { actual, limit }) } else { Ok(()) }
        };
        let (input, limit) = (self.input.len(), self.verifier.max_token_length);
        if input == 0 {
            return Err(VerifyError::Empty);
        }
        let overhead = if wrapper::is_response(self.input) { MAX_RESPONSE_OVERHEAD } else { 0 };
        let input_limit = limit.saturating_add(overhead);
        within(input, input_limit)?;
        let unwrapped = wrapper::unwrap(self.input);
        let (length, limit) = match &unwrapped {
            Ok(unwrapped) => (unwrapped.token.len(), limit),
            Err(_) => (input, input_limit),
        };
        within(length, limit)?;
        Ok(Measured { length, limit, unwrapped })
    }

    fn latest(&self) -> String {
        format!("at most {} s after {}", self.verifier.leeway_seconds, self.now)
    }
}

/// An input within its limit: the token, or the response that it could not be taken out of.
struct Measured<'i> {
    length: usize,
    limit: usize,
    unwrapped: Result<wrapper::Unwrapped<'i>, VerifyError>,
}

/// What came of the checks of the header.
struct HeaderChecks {
    algorithm: Result<(), VerifyError>,
    /// All of them: the first failure.
    all: Result<(), VerifyError>,
}

fn check_header<O: Observer>(
    bytes: Result<&Vec<u8>, VerifyError>,
    o: &mut O,
) -> Result<HeaderChecks, VerifyError> {
    let bytes = bytes.map(Vec::as_slice);
    let parsed = step(o, CheckName::Header, bytes, NO_HEADER, header::parse, object)?;
    let header = known(&parsed);
    let check = header::check_algorithm;
    let ps256 = |(): &()| expecting("\"PS256\"", "\"PS256\"");
    let algorithm = step(o, CheckName::Algorithm, header.clone(), NO_HEADER, check, ps256)?;
    let check = header::check_type;
    let typ = step(o, CheckName::Type, header.clone(), NO_HEADER, check, |is_there| {
        expecting("\"JWT\" or nothing", if *is_there { "\"JWT\"" } else { "nothing" })
    })?;
    let check = header::check_critical;
    let neither = |(): &()| expecting("neither crit nor b64", "neither");
    let critical = step(o, CheckName::Critical, header.clone(), NO_HEADER, check, neither)?;
    o.note(|| (typ == Ok(false)).then_some(Note::TypeAbsent));
    o.note(|| names(&header::ignored(header.as_ref().ok()?), Note::IgnoredHeaderMembers));
    let all = algorithm.clone().and(typ.map(drop)).and(critical);
    Ok(HeaderChecks { algorithm, all })
}

fn note_claims<O: Observer>(claims: &Claims<'_>, response: Option<&wrapper::Response>, o: &mut O) {
    o.note(|| (claims.style == Ok(ClaimStyle::PascalCase)).then_some(Note::PascalCaseClaims));
    o.note(|| names(&claims.ignored, Note::IgnoredClaims));
    o.note(|| (claims.issued_at == Ok(None)).then_some(Note::IssuedAtAbsent));
    let told = response.map_or(Rotation::None, |response| response.rotation);
    let signed = claims.rotation;
    let unreadable = [told, signed].contains(&Rotation::Unreadable);
    o.note(|| unreadable.then_some(Note::RotationUnreadable));
    o.note(|| {
        let differ = signed.timestamp()? != told.timestamp()?;
        differ.then_some(Note::RotationsDiffer)
    });
    o.note(|| signed.timestamp().or(told.timestamp()).map(Note::KeyVersionExpired));
}

/// Makes a check with what an earlier one found, or skips it with that one's error.
fn step<O: Observer, A, T>(
    o: &mut O,
    name: CheckName,
    needs: Result<A, VerifyError>,
    why_skipped: &'static str,
    check: impl FnOnce(A) -> Result<T, VerifyError>,
    found: impl FnOnce(&T) -> Found,
) -> Result<Result<T, VerifyError>, VerifyError> {
    match needs {
        Ok(needs) => o.settle(name, check(needs), found),
        Err(cause) => {
            o.skip(name, why_skipped);
            Ok(Err(cause))
        }
    }
}

/// What an earlier step found, or the error that kept it from finding it.
fn known<T>(result: &Result<T, VerifyError>) -> Result<&T, VerifyError> {
    result.as_ref().map_err(Clone::clone)
}

/// Ends the walk where there is nothing left to look at.
fn give_up<O: Observer>(o: &mut O, error: VerifyError) -> Result<Registration, VerifyError> {
    for name in CheckName::ALL.into_iter().filter(|name| *name > error.check()) {
        o.skip(name, NO_TOKEN);
    }
    Err(error)
}

fn object(_: &Value<'_>) -> Found {
    expecting("a JSON object", "a JSON object")
}

fn found(expected: Option<String>, actual: Option<String>) -> Found {
    Found { expected, actual }
}

fn expecting(expected: &str, actual: &str) -> Found {
    found(Some(expected.to_string()), Some(actual.to_string()))
}

fn in_what(unwrapped: &wrapper::Unwrapped<'_>) -> Found {
    let actual = match unwrapped.response {
        Some(_) => "a RegisterUsage response",
        None => "a bare token",
    };
    found(None, Some(actual.to_string()))
}

fn names(names: &[String], note: fn(Vec<String>) -> Note) -> Option<Note> {
    (!names.is_empty()).then(|| note(names.to_vec()))
}

fn describe_key((version, key): (KeyVersion, &PublicKey)) -> String {
    let short: String =
        key.fingerprint().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("{version} (RSA-{}, SHA-256 of the SPKI {short}…)", key.bits())
}

fn verifies_under(version: KeyVersion) -> String {
    format!("it does verify under the key of version {version}")
}

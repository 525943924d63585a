//! The checks of a token for a diagnosis: those of `verify`, in its order, each reported, and
//! the walk goes on after a failure where that can be done.
//!
//! Every check is a function that `verify` calls too; the tests hold the two to one outcome.

use alloc::rc::Rc;
use alloc::string::String;
use alloc::vec::Vec;

use super::claims::{self, Findings};
use super::collector::{Checked, Collector, Found};
use super::error::{KeyVersions, quoted};
use super::expectations::{Expectations, Measured};
use super::forensics::Question;
use super::jws::{self, Segments};
use super::rotation::Rotation;
use super::wrapper::{Response, Unwrapped};
use super::{
    CheckName, ClaimStyle, Diagnosis, KeyVersion, Note, PublicKey, Registration, VerifyError,
    header,
};
use crate::json::Value;
use crate::text::{Hex, text};

const NO_TOKEN: &str = "there are no segments to look at";
const NO_HEADER: &str = "the header cannot be read";
const NO_PAYLOAD: &str = "the payload cannot be read";
const NO_CLAIM: &str = "the claim it needs cannot be read";
const NO_PS256: &str = "the header does not say PS256";
const NO_KEY: &str = "there is no trusted key to check it with";
const NO_SIGNATURE: &str = "the signature cannot be decoded";

/// Makes all checks of one token.
pub(super) fn diagnose(expected: Expectations<'_>, input: &[u8]) -> Diagnosis {
    let mut walk = Walk { expected, o: Collector::default() };
    let outcome = walk.run(input);
    walk.o.into_diagnosis(outcome)
}

struct Walk<'v> {
    expected: Expectations<'v>,
    o: Collector,
}

impl<'v> Walk<'v> {
    fn run(&mut self, input: &[u8]) -> Checked<Registration> {
        let unwrapped = self.open(input).map_err(|error| self.give_up(error))?;
        let segments = jws::split(&unwrapped.token).map_err(Rc::new);
        let segments = self.o.settle(CheckName::Segments, segments, |_| expecting("3", "3"));
        let segments = segments.map_err(|error| self.give_up(error))?;
        self.run_segments(&segments, unwrapped.response.as_ref())
    }

    /// Ends the walk where there is nothing left to look at.
    fn give_up(&mut self, error: Rc<VerifyError>) -> Rc<VerifyError> {
        for name in CheckName::ALL.into_iter().filter(|name| *name > error.check()) {
            self.o.skip(name, NO_TOKEN);
        }
        error
    }

    /// The token, out of the response it came in.
    fn open<'i>(&mut self, input: &'i [u8]) -> Checked<Unwrapped<'i>> {
        let bytes = |measured: &Measured<'_>| {
            let limit = text!("at most ", measured.limit, " bytes");
            found(limit, text!(measured.length, " bytes"))
        };
        let measured = self.expected.measure(input).map_err(Rc::new);
        let measured = self.o.settle(CheckName::Length, measured, bytes)?;
        let in_what = |unwrapped: &Unwrapped<'_>| Found {
            expected: None,
            actual: Some(String::from(match unwrapped.response {
                Some(_) => "a RegisterUsage response",
                None => "a bare token",
            })),
        };
        let unwrapped = measured.unwrapped.map_err(Rc::new);
        let unwrapped = self.o.settle(CheckName::Wrapper, unwrapped, in_what)?;
        if let Some(response) = &unwrapped.response {
            self.o.note(names(&response.ignored, Note::IgnoredResponseMembers));
        }
        Ok(unwrapped)
    }

    /// All checks of what is in the three segments. The registration is made of values that
    /// passed their checks, once every other check has passed too.
    fn run_segments(
        &mut self,
        segments: &Segments<'_>,
        response: Option<&Response>,
    ) -> Checked<Registration> {
        let header = segments.decode_header().map_err(Rc::new);
        let payload = segments.decode_payload().map_err(Rc::new);
        let signature = segments.decode_signature().map_err(Rc::new);
        self.o.decoded(header.as_deref().ok(), payload.as_deref().ok());
        let encoding = header.as_ref().and(payload.as_ref()).and(signature.as_ref());
        let encoding = encoding.map(drop).map_err(Clone::clone);
        let encoding = self.o.settle(CheckName::Encoding, encoding, |()| {
            expecting("canonical base64url", "canonical base64url")
        });
        let header = self.header(known(&header));

        let payload = known(&payload).map(Vec::as_slice);
        let payload = self.step(CheckName::Payload, payload, NO_PAYLOAD, claims::parse, object);
        let findings = known(&payload).map(Findings::read);
        let findings = known(&findings);
        let claims =
            self.step(CheckName::Claims, findings.clone(), NO_PAYLOAD, Findings::all, |claims| {
                expecting("one spelling", claims.style.as_str())
            });
        if let Ok(findings) = &findings {
            self.note_claims(findings, response);
        }

        let version = findings.clone().and_then(|findings| findings.key_version.clone());
        let key = self.key(known(&version).copied());
        let signature = self.signature(&header.algorithm, key, segments, known(&signature));
        if signature.is_err() {
            let question = Question {
                segments,
                keys: &self.expected.verifier.keys,
                named: version.ok(),
                has_other_algorithm: header
                    .algorithm
                    .as_ref()
                    .is_err_and(|error| matches!(**error, VerifyError::Algorithm { .. })),
            };
            self.o.causes(question.narrow());
        }

        let expected = self.expected;
        let code = findings.clone().and_then(|findings| findings.product_code.clone());
        let check = |code: &str| expected.product_code(code);
        let product_code = self.step(CheckName::ProductCode, code, NO_CLAIM, check, |()| {
            let code = quoted(expected.verifier.product_code.as_str());
            found(code.clone(), code)
        });
        let sent = findings.clone().and_then(|findings| findings.nonce.clone());
        let check = |nonce: Option<&str>| expected.nonce(nonce);
        let nonce = self.step(CheckName::Nonce, sent, NO_CLAIM, check, |nonce| {
            let nonce = nonce.as_deref().map_or_else(|| text!("none"), quoted);
            found(nonce.clone(), nonce)
        });
        let times = findings.and_then(|findings| findings.times.clone());
        let check = |times: claims::Times| expected.times(&times);
        let issued_at = self.step(CheckName::IssuedAt, times, NO_CLAIM, check, |at| {
            let latest =
                text!("at most ", expected.verifier.leeway_seconds, " s after ", expected.now);
            found(latest, at.map_or_else(|| text!("no iat"), |at| text!(at)))
        });

        encoding?;
        header.all?;
        let claims = claims?;
        signature?;
        product_code?;
        Ok(Registration::of(expected.verifier, &claims, nonce?, issued_at?, response))
    }

    fn header(&mut self, bytes: Checked<&Vec<u8>>) -> HeaderChecks {
        let bytes = bytes.map(Vec::as_slice);
        let parsed = self.step(CheckName::Header, bytes, NO_HEADER, header::parse, object);
        let header = known(&parsed);
        let check = header::check_algorithm;
        let algorithm = self.step(CheckName::Algorithm, header.clone(), NO_HEADER, check, |()| {
            expecting("\"PS256\"", "\"PS256\"")
        });
        let check = header::check_type;
        let typ = self.step(CheckName::Type, header.clone(), NO_HEADER, check, |is_there| {
            expecting("\"JWT\" or nothing", if *is_there { "\"JWT\"" } else { "nothing" })
        });
        let check = header::check_critical;
        let critical = self.step(CheckName::Critical, header.clone(), NO_HEADER, check, |()| {
            expecting("neither crit nor b64", "neither")
        });
        self.o.note((typ == Ok(false)).then_some(Note::TypeAbsent));
        if let Ok(header) = header {
            self.o.note(names(&header::ignored(header), Note::IgnoredHeaderMembers));
        }
        let all = algorithm.clone().and(typ.map(drop)).and(critical);
        HeaderChecks { algorithm, all }
    }

    fn key(&mut self, version: Checked<KeyVersion>) -> Checked<(KeyVersion, &'v PublicKey)> {
        let expected = self.expected;
        let check = |version| expected.key(version).map(|key| (version, key));
        let keys = &expected.verifier.keys;
        self.step(CheckName::Key, version, NO_CLAIM, check, |key| {
            let versions: Vec<_> = keys.versions().collect();
            found(text!("one of ", KeyVersions(&versions)), describe_key(*key))
        })
    }

    fn signature(
        &mut self,
        algorithm: &Checked<()>,
        key: Checked<(KeyVersion, &PublicKey)>,
        segments: &Segments<'_>,
        signature: Checked<&Vec<u8>>,
    ) -> Checked<()> {
        let (expected, message) = (self.expected, segments.signing_input);
        let why = match (algorithm, &key) {
            (Err(_), _) => NO_PS256,
            (_, Err(_)) => NO_KEY,
            _ => NO_SIGNATURE,
        };
        let needs = known(algorithm).and(key).and_then(|(version, key)| {
            signature.map(|signature| (version, key, signature.as_slice()))
        });
        let check = |(version, key, signature): (KeyVersion, &PublicKey, &[u8])| {
            expected.signature(version, key, message, signature)
        };
        self.step(CheckName::Signature, needs, why, check, |()| expecting("valid", "valid"))
    }

    fn note_claims(&mut self, claims: &Findings<'_>, response: Option<&Response>) {
        let pascal_case = claims.style == Ok(ClaimStyle::PascalCase);
        let issued_at_absent = claims.times.as_ref().is_ok_and(|times| times.issued_at.is_none());
        let told = response.map_or(Rotation::None, |response| response.rotation);
        let signed = claims.rotation;
        let unreadable = [told, signed].contains(&Rotation::Unreadable);
        let differ = match (signed.timestamp(), told.timestamp()) {
            (Some(signed), Some(told)) => signed != told,
            _ => false,
        };
        self.o.note(pascal_case.then_some(Note::PascalCaseClaims));
        self.o.note(names(&claims.ignored, Note::IgnoredClaims));
        self.o.note(issued_at_absent.then_some(Note::IssuedAtAbsent));
        self.o.note(unreadable.then_some(Note::RotationUnreadable));
        self.o.note(differ.then_some(Note::RotationsDiffer));
        self.o.note(signed.timestamp().or(told.timestamp()).map(Note::KeyVersionExpired));
    }

    /// Makes a check with what an earlier one found, or skips it with that one's error.
    fn step<A, T, E: Into<Rc<VerifyError>>>(
        &mut self,
        name: CheckName,
        needs: Checked<A>,
        why_skipped: &'static str,
        check: impl FnOnce(A) -> Result<T, E>,
        found: impl FnOnce(&T) -> Found,
    ) -> Checked<T> {
        match needs {
            Ok(needs) => self.o.settle(name, check(needs).map_err(Into::into), found),
            Err(cause) => {
                self.o.skip(name, why_skipped);
                Err(cause)
            }
        }
    }
}

/// What came of the checks of the header.
struct HeaderChecks {
    algorithm: Checked<()>,
    /// All of them: the first failure.
    all: Checked<()>,
}

/// What an earlier step found, or the error that kept it from finding it.
fn known<T>(result: &Checked<T>) -> Checked<&T> {
    result.as_ref().map_err(Clone::clone)
}

fn object(_: &Value<'_>) -> Found {
    expecting("a JSON object", "a JSON object")
}

fn found(expected: String, actual: String) -> Found {
    Found { expected: Some(expected), actual: Some(actual) }
}

#[inline(never)]
fn expecting(expected: &str, actual: &str) -> Found {
    found(String::from(expected), String::from(actual))
}

fn names(names: &[String], note: fn(Vec<String>) -> Note) -> Option<Note> {
    (!names.is_empty()).then(|| note(names.to_vec()))
}

fn describe_key((version, key): (KeyVersion, &PublicKey)) -> String {
    let fingerprint = key.fingerprint();
    let short = fingerprint.get(..8).unwrap_or_default();
    text!(version, " (RSA-", key.bits(), ", SHA-256 of the SPKI ", Hex(short), "…)")
}

//! Every named token, by `verify` and by `diagnose`.

use std::collections::BTreeSet;

use meterproof::{CauseCode, CheckName, Diagnosis, PublicKey, Status, Verdict, VerifyError};

use crate::vector_file::{Case, Expect, ExpectedRegistration, FILES, VectorFile};

#[test]
fn crafted_tokens() {
    assert_eq!(run("crafted.json"), Tally { verified: 41, refused: 327 });
}

#[test]
fn signatures_that_do_not_verify() {
    assert_eq!(run("forensic.json"), Tally { verified: 1, refused: 94 });
}

#[test]
fn each_cause_has_a_token_that_gets_it() {
    let file = VectorFile::read("forensic.json");
    let seen: BTreeSet<_> = file
        .cases
        .iter()
        .flat_map(|case| case.causes.iter().flatten())
        .map(|(code, _)| code)
        .collect();
    assert_eq!(
        seen,
        CauseCode::ALL.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>().iter().collect()
    );
}

/// 2049 bits are the length at which a signature has a byte more than the message encoded for it
/// (RFC 8017 §8.1.1); not every library makes the length that it is asked for.
#[test]
fn keys_are_as_long_as_their_names_say() {
    for file in ["crafted.json", "forensic.json"] {
        for (name, pem) in VectorFile::read(file).keys {
            let bits = PublicKey::parse(&pem).unwrap().bits();
            let named = name.strip_prefix("rsa").and_then(|rest| rest.get(..4));
            assert_eq!(named, Some(bits.to_string().as_str()), "{name} of {file}");
        }
    }
}

#[test]
fn tokens_by_jose() {
    assert_eq!(run("jose.json"), Tally { verified: 10, refused: 18 });
}

#[test]
fn each_code_has_a_token_that_gets_it() {
    let mut seen = BTreeSet::new();
    for file in FILES {
        for case in VectorFile::read(file).cases {
            if let Expect::Code(code) = case.expect {
                seen.insert(code);
            }
        }
    }
    let all: BTreeSet<_> = VerifyError::ALL.iter().map(|code| (*code).to_owned()).collect();
    assert_eq!(all.len(), VerifyError::ALL.len(), "a code stands twice");
    assert_eq!(seen, all);
}

#[derive(Debug, Default, PartialEq)]
struct Tally {
    verified: usize,
    refused: usize,
}

fn run(name: &str) -> Tally {
    let file = VectorFile::read(name);
    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    for case in &file.cases {
        match check(&file, case) {
            Ok(Verdict::Verified) => tally.verified += 1,
            Ok(Verdict::Refused) => tally.refused += 1,
            Err(problem) => wrong.push(format!("{}: {problem}", case.name)),
        }
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
    tally
}

fn check(file: &VectorFile, case: &Case) -> Result<Verdict, String> {
    let verifier = file.verifier(case);
    let (token, nonce, now) = (case.token(), case.nonce(), case.now());
    let verified = verifier.verify(&token, &nonce, now);
    let diagnosis = verifier.diagnose(&token, &nonce, now);
    if diagnosis.outcome() != verified.as_ref() {
        return Err(format!("diagnose says {:?}, verify {verified:?}", diagnosis.outcome()));
    }
    let names: Vec<_> = diagnosis.checks().iter().map(|check| check.name).collect();
    if names != CheckName::ALL {
        return Err(format!("the checks are {names:?}"));
    }
    let causes: Vec<_> = diagnosis
        .causes()
        .iter()
        .map(|cause| (cause.code.as_str().to_owned(), cause.evidence.clone()))
        .collect();
    match &case.causes {
        Some(expected) if *expected != causes => {
            return Err(format!("expected the causes {expected:?}, got {causes:?}"));
        }
        None if verified.is_ok() && !causes.is_empty() => {
            return Err(format!("verified with the causes {causes:?}"));
        }
        _ => {}
    }
    match (&case.expect, &verified) {
        (Expect::Registration(expected), Ok(registration)) => {
            let actual = ExpectedRegistration::from(registration);
            if actual != *expected {
                return Err(format!("expected {expected:?}, got {actual:?}"));
            }
            if let Some(check) = diagnosis.checks().iter().find(|c| c.status != Status::Pass) {
                return Err(format!("verified with {check:?}"));
            }
        }
        (Expect::Code(code), Err(error)) if error.code() == code => {
            failure(case, error, &diagnosis)?
        }
        (Expect::Code(code), actual) => return Err(format!("expected {code}, got {actual:?}")),
        (_, actual) => return Err(format!("expected a registration, got {actual:?}")),
    }
    Ok(diagnosis.verdict())
}

/// The first failure is the error that verify returns; evidence says what the case says.
fn failure(case: &Case, error: &VerifyError, diagnosis: &Diagnosis) -> Result<(), String> {
    let first = diagnosis.checks().iter().find(|check| check.status == Status::Fail);
    if first.map(|check| (check.name, check.code)) != Some((error.check(), Some(error.code()))) {
        return Err(format!("the first failure is {first:?}, the error {error:?}"));
    }
    let at = case.evidence_at.as_deref().unwrap_or("signature");
    let check = diagnosis.checks().iter().find(|check| check.name.as_str() == at);
    let actual = check.and_then(|check| check.actual.as_deref()).unwrap_or_default();
    match &case.evidence {
        Some(evidence) if !actual.contains(evidence) => {
            Err(format!("expected the evidence {evidence:?}, got {actual:?}"))
        }
        _ => Ok(()),
    }
}

//! The pattern of a license ARN.

use super::alphabets;
use super::value_error::ValueError;

/// Checks a text by the model's pattern, part by part:
/// `^arn:aws[a-zA-Z-]*:[A-Za-z0-9][A-Za-z0-9_/.-]{0,62}:[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,1023}$`
pub(super) fn check(text: &str) -> Result<(), ValueError> {
    let wrong = |problem| Err(ValueError::NotAnArn { problem });
    if text.is_empty() {
        return Err(ValueError::Empty { what: "LicenseArn" });
    }
    if !(text.starts_with("arn:") || text == "arn") {
        return wrong("it does not begin with \"arn:\"");
    }
    let Some([_, partition, service, region, account, resource]) = parts(text) else {
        return wrong("it has fewer than 6 parts between colons");
    };
    let plain = |part: &[u8]| part.len() <= 63 && alphabets::ARN_PART.holds_all(part);
    let begins_well = |part: &[u8]| {
        part.first_chunk::<1>().is_some_and(|first| alphabets::LETTERS_AND_DIGITS.holds_all(first))
    };
    let partition_is_right =
        partition.strip_prefix(b"aws").is_some_and(|rest| alphabets::ARN_PARTITION.holds_all(rest));
    if !partition_is_right {
        return wrong("its partition is not \"aws\" or one that begins so");
    }
    if !begins_well(service) || !plain(service) {
        return wrong("its service part is malformed");
    }
    if !plain(region) {
        return wrong("its region part is malformed");
    }
    if !plain(account) {
        return wrong("its account part is malformed");
    }
    let resource_is_right = begins_well(resource)
        && resource.len() <= 1024
        && alphabets::ARN_RESOURCE.holds_all(resource);
    if !resource_is_right {
        return wrong("its resource part is malformed");
    }
    Ok(())
}

/// Whether a text is the ARN of a license in AWS License Manager, written as all of them are: what
/// this is true of has passed [`check`] and is a license manager's. Not every such ARN is.
#[inline]
pub(super) fn is_usual(text: &[u8]) -> bool {
    let rest = text.strip_prefix(b"arn:aws:license-manager:");
    // Region and account.
    let resource = rest.and_then(after_plain_part).and_then(after_plain_part);
    resource.is_some_and(|resource| {
        resource.starts_with(b"license:")
            && resource.len() <= 1024
            && alphabets::ARN_RESOURCE.holds_all(resource)
    })
}

/// What stands behind a part of up to 63 characters and its colon.
#[inline]
fn after_plain_part(rest: &[u8]) -> Option<&[u8]> {
    let colon = rest.iter().position(|byte| !alphabets::ARN_PART.holds_byte(*byte))?;
    (colon <= 63 && rest.get(colon) == Some(&b':')).then(|| rest.get(colon + 1..))?
}

/// Whether an ARN is that of a license in AWS License Manager.
pub(super) fn is_license_manager(arn: &str) -> bool {
    parts(arn).is_some_and(|[_, _, service, _, _, resource]| {
        service == b"license-manager" && resource.starts_with(b"license:")
    })
}

/// What stands between the first five colons, and after them.
fn parts(arn: &str) -> Option<[&[u8]; 6]> {
    let mut parts = [&[][..]; 6];
    let (resource, before) = parts.split_last_mut()?;
    let mut rest = arn.as_bytes();
    for part in before {
        let colon = rest.iter().position(|byte| *byte == b':')?;
        (*part, rest) = rest.split_at_checked(colon)?;
        rest = rest.get(1..)?;
    }
    *resource = rest;
    Some(parts)
}

#[cfg(test)]
mod tests {
    use crate::usage::LicenseArn;

    const ARN: &str =
        "arn:aws:license-manager::294406891311:license:l-0123456789abcdef0123456789abcdef";

    #[test]
    fn a_license_arn_is_read_part_by_part() {
        assert!(LicenseArn::parse(ARN).unwrap().is_license_manager());
        assert!(LicenseArn::parse("arn:aws-cn:s3:::bucket").is_ok());
        assert!(!LicenseArn::parse("arn:aws:s3:::bucket").unwrap().is_license_manager());
        for wrong in [
            "arn:aws:license-manager:294406891311:license",
            "arn:gcp:license-manager::1:license:l-1",
            "arn:aws::r:1:license:l-1",
            "arn:aws:license-manager::1:",
            "arn:aws:license-manager::1:license l-1",
            " arn:aws:license-manager::1:license:l-1",
        ] {
            assert_eq!(LicenseArn::parse(wrong).unwrap_err().code(), "not_an_arn");
        }
    }
}

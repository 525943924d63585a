//! The pattern of a license ARN.

use super::value_error::ValueError;

/// Checks a text by the model's pattern, part by part:
/// `^arn:aws[a-zA-Z-]*:[A-Za-z0-9][A-Za-z0-9_/.-]{0,62}:[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9_/.-]{0,63}:[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,1023}$`
pub(super) fn check(text: &str) -> Result<(), ValueError> {
    let wrong = |problem| Err(ValueError::NotAnArn { problem });
    if text.is_empty() {
        return Err(ValueError::Empty { what: "LicenseArn" });
    }
    let mut parts = text.splitn(6, ':');
    if parts.next() != Some("arn") {
        return wrong("it does not begin with \"arn:\"");
    }
    let (Some(partition), Some(service), Some(region), Some(account), Some(resource)) =
        (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return wrong("it has fewer than 6 parts between colons");
    };
    let plain = |part: &str, max: usize| {
        part.len() <= max && part.chars().all(|c| c.is_ascii_alphanumeric() || "_/.-".contains(c))
    };
    let begins_well = |part: &str| part.starts_with(|c: char| c.is_ascii_alphanumeric());
    let partition_is_right = partition
        .strip_prefix("aws")
        .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_alphabetic() || c == '-'));
    if !partition_is_right {
        return wrong("its partition is not \"aws\" or one that begins so");
    }
    if !begins_well(service) || !plain(service, 63) {
        return wrong("its service part is malformed");
    }
    if !plain(region, 63) {
        return wrong("its region part is malformed");
    }
    if !plain(account, 63) {
        return wrong("its account part is malformed");
    }
    let resource_is_right = begins_well(resource)
        && resource.len() <= 1024
        && resource.chars().all(|c| c.is_ascii_alphanumeric() || ":_/+=,@.-".contains(c));
    if !resource_is_right {
        return wrong("its resource part is malformed");
    }
    Ok(())
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

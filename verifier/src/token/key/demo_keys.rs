//! Keys that anybody can sign with, because their private halves are published.

/// Where the private half of the key with this fingerprint is published, if it is.
///
/// Sellers meet such keys in samples: the Java sample of AWS's integration guide embeds the
/// first one. Each fingerprint is the SHA-256 of the key's SubjectPublicKeyInfo.
pub(super) fn published_in(fingerprint: &[u8; 32]) -> Option<&'static str> {
    PUBLISHED.iter().find(|(known, _)| known == fingerprint).map(|(_, name)| *name)
}

const PUBLISHED: [([u8; 32], &str); 6] = [
    (
        hex("d2f8d7917928bbe7a457bdbaa0f69221a49b0fbc867ea34b700e9e78364d57e8"),
        "jwt.io (its former 1024-bit demo key)",
    ),
    (
        hex("37c2309b6c001277c1b3f534d48489b0d5ff9b1d82f1447b66b6d3a0a59d88b0"),
        "jwt.io (its former 2048-bit demo key)",
    ),
    (
        hex("f56c8b01227f62ddbc16eb29a6ac0b310e276760a5e06302fa881a35146f6bc7"),
        "jwt.io (its 2048-bit demo key)",
    ),
    (
        hex("6fd13c2435a361e7c588cd17f55f5ad3df0177a66c1727a6a200845f4d7ab88c"),
        "RFC 7515 appendix A.2",
    ),
    (
        hex("ad32320cf6c596d884b05381ba573aba8ddd5749b4de8f4a23a79f9a89ddaeb2"),
        "RFC 7517 appendix A.2",
    ),
    (
        hex("627771f25da426d1f9ae315e42106d700b1529850eee1592acf39603959d795d"),
        "RFC 7520 section 3.4",
    ),
];

/// Reads 64 lower-case hexadecimal digits. Only ever called for constants, so that a wrong
/// digit is a compile error.
const fn hex(digits: &str) -> [u8; 32] {
    const fn value(digit: u8) -> u8 {
        match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => panic!("not a lower-case hexadecimal digit"),
        }
    }
    let digits = digits.as_bytes();
    assert!(digits.len() == 64);
    let mut bytes = [0; 32];
    let mut at = 0;
    while at < bytes.len() {
        bytes[at] = value(digits[2 * at]) << 4 | value(digits[2 * at + 1]);
        at += 1;
    }
    bytes
}

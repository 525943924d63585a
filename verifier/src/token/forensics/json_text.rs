//! JSON as other programs write it, by its characters alone: what is no JSON comes out as
//! something that no signature fits.

use alloc::vec::Vec;

/// How the parts of a JSON text are set apart.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Without white space, as by most libraries.
    Compact,
    /// With a space after each comma and colon, as by Python.
    Spaced,
    /// Each member on a line, indented by two spaces for each level, as by editors and jq.
    Indented,
}

/// As deep as tokens are read, so that brackets alone cannot make a text grow out of bounds.
const MAX_DEPTH: usize = 32;

/// The members of an object, each as `"name":value`.
pub(super) fn members(compact: &[u8]) -> Option<Vec<&[u8]>> {
    let inside = compact.strip_prefix(b"{")?.strip_suffix(b"}")?;
    let mut members = Vec::new();
    let mut start = 0;
    let mut scan = Scan::default();
    for (at, byte) in inside.iter().enumerate() {
        if scan.step(*byte) && *byte == b',' && scan.depth == 0 {
            members.push(inside.get(start..at)?);
            start = at + 1;
        }
    }
    members.push(inside.get(start..)?);
    Some(members)
}

impl Style {
    /// The text in this style. Strings stay as they are.
    pub(super) fn write(self, json: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(2 * json.len());
        let mut scan = Scan::default();
        for byte in json {
            let was_outside = !scan.in_string;
            if scan.step(*byte) && byte.is_ascii_whitespace() {
                continue;
            }
            if self == Self::Indented && was_outside {
                let is_first = matches!(out.last(), Some(b'{' | b'['));
                let is_end = matches!(byte, b'}' | b']');
                if is_first != is_end || out.last() == Some(&b',') {
                    let opens = usize::from(matches!(byte, b'{' | b'['));
                    let depth = scan.depth.saturating_sub(opens).min(MAX_DEPTH);
                    out.push(b'\n');
                    out.resize(out.len() + 2 * depth, b' ');
                }
            }
            out.push(*byte);
            let spaces_after = match self {
                Self::Compact => b"".as_slice(),
                Self::Spaced => b",:",
                Self::Indented => b":",
            };
            if was_outside && spaces_after.contains(byte) {
                out.push(b' ');
            }
        }
        out
    }
}

/// Where in a JSON text a byte is.
#[derive(Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    is_escaped: bool,
}

impl Scan {
    /// Whether the byte is outside of strings; a closing quotation mark is not.
    fn step(&mut self, byte: u8) -> bool {
        if self.in_string {
            if self.is_escaped {
                self.is_escaped = false;
            } else if byte == b'\\' {
                self.is_escaped = true;
            } else if byte == b'"' {
                self.in_string = false;
            }
            return false;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        !self.in_string
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn three_styles() {
        let json = br#" {"a, b" : "c\": d\\" ,"e":[ ] , "f":{"g":[1, null]} } "#;
        let text = |bytes: Vec<u8>| alloc::string::String::from_utf8(bytes).unwrap();
        assert_eq!(
            text(Style::Compact.write(json)),
            r#"{"a, b":"c\": d\\","e":[],"f":{"g":[1,null]}}"#
        );
        assert_eq!(
            text(Style::Spaced.write(json)),
            r#"{"a, b": "c\": d\\", "e": [], "f": {"g": [1, null]}}"#
        );
        let value: Value = serde_json::from_slice(json).unwrap();
        assert_eq!(
            text(Style::Indented.write(json)),
            serde_json::to_string_pretty(&value).unwrap()
        );
    }

    #[test]
    fn members_are_cut_at_the_commas_between_them() {
        let json = br#"{"a":"1,2","b":[3,4],"c":{"d":5,"e":6}}"#;
        let expected: [&[u8]; 3] = [br#""a":"1,2""#, br#""b":[3,4]"#, br#""c":{"d":5,"e":6}"#];
        assert_eq!(members(json).unwrap(), expected);
        assert_eq!(members(b"[1]"), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_rewritten(bytes: Vec<u8>) {
            for style in [Style::Compact, Style::Spaced, Style::Indented] {
                style.write(&bytes);
            }
            members(&bytes);
        }

        #[test]
        fn white_space_changes_no_value(text in "[a-z \\\\\"]{0,9}", number: i32, depth in 0_usize..9) {
            let value = (0..depth).fold(serde_json::json!({ "t": text, "n": number }), |inner, at| {
                if at % 2 == 0 { serde_json::json!([inner, {}]) } else { serde_json::json!({ "m": inner }) }
            });
            let plain = serde_json::to_string(&value).unwrap();
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            for given in [&plain, &pretty] {
                let given = given.as_bytes();
                prop_assert_eq!(Style::Compact.write(given), plain.as_bytes());
                prop_assert_eq!(Style::Indented.write(given), pretty.as_bytes());
                let spaced = Style::Spaced.write(given);
                prop_assert_eq!(Style::Compact.write(&spaced), plain.as_bytes());
            }
        }
    }
}

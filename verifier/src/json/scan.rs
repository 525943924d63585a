use alloc::borrow::Cow;
use alloc::string::ToString;
use alloc::vec::Vec;

use super::string;
use super::value::{Kind, Member, Span, Value};
use super::{JsonError, MAX_DEPTH};

pub(super) fn document(bytes: &[u8]) -> Result<Value<'_>, JsonError> {
    let text = core::str::from_utf8(bytes)
        .map_err(|error| JsonError::InvalidUtf8 { at: error.valid_up_to() })?;
    if text.starts_with('\u{FEFF}') {
        return Err(JsonError::ByteOrderMark);
    }
    let mut scanner = Scanner { text, at: 0 };
    let value = scanner.value(0)?;
    scanner.skip_white_space();
    if scanner.at < text.len() {
        return Err(JsonError::TrailingText { at: scanner.at });
    }
    Ok(value)
}

struct Scanner<'a> {
    text: &'a str,
    /// Always on a character boundary: it moves past ASCII bytes or whole strings only.
    at: usize,
}

impl<'a> Scanner<'a> {
    fn value(&mut self, depth: usize) -> Result<Value<'a>, JsonError> {
        self.skip_white_space();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'"') => Kind::String(self.string()?),
            Some(b'{') => Kind::Object(self.object(depth)?),
            Some(b'[') => Kind::Array(self.array(depth)?),
            Some(b'-' | b'0'..=b'9') => Kind::Number(self.number()?),
            Some(b't') => self.word("true", Kind::Bool(true))?,
            Some(b'f') => self.word("false", Kind::Bool(false))?,
            Some(b'n') => self.word("null", Kind::Null)?,
            _ => return Err(self.unexpected("a JSON value")),
        };
        Ok(Value { kind, span: Span { start, end: self.at } })
    }

    fn object(&mut self, depth: usize) -> Result<Vec<Member<'a>>, JsonError> {
        self.open(depth)?;
        let mut members = Vec::new();
        if self.take(b'}') {
            return Ok(members);
        }
        loop {
            self.skip_white_space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a name in quotation marks"));
            }
            let name = self.string()?;
            let name_span = Span { start, end: self.at };
            if !self.take(b':') {
                return Err(self.unexpected("a colon"));
            }
            let value = self.value(depth + 1)?;
            members.push(Member { name, name_span, value });
            if self.take(b'}') {
                break;
            }
            if !self.take(b',') {
                return Err(self.unexpected("a comma or a closing brace"));
            }
        }
        match second_appearance(&members) {
            None => Ok(members),
            Some(member) => Err(JsonError::DuplicateName {
                name: member.name.to_string(),
                at: member.name_span.start,
            }),
        }
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Value<'a>>, JsonError> {
        self.open(depth)?;
        let mut elements = Vec::new();
        if self.take(b']') {
            return Ok(elements);
        }
        loop {
            elements.push(self.value(depth + 1)?);
            if self.take(b']') {
                return Ok(elements);
            }
            if !self.take(b',') {
                return Err(self.unexpected("a comma or a closing bracket"));
            }
        }
    }

    /// Recursion is bounded here, so no input can exhaust the stack.
    fn open(&mut self, depth: usize) -> Result<(), JsonError> {
        if depth >= MAX_DEPTH {
            return Err(JsonError::TooDeep { at: self.at });
        }
        self.at += 1;
        Ok(())
    }

    /// RFC 8259 §6: `[ minus ] int [ frac ] [ exp ]`.
    fn number(&mut self) -> Result<&'a str, JsonError> {
        let start = self.at;
        let invalid = JsonError::InvalidNumber { at: start };
        self.take_now(|byte| byte == b'-');
        if self.take_now(|byte| byte == b'0') {
            if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                return Err(invalid);
            }
        } else if self.digits() == 0 {
            return Err(invalid);
        }
        if self.take_now(|byte| byte == b'.') && self.digits() == 0 {
            return Err(invalid);
        }
        if self.take_now(|byte| matches!(byte, b'e' | b'E')) {
            self.take_now(|byte| matches!(byte, b'+' | b'-'));
            if self.digits() == 0 {
                return Err(invalid);
            }
        }
        Ok(&self.text[start..self.at])
    }

    fn string(&mut self) -> Result<Cow<'a, str>, JsonError> {
        let (content, end) = string::read(self.text, self.at)?;
        self.at = end;
        Ok(content)
    }

    fn word(&mut self, word: &'static str, kind: Kind<'a>) -> Result<Kind<'a>, JsonError> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.unexpected("a JSON value"));
        }
        self.at += word.len();
        Ok(kind)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.take_now(|byte| byte.is_ascii_digit()) {}
        self.at - start
    }

    fn take(&mut self, wanted: u8) -> bool {
        self.skip_white_space();
        self.take_now(|byte| byte == wanted)
    }

    fn take_now(&mut self, wanted: impl Fn(u8) -> bool) -> bool {
        let found = self.peek().is_some_and(wanted);
        self.at += usize::from(found);
        found
    }

    fn skip_white_space(&mut self) {
        while self.take_now(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')) {}
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn unexpected(&self, expected: &'static str) -> JsonError {
        match self.text[self.at..].chars().next() {
            Some(found) => JsonError::UnexpectedCharacter { found, expected, at: self.at },
            None => JsonError::UnexpectedEnd { expected, at: self.at },
        }
    }
}

/// The earliest member whose name an earlier member has.
fn second_appearance<'m, 'a>(members: &'m [Member<'a>]) -> Option<&'m Member<'a>> {
    // Records have a handful of members; a hostile object may have a hundred thousand,
    // and must not take quadratic time.
    const FEW: usize = 16;
    if members.len() <= FEW {
        return members.iter().enumerate().find_map(|(at, member)| {
            members[..at].iter().any(|earlier| earlier.name == member.name).then_some(member)
        });
    }
    let mut by_name: Vec<&Member<'a>> = members.iter().collect();
    by_name.sort_by(|a, b| (&a.name, a.name_span.start).cmp(&(&b.name, b.name_span.start)));
    by_name
        .windows(2)
        .filter(|pair| pair[0].name == pair[1].name)
        .map(|pair| pair[1])
        .min_by_key(|member| member.name_span.start)
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::*;

    fn code(text: &[u8]) -> &'static str {
        document(text).map_or_else(|error| error.code(), |_| "ok")
    }

    #[test]
    fn accepts_what_rfc_8259_does() {
        for text in [
            "0",
            "-0",
            "10",
            "1.5",
            "1e5",
            "1E-5",
            "-1.25e+10",
            "true",
            "false",
            "null",
            "\"\"",
            "[]",
            "{}",
            " [ 1 , 2 ] ",
            "{\"a\":{\"b\":[null]}}",
            "\"\\u0041\\ud83d\\ude00\"",
        ] {
            assert_eq!(code(text.as_bytes()), "ok", "{text}");
        }
    }

    #[test]
    fn refuses_the_rest_with_its_place() {
        for (text, expected, at) in [
            (&b""[..], "json_unexpected_end", 0),
            (b"{", "json_unexpected_end", 1),
            (b"[1,", "json_unexpected_end", 3),
            (b"[1,]", "json_unexpected_character", 3),
            (b"{\"a\":1,}", "json_unexpected_character", 7),
            (b"{a:1}", "json_unexpected_character", 1),
            (b"tru", "json_unexpected_character", 0),
            (b"01", "json_invalid_number", 0),
            (b"[-]", "json_invalid_number", 1),
            (b"1.", "json_invalid_number", 0),
            (b"1e", "json_invalid_number", 0),
            (b".5", "json_unexpected_character", 0),
            (b"+1", "json_unexpected_character", 0),
            (b"NaN", "json_unexpected_character", 0),
            (b"1 2", "json_trailing_text", 2),
            (b"\"a\nb\"", "json_control_character", 2),
            (b"\"\\x\"", "json_invalid_escape", 1),
            (b"\"\\u12g4\"", "json_invalid_escape", 1),
            (b"\"\\ud800\"", "json_lone_surrogate", 1),
            (b"\"\\ud800\\u0041\"", "json_lone_surrogate", 1),
            (b"\"\\udc00\"", "json_lone_surrogate", 1),
            (b"\"ab", "json_unexpected_end", 3),
            (b"\"\xff\"", "json_invalid_utf8", 1),
            (b"\xef\xbb\xbf1", "json_byte_order_mark", 0),
            (b"{\"a\":1,\"\\u0061\":2}", "json_duplicate_name", 7),
        ] {
            let error = document(text).unwrap_err();
            assert_eq!((error.code(), error.at()), (expected, at), "{text:?}");
        }
    }

    #[test]
    fn nesting_ends_at_the_limit() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(code(nested(MAX_DEPTH).as_bytes()), "ok");
        let error = document(&[b'['; 100_000]).unwrap_err();
        assert_eq!(error, JsonError::TooDeep { at: MAX_DEPTH });
        assert_eq!(code(nested(MAX_DEPTH + 1).as_bytes()), "json_too_deep");
    }

    #[test]
    fn the_first_duplicate_is_named_in_large_objects_too() {
        let mut text = String::from("{");
        for at in 0..50_000 {
            text.push_str(&format!("\"n{at}\":0,"));
        }
        let place = text.len();
        text.push_str("\"n7\":0,\"n3\":0}");
        let error = document(text.as_bytes()).unwrap_err();
        assert_eq!(error, JsonError::DuplicateName { name: "n7".into(), at: place });
    }
}

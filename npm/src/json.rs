//! JSON, written: what the answers that are not on a hot path are made of.

use alloc::string::String;

/// A JSON text under construction.
pub struct Json(String);

impl Json {
    /// An object's text.
    pub fn object(members: impl FnOnce(&mut Object<'_>)) -> String {
        let mut json = Self(String::new());
        json.members(members);
        json.0
    }

    /// An object as an item of a list.
    pub fn members(&mut self, members: impl FnOnce(&mut Object<'_>)) {
        let mut object = Object { json: self, is_empty: true };
        object.json.0.push('{');
        members(&mut object);
        object.json.0.push('}');
    }

    /// A whole number.
    pub fn number(&mut self, number: i64) {
        self.0.push_str(&decimal(number));
    }

    /// A text, in quotation marks (RFC 8259 §7).
    pub fn text(&mut self, text: &str) {
        self.0.push('"');
        let mut rest = text;
        while let Some((before, escaped, after)) = next_escape(rest) {
            self.0.push_str(before);
            match escaped {
                b'"' => self.0.push_str("\\\""),
                b'\\' => self.0.push_str("\\\\"),
                control => {
                    self.0.push_str("\\u00");
                    push_hex(&mut self.0, &[control]);
                }
            }
            rest = after;
        }
        self.0.push_str(rest);
        self.0.push('"');
    }

    /// A list, each item written by `write`.
    pub fn list<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.0.push('[');
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.0.push(',');
            }
            write(self, item);
        }
        self.0.push(']');
    }
}

/// The members of an object under construction.
pub struct Object<'j> {
    json: &'j mut Json,
    is_empty: bool,
}

impl Object<'_> {
    /// A text.
    pub fn text(&mut self, name: &str, value: &str) {
        self.name(name).text(value);
    }

    /// A text, or `null`.
    pub fn text_or_null(&mut self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.text(name, value),
            None => self.null(name),
        }
    }

    /// A text where there is one; otherwise the member is left out.
    pub fn text_if_any(&mut self, name: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    /// A whole number.
    pub fn number(&mut self, name: &str, value: i64) {
        self.name(name).number(value);
    }

    /// A count, an index or an offset.
    pub fn count(&mut self, name: &str, value: usize) {
        self.number(name, wide(value));
    }

    /// A whole number, or `null`.
    pub fn number_or_null(&mut self, name: &str, value: Option<i64>) {
        match value {
            Some(value) => self.number(name, value),
            None => self.null(name),
        }
    }

    /// A list, each item written by `write`.
    pub fn list<T>(
        &mut self,
        name: &str,
        items: impl IntoIterator<Item = T>,
        write: impl FnMut(&mut Json, T),
    ) {
        self.name(name).list(items, write);
    }

    /// An object.
    pub fn object(&mut self, name: &str, members: impl FnOnce(&mut Object<'_>)) {
        self.name(name).members(members);
    }

    fn null(&mut self, name: &str) {
        self.name(name).0.push_str("null");
    }

    /// Begins a member. The names are this crate's own and need no escapes.
    fn name(&mut self, name: &str) -> &mut Json {
        let before = if self.is_empty { "\"" } else { ",\"" };
        self.is_empty = false;
        for part in [before, name, "\":"] {
            self.json.0.push_str(part);
        }
        self.json
    }
}

/// A whole number in decimal, without `core::fmt`: in the verifier alone nothing else would need it.
pub fn decimal(number: i64) -> String {
    let mut text = String::new();
    if number < 0 {
        text.push('-');
    }
    push_digits(&mut text, number.unsigned_abs());
    text
}

/// One call for each of at most 19 digits.
fn push_digits(text: &mut String, number: u64) {
    if number > 9 {
        push_digits(text, number / 10);
    }
    text.push(digit((number % 10) as u8));
}

/// Bytes in lower-case hexadecimal.
pub fn push_hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
}

/// A digit below 16.
fn digit(value: u8) -> char {
    char::from(if value < 10 { b'0' + value } else { b'a' + value - 10 })
}

/// A count as JSON writes it. Counts are of things in 32-bit memory.
pub fn wide(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The first byte that must be escaped, with what stands before and after it.
fn next_escape(text: &str) -> Option<(&str, u8, &str)> {
    let at = text.bytes().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f))?;
    // An ASCII byte is a character of its own, so that both cuts are between characters.
    Some((text.get(..at)?, *text.as_bytes().get(at)?, text.get(at + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_each_kind_of_member() {
        let text = Json::object(|object| {
            object.text("text", "é\"\\\n\u{7}😀");
            object.text_or_null("nothing", None);
            object.text_if_any("left out", None);
            object.number("number", -7);
            object.number_or_null("none", None);
            object.list("list", [1, 2], |json, item| json.number(item));
            object.list("empty", [0; 0], |json, item| json.number(item));
            object.object("object", |object| object.count("count", 3));
        });
        assert_eq!(
            text,
            "{\"text\":\"é\\\"\\\\\\u000a\\u0007😀\",\"nothing\":null,\"number\":-7,\"none\":null,\
             \"list\":[1,2],\"empty\":[],\"object\":{\"count\":3}}"
        );
    }

    #[test]
    fn numbers_are_decimal() {
        for number in [0, 7, -10, i64::MAX, i64::MIN] {
            assert_eq!(decimal(number), number.to_string());
        }
    }

    #[test]
    fn an_object_may_be_empty() {
        assert_eq!(Json::object(|_| {}), "{}");
    }
}

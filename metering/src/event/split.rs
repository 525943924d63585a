//! Where the elements of an array stand, without reading them.
//!
//! Each event is read by itself, so that one that is not even JSON leaves its neighbours as they
//! are, and so that no more than one event is held as a tree. Here only brackets and strings are
//! looked at; what stands between them is for the strict reader to judge.

use meterproof::json::Span;

/// The elements of an array.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Elements {
    /// Where the first of them stand, one more than the limit at most.
    pub(super) spans: Vec<Span>,
    /// How many there are.
    pub(super) count: usize,
}

/// Splits the text of an array; `None` where it does not begin as one, where brackets, quotation
/// marks and commas do not fit together, or where something stands outside of strings that no
/// element begins or goes on with. Then nothing says for sure where an element ends.
pub(super) fn elements(body: &[u8], limit: usize) -> Option<Elements> {
    let start = body.iter().position(|byte| !is_white_space(*byte))?;
    if body.get(start) != Some(&b'[') {
        return None;
    }
    let mut found = Elements { spans: Vec::new(), count: 0 };
    let mut open: Vec<u8> = Vec::new();
    let mut element: Option<Span> = None;
    let mut at = start + 1;
    loop {
        let byte = *body.get(at)?;
        let end = match byte {
            b'"' => string_end(body, at)?,
            _ => at + 1,
        };
        match byte {
            _ if is_white_space(byte) => {}
            b',' if open.is_empty() => found.push(element.take()?, limit),
            b']' if open.is_empty() => {
                match element {
                    Some(element) => found.push(element, limit),
                    None if found.count > 0 => return None,
                    None => {}
                }
                let rest = body.get(end..)?;
                return rest.iter().all(|byte| is_white_space(*byte)).then_some(found);
            }
            _ => {
                nest(&mut open, byte)?;
                element.get_or_insert(Span { start: at, end }).end = end;
            }
        }
        at = end;
    }
}

impl Elements {
    fn push(&mut self, span: Span, limit: usize) {
        self.count += 1;
        if self.spans.len() <= limit {
            self.spans.push(span);
        }
    }
}

/// Notes which bracket has to close next; `None` where another one does, or where the byte stands
/// for nothing in JSON.
fn nest(open: &mut Vec<u8>, byte: u8) -> Option<()> {
    match byte {
        b'{' => open.push(b'}'),
        b'[' => open.push(b']'),
        b'}' | b']' => return (open.pop()? == byte).then_some(()),
        b'"' | b',' | b':' | b'+' | b'-' | b'.' => {}
        _ if byte.is_ascii_alphanumeric() => {}
        _ => return None,
    }
    Some(())
}

/// The offset after the closing quotation mark of the string that begins at `start`.
fn string_end(body: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match body.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// RFC 8259 §2.
fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

#[cfg(test)]
mod tests {
    use meterproof::json;
    use proptest::collection::vec;
    use proptest::prelude::*;
    use serde_json::Value as Json;

    use super::*;

    fn texts(body: &str) -> Option<Vec<&str>> {
        let found = elements(body.as_bytes(), usize::MAX)?;
        assert_eq!(found.count, found.spans.len());
        Some(found.spans.iter().map(|span| &body[span.start..span.end]).collect())
    }

    #[test]
    fn finds_each_element_whatever_it_holds() {
        assert_eq!(texts("[]"), Some(vec![]));
        assert_eq!(texts(" [ ] \n"), Some(vec![]));
        assert_eq!(
            texts(r#"[{"a":"],\"[{"} , [1,{"b":[]}] ,NaN,"x" ]"#),
            Some(vec![r#"{"a":"],\"[{"}"#, r#"[1,{"b":[]}]"#, "NaN", r#""x""#])
        );
        assert_eq!(texts("[{\"a\":01,},{} {}]"), Some(vec!["{\"a\":01,}", "{} {}"]));
    }

    #[test]
    fn gives_up_where_it_cannot_be_sure() {
        for body in [
            "",
            " ",
            "{}",
            "[",
            "[1",
            "[1,",
            "[1,]",
            "[,1]",
            "[,]",
            "[1]]",
            "[1] x",
            "[{]}",
            "[[}]",
            "[\"a]",
            "[\"a\\\"]",
            "['a']",
            "[{'a':1}]",
            "[“a”]",
            "[1;2]",
        ] {
            assert_eq!(texts(body), None, "{body}");
        }
    }

    #[test]
    fn keeps_one_place_more_than_the_limit() {
        let found = elements(b"[1,2,3,4,5]", 2).unwrap();
        assert_eq!((found.count, found.spans.len()), (5, 3));
    }

    fn arb_json() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i32>().prop_map(Json::from),
            any::<f64>().prop_map(Json::from),
            "(?s).{0,6}".prop_map(Json::from),
            "[\\[\\]{},:\"\\\\]{0,6}".prop_map(Json::from),
        ];
        leaf.prop_recursive(3, 12, 4, |inner| {
            prop_oneof![
                vec(inner.clone(), 0..4).prop_map(Json::from),
                vec(("(?s).{0,3}", inner), 0..4).prop_map(Json::from_iter),
            ]
        })
    }

    proptest! {
        #[test]
        fn agrees_with_the_strict_reader(value in vec(arb_json(), 0..6), is_pretty in any::<bool>()) {
            let write =
                if is_pretty { serde_json::to_string_pretty } else { serde_json::to_string };
            let body = write(&value).unwrap();
            let read = json::parse(body.as_bytes()).unwrap();
            let spans: Vec<Span> =
                read.as_array().unwrap().iter().map(|element| element.span).collect();
            prop_assert_eq!(elements(body.as_bytes(), usize::MAX).unwrap().spans, spans);
        }

        #[test]
        fn takes_every_array_that_the_strict_reader_takes(body in "\\[[\\[\\]{},:\"\\\\ 0ae\n]{0,8}\\]") {
            if json::parse(body.as_bytes()).is_ok() {
                prop_assert!(elements(body.as_bytes(), usize::MAX).is_some());
            }
        }

        #[test]
        fn no_body_panics(body in vec(any::<u8>(), 0..64)) {
            let _ = elements(&body, 4);
        }
    }
}

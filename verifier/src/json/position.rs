/// A place in a text as an editor shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1; lines end at a line feed.
    pub line: usize,
    /// Column, from 1, in characters (Unicode scalar values).
    pub column: usize,
}

/// The position of a byte offset; an offset past the end counts as the end.
///
/// ```
/// use meterproof::json::{Position, position};
/// assert_eq!(position("é\nab".as_bytes(), 4), Position { line: 2, column: 2 });
/// ```
#[must_use]
pub fn position(text: &[u8], offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let is_line_feed = |byte: &&u8| **byte == b'\n';
    // Every byte that does not continue a UTF-8 sequence begins a character.
    let begins_character = |byte: &&u8| **byte & 0xC0 != 0x80;
    Position {
        line: before.iter().filter(is_line_feed).count() + 1,
        column: before[line_start..].iter().filter(begins_character).count() + 1,
    }
}

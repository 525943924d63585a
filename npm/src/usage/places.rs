//! Byte offsets as an editor and a JavaScript string count them, many at once.

use alloc::vec::Vec;

/// Where one byte offset lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// UTF-16 code units before it.
    pub utf16: usize,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
}

/// The places of some offsets of one text.
///
/// [`meterproof::json::position`] reads the text from its start for each offset; a report with
/// many violations of a large document needs one pass for all of them.
pub struct Places {
    known: Vec<(usize, Place)>,
}

impl Places {
    /// Looks up these offsets, in any order; one past the end counts as the end.
    pub fn of(text: &[u8], offsets: impl IntoIterator<Item = usize>) -> Self {
        // Violations come in the order of the document, and the end of one lies mostly before the
        // start of the next: most offsets are put at the end of those before, or close to it.
        let mut wanted: Vec<usize> = Vec::new();
        for offset in offsets {
            if let Err(place) = wanted.binary_search(&offset) {
                wanted.insert(place, offset);
            }
        }

        let mut known = Vec::with_capacity(wanted.len());
        let mut here = Place { utf16: 0, line: 1, column: 1 };
        let mut bytes = text.iter();
        let mut at = 0;
        for offset in wanted {
            while at < offset
                && let Some(byte) = bytes.next()
            {
                here.pass(*byte);
                at += 1;
            }
            known.push((offset, here));
        }
        Self { known }
    }

    /// The place of an offset that was looked up.
    pub fn get(&self, offset: usize) -> Place {
        match self.known.binary_search_by_key(&offset, |(known, _)| *known) {
            Ok(found) => self.known.get(found).map_or_else(Place::default, |(_, place)| *place),
            Err(_) => Place::default(),
        }
    }
}

impl Place {
    /// Moves over one byte. Every byte but those that continue a UTF-8 sequence begins a
    /// character; one that begins a sequence of four is two UTF-16 code units.
    fn pass(&mut self, byte: u8) {
        match byte {
            b'\n' => {
                self.line += 1;
                self.column = 1;
                self.utf16 += 1;
            }
            0x80..=0xbf => {}
            0xf0.. => {
                self.column += 1;
                self.utf16 += 2;
            }
            _ => {
                self.column += 1;
                self.utf16 += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_characters_and_utf16_units() {
        let text = "é\n𝄞a";
        let places = Places::of(text.as_bytes(), [8, 0, 3, 7, 99]);
        assert_eq!(places.get(0), Place { utf16: 0, line: 1, column: 1 });
        assert_eq!(places.get(3), Place { utf16: 2, line: 2, column: 1 });
        assert_eq!(places.get(7), Place { utf16: 4, line: 2, column: 2 });
        assert_eq!(places.get(8), Place { utf16: 5, line: 2, column: 3 });
        assert_eq!(places.get(99), places.get(8));
    }

    #[test]
    fn agrees_with_the_core() {
        let text = "{\"a\":\r\n  \"ü€😀\",\n\n\"b\": 1}";
        let places = Places::of(text.as_bytes(), 0..=text.len());
        for offset in (0..=text.len()).filter(|offset| text.is_char_boundary(*offset)) {
            let core = meterproof::json::position(text.as_bytes(), offset);
            let ours = places.get(offset);
            assert_eq!((ours.line, ours.column), (core.line, core.column), "{offset}");
            assert_eq!(ours.utf16, text[..offset].encode_utf16().count(), "{offset}");
        }
    }
}

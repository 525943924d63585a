//! Hexadecimal, as failures print it and the replay takes it.

/// Two digits a byte.
pub fn write(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads what [`write`] writes; an odd number of digits has a leading zero left out.
///
/// # Errors
/// A line that names the text that is no hexadecimal.
pub fn read(text: &str) -> Result<Vec<u8>, String> {
    let padded = if text.len() % 2 == 1 { format!("0{text}") } else { text.to_owned() };
    let wrong = || format!("not hexadecimal: {text}");
    padded
        .as_bytes()
        .chunks(2)
        .map(|pair| {
            let pair = str::from_utf8(pair).map_err(|_| wrong())?;
            u8::from_str_radix(pair, 16).map_err(|_| wrong())
        })
        .collect()
}

//! Tags say nothing about their encoding.

/// The text in a field that ends at a zero byte or at the field's end.
///
/// UTF-8 if it is that, else Latin-1. `Ok(None)` for an empty field; an error for bytes that are no text in
/// either (control codes), which must not reach a terminal.
pub(super) fn read(field: &[u8]) -> Result<Option<String>, NotText> {
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    let bytes = field.get(..end).unwrap_or_default().trim_ascii();
    if bytes.is_empty() {
        return Ok(None);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    };
    // $FF is what an unused area is filled with.
    if text.chars().any(char::is_control) || bytes.iter().all(|&byte| byte == 0xFF) {
        Err(NotText)
    } else {
        Ok(Some(text))
    }
}

/// Bytes that are no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotText;

/// As much of a text as fits into a field of `size` bytes, filled up with zeros.
pub(super) fn write(text: Option<&str>, size: usize) -> Vec<u8> {
    let text = text.unwrap_or_default();
    let mut end = text.len().min(size);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut field = text.as_bytes().get(..end).unwrap_or_default().to_vec();
    field.resize(size, 0);
    field
}

/// The number that a field of ASCII digits, ended by a zero byte or a blank, stands for.
pub(super) fn number(field: &[u8]) -> Option<u32> {
    let end = field.iter().position(|&byte| byte == 0 || byte == b' ').unwrap_or(field.len());
    let digits = field.get(..end)?;
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    digits.iter().try_fold(0_u32, |value, digit| value.checked_mul(10)?.checked_add(u32::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn latin_1_and_utf_8_are_text_and_control_codes_are_not() {
        assert_eq!(read(b"Route 26\0\x01\x02"), Ok(Some("Route 26".to_owned())));
        assert_eq!(read("Pokémon".as_bytes()), Ok(Some("Pokémon".to_owned())));
        assert_eq!(read(b"Pok\xE9mon"), Ok(Some("Pokémon".to_owned())));
        assert_eq!(read(b"\0abc"), Ok(None));
        assert_eq!(read(b"a\x1B[2J"), Err(NotText));
        assert_eq!(read(b"a\x80"), Err(NotText));
        assert_eq!(read(&[0xFF; 8]), Err(NotText));
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        assert_eq!(write(Some("aé"), 2), b"a\0");
        assert_eq!(write(Some("aé"), 3), "aé".as_bytes());
    }
}

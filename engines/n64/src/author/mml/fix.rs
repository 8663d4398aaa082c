//! What tinymm writes, made right (`n64-authoring.md` 9.6): its octave commands are the wrong way round, and its
//! channels have headings that nothing else knows.

use super::cursor::Cursor;

/// Swaps every `<` and `>` outside comments; with `headers`, headings become channel commands.
#[must_use]
pub fn fix_octaves(text: &str, headers: bool) -> String {
    let mut fixed = String::with_capacity(text.len());
    let mut cursor = Cursor::new(text);
    loop {
        let start = cursor.position();
        match cursor.take() {
            None => return fixed,
            Some('<') => fixed.push('>'),
            Some('>') => fixed.push('<'),
            Some(';') => {
                cursor.take_while(|character| character != '\n');
                fixed.push_str(&text[start..cursor.position()]);
            }
            Some('{') => match cursor.tinymm_heading() {
                Some(channel) if headers => fixed.push_str(&format!("#{}", channel.saturating_sub(1))),
                _ => fixed.push_str(&text[start..cursor.position()]),
            },
            Some(_) => fixed.push_str(&text[start..cursor.position()]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octaves_turn_round_but_not_in_comments() {
        assert_eq!(fix_octaves("c<d ; a < b\r\n>e", false), "c>d ; a < b\r\n<e");
    }

    #[test]
    fn headings_become_channels() {
        let text = "{ Ch 01 ===== }\nc{def}\n{ Ch 10 == }\n";
        assert_eq!(fix_octaves(text, true), "#0\nc{def}\n#9\n");
        assert_eq!(fix_octaves(text, false), text);
    }
}

//! Texts in which words do not stand in a row.

use super::tests::{SENTENCE, holds, shelf};
use super::*;

fn spelled(letter: impl Fn(&u8) -> String, joint: &str) -> Vec<u8> {
    let letters: Vec<String> = SENTENCE.trim_ascii().iter().map(letter).collect();
    format!("some words\nx = {}\n", letters.join(joint)).into_bytes()
}

#[test]
fn letters_that_are_told_one_by_one_are_put_together() {
    holds(&spelled(|b| format!("chr({b})"), "+"));
    holds(&spelled(|b| format!("ChrW({b})"), " & "));
    holds(&spelled(|b| format!("[char]{b}"), "+"));
    holds(&spelled(|b| format!("{b:02x}"), " ").repeat(3));
    holds(&spelled(|b| format!("{b:02X}"), ":").repeat(3));
    let sentence = std::str::from_utf8(SENTENCE).unwrap();
    let hidden: String = sentence.chars().flat_map(|c| [c, '\u{ad}']).collect();
    holds(hidden.as_bytes());
    let wide = |c: char| {
        let code = u32::from(c);
        let is_wide = (0x21..0x7f).contains(&code);
        char::from_u32(if is_wide { code + 0xfee0 } else { code }).unwrap()
    };
    holds(sentence.chars().map(wide).collect::<String>().as_bytes());
}

#[test]
fn rich_text_and_folded_lines_are_read() {
    holds(b"{\\rtf1\\ansi\\b stanch\\b0  l\\'6f\\'6Fks \\u105?nside\\par}");
    holds(b"BEGIN:VCARD\nNOTE;ENCODING=QUOTED-PRINTABLE:stanch l=6Fo=\nks inside\n");
    holds(b"dn: cn=x\ndescription: stanch lo\n oks inside\n");
}

#[test]
fn usual_texts_are_not_spelled() {
    for text in [
        "05:19:31 one\n05:19:32 two\n",
        "a chr(103) and another\n",
        "f\u{fc}r alle, die das h\u{f6}ren wollen\n",
        "one two three four five six seven eight nine ten eleven twelve\n",
    ] {
        assert_eq!(detect(text.as_bytes(), true), None, "{text}");
    }
}

#[test]
fn texts_in_pickled_objects_stand_alone() {
    let sentence = SENTENCE.trim_ascii();
    let len = sentence.len() as u8;
    let pickled = |head: &[u8]| [&b"\x80\x02}q\0"[..], head, sentence, b"q\x01Ku."].concat();
    for head in [&[b'X', len, 0, 0, 0][..], &[b'U', len], &[0x8d, len, 0, 0, 0, 0, 0, 0, 0]] {
        let found = shelf(&pickled(head));
        assert!(found.parts.iter().any(|(_, text)| text.starts_with(sentence)), "{head:?}");
        assert!(found.parts.iter().any(|(_, text)| text.ends_with(b"inside\n")), "{head:?}");
    }
    assert!(shelf(&pickled(&[b'X', 0xff, 0xff, 0xff, 0xff])).gaps.is_empty());
}

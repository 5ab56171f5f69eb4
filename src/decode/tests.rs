//! Each encoding is read back, and every byte of it leads to where it came from.

use super::*;
use proptest::prelude::*;

/// Reads all layers of `text`, to the depth of two, each with the way back of `needle` in it.
fn found(text: &str, needle: &str) -> Vec<(Vec<&'static str>, String)> {
    let bytes = text.as_bytes();
    let mut all = Vec::new();
    for outer in read(bytes, None) {
        let sees = |layer: &Layer| memchr::memmem::find(&layer.text, needle.as_bytes());
        if let Some(at) = sees(&outer) {
            let span = outer.outer(Span::new(at, at + needle.len()));
            all.push((outer.names.to_vec(), lossy(span.of(bytes))));
        }
        for inner in read(&outer.text, Some(&outer)) {
            if let Some(at) = sees(&inner) {
                let span = outer.outer(inner.outer(Span::new(at, at + needle.len())));
                let names = [outer.names, inner.names].concat();
                all.push((names, lossy(span.of(bytes))));
            }
        }
    }
    all
}

fn surveyed(text: &[u8]) -> Survey {
    let mut survey = Survey::default();
    survey.read(text);
    survey
}

fn read(text: &[u8], within: Option<&Layer>) -> Vec<Layer> {
    layers(text, &surveyed(text), within, room(text.len())).found
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// An encoder and the names of the layers that it makes.
type Form = (&'static str, fn(&str) -> String);

fn each(text: &str, form: fn(u8) -> String) -> String {
    text.bytes().map(form).collect()
}

const FORMS: [Form; 17] = [
    ("base64", |t| data_encoding::BASE64.encode(t.as_bytes())),
    ("base64", |t| data_encoding::BASE64URL_NOPAD.encode(t.as_bytes())),
    ("hex", |t| data_encoding::HEXLOWER.encode(t.as_bytes())),
    ("hex", |t| data_encoding::HEXUPPER.encode(t.as_bytes())),
    ("base32", |t| data_encoding::BASE32.encode(t.as_bytes())),
    ("percent", |t| each(t, |b| format!("%{b:02X}"))),
    ("escape", |t| each(t, |b| format!("\\u{b:04x}"))),
    ("escape", |t| each(t, |b| format!("\\x{b:02x}"))),
    ("escape", |t| each(t, |b| format!("\\u{{{b:x}}}"))),
    ("escape", |t| each(t, |b| format!("\\{b:03o}"))),
    ("base32", |t| data_encoding::BASE32.encode(t.as_bytes()).to_lowercase()),
    ("base32hex", |t| data_encoding::BASE32HEX.encode(t.as_bytes())),
    ("percent", |t| each(t, |b| format!("%u{b:04X}"))),
    ("escape", |t| each(t, |b| format!("\\x{{{b:x}}}"))),
    ("html", |t| each(t, |b| format!("&#{b}"))),
    ("html", |t| each(t, |b| format!("&#{b};"))),
    ("html", |t| each(t, |b| format!("&#x{b:x};"))),
];

proptest! {
    #[test]
    fn every_form_is_read_and_leads_back(
        token in "[A-Za-z0-9_-]{24,60}",
        before in "[a-z ]{0,90}[ =:\"]",
        which in 0..FORMS.len(),
    ) {
        let (name, encode) = FORMS[which];
        let code = encode(&token);
        let text = format!("{before}{code}\" # and more\n");
        let all = found(&text, &token);
        let mine = all.iter().find(|(names, _)| *names == [name]);
        prop_assert!(mine.is_some(), "{} {}: {:?}", name, text, all);
        let span = &mine.unwrap().1;
        prop_assert_eq!(span.trim_end_matches('='), code.trim_end_matches('='));
    }

    #[test]
    fn every_pair_of_forms_is_read(
        token in "[A-Za-z0-9_-]{24,40}",
        outer in 0..FORMS.len(),
        inner in 0..FORMS.len(),
    ) {
        // A text that is escaped twice with backslashes has the first escapes escaped.
        let (a, b) = (FORMS[outer], FORMS[inner]);
        let text = format!("x = \"{}\"\n", (a.1)(&(b.1)(&token)));
        let all = found(&text, &token);
        prop_assert!(all.iter().any(|(names, _)| *names == [a.0, b.0]), "{}: {:?}", text, all);
    }

    #[test]
    fn a_secret_inside_a_text_is_mapped_to_its_own_part(
        head in "[ -~]{12,80}",
        token in "[A-Za-z0-9]{24,40}",
        tail in "[ -~]{0,80}",
        wrap in 32usize..90,
    ) {
        let code = data_encoding::BASE64.encode(format!("{head} {token} {tail}").as_bytes());
        let lines: Vec<_> = code.as_bytes().chunks(wrap / 4 * 4).map(lossy).collect();
        let text = format!("  {}\n", lines.join("\n  "));
        let all = found(&text, &token);
        prop_assert!(!all.is_empty(), "{}", text);
        let plain: String = all[0].1.split_whitespace().collect();
        prop_assert!(code.contains(&plain) && plain.len() <= token.len() * 4 / 3 + 4, "{:?}", all);
    }

    #[test]
    fn any_bytes_are_read_in_bounded_room(
        text in prop::collection::vec(
            prop_oneof![
                Just(b"\\u00".to_vec()), Just(b"%4".to_vec()), Just(b"&#".to_vec()),
                Just(b"\" + \"".to_vec()), Just(b"\\\n".to_vec()), Just(b", 0x".to_vec()),
                Just(b"H4sIAAAAAAAAA".to_vec()), Just(b"apiVersion kind: Secret\ndata:\n a: ".to_vec()),
                prop::collection::vec(any::<u8>(), 0..20),
                "[A-Za-z0-9+/=%\\\\&;'\"]{0,40}".prop_map(String::into_bytes),
            ],
            0..60,
        ),
    ) {
        let text = text.concat();
        let all = layers(&text, &surveyed(&text), None, room(text.len()));
        let sum: usize = all.found.iter().map(|l| l.text.len()).sum();
        prop_assert!(sum <= room(text.len()));
        for layer in &all.found {
            for at in 0..layer.text.len() {
                let span = layer.outer(Span::new(at, at + 1));
                prop_assert!(span.start <= span.end && span.end <= text.len());
            }
            read(&layer.text, Some(layer));
        }
    }
}

/// A token without a shape that anything knows.
const TOKEN: &str = concat!("q8Zk1Vd0x", "Pw2LmA9bTr", "5Yc7HsNe3Jf");

#[test]
fn literals_are_joined_however_they_are_written() {
    let (a, b) = TOKEN.split_at(17);
    for text in [
        format!("k = \"{a}\" + \"{b}\"\n"),
        format!("k = '{a}'+'{b}'\n"),
        format!("k = \"{a}\" . '{b}';\n"),
        format!("k = \"{a}\"\n    \"{b}\"\n"),
        format!("k = \"{a}\" \\\n    \"{b}\"\n"),
        format!("k = ('{a}'\n     '{b}')\n"),
        format!("k = '{a}''{b}'\n"),
        format!("k={a}\\\n{b}\n"),
        format!("k = \"{a}\" &\n \"{b}\"\n"),
        format!("k << \"{a}\" << \"{b}\";\n"),
        format!("k = \"{a}\" .. \"{b}\"\n"),
        format!("k = \"{a}\" ++\n  \"{b}\"\n"),
        format!("k = \"{a}\" & _\r\n  \"{b}\"\r\n"),
        format!("k = \"{a}\".concat(\"{b}\")\n"),
        format!("k={a}\u{200b}{b}\n"),
        format!("k = '{a}\u{ad}{b}'\n"),
        format!("k={a}\u{2060}\u{feff}{b}\n"),
        format!("k = \"{}\" + \"{}\" + \"{}\"\n", &a[..1], &a[1..], b),
    ] {
        let all = found(&text, TOKEN);
        assert!(all.iter().any(|(names, _)| *names == ["joined"]), "{text}: {all:?}");
    }
    let apart = format!("f(\"{a}\", \"{b}\")\n");
    assert!(found(&apart, TOKEN).is_empty());
}

#[test]
fn a_joined_literal_keeps_its_name() {
    let (a, b) = TOKEN.split_at(17);
    let text = format!("x = 1\npassword = (\n    \"{a}\"\n    \"{b}\"\n)\n");
    assert!(!found(&text, &format!("password = (\n    \"{TOKEN}\"")).is_empty());
}

#[test]
fn base64_is_read_behind_what_is_glued_to_it() {
    let code = data_encoding::BASE64.encode(TOKEN.as_bytes());
    for text in [
        format!("data:text/plain;base64,{code}"),
        format!("user:{code}"),
        format!("KEY={code}"),
        format!("a/b/c/{code}"),
        format!("-u{code}"),
        format!("\\n{code}\\n"),
        format!("{{\"a\":\"{code}\"}}"),
    ] {
        assert!(!found(&text, TOKEN).is_empty(), "{text}");
    }
}

#[test]
fn base64_is_read_over_lines() {
    let code =
        data_encoding::BASE64.encode(format!("a text of words {TOKEN} and more").as_bytes());
    let lines: Vec<_> = code.as_bytes().chunks(28).map(lossy).collect();
    for (first, between, last) in [
        ("", "\n", "\n"),
        ("    ", "\r\n    ", "\r\n"),
        ("# ", "\n# ", "\n"),
        (" * ", "\n * ", "\n */"),
        ("// ", "\n// ", "\n"),
        ("\"", "\\n", "\""),
        ("\"", "\\n\"\n  \"", "\\n\""),
        ("\"", "\" +\n  \"", "\""),
        ("> ", "\n> ", "\n"),
    ] {
        let text = format!("{first}{}{last}", lines.join(between));
        assert!(!found(&text, TOKEN).is_empty(), "{text}");
    }
}

#[test]
fn a_word_on_the_next_line_does_not_go_on_with_a_long_value() {
    let secret = format!("0123456789-0123456789-{TOKEN}");
    let coded = [
        data_encoding::BASE64_NOPAD.encode(secret.as_bytes()),
        data_encoding::BASE32_NOPAD.encode(secret.as_bytes()),
        data_encoding::HEXLOWER.encode(secret.as_bytes()),
    ];
    for code in coded {
        assert!(code.len() > 60);
        for word in ["EOF", "fi", "end", "last", "done", "feed", "A", "a"] {
            let all = read(format!("cat <<EOF\n{code}\n{word}\n").as_bytes(), None);
            let whole = |l: &Layer| l.text.trim_ascii_end().ends_with(TOKEN.as_bytes());
            assert!(all.iter().any(whole), "{code} {word}");
        }
    }
}

#[test]
fn wide_text_and_gzip_are_read_in_base64() {
    let wide: Vec<u8> = TOKEN.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let all = found(&data_encoding::BASE64.encode(&wide), TOKEN);
    assert_eq!(all[0].0, ["base64", "utf-16le"]);
    let mut packed = vec![0; 200];
    let mut packer = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
    let text = format!("{TOKEN} {TOKEN}");
    let len = packer.gzip_compress(text.as_bytes(), &mut packed).unwrap();
    let code = data_encoding::BASE64.encode(&packed[..len]);
    let all = found(&format!("release: {code}\n"), TOKEN);
    assert_eq!(all[0], (vec!["base64", "gzip"], code.trim_end_matches('=').to_owned()));
}

#[test]
fn zlib_is_read_in_base64() {
    let text = format!("{TOKEN} {TOKEN}");
    for level in [1, 6, 9] {
        let packed = miniz_oxide::deflate::compress_to_vec_zlib(text.as_bytes(), level);
        let code = data_encoding::BASE64.encode(&packed);
        let all = found(&format!("state: {code}\n"), TOKEN);
        assert_eq!(all[0].0, ["base64", "zlib"], "{level}: {code}");
    }
}

#[test]
fn arrays_of_bytes_are_read() {
    for form in [
        |b: u8| format!("0x{b:02x}, "),
        |b: u8| format!("0x{b:02x},"),
        |b: u8| format!("{b}, "),
        |b: u8| format!("{b},"),
        |b: u8| format!("'{}', ", char::from(b)),
    ] {
        for (head, tail) in [("key = [", "]\n"), ("char k[]={", "};\n")] {
            let text = format!("{head}{}{tail}", each(TOKEN, form));
            assert!(!found(&text, TOKEN).is_empty(), "{text}");
        }
    }
}

#[test]
fn escapes_inside_a_token_are_read() {
    for text in [
        "k=q8Zk1Vd0xPw2LmA9bTr5Yc7%48sNe3Jf",
        "k=q8Zk1Vd0xPw2LmA9bTr5Yc7\\u0048sNe3Jf",
        "k=\\u00718Zk1Vd0xPw2LmA9bTr5Yc7HsNe3Jf",
        "k=q8Zk1Vd0xPw2LmA9bTr5Yc7&#72;sNe3Jf",
    ] {
        assert!(!found(text, TOKEN).is_empty(), "{text}");
    }
    let slashes = found("\"q8Zk1Vd0xPw2LmA9bTr5\\/Yc7HsNe3Jf\"", "r5/Yc7");
    assert_eq!(slashes, [(vec!["escape"], "r5\\/Yc7".to_owned())]);
}

#[test]
fn short_values_of_a_manifest_are_read_with_their_names() {
    let code = data_encoding::BASE64.encode(b"hunter2");
    let head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: abcd\ndata:\n";
    let yaml = format!("{head}  password: {code}\n");
    let all = found(&yaml, "  password: hunter2");
    assert_eq!(all.len(), 1, "{all:?}");
    assert!(found(&yaml.replace("Secret", "Thing"), "hunter2").is_empty());
}

#[test]
fn what_is_not_text_is_not_decoded() {
    let mut random = crate::rule::Generator::new(1);
    let noise =
        random.text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 60_000);
    let hashes: String =
        (0..500).map(|_| lossy(&random.text(b"0123456789abcdef", 64)) + "\n").collect();
    assert!(read(hashes.as_bytes(), None).is_empty());
    assert!(read(&noise, None).len() < 3);
    for text in [
        "integrity sha512-kD8X8Zr3y2vJ0l5Lw7gqv3pUq0cKx9rZ1t7mQm3s5dFhB2nWcXyEaTgRjUoPiLkMzNxVbCw==",
        "printf(\"%s: %d\\n\", name, count); if (a && b) { return x & y; }",
        "static const int t[] = {0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 200, 201};",
    ] {
        assert!(read(text.as_bytes(), None).is_empty(), "{text}");
    }
}

/// What is packed in `text`.
fn packed(text: &str) -> Vec<Vec<u8>> {
    let found = layers(text.as_bytes(), &surveyed(text.as_bytes()), None, room(text.len()));
    assert_eq!(found.wide, !found.packed.is_empty());
    found.packed.into_iter().map(|p| p.bytes).collect()
}

#[test]
fn what_is_packed_in_letters_is_told() {
    let heads: [&[u8]; 5] =
        [b"PK\x03\x04", b"\xfd7zXZ\0", b"BZh9", b"\x28\xb5\x2f\xfd", b"\x1f\x8b\x08\0broken"];
    for head in heads {
        let bytes: Vec<u8> =
            head.iter().copied().chain((0..150u8).map(|n| n.wrapping_mul(37) | 0x80)).collect();
        let base64 = data_encoding::BASE64.encode(&bytes);
        let lines: Vec<&str> =
            base64.as_bytes().chunks(76).map(|l| std::str::from_utf8(l).unwrap()).collect();
        let hex = data_encoding::HEXLOWER.encode(&bytes);
        for text in [
            format!("data: {base64}\n"),
            format!("DATA={base64}\n"),
            format!("x\n\n{}\n\ny\n", lines.join("\n")),
            format!("x\n    {}\ny\n", lines.join("\n    ")),
            format!("insert into t values (0x{});\n", hex.to_uppercase()),
            format!("blob: {hex}\n"),
        ] {
            assert_eq!(packed(&text), [bytes.as_slice()], "{text}");
        }
    }
    let escaped: String =
        b"\x1f\x8b\x08\0".iter().chain([0x91; 60].iter()).map(|b| format!("\\x{b:02x}")).collect();
    assert_eq!(packed(&format!("var x = \"{escaped}\"\n")).len(), 1);
    assert_eq!(packed("UEsDBC9 is a word, and so is QlpoO\n"), Vec::<Vec<u8>>::new());
}

#[test]
fn base64_of_a_bare_deflated_text_is_text() {
    let sentence =
        "stanch looks inside of diagrams, too: %3CmxGraphModel%3E and so on and on, 0123456789";
    let text: String = (0..4).map(|n| format!("{sentence} {n}\n")).collect();
    let packed = miniz_oxide::deflate::compress_to_vec(text.as_bytes(), 6);
    let shown = found(&format!("<d>{}</d>", data_encoding::BASE64.encode(&packed)), "of diagrams");
    assert_eq!(shown.first().map(|f| f.0.as_slice()), Some(&["base64", "deflate"][..]));
}

#[test]
fn what_is_packed_in_arrays_and_escapes_is_told() {
    let text: Vec<u8> = (0..40u8).flat_map(|n| [b'a' + n % 26, b'0' + n % 10, b' ']).collect();
    let zlib = miniz_oxide::deflate::compress_to_vec_zlib(&text, 9);
    let all = |form: fn(&u8) -> String| zlib.iter().map(form).collect::<String>();
    for (before, form, after) in [
        ("static char data[] = {", (|b| format!("0x{b:02x}, ")) as fn(&u8) -> String, "};\n"),
        ("data = [", |b| format!("{b},"), "]\n"),
        ("data = b'", |b| format!("\\x{b:02x}"), "'\n"),
    ] {
        let text = format!("{before}{}{after}", all(form));
        let bytes = text.as_bytes();
        let found = layers(bytes, &surveyed(bytes), None, room(bytes.len())).packed;
        assert!(found.iter().any(|packed| packed.bytes.starts_with(&zlib)), "{before}");
    }
}

//! Values whose form says what they are: forms of dates, names of algorithms, rows, noise.

use super::super::surprise;

/// Letter pairs of noise surprise by more, in bits.
const STRANGE: f64 = 4.7;

/// What names of algorithms are made of, longer ones first.
const ALGORITHMS: [&[u8]; 30] = [
    b"chacha20",
    b"poly1305",
    b"nopadding",
    b"ripemd",
    b"ed25519",
    b"padding",
    b"argon2",
    b"bcrypt",
    b"scrypt",
    b"pbkdf2",
    b"ecdsa",
    b"pkcs5",
    b"pkcs1",
    b"pkcs7",
    b"with",
    b"hmac",
    b"oaep",
    b"mgf1",
    b"ecdh",
    b"hkdf",
    b"sha",
    b"md5",
    b"aes",
    b"cbc",
    b"gcm",
    b"ecb",
    b"ctr",
    b"rsa",
    b"and",
    b"des",
];

/// Whether `value` is nothing but names of algorithms and what joins them: `PBKDF2WithHmacSHA256`.
pub(super) fn is_algorithm(value: &[u8]) -> bool {
    if value.len() > 48 {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let (mut rest, mut words) = (&lower[..], 0);
    while let Some((first, after)) = rest.split_first() {
        let mut begin_so = ALGORITHMS.iter().filter(|word| word.first() == Some(first));
        match begin_so.find_map(|word| rest.strip_prefix(*word)) {
            Some(next) => (rest, words) = (next, words + 1),
            None if first.is_ascii_digit() || b"/-_".contains(first) => rest = after,
            None => return false,
        }
    }
    words >= 2
}

/// Whether `value` says how a date is to be written: `yyyyMMddHHmmss`.
pub(super) fn is_date(value: &[u8]) -> bool {
    let letters = value.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let known = |b: &u8| b"yMdHhmsSfTtzZ".contains(b) || !b.is_ascii_alphanumeric();
    let twice = value.windows(2).filter(|w| w.first() == w.last()).count();
    letters >= 4 && value.iter().all(known) && twice * 2 >= letters - 1
}

/// Whether `value` is a number with a fraction: `4.308154777999789`, `1.5e-05`.
pub(super) fn is_fraction(value: &[u8]) -> bool {
    let mut parts = value.splitn(2, |b| *b == b'.');
    let digits = |part: &[u8]| !part.is_empty() && part.iter().all(u8::is_ascii_digit);
    let whole = parts.next().is_some_and(|p| digits(p.strip_prefix(b"-").unwrap_or(p)));
    let fraction = parts.next().unwrap_or_default();
    let end = fraction.iter().position(|b| matches!(b, b'e' | b'E')).unwrap_or(fraction.len());
    let power = fraction.get(end + 1..).unwrap_or(b"0");
    whole && digits(&fraction[..end]) && digits(power.strip_prefix(b"-").unwrap_or(power))
}

/// Whether `value` is the number of an object, `1.3.6.1.5`, as ASN.1 has it.
pub(super) fn is_object(value: &[u8]) -> bool {
    let value = value.strip_suffix(b"\\x00").unwrap_or(value);
    let mut parts = value.split(|b| *b == b'.');
    parts.clone().count() > 4 && parts.all(|p| !p.is_empty() && p.iter().all(u8::is_ascii_digit))
}

/// Whether every second character goes on in a row, and those between as well: `A1B2C3D4E5`.
pub(super) fn is_interleaved(value: &[u8]) -> bool {
    let steps = |w: &[u8]| w.first().zip(w.last()).is_some_and(|(a, b)| *b == a.wrapping_add(1));
    let rows = value.windows(3).filter(|w| steps(w)).count();
    value.len() >= 8 && rows * 4 >= (value.len() - 2) * 3
}

/// Numbers that people count on a word with.
const COUNTS: [&[u8]; 8] = [b"1", b"12", b"123", b"1234", b"12345", b"123456", b"42", b"321"];
/// Beginnings of the rows of a keyboard.
const KEYS: [&[u8]; 10] =
    [b"asdf", b"qwer", b"zxcv", b"jkl", b"uiop", b"hjkl", b"1234", b"4321", b"qaz", b"wsx"];

/// Whether `value` is a short word with a number that counts behind it: `Forge123`, `koala2`.
pub(super) fn is_counted(value: &[u8]) -> bool {
    let letters = value.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (word, count) = value.split_at(letters);
    let rest = word.get(1..).unwrap_or_default();
    let one_case =
        rest.iter().all(u8::is_ascii_lowercase) || word.iter().all(u8::is_ascii_uppercase);
    let vowel = |b: &u8| b"aeiouyAEIOUY".contains(b);
    let few = matches!(count.len(), 1 | 2) && count.iter().all(u8::is_ascii_digit);
    let counts = COUNTS.contains(&count) || few && word.iter().all(u8::is_ascii_lowercase);
    (3..=10).contains(&letters) && one_case && word.iter().any(vowel) && counts
}

/// Whether most of `value` lies side by side on a keyboard: `asdfqwer1234`.
pub(super) fn is_typed(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let (mut rest, mut typed) = (&lower[..], 0);
    while !rest.is_empty() {
        let row = KEYS.iter().find(|row| rest.starts_with(row)).map_or(0, |row| row.len());
        typed += row;
        rest = &rest[row.max(1)..];
    }
    value.len() >= 6 && typed * 3 >= value.len() * 2
}

/// Whether `value` is of hexadecimal digits of which several are read as words: `DEAD314BEEF0CAFE`.
pub(super) fn is_hexspeak(value: &[u8]) -> bool {
    const WORDS: [&[u8]; 8] =
        [b"dead", b"beef", b"cafe", b"babe", b"face", b"f00d", b"feed", b"c0de"];
    let digits = value.strip_prefix(b"0x").unwrap_or(value).to_ascii_lowercase();
    let words = WORDS.iter().filter(|w| memchr::memmem::find(&digits, w).is_some()).count();
    words >= 2 && digits.len() <= 48 && digits.iter().all(u8::is_ascii_hexdigit)
}

/// Whether `value` is so long and varied that no code and no word looks so.
pub(super) fn is_noise(value: &[u8]) -> bool {
    let count = |is: fn(&u8) -> bool| value.iter().filter(|b| is(b)).count();
    let digits = count(u8::is_ascii_digit);
    let signs = count(u8::is_ascii_punctuation);
    let long = value.len() >= 32 && digits >= 4;
    // Two values in base64, one of which may be the salt of the other.
    let two = || {
        value.iter().all(|b| b.is_ascii_alphanumeric() || b"+/=".contains(b))
            && value.windows(2).any(|w| w[0] == b'=' && w[1] != b'=')
    };
    value.len() >= 16
        && (digits >= 2 || digits == 1 && value.len() < 24)
        && signs * 2 <= value.len()
        && count(u8::is_ascii_lowercase) >= 3
        && count(u8::is_ascii_uppercase) >= 3
        && !value.iter().any(|b| b.is_ascii_whitespace() || b"\"'`\\".contains(b))
        && !two()
        && (long || surprise(value) >= STRANGE)
}

/// Whether `value` is a host or an address: `acme.org`, `bob@acme.org`.
pub(super) fn is_address(value: &[u8]) -> bool {
    let ends = [&b".com"[..], b".org", b".net", b".io", b".dev"];
    let labels = |part: &[u8]| {
        !part.is_empty() && part.iter().all(|b| b.is_ascii_lowercase() || b"-.".contains(b))
    };
    ends.iter().any(|end| value.ends_with(end))
        && value.iter().filter(|b| **b == b'@').count() <= 1
        && value.split(|b| *b == b'@').all(labels)
}

/// Whether `value` is a type, or a call without arguments: `VARCHAR(255)`, `Optional[str]`, `run()`.
pub(super) fn is_type(value: &[u8]) -> bool {
    let open = value.iter().position(|b| matches!(b, b'(' | b'[')).unwrap_or(0);
    let (name, rest) = value.split_at(open);
    let inside = match rest {
        [b'(', inside @ .., b')'] => {
            inside.iter().all(|b| b.is_ascii_digit() || b", ".contains(b))
        }
        [b'[', inside @ .., b']'] => inside.iter().all(u8::is_ascii_alphabetic),
        _ => false,
    };
    inside && !name.is_empty() && name.iter().all(|b| b.is_ascii_alphabetic() || b"_.".contains(b))
}

/// Whether `value` is written by a program around it: "`+expected+`".
pub(super) fn is_between_texts(value: &[u8]) -> bool {
    let quote = value.first().filter(|b| matches!(b, b'`' | b'"' | b'\''));
    value.len() > 4
        && quote.is_some_and(|q| value.get(1) == Some(&b'+') && value.ends_with(&[b'+', *q]))
}

/// Whether `value` says what an input must be like: `required|string|min:8`.
pub(super) fn is_validation(value: &[u8]) -> bool {
    const RULES: [&[u8]; 9] = [
        b"required",
        b"string",
        b"confirmed",
        b"nullable",
        b"sometimes",
        b"min",
        b"max",
        b"optional",
        b"filled",
    ];
    let head = |part: &[u8]| part.split(|b| *b == b':').next().is_some_and(|h| RULES.contains(&h));
    let parts = || value.split(|b| *b == b'|');
    parts().count() > 1 && parts().any(head)
}

/// Ends of the names of files that hold programs or text.
const FILES: [&[u8]; 16] = [
    b".dll",
    b".exe",
    b".sys",
    b".dylib",
    b".json",
    b".yaml",
    b".yml",
    b".html",
    b".php",
    b".java",
    b".conf",
    b".toml",
    b".xml",
    b".properties",
    b".pem",
    b".txt",
];

/// Whether `value` is the name of a file, or `C:\\a\\path`.
pub(super) fn is_file(value: &[u8]) -> bool {
    let joins = |b: &u8| b.is_ascii_alphanumeric() || b"_-./\\~$".contains(b);
    let drive = matches!(value, [d, b':', b'/' | b'\\', ..] if d.is_ascii_alphabetic());
    let is_one = || {
        let end = value.iter().rposition(|b| *b == b'.').map_or(&[][..], |dot| &value[dot..]);
        FILES.iter().any(|file| file.eq_ignore_ascii_case(end))
    };
    let plain = |text: &[u8]| text.iter().all(joins);
    drive && plain(&value[2..])
        || value.len() < 80 && is_one() && plain(value)
        || is_archive(value)
}

/// Whether `value` is an archive that is named by its hash: `7e5f….zip`.
fn is_archive(value: &[u8]) -> bool {
    let dot = value.iter().position(|b| *b == b'.').unwrap_or(0);
    let (hash, end) = value.split_at(dot);
    hash.len() >= 32
        && hash.iter().all(u8::is_ascii_hexdigit)
        && [&b".zip"[..], b".tar", b".tgz", b".gz", b".tar.gz", b".json", b".js"].contains(&end)
}

/// Whether `value` is no more than the place of a server: `https://host:8088/`.
pub(super) fn is_server(value: &[u8]) -> bool {
    let rest = [&b"http://"[..], b"https://"].iter().find_map(|s| value.strip_prefix(*s));
    let host = |b: &u8| b.is_ascii_alphanumeric() || b".-_:[]".contains(b);
    rest.is_some_and(|r| r.strip_suffix(b"/").unwrap_or(r).iter().all(host))
}

/// Whether `value` names an algorithm as certificates do: the hex digits of a whole sequence in
/// DER that begins with an object identifier.
pub(super) fn is_identifier(value: &[u8]) -> bool {
    let hex = value.iter().all(u8::is_ascii_hexdigit) && value.len().is_multiple_of(2);
    let length = |at: usize| {
        let pair = std::str::from_utf8(value.get(at..at + 2)?).ok()?;
        usize::from_str_radix(pair, 16).ok()
    };
    hex && value.starts_with(b"30") && length(4) == Some(6) && {
        length(2).is_some_and(|n| n * 2 + 4 == value.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_secret_is_told_by_its_form() {
        assert!(
            is_counted(b"Forge123") && is_counted(b"hunter42") && is_typed(b"asdfqwer1234asdf")
        );
        assert!(is_between_texts(b"`+expected+`") && is_validation(b"required|string|min:8"));
        assert!(is_file(b"amdsnppspapi.dll") && is_file(b"C:/tmp") && is_file(b"keys/server.pem"));
        assert!(is_hexspeak(b"DEAD314BEEF0CAFE") && is_hexspeak(b"0x0dead1beef7cafe2"));
        assert!(is_server(b"http://127.0.0.1:8088") && !is_server(b"https://a.io/x?k=1"));
        assert!(is_identifier(
            &[&b"301306072a8648ce3d0201"[..], b"06082a8648ce3d030107"].concat()
        ));
        for value in [&b"q8Zk1Vd0xPw2"[..], b"Tulip2019", b"a|b", b"`+`", b"c:d/e", b"300d9c1e"] {
            assert!(!is_counted(value) && !is_typed(value) && !is_between_texts(value));
            assert!(!is_validation(value) && !is_file(value) && !is_server(value));
            assert!(!is_identifier(value) && !is_hexspeak(value));
        }
    }

    #[test]
    fn forms_are_told_from_secrets() {
        assert!(is_algorithm(b"PBKDF2WithHmacSHA256") && is_algorithm(b"AES/CBC/PKCS5Padding"));
        assert!(is_date(b"yyyyMMddhhmmss") && is_date(b"yyyy-MM-dd'T'HH:mm"));
        assert!(is_interleaved(b"A1B2C3D4E5F6"));
        for value in [&b"q8Zk1Vd0xPw2"[..], b"shadow-rsa9", b"mydesk", b"SMTHmyfd"] {
            assert!(!is_algorithm(value) && !is_date(value) && !is_interleaved(value));
        }
    }
}

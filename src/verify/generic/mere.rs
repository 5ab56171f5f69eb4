//! Values that are names of something in the program around them: of a constant, a type, a part of
//! a path. Nobody chose such a thing for a secret.

use super::super::Token;
use super::super::holds::holds;
use super::super::words::{is_wordy, surprise, words};
use super::line::Line;

/// Letter pairs of names surprise by less, in bits; those of noise by more.
const FAMILIAR: f64 = 5.2;

/// Whether the secret of `token`, which stands as `line` tells, is such a value.
pub(super) fn is_mere(token: &Token<'_>, line: &Line<'_>) -> bool {
    let value = token.secret();
    let password = token.rule.id == "generic-password";
    is_constant(value)
        || is_tight(value, line)
        || is_listed_key(line)
        || is_salted(value, line)
        || is_cell(value, line)
        || is_fingerprint(value, line)
        || is_message(value, line)
        || is_variable(value, line)
        || (password
            && (is_remark(value, line)
                || is_argument(value, line)
                || is_spoken(value, line)
                || is_own_name(value, line) && is_joined(value)))
        || (!password
            && (is_hump(value)
                || is_begun(value)
                || is_member(value, line)
                || is_phrase(value)
                || is_path(value, line)
                || is_public(line)
                || is_beacon(line)
                || is_arn(line)
                || is_link(line)
                || is_own_name(value, line)))
}

/// `MANUAL_JUDGMENT`.
fn is_constant(value: &[u8]) -> bool {
    value.len() >= 8
        && value.contains(&b'_')
        && value.iter().all(|b| b.is_ascii_uppercase() || *b == b'_')
        && words(value).all(|word| word.len() >= 3)
}

/// What follows a colon without a blank, if it is no quoted value: a part of a path, as in
/// `core-api:task-start`, `com.acme.api:lib:2.7.0` and `initWithUser:password:persistence:`.
fn is_tight(value: &[u8], line: &Line<'_>) -> bool {
    let version = value.iter().position(|b| *b == b':').is_some_and(|at| {
        let rest = &value[at + 1..];
        rest.iter().all(|b| b.is_ascii_digit() || *b == b'.')
    });
    let parted = value.contains(&b'-') || value.contains(&b'_');
    let words = parted && value.iter().all(|b| b.is_ascii_alphabetic() || b"-_".contains(b));
    line.between == b":" && !line.quoted && (version || words)
}

/// `<key>v</key>` in a property list: there it is the name of the value that follows.
fn is_listed_key(line: &Line<'_>) -> bool {
    let values: [&[u8]; 10] = [
        b"<string",
        b"<integer",
        b"<real",
        b"<true",
        b"<false",
        b"<dict",
        b"<array",
        b"<data",
        b"<date",
        b"</dict",
    ];
    let next = line.around[1].strip_prefix(b"</key>").map(<[u8]>::trim_ascii_start);
    line.name == b"key"
        && next.is_some_and(|next| next.is_empty() || values.iter().any(|v| next.starts_with(v)))
}

/// The hash of a password, which has a salt beside it.
fn is_salted(value: &[u8], line: &Line<'_>) -> bool {
    let hash = value.len() >= 32 && value.iter().all(u8::is_ascii_alphanumeric);
    let salt = |side: &[u8]| {
        [&b"salt=\""[..], b"salt\":", b"salt':", b"salt: "].iter().any(|s| holds(side, s))
    };
    hash && (salt(line.after) || salt(line.before))
}

/// Whether it looks like the key that a server gives out, to encrypt for it, with the key's id:
/// `"key_id":"…","key":"…"`.
pub(super) fn is_given(value: &[u8], line: &Line<'_>) -> bool {
    let id = holds(line.before, b"key_id");
    line.name == b"key" && id && value.len() == 44 && value.ends_with(b"=")
}

/// The next cell of a table, a mere word: `| DB_PASSWORD | runtime |`.
fn is_cell(value: &[u8], line: &Line<'_>) -> bool {
    line.between.contains(&b'|') && value.iter().all(u8::is_ascii_lowercase)
}

/// What tells a key of OpenPGP from others: `gpg: using DSA key 0F1E…`, `GPG key: 0F1E…`.
fn is_fingerprint(value: &[u8], line: &Line<'_>) -> bool {
    let digit = |b: &u8| b.is_ascii_digit() || matches!(b, b'A'..=b'F');
    let kinds = [&b"DSA "[..], b"RSA "];
    let tools = [&b"gpg"[..], b"GPG", b"PGP"];
    (16..=40).contains(&value.len())
        && value.iter().all(digit)
        && (tools.iter().any(|tool| holds(line.before, tool))
            || kinds.iter().any(|kind| line.before.ends_with(kind)))
}

/// A variable of the code around it, that is called after a secret itself: `= clearPwd`,
/// `Key: keyRSA2048,`.
pub(super) fn is_variable(value: &[u8], line: &Line<'_>) -> bool {
    let named = |b: &u8| b.is_ascii_alphanumeric() || b"_.".contains(b);
    let begins = value.first().is_some_and(u8::is_ascii_lowercase);
    let hump = || [&b"Pwd"[..], b"Pass"].iter().any(|word| holds(value, word));
    // `= mixed_utf_8_as_binary`.
    let snake = || {
        let parts = || value.split(|b| *b == b'_');
        let part = |p: &[u8]| {
            !p.is_empty()
                && (p.iter().all(u8::is_ascii_lowercase)
                    || p.len() < 3 && p.iter().all(u8::is_ascii_digit))
        };
        line.between == b" = " && parts().count() >= 4 && parts().all(part)
    };
    let kind = || {
        let word = value.iter().take_while(|b| b.is_ascii_lowercase()).count();
        let (word, rest) = value.split_at(word);
        matches!(word, b"key" | b"cert" | b"token" | b"secret")
            && rest.first().is_some_and(u8::is_ascii_uppercase)
            && value.len() < 28
            && matches!(line.after.first(), Some(b',' | b')' | b'}' | b';'))
    };
    begins && !line.quoted && value.iter().all(named) && (hump() || kind() || snake())
}

/// What went wrong, behind where it did: `password: sha2crypt: option 'cost'`.
fn is_message(value: &[u8], line: &Line<'_>) -> bool {
    let word = |text: &[u8]| text.iter().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(b));
    let ends = value.strip_suffix(b":").is_some_and(word) && line.after.starts_with(b" ");
    !line.quoted && line.between == b": " && (ends || word(value) && line.after.starts_with(b": "))
}

/// A word of a sentence or of a command, amid others: `"when user pass wildcard"`, and whatever a
/// thing is identified by.
fn is_spoken(value: &[u8], line: &Line<'_>) -> bool {
    let word = value.iter().all(u8::is_ascii_lowercase);
    let follows = matches!(line.after, [b'"' | b'\'', ..] | [b' ', b'-' | b'a'..=b'z', ..]);
    let told = line.name == b"identified" && word && !line.quoted;
    told || word
        && follows
        && !line.quoted
        && !line.name.starts_with(b"-")
        && line.between.iter().all(|b| *b == b' ')
        && line.before.trim_ascii_start().contains(&b' ')
}

/// What a page tells those who count its visitors.
fn is_beacon(line: &Line<'_>) -> bool {
    holds(line.before, b"data-cf-beacon")
}

/// The end of the name of a secret in AWS: `arn:aws:secretsmanager:…:secret:name`.
fn is_arn(line: &Line<'_>) -> bool {
    line.between == b":" && line.before.ends_with(b":") && holds(line.before, b"arn:")
}

/// Where a link of Markdown leads: `[signing_key]: https://…`.
fn is_link(line: &Line<'_>) -> bool {
    line.before == b"[" && line.between.starts_with(b"]: ")
}

/// Of several words, or of humps.
fn is_joined(value: &[u8]) -> bool {
    value.windows(2).any(|w| w[0].is_ascii_lowercase() && !w[1].is_ascii_lowercase())
}

/// A word of a remark: `// without passwords privileges`, "a pass: `ls -r` does", and one behind a
/// name that stands as code in a sentence.
fn is_remark(value: &[u8], line: &Line<'_>) -> bool {
    let letters = value.iter().all(u8::is_ascii_alphabetic);
    let command = value.contains(&b' ') && line.between.ends_with(b"`");
    letters && line.between == b"` "
        || line.begins_with(&[b"#", b"//", b"*"])
            && (command || letters && line.between.iter().all(|b| *b == b' '))
}

/// A word that something else is called with, and more, whose answer is the value:
/// `password = run("tool", "passwd")`.
fn is_argument(value: &[u8], line: &Line<'_>) -> bool {
    let call = line.between.iter().position(|b| *b == b'(').is_some_and(|at| at > 0);
    let sign = line.between.iter().find(|b| !b" \t]".contains(b));
    let assigned = sign == Some(&b'=');
    let more = line.after.get(1..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b","));
    call && assigned && more && value.iter().all(u8::is_ascii_lowercase) && is_wordy(value)
}

/// `xoxb-timeout`: a token is begun, and a word takes the place of the rest.
fn is_begun(value: &[u8]) -> bool {
    let head = value.iter().take_while(|b| b.is_ascii_lowercase()).count();
    let (sign, word) = value[head..].split_at_checked(1).unwrap_or_default();
    (2..=5).contains(&head)
        && matches!(sign, b"-" | b"_")
        && (4..20).contains(&word.len())
        && word.iter().all(u8::is_ascii_lowercase)
        && surprise(word) < FAMILIAR
}

/// `jwe.X509URLKey`: what a package has.
fn is_member(value: &[u8], line: &Line<'_>) -> bool {
    let Some(dot) = value.iter().position(|b| *b == b'.') else { return false };
    let (package, member) = (&value[..dot], &value[dot + 1..]);
    !line.quoted
        && value.len() < 28
        && !package.is_empty()
        && package.iter().all(u8::is_ascii_lowercase)
        && member.first().is_some_and(u8::is_ascii_uppercase)
        && member.iter().all(u8::is_ascii_alphanumeric)
}

/// `dynamicWebhook`, `_GraphQLApiArn`: words of a name, joined by humps.
fn is_hump(value: &[u8]) -> bool {
    let value = value.strip_prefix(b"_").unwrap_or(value);
    let turns = |w: &[u8]| {
        let cases =
            [w[0].is_ascii_uppercase(), w[1].is_ascii_uppercase(), w[2].is_ascii_uppercase()];
        matches!(cases, [false, true, _] | [true, true, false])
    };
    let hump = value.windows(3).any(turns);
    let pieces = words(value).count();
    let short = words(value).filter(|word| word.len() < 3).count();
    hump && value.len() < 28
        && value.iter().all(u8::is_ascii_alphabetic)
        && value.len() >= pieces * 4
        && short == 0
        && surprise(value) < FAMILIAR
}

/// Three words and more.
fn is_phrase(value: &[u8]) -> bool {
    let blanks = value.iter().filter(|b| **b == b' ').count();
    let letters = value.iter().filter(|b| b.is_ascii_alphabetic() || !b.is_ascii()).count();
    blanks >= 2 && letters * 10 >= (value.len() - blanks) * 9 && surprise(value) < FAMILIAR
}

/// `keyword.operator`, and `<artifactId>api-common</artifactId>`: small letters in several parts.
fn is_path(value: &[u8], line: &Line<'_>) -> bool {
    let dotted = value.iter().all(|b| b.is_ascii_lowercase() || *b == b'.');
    let dashed = value.iter().all(|b| b.is_ascii_lowercase() || *b == b'-');
    dotted && value.contains(&b'.') && value.len() < 24
        || dashed && value.contains(&b'-') && holds(line.between, b"</")
}

/// `# Public key: v`.
fn is_public(line: &Line<'_>) -> bool {
    let end = line.before.len().saturating_sub(b"public ".len());
    line.before[end..].eq_ignore_ascii_case(b"public ")
}

/// `RecordType.OPENKEY: "OPENKEY"`.
fn is_own_name(value: &[u8], line: &Line<'_>) -> bool {
    let end = line.name.len().checked_sub(value.len());
    let letters = value.iter().all(|b| b.is_ascii_alphabetic() || b"-_".contains(b));
    letters && end.is_some_and(|end| line.name[end..].eq_ignore_ascii_case(value))
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::sure;
    use crate::model::Confidence;

    #[test]
    fn names_of_things_are_hardly_believed() {
        let secret = |text, name, value| sure("generic-secret", text, name, value);
        let password = |text, name, value| sure("generic-password", text, name, value);
        let hash = "9f2c61d07be84a3fb5d1e6c8047a92be35f01d6c";
        let variable = ["pbkdf2Clear", "Pwd"].concat();
        for judged in [
            password("actionId(\"a:OVERRIDE_PASS:~\")", "OVERRIDE_PASS", "MANUAL_JUDGMENT"),
            secret("reverse('core-api:~')", "core-api", "rqtask-requeue"),
            secret("(com.acme.api:~ - x)", "api", "gax-grpc:2.76.0"),
            secret("<key>~</key>\n <string>x</string>", "key", "0C13013A15CBECA0A0F90171BFF0"),
            password("<u password=\"~\" salt=\"x1\"/>", "password", hash),
            secret("\"OutputKey\": \"~\",", "OutputKey", "GraphQLApiArn"),
            secret("AccessKeyARN: ~\n", "AccessKeyARN", "AccessKeyARN"),
            secret("client(token=\"~\")", "token", "xoxb-timeout"),
            secret("Key:  ~,\n", "Key", "jwe.X509URLKey"),
            secret("{Key: ~, Chain: c}", "Key", "keyRSA2048"),
            secret("GPG key: ~<br>", "key", "0F1E2D3C4B5A69788796A5B4C3D2E1F00F1E2D3C"),
            secret("data-cf-beacon='{\"token\": \"~\"}'", "token", &hash[..32]),
            secret("[signing_key]: ~&op=x\n", "signing_key", "https://k.io/?s=9f2c61d07be84a3fb5"),
            secret("arn:aws:secretsmanager:eu-1:1:secret:~", "secret", "web-auth-3QNDmM"),
            password("a user identified by ~ id", "identified", "their"),
            password("user.passwd = ~\n", "passwd", "mixed_utf_8_as_euc_kr"),
            password("h[:password] = salted('~', b)", "password", "entropy"),
            password("pwdAttr = \"~\"", "pwdAttr", "pwdAttr"),
            password("unicodePwd   = \"~\"", "unicodePwd", "unicodePwd"),
            password("\"file: password: ~: option 'x'\"", "password", "sha2crypt"),
            password("context \"when user pass ~\" do", "pass", "wildcard"),
            password("tool user setpassword ~ --force", "setpassword", "administrator"),
            secret("e.accessKey = ~,\n", "accessKey", "_enqueueThumbnail"),
            secret("gpg: using DSA key ~\n", "key", "0F1E2D3C4B5A69788796A5B4C3D2E1F00F1E2D3C"),
            password("user.Password = ~\n", "Password", &variable),
            password("| `CI_PASSWORD` | `~` | what it is |", "CI_PASSWORD", "runtime"),
            password("- Mend `--ask-password` ~ to reach it", "--ask-password", "trying"),
            secret("\"LABEL_API_KEY\": \"~\",", "LABEL_API_KEY", "Podaj klucz prywatny"),
        ] {
            assert!(judged <= Some(Confidence::Low), "{judged:?}");
        }
        let text = "say \"password:\"~\"password\"";
        assert_eq!(password(text, "password", " instead of "), None);
        let made = ["ihYXzOOCbi5MpjY", "IM3LSnfje4znMKo43qKK01wGbKA"].concat();
        assert!(secret("<key>~</key>\n</a>", "key", &made) >= Some(Confidence::Medium));
        assert!(password("password: \"~\"", "password", &made) >= Some(Confidence::Medium));
    }
}

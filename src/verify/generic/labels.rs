//! Texts for people, as files of translations and forms have them: a word among labels is a label.

use super::super::words::surprise;
use super::line::Line;

/// So many labels around one make a list of them.
const SEVERAL: usize = 2;
/// So many make it a list of nothing else.
const MANY: usize = 4;
/// Longest label.
const LONGEST: usize = 160;
/// Letter pairs of words surprise by less, in bits, in any language that is written so.
const FAMILIAR: f64 = 4.9;

/// Whether `value` looks like a label, and most quoted texts around it do, or its own name does.
pub(super) fn is_among(value: &[u8], line: &Line<'_>) -> bool {
    if value.is_ascii() && value.iter().any(u8::is_ascii_digit) || !is_label(value) {
        return false;
    }
    if is_titled(value, line) {
        return true;
    }
    let [before, after] = line.around;
    let near = texts(before).chain(texts(after)).filter(|text| is_told(text));
    let (labels, others): (Vec<&[u8]>, Vec<&[u8]>) = near.partition(|text| is_label(text));
    // In a language of other letter pairs than most, only labels may stand around.
    let strange = value.is_ascii() && surprise(value) >= FAMILIAR;
    match strange {
        true => is_word(value) && labels.len() >= MANY && others.is_empty(),
        false => labels.len() >= SEVERAL && labels.len() > others.len(),
    }
}

/// Whether the name is a text itself, as where texts are named by what they are in English:
/// `"Enter new password": "…"`.
fn is_titled(value: &[u8], line: &Line<'_>) -> bool {
    let quote = line.between.first().filter(|b| matches!(b, b'"' | b'\''));
    let open = quote.and_then(|quote| memchr::memrchr(*quote, line.before));
    let Some(open) = open else { return false };
    let head = &line.before[open + 1..];
    let first = head.first().or(line.name.first());
    let blank = head.contains(&b' ') || value.contains(&b' ');
    let begins = [first, value.first()].iter().all(|b| b.is_some_and(u8::is_ascii_uppercase));
    let words = value.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b' ' | b'-' | b'\''));
    line.quoted && begins && blank && words && !line.between.contains(&b',')
}

/// `Wagwoord`.
fn is_word(value: &[u8]) -> bool {
    value.get(1..).is_some_and(|rest| rest.iter().all(u8::is_ascii_lowercase))
}

/// What stands between two quotes of a kind on one line.
fn texts(side: &[u8]) -> impl Iterator<Item = &[u8]> {
    let lines = side.split(|b| *b == b'\n');
    lines.flat_map(|line| {
        let double = line.iter().filter(|b| **b == b'"').count();
        let single = line.iter().filter(|b| **b == b'\'').count();
        let quote = if double >= single { b'"' } else { b'\'' };
        line.split(move |b| *b == quote)
    })
}

/// Whether it is no sign between texts, and no name of one: `text_password`, `typeEmail`.
fn is_told(text: &[u8]) -> bool {
    let named = |b: &u8| b.is_ascii_alphanumeric() || b"_.-$".contains(b);
    let name = text.first().is_some_and(u8::is_ascii_lowercase) && text.iter().all(named);
    let word = text.iter().any(|b| b.is_ascii_alphanumeric() || !b.is_ascii());
    word && !name && text.len() >= 2 && !text.contains(&b'[') && !text.contains(&b'=')
}

/// Words, the first with a capital, or letters beyond ASCII; few signs, fewer digits.
fn is_label(text: &[u8]) -> bool {
    let foreign = text.iter().filter(|b| !b.is_ascii()).count();
    let digits = text.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = text.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let signs = text.len() - foreign - digits - letters;
    let blanks = text.iter().filter(|b| **b == b' ').count();
    let begins = text.first().is_some_and(u8::is_ascii_uppercase);
    let usual = |b: &u8| !b.is_ascii_punctuation() || b"-/'.,!?:()%&".contains(b);
    let plain =
        letters + foreign >= 3 && digits * 8 <= letters + foreign && text.iter().all(usual);
    (2..=LONGEST).contains(&text.len())
        && plain
        && (begins || foreign > 0 || blanks > 0)
        && (signs - blanks) * 4 <= letters + foreign
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::sure;
    use crate::model::Confidence;

    #[test]
    fn a_word_among_labels_is_one() {
        let password = |text, name, value| sure("generic-password", text, name, value);
        let php = "$_['entry_email']    = 'Adresse E-mail :';\n$_['text_password']   = '~';\n$_['text_new'] = 'Nouveau client';";
        for (text, name, value) in [
            (
                "\"login\": \"Anmelden\", \"password\": \"~\",\n \"email\": \"Mail\"",
                "password",
                "Kodeord",
            ),
            (
                "\"type\":\"Soort\",\"typeText\":\"Teks\",\"typePass\":\"~\"",
                "typePass",
                "Wagwoord",
            ),
            (php, "text_password", "Mot de Passe"),
            (
                "\"a\": \"MQTT-klient\",\n\"b\": \"Bruger\",\n\"password\": \"~\"",
                "password",
                "MQTT-adgangskode",
            ),
        ] {
            let judged = password(text, name, value);
            assert!(judged <= Some(Confidence::Low), "{value}: {judged:?}");
        }
        let text = "\"Enter new password\": \"~\",";
        assert!(password(text, "password", "Nacbwch gyfrinair newydd") <= Some(Confidence::Low));
        let text = "\"Save\": \"Gcina\",\n\"Password\": \"~\",\n\"Key Name\": \"Igama\",";
        assert!(password(text, "Password", concat!("Imfi", "hlo")) <= Some(Confidence::Low));
        let made = "Tr0ub4dor-Kx9";
        let text = "\"login\": \"Anmelden\", \"password\": \"~\",\n \"email\": \"Mail\"";
        assert!(password(text, "password", made) >= Some(Confidence::Medium));
    }
}

//! Putting a read of the environment or of a secret manager in place of a literal.

use crate::advice::{Language, Reading};
use crate::circle;
use crate::model::Finding;

/// A string in a text: its quotes and what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Quoted {
    /// Where the opening quote stands.
    open: usize,
    /// Behind the closing quote.
    end: usize,
    quote: char,
}

/// The text with every read of the finding's secret replaced; see [`rewrite`].
///
/// # Errors
/// In words for a person, if it cannot be done safely.
pub fn fix(
    text: &str,
    finding: &Finding,
    language: &Language,
    reading: &Reading,
) -> Result<String, String> {
    let secret = std::str::from_utf8(finding.secret.expose()).map_err(|_| "it is no text")?;
    rewrite(text, secret, language, reading)
}

/// The text with every `secret` in it replaced by the reading.
///
/// # Errors
/// In words for a person, if a secret does not stand in a plain string of the language.
fn rewrite(
    text: &str,
    secret: &str,
    language: &Language,
    reading: &Reading,
) -> Result<String, String> {
    if secret.is_empty() || secret.contains('\n') {
        return Err("it goes over several lines".into());
    }
    let places: Vec<usize> = text.match_indices(secret).map(|(at, _)| at).collect();
    if places.is_empty() {
        return Err("it does not stand in the file as it was found (encoded?)".into());
    }
    let mut out = text.to_owned();
    for at in places.into_iter().rev() {
        let (range, new) = replacement(&out, at, secret, language, &reading.expression)?;
        out.replace_range(range, &new);
    }
    if !reading.needs.is_empty() {
        out = with_need(&out, language, &reading.needs);
    }
    if is_balanced(text, language) && !is_balanced(&out, language) {
        return Err("the result would not parse: do it by hand".into());
    }
    if language.id == "yaml" && circle::parse(text).is_ok() && circle::parse(&out).is_err() {
        return Err("the result would be no YAML: do it by hand".into());
    }
    Ok(out)
}

type Edit = (std::ops::Range<usize>, String);

fn replacement(
    text: &str,
    at: usize,
    secret: &str,
    language: &Language,
    read: &str,
) -> Result<Edit, String> {
    let end = at + secret.len();
    let quoted = enclosing(text, at, end, language);
    let whole = at..end;
    match (language.id.as_str(), quoted) {
        ("shell", None) => Ok((whole, format!("\"{read}\""))),
        ("shell", Some(q)) if q.quote == '\'' => Ok((whole, format!("'\"{read}\"'"))),
        ("shell" | "yaml", _) => Ok((whole, read.to_owned())),
        ("javascript" | "typescript", Some(q)) if q.quote == '`' => {
            Ok((whole, format!("${{{read}}}")))
        }
        (_, None) => Err("it does not stand in a string: do it by hand".into()),
        (_, Some(q)) => in_string(text, whole, q, language, read),
    }
}

/// Joins what stands around the secret in its string to the read.
fn in_string(
    text: &str,
    secret: std::ops::Range<usize>,
    q: Quoted,
    language: &Language,
    read: &str,
) -> Result<Edit, String> {
    let before = text.get(..q.open).and_then(|t| t.chars().next_back());
    let special =
        before.is_some_and(|c| c.is_alphanumeric() || "_$@#".contains(c) || c == q.quote);
    let after = text.get(q.end..).and_then(|t| t.chars().next());
    if special || after == Some(q.quote) {
        return Err("it stands in a string of a special kind: do it by hand".into());
    }
    let head = text.get(q.open + q.quote.len_utf8()..secret.start).unwrap_or_default();
    let tail = text.get(secret.end..q.end - q.quote.len_utf8()).unwrap_or_default();
    if head.is_empty() && tail.is_empty() {
        return Ok((q.open..q.end, read.to_owned()));
    }
    let string = |part: &str| (!part.is_empty()).then(|| format!("{0}{part}{0}", q.quote));
    let parts: Vec<String> =
        [string(head), Some(read.to_owned()), string(tail)].into_iter().flatten().collect();
    let joined = match language.id.as_str() {
        "rust" => format!("format!(\"{}\", {})", "{}".repeat(parts.len()), parts.join(", ")),
        "php" => format!("({})", parts.join(" . ")),
        _ => format!("({})", parts.join(" + ")),
    };
    Ok((q.open..q.end, joined))
}

/// The string on one line that holds `at..end`.
fn enclosing(text: &str, at: usize, end: usize, language: &Language) -> Option<Quoted> {
    let start = text.get(..at)?.rfind('\n').map_or(0, |n| n + 1);
    let line = text.get(start..)?.lines().next()?;
    let quotes = quotes(language);
    let mut open: Option<(usize, char)> = None;
    let mut escaped = false;
    for (nth, c) in line.char_indices() {
        let here = start + nth;
        match open {
            Some(_) if escaped => escaped = false,
            Some((_, quote)) if c == '\\' && !is_raw(quote, language) => escaped = true,
            Some((from, quote)) if c == quote => {
                if from < at && here >= end {
                    return Some(Quoted { open: from, end: here + c.len_utf8(), quote });
                }
                open = None;
            }
            Some(_) => {}
            None if quotes.contains(c) => open = Some((here, c)),
            None => {}
        }
    }
    None
}

/// The characters that begin a string.
fn quotes(language: &Language) -> &'static str {
    match language.id.as_str() {
        "go" => "\"`",
        "javascript" | "typescript" => "\"'`",
        "java" | "rust" | "csharp" => "\"",
        _ => "\"'",
    }
}

/// Whether a backslash is one, in strings between such quotes.
fn is_raw(quote: char, language: &Language) -> bool {
    matches!((language.id.as_str(), quote), ("go", '`') | ("shell" | "yaml", '\''))
}

/// Adds the line that the read needs, where the language lets it stand.
fn with_need(text: &str, language: &Language, needs: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let has = |line: &&str| {
        let line = line.trim();
        line == needs
            || (language.id == "go" && line == "\"os\"")
            || (language.id == "python" && line.starts_with(&format!("{needs},")))
    };
    if lines.iter().any(has) {
        return text.to_owned();
    }
    let at = match language.id.as_str() {
        "go" => lines.iter().position(|l| l.starts_with("package ")).map_or(0, |n| n + 1),
        _ => above_code(&lines),
    };
    let (head, tail) = lines.split_at(at.min(lines.len()));
    format!("{}{needs}\n{}", head.concat(), tail.concat())
}

/// The first line of Python that may hold an import: below comments, the text that describes the
/// module, and imports from the future.
fn above_code(lines: &[&str]) -> usize {
    let mut at = 0;
    let mut inside: Option<&str> = None;
    for (nth, line) in lines.iter().enumerate() {
        let bare = line.trim();
        if let Some(quote) = inside {
            at = nth + 1;
            if bare.contains(quote) {
                inside = None;
            }
        } else if let Some(quote) = ["\"\"\"", "'''"].into_iter().find(|q| bare.starts_with(q)) {
            at = nth + 1;
            if bare.matches(quote).count() < 2 {
                inside = Some(quote);
            }
        } else if bare.is_empty() || bare.starts_with('#') || bare.starts_with("from __future__") {
            at = nth + 1;
        } else {
            break;
        }
    }
    at
}

/// Whether brackets outside of strings and comments close in order. A rough look, the same before
/// and after: only if it held before does it have to hold after.
fn is_balanced(text: &str, language: &Language) -> bool {
    let quotes = quotes(language);
    let comment = match language.id.as_str() {
        "python" | "ruby" | "shell" | "yaml" => "#",
        _ => "//",
    };
    let mut stack = Vec::new();
    let mut open: Option<char> = None;
    for line in text.lines() {
        let mut escaped = false;
        for (at, c) in line.char_indices() {
            match open {
                Some(_) if escaped => escaped = false,
                Some(quote) if c == '\\' && !is_raw(quote, language) => escaped = true,
                Some(quote) => open = (c != quote).then_some(quote),
                None if line.get(at..).is_some_and(|rest| rest.starts_with(comment)) => break,
                None if quotes.contains(c) => open = Some(c),
                None if "([{".contains(c) => stack.push(c),
                None if ")]}".contains(c) => {
                    let pair = matches!(
                        (stack.pop(), c),
                        (Some('('), ')') | (Some('['), ']') | (Some('{'), '}')
                    );
                    if !pair {
                        return false;
                    }
                }
                None => {}
            }
        }
        // Only a template goes over lines.
        open = open.filter(|q| *q == '`' || language.id == "shell");
    }
    stack.is_empty() && open.is_none()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;
    use crate::advice::Advice;

    fn fixed(language: &str, text: &str) -> Result<String, String> {
        fixed_by("env", language, text)
    }

    fn fixed_by(manager: &str, language: &str, text: &str) -> Result<String, String> {
        let advice = Advice::load().unwrap();
        let language = advice.languages.iter().find(|l| l.id == language).unwrap();
        rewrite(text, "S3CR3T", language, &language.reading(manager, "API_KEY", "app"))
    }

    #[test]
    fn a_manager_is_read_where_one_expression_does_it() {
        let python = fixed_by("vault", "python", "k = 'S3CR3T'\n").unwrap();
        assert!(python.starts_with("import hvac\nk = hvac.Client()"), "{python}");
        assert!(python.contains("(path=\"app\",") && python.contains("[\"API_KEY\"]"), "{python}");
        let shell = fixed_by("conjur", "shell", "K='S3CR3T'\n").unwrap();
        assert_eq!(shell, "K=''\"$(conjur variable get -i app/API_KEY)\"''\n");
        let go = fixed_by("aws", "go", "package a\nvar k = \"S3CR3T\"\n").unwrap();
        assert!(go.contains("os.Getenv(\"API_KEY\")"), "{go}");
    }

    #[test]
    fn each_language_reads_its_environment() {
        let cases = [
            ("python", "k = 'S3CR3T'\n", "import os\nk = os.environ[\"API_KEY\"]\n"),
            ("javascript", "const k = \"S3CR3T\";", "const k = process.env.API_KEY;"),
            ("javascript", "f(`Bearer S3CR3T`)", "f(`Bearer ${process.env.API_KEY}`)"),
            ("typescript", "const k = 'a S3CR3T';", "const k = ('a ' + process.env.API_KEY!);"),
            (
                "go",
                "package a\n\nvar k = \"S3CR3T\"\n",
                "package a\nimport \"os\"\n\nvar k = os.Getenv(\"API_KEY\")\n",
            ),
            ("java", "String k = \"S3CR3T\";", "String k = System.getenv(\"API_KEY\");"),
            ("ruby", "k = 'x=S3CR3T;'", "k = ('x=' + ENV.fetch(\"API_KEY\") + ';')"),
            (
                "rust",
                "let k = \"t S3CR3T\";",
                "let k = format!(\"{}{}\", \"t \", @::var(\"API_KEY\").expect(\"API_KEY is not set\"));",
            ),
            (
                "csharp",
                "var k = \"S3CR3T\";",
                "var k = System.Environment.GetEnvironmentVariable(\"API_KEY\");",
            ),
            ("php", "<?php $k = 'a S3CR3T';", "<?php $k = ('a ' . getenv('API_KEY'));"),
            ("shell", "K=S3CR3T\n", "K=\"${API_KEY:?}\"\n"),
            (
                "shell",
                "curl -H \"T: S3CR3T\" 'x S3CR3T'",
                "curl -H \"T: ${API_KEY:?}\" 'x '\"${API_KEY:?}\"''",
            ),
            ("yaml", "k: 'S3CR3T'\n", "k: '${API_KEY}'\n"),
        ];
        for (language, before, after) in cases {
            // Put together here: the words belong to the command line.
            let after = after.replace('@', concat!("std:", ":env"));
            assert_eq!(fixed(language, before).as_deref(), Ok(after.as_str()), "{language}");
        }
    }

    #[test]
    fn an_import_is_put_where_it_may_stand() {
        let text = "#!/usr/bin/python\n\"\"\"About.\n\nMore.\n\"\"\"\nfrom __future__ import a\n\nk = 'S3CR3T'\n";
        let out = fixed("python", text).unwrap();
        assert!(out.contains("from __future__ import a\n\nimport os\nk = "), "{out}");
        let known = fixed("python", "import os\nk = 'S3CR3T'\n").unwrap();
        assert_eq!(known.matches("import os").count(), 1);
    }

    #[test]
    fn what_is_no_plain_string_is_left_alone() {
        for (language, text) in [
            ("python", "# S3CR3T\n"),
            ("python", "k = f'S3CR3T'"),
            ("python", "k = '''S3CR3T'''"),
            ("rust", "let k = r\"S3CR3T\";"),
            ("csharp", "var k = @\"S3CR3T\";"),
            ("java", "// don't S3CR3T"),
            ("go", "nothing"),
        ] {
            assert!(fixed(language, text).is_err(), "{text}");
        }
    }
}

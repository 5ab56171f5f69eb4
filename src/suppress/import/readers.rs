//! Readers of other tools' files. What one does not understand it names; it never guesses wider.

use super::{Known, as_path};
use regex::bytes::Regex;
use serde_json::Value;

type Read = (Vec<Known>, Vec<String>);

/// Lines that say something: no blank one, no comment.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'))
}

/// Sorts what was read from what was not.
fn sorted<'t>(lines: impl Iterator<Item = &'t str>, read: impl Fn(&str) -> Option<Known>) -> Read {
    let mut out = Read::default();
    for line in lines {
        match read(line) {
            Some(known) => out.0.push(known),
            None => out.1.push(line.to_owned()),
        }
    }
    out
}

/// `FILE:RULE:LINE` or `COMMIT:FILE:RULE:LINE`. A name with a colon in it cannot be told apart.
pub(super) fn gitleaksignore(text: &str) -> Read {
    sorted(lines(text), |line| {
        let (head, number) = line.rsplit_once(':')?;
        let (place, _rule) = head.rsplit_once(':')?;
        let path = match place.split_once(':') {
            Some((commit, path)) if is_commit(commit) => path,
            Some(_) => return None,
            None => place,
        };
        Some(Known::Line(path.replace('\\', "/").into_bytes(), number.trim().parse().ok()?))
    })
}

fn is_commit(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// A report of gitleaks: its secrets, unless they are redacted; then its places.
pub(super) fn gitleaks_report(text: &str) -> Read {
    let mut out = Read::default();
    let Ok(Value::Array(findings)) = serde_json::from_str(text) else {
        out.1.push("it is no list in JSON".into());
        return out;
    };
    for finding in findings {
        let word = |key: &str| finding[key].as_str().filter(|t| !t.is_empty());
        let secret = word("Secret").filter(|s| !s.contains("REDACTED") && !s.ends_with("..."));
        let line = finding["StartLine"].as_u64().and_then(|n| u32::try_from(n).ok());
        match (secret, word("File"), line) {
            (Some(secret), _, _) => out.0.push(Known::Secret(secret.as_bytes().to_vec())),
            (None, Some(file), Some(line)) => {
                out.0.push(Known::Line(file.as_bytes().to_vec(), line));
            }
            _ => out.1.push(word("Fingerprint").unwrap_or("an entry without a place").to_owned()),
        }
    }
    out
}

/// detect-secrets: SHA-1 of the secret, by file. What a person found to be real is left out.
pub(super) fn detect_secrets(text: &str) -> Read {
    let mut out = Read::default();
    let parsed: Value = serde_json::from_str(text).unwrap_or_default();
    let Some(results) = parsed["results"].as_object() else {
        out.1.push("it has no `results`".into());
        return out;
    };
    for (file, findings) in results {
        for finding in findings.as_array().into_iter().flatten() {
            let sum = finding["hashed_secret"].as_str().unwrap_or_default();
            let sum = data_encoding::HEXLOWER_PERMISSIVE.decode(sum.as_bytes()).ok();
            let sum = sum.and_then(|s| s.try_into().ok());
            match sum {
                _ if finding["is_secret"] == Value::Bool(true) => {
                    out.1.push(format!("{file}: audited as a real secret, so it stays open"));
                }
                Some(sum) => out.0.push(Known::Sha1(sum, file.as_bytes().to_vec())),
                None => out.1.push(format!("{file}: an entry without a hash")),
            }
        }
    }
    out
}

/// ggshield's YAML: `ignored_paths` and `ignored_matches`, also with dashes, and the older forms.
pub(super) fn gitguardian(text: &str) -> Read {
    let mut out = Read::default();
    let mut section = String::new();
    for line in lines(text) {
        let bare = line.trim_start_matches("- ");
        if let Some(key) = line.strip_suffix(':').filter(|_| !line.starts_with("- ")) {
            section = key.trim().replace('-', "_");
            continue;
        }
        let value = |text: &str| text.trim().trim_matches(['\'', '"']).to_owned();
        match section.as_str() {
            "ignored_paths" | "paths_ignore" if line.starts_with("- ") => {
                out.0.extend(as_path(&value(bare)));
            }
            "ignored_matches" | "matches_ignore" => {
                let text =
                    bare.strip_prefix("match:").or(Some(bare).filter(|b| !b.contains(": ")));
                out.0.extend(text.map(|t| secret_or_sum(&value(t))));
            }
            _ => {}
        }
    }
    out
}

/// A match is the secret itself, or its SHA-256.
fn secret_or_sum(text: &str) -> Known {
    let sum = data_encoding::HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok();
    match sum.and_then(|s| s.try_into().ok()) {
        Some(sum) => Known::Sha256(sum),
        None => Known::Secret(text.as_bytes().to_vec()),
    }
}

/// ripsecrets: lines as in `.gitignore`, then `[secrets]` with the secrets themselves.
pub(super) fn ripsecrets(text: &str) -> Read {
    let (paths, secrets) = text.split_once("[secrets]").unwrap_or((text, ""));
    let mut out = sorted(lines(paths), as_path);
    let secrets = lines(secrets);
    out.0.extend(secrets.map(|line| Known::Secret(line.as_bytes().to_vec())));
    out
}

/// talisman: files that are passed over, each with a checksum of what it was. That it may change
/// later was not said, but the checksum is talisman's own, so the path is what is left.
pub(super) fn talisman(text: &str) -> Read {
    let name = |line: &str| {
        let name = line.trim_start_matches("- ").strip_prefix("filename:")?;
        as_path(&format!("/{}", name.trim().trim_matches(['\'', '"'])))
    };
    (lines(text).filter_map(name).collect(), Vec::new())
}

/// git-secrets: expressions of which one must match the line.
pub(super) fn gitallowed(text: &str) -> Read {
    sorted(lines(text), |line| Regex::new(line).ok().map(|r| Known::Pattern(Box::new(r))))
}

/// trufflehog's `--exclude-paths`: expressions over paths. Those without a sign of one are paths.
pub(super) fn patterns_of_paths(text: &str) -> Read {
    sorted(lines(text), |line| {
        let plain = line.trim_start_matches('^').trim_end_matches('$').replace("\\.", ".");
        let is_plain = !plain.contains(['*', '+', '?', '(', '[', '\\', '|', '{']);
        is_plain.then_some(plain).and_then(|p| as_path(&p))
    })
}

/// Lines as in `.gitignore`.
pub(super) fn paths(text: &str) -> Read {
    sorted(lines(text), as_path)
}

/// A baseline of kingfisher: YAML with a file and a line for each finding. Its fingerprints rest on
/// numbers of its own, so the place is what is left.
pub(super) fn kingfisher_baseline(text: &str) -> Read {
    let mut out = Read::default();
    let (mut path, mut line) = (None, None);
    for text in lines(text) {
        let bare = text.trim_start_matches("- ");
        if bare.len() < text.len() {
            (path, line) = (None, None);
        }
        let Some((key, value)) = bare.split_once(':') else { continue };
        let value = value.trim().trim_matches(['\'', '"']);
        match key.trim() {
            "filepath" | "path" | "file" => path = Some(value.replace('\\', "/").into_bytes()),
            "linenum" | "line" | "line_number" => line = value.parse().ok(),
            _ => {}
        }
        if let (Some(at), Some(number)) = (&path, line) {
            out.0.push(Known::Line(at.clone(), number));
            line = None;
        }
    }
    if out.0.is_empty() {
        out.1.push("it has no findings with a file and a line".into());
    }
    out
}

/// GitHub's secret scanning: `paths-ignore`.
pub(super) fn github(text: &str) -> Read {
    let listed = lines(text).skip_while(|line| !line.starts_with("paths-ignore:")).skip(1);
    let items = listed.take_while(|line| line.starts_with('-'));
    sorted(
        items.map(|line| line.trim_start_matches('-').trim().trim_matches(['\'', '"'])),
        as_path,
    )
}

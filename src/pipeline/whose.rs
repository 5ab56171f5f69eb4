//! Whose is a secret of which a name says no more than what it is? Where no vendor's rule knew it,
//! it may begin as a vendor's tokens do, if it was changed or is of a form that is not known yet.
//! Or the vendor may be named where rules do not look: behind it on its line, as the host that a
//! command sends it to or in a comment, or at the head of the block that it stands in.

use crate::matcher::{Candidate, Matcher, Scratch};
use crate::model::{Confidence, Span};
use crate::rule::{Engine, Gate, RuleSet, is_token};
use crate::verify::{self, Judged, Token};

/// How far behind a secret a name is looked for, and how far before it the head of its block.
const BEHIND: usize = 96;
const BEFORE: usize = 320;
/// Longest name of a variable.
const NAME: usize = 32;
/// How many names are tried.
const NAMES: usize = 12;
/// Secrets of other lengths have no vendor.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=200;
/// Parts of hosts and of code that name nobody.
const NOBODY: [&[u8]; 20] = [
    b"https", b"http", b"www", b"api", b"com", b"org", b"net", b"the", b"key", b"token",
    b"secret", b"auth", b"app", b"env", b"name", b"value", b"config", b"client", b"self",
    b"return",
];

/// Beginnings of tokens that many vendors have, and of values that no vendor made.
#[rustfmt::skip]
const ANYBODYS: [&[u8]; 22] = [
    b"api_", b"api-", b"key_", b"key-", b"pat_", b"pat-", b"app_", b"app-",
    b"live_", b"test_", b"sk-", b"sk_", b"pk-", b"pk_", b"secret_", b"token_",
    b"token-", b"private_", b"access_", b"auth-", b"user_", b"admin_",
];

/// Gives the secrets of `all` in `text` that only their names tell to the vendors whose they are.
pub(super) fn attribute(text: &[u8], all: &mut [Judged], matcher: &Matcher<'_>) {
    for judged in all.iter_mut().filter(|j| is_nobodys(text, j, matcher.rules())) {
        let begins = || by_beginning(judged.secret.of(text), matcher.rules());
        let (rule, why) = match by_name(text, judged.secret, matcher) {
            Some(rule) => (rule, "is named beside it"),
            None => match begins() {
                Some(rule) => (rule, "has tokens that begin so, of another form"),
                None => continue,
            },
        };
        let vendor = &matcher.rules().get(rule).provider_name;
        judged.rule = rule;
        judged.judgement.evidence.push(format!("{vendor} {why}"));
    }
}

/// Whether it is a token that only its name tells.
fn is_nobodys(text: &[u8], judged: &Judged, rules: &RuleSet) -> bool {
    let own = judged.secret;
    rules.get(judged.rule).id == "generic-secret"
        && judged.judgement.confidence >= Confidence::Medium
        && LENGTHS.contains(&own.len())
        && own.of(text).iter().all(|b| is_token(*b))
}

/// The rule for tokens that begin as `secret` does and are about as long, if all such rules are of
/// one vendor.
fn by_beginning(secret: &[u8], rules: &RuleSet) -> Option<usize> {
    let mut best: Vec<(usize, usize)> = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        let anatomy = &rule.anatomy;
        let long = secret.len() * 2 >= anatomy.min_len && secret.len() <= anatomy.max_len * 2;
        if rule.engine == Engine::Shape && rule.near.is_empty() && long {
            let head = anatomy.gate == Gate::Head && anatomy.lead == 0;
            let anchors = anatomy.anchors.iter().filter(|_| head).map(|a| a.as_bytes());
            let anchors = anchors.filter(|a| begins_with(secret, a));
            let start = Some(plain_start(rule.shape.as_bytes())).filter(|s| secret.starts_with(s));
            let own = anchors.chain(start).filter(|a| is_a_beginning(a));
            best.extend(own.map(<[u8]>::len).max().map(|len| (len, index)));
        }
    }
    let longest = best.iter().map(|(len, _)| *len).max()?;
    best.retain(|(len, _)| *len == longest);
    let &(_, first) = best.first()?;
    let vendor = &rules.get(first).provider;
    best.iter().all(|(_, rule)| rules.get(*rule).provider == *vendor).then_some(first)
}

/// What `shape` begins with that stands for itself.
fn plain_start(shape: &[u8]) -> &[u8] {
    let is_plain = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let len = shape.iter().take_while(is_plain).count();
    let repeated = matches!(shape.get(len), Some(b'?' | b'*' | b'+' | b'{'));
    &shape[..len.saturating_sub(usize::from(repeated))]
}

/// Whether tokens of one vendor only may begin so.
fn is_a_beginning(anchor: &[u8]) -> bool {
    let signed = anchor.ends_with(b"_") || anchor.ends_with(b"-") || anchor.ends_with(b".");
    (anchor.len() >= 4 || anchor.len() == 3 && signed)
        && !ANYBODYS.iter().any(|a| a.eq_ignore_ascii_case(anchor))
        && !anchor.iter().any(|b| b":/ ".contains(b))
}

fn begins_with(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// The rule that knows the secret if one of the names beside it stands right before it.
fn by_name(text: &[u8], secret: Span, matcher: &Matcher<'_>) -> Option<usize> {
    let own = name_of(&text[..secret.start]);
    let mut names = Vec::new();
    behind(&text[secret.end..text.len().min(secret.end + BEHIND)], &mut names);
    names_in(head_of_block(&text[secret.start.saturating_sub(BEFORE)..secret.start]), &mut names);
    names.truncate(NAMES);
    let (mut scratch, mut found) = (Scratch::default(), Vec::new());
    names.iter().find_map(|name| {
        let start = name.len() + own.len() + 5;
        let text = [*name, b"_", own, b" = \"", secret.of(text), b"\"\n"].concat();
        let secret = Span::new(start, start + secret.len());
        found.clear();
        matcher.find(&text, &mut scratch, &mut found);
        found.iter().find(|c| c.secret == secret && is_believed(&text, c, matcher)).map(|c| c.rule)
    })
}

fn is_believed(text: &[u8], candidate: &Candidate, matcher: &Matcher<'_>) -> bool {
    let rule = matcher.rules().get(candidate.rule);
    let token = Token { rule, text, matched: candidate.matched, secret: candidate.secret };
    rule.engine == Engine::Shape
        && verify::judge(&token).is_some_and(|j| j.confidence >= Confidence::Medium)
}

/// The name that the value behind `before` was given.
fn name_of(before: &[u8]) -> &[u8] {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let name = before.trim_ascii_end();
    let joint = name.iter().rev().take(12).take_while(|b| !is_name(b)).count();
    let name = &name[..name.len() - joint];
    let len = name.iter().rev().take(NAME).take_while(|b| is_name(b)).count();
    &name[name.len() - len..]
}

/// Names behind a secret: on its line, and on the next where a command goes on there.
fn behind<'t>(rest: &'t [u8], names: &mut Vec<&'t [u8]>) {
    for line in rest.split(|b| *b == b'\n') {
        names_in(line, names);
        if !line.trim_ascii_end().ends_with(b"\\") {
            return;
        }
    }
}

/// What stands before the bracket, brace or colon that opens the block at the end of `before`.
fn head_of_block(before: &[u8]) -> &[u8] {
    let mut open = 0;
    for (at, byte) in before.iter().enumerate().rev() {
        match byte {
            b'}' | b')' => open += 1,
            b'{' | b'(' if open > 0 => open -= 1,
            b'{' | b'(' => return head(&before[..at]),
            _ => {}
        }
    }
    // A section of a settings file.
    let section =
        memchr::memmem::rfind(before, b"\n[").map_or(before.starts_with(b"[").then_some(0), Some);
    let section = section.map(|at| &before[at..]).unwrap_or_default();
    &section[..memchr::memchr(b']', section).unwrap_or(0)]
}

/// The end of the last line of `text`.
fn head(text: &[u8]) -> &[u8] {
    let text = text.trim_ascii_end();
    let text = &text[text.len().saturating_sub(NAME)..];
    &text[memchr::memrchr(b'\n', text).map_or(0, |at| at + 1)..]
}

/// Adds the words of `line` that could be names; of a host, the part that somebody bought as well.
fn names_in<'t>(line: &'t [u8], names: &mut Vec<&'t [u8]>) {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    for word in line.split(|b| !is_name(b)) {
        let mut parts = word.rsplit(|b| *b == b'.').skip(usize::from(word.contains(&b'.')));
        let last = parts.next().unwrap_or_default();
        for name in [word, last] {
            let letters = name.iter().filter(|b| b.is_ascii_alphabetic()).count();
            let lower = name.to_ascii_lowercase();
            if letters >= 3
                && name.len() <= NAME
                && !NOBODY.contains(&&*lower)
                && !names.contains(&name)
            {
                names.push(name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Generator;

    /// The provider of the only secret in `text`, in which `~` stands for it.
    fn provider(text: &str, secret: &str) -> String {
        let rules = RuleSet::builtin();
        let matcher = Matcher::new(&rules);
        let text = text.replace('~', secret);
        let mut found = Vec::new();
        matcher.find(text.as_bytes(), &mut Scratch::default(), &mut found);
        let judged = found.iter().filter_map(|c| {
            let rule = rules.get(c.rule);
            let text = text.as_bytes();
            let token = Token { rule, text, matched: c.matched, secret: c.secret };
            Some(Judged { rule: c.rule, secret: c.secret, judgement: verify::judge(&token)? })
        });
        let mut all = verify::settle(judged.collect(), &rules);
        attribute(text.as_bytes(), &mut all, &matcher);
        all.first().map_or_else(String::new, |j| rules.get(j.rule).provider.to_string())
    }

    fn made(shape: &str) -> String {
        String::from_utf8_lossy(&Generator::new(7).matching(shape).unwrap_or_default()).into()
    }

    #[test]
    fn a_vendor_may_be_named_behind_or_at_the_head_of_the_block() {
        let (forty, hex) = (made("[0-9a-f]{40}"), made("[0-9a-f]{32}"));
        for text in [
            "curl -H \"Authorization: Bearer ~\" https://api.particle.io/v1/devices",
            "curl -d access_token=~ \\\n  https://api.particle.io/v1/devices",
            "connect(token=\"~\")  # particle",
            "{ value: \"x\", api_key: \"~\", vendor: \"particle\" }",
            "particle {\n  timeout = 30000000000000000000000000000000000000000\n  api_key = \"~\"\n}",
            "[particle]\ntimeout = 3000000000000000000000000000000000000000000\napi_key = ~\n",
        ] {
            assert_eq!(provider(text, &forty), "particle-io", "{text}");
        }
        let block = "\"facebook\": {\"app_id\": \"1241440636013546\", \"app_secret\": \"~\"}";
        assert_eq!(provider(block, &hex), "facebook");
    }

    #[test]
    fn a_changed_token_is_known_by_its_beginning() {
        let begins = |text: &str, shape: &str| provider(text, &made(shape));
        // A mark that is spoiled, a character too many, one that does not belong.
        assert_eq!(
            begins("api_key = \"~\"", "gsk_[A-Za-z0-9]{20}WGdyb2FY[A-Za-z0-9]{24}"),
            "groq"
        );
        assert_eq!(begins("HF_TOKEN: ~", "hf_[A-Z][a-z][0-9][A-Za-z0-9]{35}"), "huggingface");
        assert_eq!(begins("ENV SLACK_TOKEN=\"~\"", "xapp-0[0-9]{11}-[A-Za-z0-9]{24}"), "slack");
        for shape in ["api_[a-z0-9]{40}", "sk-[a-z0-9]{44}", "zqx_[a-z0-9]{40}"] {
            assert_eq!(begins("auth_token = \"~\"", shape), "generic", "{shape}");
        }
    }

    #[test]
    fn who_is_named_elsewhere_is_not_meant() {
        let forty = made("[0-9a-f]{40}");
        for text in [
            "api_key = \"~\"\n# particle\n",
            "particle { zone = 3000000000000000000000000000000000000000 } other = { flag = 1, api_key = \"~\" }",
            "[particle]\nzone = 3000000000000000000000000\n[other]\napi_key = ~\n",
            "[particle]\nzone = 3000000000000000000000000\n[other]\napi_key = \"~\" # physics\n",
        ] {
            assert_eq!(provider(text, &forty), "generic", "{text}");
        }
    }
}

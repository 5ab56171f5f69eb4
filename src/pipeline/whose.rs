//! Whose is a secret of which a name says no more than what it is? Where no vendor's rule knew it,
//! it may begin as a vendor's tokens do, if it was changed or is of a form that is not known yet.
//! Or the vendor may be named where rules do not look: behind it on its line, as the host that a
//! command sends it to or in a comment, or at the head of the block that it stands in. And if no
//! form fits, a name may still say whose it is.

use super::beside::{self, Beside};
use super::owner::Name;
use crate::matcher::{Candidate, Matcher, Scratch};
use crate::model::{Confidence, Span};
use crate::rule::{Engine, Gate, RuleSet, is_token};
use crate::verify::{self, Judged, Token, Verdict};

/// Secrets of other lengths have no vendor.
const LENGTHS: std::ops::RangeInclusive<usize> = 12..=1500;
/// Shorter ones that are hardly believed are not for a vendor's name either.
const SHORT: usize = 16;
/// Beginnings of tokens that many vendors have, and of values that no vendor made.
#[rustfmt::skip]
const ANYBODYS: [&[u8]; 29] = [
    b"api_", b"api-", b"key_", b"key-", b"pat_", b"pat-", b"app_", b"app-",
    b"live_", b"test_", b"sk-", b"sk_", b"pk-", b"pk_", b"secret_", b"token_",
    b"token-", b"token", b"oauth", b"oauth2", b"secret", b"apikey", b"password", b"private", b"private_", b"access_", b"auth-", b"user_", b"admin_",
];

/// Gives the secrets of `all` in `text` that only their names tell to the vendors whose they are.
pub(super) fn attribute(text: &[u8], all: &mut [Judged], matcher: &Matcher<'_>) {
    let rules = matcher.rules();
    all.iter_mut().for_each(|judged| believe(text, judged, rules));
    for judged in all.iter_mut().filter(|j| is_nobodys(text, j, rules)) {
        let doubted = judged.judgement.confidence == Confidence::Low;
        let aside = judged.judgement.traits.as_ref().is_some_and(verify::is_aside);
        let short = judged.secret.len() < SHORT;
        let found = if doubted && (aside || short) {
            None
        } else if doubted {
            vouched_for(text, judged.secret, rules)
                .or_else(|| remarked(text, judged.secret, matcher))
        } else {
            whose(text, judged.secret, matcher)
        };
        let Some((rule, why)) = found else { continue };
        judged.judgement.confidence = judged.judgement.confidence.max(Confidence::Medium);
        judged.rule = rule;
        let vendor = &rules.get(rule).provider_name;
        judged.judgement.evidence.push(format!("{vendor} {why}"));
    }
}

/// A token of a vendor's form that doubts itself, as its checksum is wrong, is one all the same if
/// it is called a `PAT`; of names that say more the generic tier knows.
fn believe(text: &[u8], judged: &mut Judged, rules: &RuleSet) {
    let doubted = judged.judgement.confidence == Confidence::Low;
    let is_form = rules.get(judged.rule).engine == Engine::Shape;
    if doubted && is_form && Name::of(beside::path_of(&text[..judged.secret.start])).is_pat() {
        judged.judgement.confidence = Confidence::Medium;
    }
}

/// Whose rule knows the secret best, and why.
fn whose(text: &[u8], secret: Span, matcher: &Matcher<'_>) -> Option<(usize, &'static str)> {
    let rules = matcher.rules();
    if let Some(rule) = own_owner(text, secret, rules) {
        return Some((rule, OWN_NAME));
    }
    // The form of a web token tells nothing.
    let form = |rule: Option<usize>| rule.filter(|_| !secret.of(text).starts_with(b"eyJ"));
    let own = beside::name_of(&text[..secret.start]);
    let names = beside::names(text, secret, own);
    let mut sought = names.iter().filter(|beside| Name::of(beside.name).is_sought(rules));
    if let Some(rule) = form(sought.find_map(|b| by_name(text, secret, own, b.name, matcher))) {
        return Some((rule, "is named beside it"));
    }
    if let Some(rule) = form(by_beginning(secret.of(text), rules)) {
        return Some((rule, "has tokens that begin so, of another form"));
    }
    let called = |beside: &Beside<'_>| {
        if beside.host {
            return Name::of(own).owner_of_host(beside.name, secret.len(), rules);
        }
        Name::of_the_end(&[beside.name, b"_", own].concat()).owner(secret.len(), rules)
    };
    let rule = names.iter().filter(|beside| beside.tells).find_map(called)?;
    Some((rule, "is named beside it, though the form is another"))
}

/// Why a secret is given to whom its own name speaks of.
const OWN_NAME: &str = "is named as its owner, though the form is another";

/// The rule of whom the name of a secret speaks of.
fn own_owner(text: &[u8], secret: Span, rules: &RuleSet) -> Option<usize> {
    Name::of(beside::path_of(&text[..secret.start])).owner(secret.len(), rules)
}

/// The same where the place speaks against a secret: a random value that a vendor's name is given
/// is the vendor's, even as an argument of a call.
fn vouched_for(text: &[u8], secret: Span, rules: &RuleSet) -> Option<(usize, &'static str)> {
    let rule = own_owner(text, secret, rules)?;
    let token = Token { rule: rules.get(rule), text, matched: secret, secret };
    let is_random = verify::find("random").is_some_and(|c| c.check(&token) == Verdict::Silent);
    let value = secret.of(text);
    let is_mixed =
        value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic);
    (is_random && is_mixed).then_some((rule, OWN_NAME))
}

/// The same if a comment or a host beside it names a vendor whose secrets are of that form.
fn remarked(text: &[u8], secret: Span, matcher: &Matcher<'_>) -> Option<(usize, &'static str)> {
    let own = beside::name_of(&text[..secret.start]);
    let mut names = beside::names(text, secret, own)
        .into_iter()
        .filter(|beside| beside.tells && Name::of_the_end(beside.name).is_sought(matcher.rules()));
    let rule = names.find_map(|b| by_name(text, secret, own, b.name, matcher))?;
    Some((rule, "is named beside it"))
}

/// Whether it is a token that only its name tells, or one of a form that many vendors' have.
fn is_nobodys(text: &[u8], judged: &Judged, rules: &RuleSet) -> bool {
    let own = judged.secret;
    let rule = rules.get(judged.rule);
    let is_token = || LENGTHS.contains(&own.len()) && own.of(text).iter().all(|b| is_token(*b));
    let is_user = || rule.id == "generic-url-password" && !is_in_url(&text[..own.start]);
    // Of a value in a Secret of Kubernetes no more is known than its name.
    let is_plain = rule.id == "generic-secret" || rule.family() == "kubernetes-secret-data";
    rule.provider == "web-token" || (is_plain || is_user()) && is_token()
}

/// Whether the word at the end of `before` began as a URL. What is none is `curl -u SECRET:`.
fn is_in_url(before: &[u8]) -> bool {
    let before = &before[before.len().saturating_sub(128)..];
    let word = before.rsplit(u8::is_ascii_whitespace).next().unwrap_or_default();
    memchr::memmem::find(word, b"://").is_some()
}

/// The rule for tokens that begin as `secret` does and are about as long, if all such rules are of
/// one vendor.
fn by_beginning(secret: &[u8], rules: &RuleSet) -> Option<usize> {
    let mut best: Vec<(usize, usize)> = Vec::new();
    let first = *secret.first()?;
    for index in rules.owners().beginning_with(first) {
        let rule = rules.get(index);
        let anatomy = &rule.anatomy;
        let long = secret.len() * 2 >= anatomy.min_len && secret.len() <= anatomy.max_len * 2;
        if long {
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
    let varied = anchor.iter().any(|b| Some(b) != anchor.first());
    (anchor.len() >= 4 || anchor.len() == 3 && signed)
        && varied
        && !ANYBODYS.iter().any(|a| a.eq_ignore_ascii_case(anchor))
        && !anchor.iter().any(|b| b":/ ".contains(b))
}

fn begins_with(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// The rule that knows the secret if `name` stands right before it.
fn by_name(
    text: &[u8],
    secret: Span,
    own: &[u8],
    name: &[u8],
    matcher: &Matcher<'_>,
) -> Option<usize> {
    // An option such as `-u` says nothing of what it takes.
    let own = if own.len() < 3 { b"key".as_slice() } else { own };
    let start = name.len() + own.len() + 5;
    let text = [name, b"_", own, b" = \"", secret.of(text), b"\"\n"].concat();
    let secret = Span::new(start, start + secret.len());
    let mut found = Vec::new();
    matcher.find(&text, &mut Scratch::default(), &mut found);
    found.iter().find(|c| c.secret == secret && is_believed(&text, c, matcher)).map(|c| c.rule)
}

fn is_believed(text: &[u8], candidate: &Candidate, matcher: &Matcher<'_>) -> bool {
    let rule = matcher.rules().get(candidate.rule);
    let token = Token { rule, text, matched: candidate.matched, secret: candidate.secret };
    rule.engine == Engine::Shape
        && verify::judge(&token).is_some_and(|j| j.confidence >= Confidence::Medium)
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
            "curl -u ~: https://api.particle.io/v1/devices",
            "public string ParticleToken { get; private set; } = \"~\";\n",
            "token = \"~\"  # Particle.io\n",
            "host: https://api.particle.io\ntoken: ~\n",
            "token = '~'\nurl = 'https://api.particle.io/v1'\n",
        ] {
            assert_eq!(provider(text, &forty), "particle-io", "{text}");
        }
        let block = "\"facebook\": {\"app_id\": \"1241440636013546\", \"app_secret\": \"~\"}";
        assert_eq!(provider(block, &hex), "facebook");
    }

    #[test]
    fn a_value_of_kubernetes_is_whose_its_name_says() {
        let value = made("[A-Za-z0-9]{44}");
        let of = |name: &str| provider(&format!("kind: Secret\ndata:\n  {name}: ~\n"), &value);
        assert_eq!(of("abstractapi-api-key"), "abstractapi");
        assert_eq!(of("other-token"), "kubernetes");
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
            "# see https://github.com/acme/acme/issues\napi_key = \"~\"\n",
        ] {
            assert_eq!(provider(text, &forty), "generic", "{text}");
        }
    }
}

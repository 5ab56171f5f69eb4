//! From the text of a rule file to its rules, with every mistake in it.

use super::anatomy::{self, Fault};
use super::fields::{self, PROVIDER, RULE};
use super::mistake::Mistake;
use super::schema::{Engine, Provider, Rule};
use super::{fault, spelling};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// Where the values of a rule stand, by key.
pub(super) type Places = BTreeMap<String, Range<usize>>;

/// A rule file while it is read.
pub(super) struct Reader<'a> {
    text: &'a str,
    known_check: &'a dyn Fn(&str) -> bool,
    ids: BTreeSet<String>,
    /// All that was found wrong so far.
    pub(super) mistakes: Vec<Mistake>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str, known_check: &'a dyn Fn(&str) -> bool) -> Self {
        Self { text, known_check, ids: BTreeSet::new(), mistakes: Vec::new() }
    }

    /// The rules and the places of their values. They are of use only if no mistake was found.
    pub(super) fn read(&mut self) -> Vec<(Rule, Places)> {
        let (document, errors) = DeTable::parse_recoverable(self.text);
        for e in &errors {
            let what = e.message().lines().collect::<Vec<_>>().join("; ");
            self.mistakes.push(Mistake::new(e.span().unwrap_or(0..0), what, ""));
        }
        // What stands behind a broken line may be taken for what it is not.
        if errors.is_empty() { self.document(document.into_inner()) } else { Vec::new() }
    }

    fn document(&mut self, mut document: DeTable<'_>) -> Vec<(Rule, Places)> {
        let head = 0..0;
        for (key, _) in
            document.iter().filter(|(k, _)| !["provider", "rule"].contains(&&**k.get_ref()))
        {
            let mend = "a rule file has one table [provider] and a table [[rule]] for each rule";
            let what = format!("unknown key `{}`", key.get_ref());
            self.mistakes.push(Mistake::new(key.span(), what, mend));
        }
        let provider = self.provider(document.remove("provider"), &head);
        let rules = match document.remove("rule").map(|v| (v.span(), v.into_inner())) {
            Some((_, DeValue::Array(rules))) => rules,
            Some((at, _)) => {
                self.mistakes.push(Mistake::new(
                    at,
                    "`rule` is a list of tables",
                    "write [[rule]]",
                ));
                return Vec::new();
            }
            None => {
                let mend = "add a table [[rule]]";
                self.mistakes.push(Mistake::new(head, "this file holds no rule", mend));
                return Vec::new();
            }
        };
        let read: Vec<_> = rules.into_iter().filter_map(|rule| self.rule(rule)).collect();
        let Some(provider) = provider else { return Vec::new() };
        let named = |(rule, places)| {
            let provider = provider.clone();
            (Rule { provider: provider.id, provider_name: provider.name, ..rule }, places)
        };
        read.into_iter().map(named).collect()
    }

    fn provider(
        &mut self,
        value: Option<Spanned<DeValue<'_>>>,
        head: &Range<usize>,
    ) -> Option<Provider> {
        let mend = "begin the file with [provider], `id` and `name`";
        let Some(mut value) = value else {
            self.mistakes.push(Mistake::new(head.clone(), "this file names no provider", mend));
            return None;
        };
        let at = value.span();
        let DeValue::Table(table) = value.get_mut() else {
            self.mistakes.push(Mistake::new(at, "`provider` is a table", mend));
            return None;
        };
        let whole = fields::check(table, PROVIDER, "[provider]", &at, &mut self.mistakes);
        let id = table.get("id").map(|v| (v.span(), v.get_ref().as_str().unwrap_or("")));
        if let Some((span, _)) = id.filter(|(_, id)| !is_id(id)) {
            self.mistakes.push(bad_id(span));
        }
        Provider::deserialize(ValueDeserializer::from(value)).ok().filter(|_| whole)
    }

    fn rule(&mut self, mut value: Spanned<DeValue<'_>>) -> Option<(Rule, Places)> {
        let head = value.span();
        let DeValue::Table(table) = value.get_mut() else {
            self.mistakes.push(Mistake::new(head, "a rule is a table", "write [[rule]]"));
            return None;
        };
        let before = self.mistakes.len();
        let id = table.get("id").and_then(|v| v.get_ref().as_str()).map(str::to_owned);
        let shape_was_given = table.contains_key("shape");
        let whole = fields::check(table, RULE, "this rule", &head, &mut self.mistakes);
        let places: Places =
            table.iter().map(|(k, v)| (k.get_ref().to_string(), v.span())).collect();
        let checks = table.get("checks").cloned();
        let shape_is_wrong = shape_was_given && !places.contains_key("shape");
        complete(table);
        let read = Rule::deserialize(ValueDeserializer::from(value));
        let rule = match read {
            Ok(mut rule) => {
                self.values(&mut rule, &places, &head, shape_is_wrong);
                self.checks(checks.as_ref());
                Some(rule)
            }
            Err(e) => {
                let at = e.span().unwrap_or_else(|| head.clone());
                self.mistakes.push(Mistake::new(at, e.message(), ""));
                None
            }
        };
        self.mistakes.iter_mut().skip(before).for_each(|m| m.rule.clone_from(&id));
        rule.filter(|_| whole).map(|rule| (rule, places))
    }

    /// Checks what the values of a rule mean.
    fn values(&mut self, rule: &mut Rule, places: &Places, head: &Range<usize>, no_shape: bool) {
        let place = |key: &str| places.get(key).cloned().unwrap_or_else(|| head.clone());
        if let Some(at) = places.get("id") {
            if !is_id(&rule.id) {
                self.mistakes.push(bad_id(at.clone()));
            } else if !self.ids.insert(rule.id.to_string()) {
                let what = format!("the id `{}` stands in this file twice", rule.id);
                self.mistakes.push(Mistake::new(at.clone(), what, "give each rule its own id"));
            }
        }
        if !(0.0..=8.0).contains(&rule.entropy) {
            let what = "`entropy` is between 0 and 8 bits a character";
            self.mistakes.push(Mistake::new(place("entropy"), what, "3 to 4 is usual"));
        }
        if !matches!(rule.engine, Engine::Shape | Engine::File) {
            let what = "this engine works for built-in rules only";
            let mend = "leave `engine` away and give the rule a `shape`";
            self.mistakes.push(Mistake::new(place("engine"), what, mend));
        } else if rule.shape.is_empty() && !no_shape {
            let mend = "add a regular expression: shape = 'acme_[0-9a-f]{32}'";
            self.mistakes.push(Mistake::new(place("shape"), "this rule has no `shape`", mend));
        } else if !no_shape {
            self.shape(rule, place("shape"));
        }
        if rule.paths.is_empty() == (rule.engine == Engine::File) {
            let what = "`paths` and the engine `file` belong together";
            let mend = "write engine = \"file\" and paths = [\"config/acme.key\"], or neither";
            self.mistakes.push(Mistake::new(place("paths"), what, mend));
        }
        let sample = places.get("sample").filter(|_| !rule.sample.is_empty());
        if let Some((at, e)) = sample.zip(anatomy::read(&rule.sample).err()) {
            self.faults(&rule.sample, at, &Fault::Syntax(e));
        }
    }

    /// Derives what the shape guarantees.
    fn shape(&mut self, rule: &mut Rule, at: Range<usize>) {
        match anatomy::derive(rule) {
            Err(fault) => self.faults(&rule.shape, &at, &fault),
            Ok(anatomy) if anatomy.min_len == 0 => {
                let mend = "say what a match must hold at least";
                self.mistakes.push(Mistake::new(at, "the shape matches nothing at all", mend));
            }
            Ok(anatomy) => {
                rule.anatomy = anatomy;
                let built = regex::bytes::RegexBuilder::new(&rule.shape).unicode(false).build();
                if let Err(e) = built {
                    let what = format!("the shape cannot be compiled: {e}");
                    let mend = "lower the limits of what repeats inside of what repeats";
                    self.mistakes.push(Mistake::new(at, what, mend));
                }
            }
        }
    }

    /// Tells of `fault` in the expression `shape`, which is spelled at `at`.
    fn faults(&mut self, shape: &str, at: &Range<usize>, fault: &Fault) {
        let raw = self.text.get(at.clone()).unwrap_or_default();
        let offsets = spelling::offsets(raw, shape);
        for found in fault::locate(shape, fault) {
            let there = |i: usize| Some(at.start + offsets.as_ref()?.get(i)?);
            let span = there(found.at.start).zip(there(found.at.end));
            // A repetition ends where its last byte ends, however that is spelled.
            let span = span.map_or(at.clone(), |(start, end)| start..end.max(start));
            self.mistakes.push(Mistake::new(span, found.what, found.mend));
        }
    }

    fn checks(&mut self, checks: Option<&Spanned<DeValue<'_>>>) {
        let items = checks.and_then(|c| c.get_ref().as_array()).into_iter().flat_map(|a| a.iter());
        for item in items {
            let name = item.get_ref().as_str().unwrap_or_default();
            if !(self.known_check)(name) {
                let what = format!("there is no check `{name}`");
                let mend = "`stanch rules show` of a built-in rule tells the names of its checks";
                self.mistakes.push(Mistake::new(item.span(), what, mend));
            }
        }
    }
}

/// Puts something in the place of required keys that were wrong, so that the rest can be read.
fn complete(table: &mut DeTable<'_>) {
    for (key, value) in [("id", "x"), ("name", "x"), ("risk", "x"), ("severity", "high")] {
        let value = Spanned::new(0..0, DeValue::String(value.into()));
        if !table.contains_key(key) {
            table.insert(Spanned::new(0..0, key.into()), value);
        }
    }
    if table.get("live").and_then(|l| l.get_ref().as_table()).is_some_and(DeTable::is_empty) {
        table.remove("live");
    }
}

fn is_id(id: &str) -> bool {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !id.is_empty() && id.chars().all(good)
}

fn bad_id(at: Range<usize>) -> Mistake {
    Mistake::new(at, "an id is lower-case letters, digits and dashes", "such as `acme-api-key`")
}

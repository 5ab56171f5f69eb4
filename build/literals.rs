//! The rules as Rust literals, whose texts stand all in one.

use super::anatomy::Anatomy;
use super::schema::{Live, Rule};
use super::text::{List, Str};
use std::collections::HashMap;
use std::fmt::Write as _;

/// The code of the tables of `rules`.
pub(super) fn of(rules: &[Rule]) -> String {
    let mut texts = Texts::default();
    let literals: String = rules.iter().map(|r| rule(r, &mut texts)).collect();
    let Texts { all, lists, .. } = &texts;
    format!(
        "pub(super) const TEXTS: &str = {all:?};\n\
         pub(super) static LISTS: [Str; {}] = [{}];\n\
         static RULES: [Rule; {}] = [\n{literals}];\n",
        lists.len(),
        lists.join(", "),
        rules.len()
    )
}

/// The texts that were met so far, each once.
#[derive(Default)]
struct Texts {
    all: String,
    places: HashMap<String, usize>,
    lists: Vec<String>,
    list_places: HashMap<Vec<String>, usize>,
}

impl Texts {
    fn text(&mut self, text: &str) -> String {
        let Self { all, places, .. } = self;
        let place = *places.entry(text.to_owned()).or_insert_with(|| {
            all.push_str(text);
            all.len() - text.len()
        });
        format!("Str::built_in({place}, {})", text.len())
    }

    fn list(&mut self, items: &[Str]) -> String {
        let items: Vec<String> = items.iter().map(|i| self.text(i)).collect();
        let len = items.len();
        let lists = &mut self.lists;
        let place = *self.list_places.entry(items).or_insert_with_key(|items| {
            lists.extend_from_slice(items);
            lists.len() - items.len()
        });
        format!("List::built_in({place}, {len})")
    }
}

/// The rule as a Rust literal.
fn rule(r: &Rule, texts: &mut Texts) -> String {
    let mut out = String::from("Rule {");
    let fields: [(&str, &Str); 13] = [
        ("id", &r.id),
        ("name", &r.name),
        ("risk", &r.risk),
        ("severity", &r.severity),
        ("confidence", &r.confidence),
        ("shape", &r.shape),
        ("misuse", &r.misuse),
        ("rotate_url", &r.rotate_url),
        ("docs", &r.docs),
        ("dead_before", &r.dead_before),
        ("sample", &r.sample),
        ("provider", &r.provider),
        ("provider_name", &r.provider_name),
    ];
    for (field, value) in fields {
        let _ = write!(out, "{field}: {},", texts.text(value));
    }
    let lists: [(&str, &List); 6] = [
        ("aliases", &r.aliases),
        ("near", &r.near),
        ("paths", &r.paths),
        ("checks", &r.checks),
        ("env", &r.env),
        ("revoke", &r.revoke),
    ];
    for (field, value) in lists {
        let _ = write!(out, "{field}: {},", texts.list(value));
    }
    let family = r.family.as_ref().map_or("None".into(), |f| format!("Some({})", texts.text(f)));
    let live = r.live.as_ref().map_or("None".into(), |l| format!("Some({})", live(l, texts)));
    let _ = writeln!(
        out,
        "family: {family}, live: {live}, engine: Engine::{:?}, boundary: Boundary::{:?}, within: {}, entropy: {:?}, anatomy: {} }},",
        r.engine,
        r.boundary,
        r.within,
        r.entropy,
        anatomy(&r.anatomy, texts)
    );
    out
}

fn anatomy(a: &Anatomy, texts: &mut Texts) -> String {
    format!(
        "Anatomy {{ anchors: {}, context: {}, lead: {}, min_len: {}, max_len: {}, gate: Gate::{:?}, mask: Mask::{:?}, run: {}, run_set: {:?}, loss: {:?}, back: {}, ahead: {}, tail: {:?}, wide: {:?} }}",
        texts.list(&a.anchors),
        a.context,
        a.lead,
        a.min_len,
        a.max_len,
        a.gate,
        a.mask,
        a.run,
        a.run_set,
        a.loss,
        a.back,
        a.ahead,
        a.tail,
        a.wide
    )
}

fn live(l: &Live, texts: &mut Texts) -> String {
    format!(
        "Live {{ method: {}, url: {}, headers: {}, success: {} }}",
        texts.text(&l.method),
        texts.text(&l.url),
        texts.list(&l.headers),
        texts.text(&l.success)
    )
}

//! Whom names speak of: the vendors of rules, and the rules whose secrets a variable usually holds.

use super::schema::{Engine, Rule};

/// Other names of those whose rules we have.
const KNOWN_AS: [(&str, &str); 40] = [
    ("aad", "azure"),
    ("ado", "azure-devops"),
    ("amazon", "aws"),
    ("artifactory", "jfrog"),
    ("azdo", "azure-devops"),
    ("azuread", "azure"),
    ("bedrock", "aws"),
    ("bigmodel", "zai"),
    ("chatgpt", "openai"),
    ("claude", "anthropic"),
    ("cognito", "aws"),
    ("entra", "azure"),
    ("fb", "facebook"),
    ("firebase", "google"),
    ("gcloud", "google"),
    ("gcp", "google"),
    ("gh", "github"),
    ("ghcr", "github"),
    ("gmaps", "google"),
    ("googlemaps", "google"),
    ("grok", "xai"),
    ("hexpm", "hex"),
    ("homeassistant", "home-assistant"),
    ("mistralai", "mistral"),
    ("msteams", "teams"),
    ("namedotcom", "name-com"),
    ("nexmo", "vonage"),
    ("octokit", "github"),
    ("palm", "google"),
    ("sagemaker", "aws"),
    ("servicebus", "azure"),
    ("sfdc", "salesforce"),
    ("sonar", "sonarqube"),
    ("tfe", "terraform"),
    ("tg", "telegram"),
    ("vsts", "azure-devops"),
    ("weightsandbiases", "wandb"),
    ("youtrack", "jetbrains"),
    ("youtube", "google"),
    ("zhipu", "zai"),
];
/// Beginnings of the usual names of variables that others use too.
const COMMON: [&str; 10] = [
    "API_",
    "APP_",
    "DATABASE_",
    "MNEMONIC",
    "PRIVATE_",
    "RUNNER_",
    "SECRET_KEY",
    "SEED_",
    "SMTP_",
    "WEBHOOK_",
];
/// Providers of rules that are formats, which nobody owns.
#[rustfmt::skip]
const NOBODY: &[&str] = &[
    "age", "command-line", "crypto-call", "curl", "cvs", "database-call", "dovecot", "erlang",
    "generic", "heidisql", "installer", "ipsec", "kubernetes", "ldap", "login-call", "mail-client",
    "maven", "mozilla", "mssql", "mysql", "netrc", "networkmanager", "oracle-sql-developer", "otp",
    "password-hash", "postfix", "postgres", "postgres-pgpass", "ppp", "private-key", "psexec",
    "rabbitmq", "redis", "securecrt", "subversion", "vnc", "web-token", "windows", "wireguard",
];
/// Shortest name of a vendor.
const SHORTEST: usize = 3;

/// What names tell. Each stands here as its hash, which is made at no cost: there are thousands, and
/// few runs ask.
#[derive(Debug)]
pub struct Owners {
    vendors: Table,
    variables: Table,
    sought: Table,
    /// All rules of each provider.
    providers: Table,
    /// First letters, in lower case, of tokens that need no name, and their rules, in order.
    initials: Vec<(u8, usize)>,
}

/// Hashes of names and the rules that they lead to, in order.
#[derive(Debug, Default)]
struct Table {
    rows: Vec<(u64, usize)>,
    /// The last bits of the hashes: most names that are asked for lead nowhere.
    bits: Vec<u64>,
}

/// How many bits of a hash tell that a name leads nowhere.
const TELLING: u32 = 16;

impl Table {
    fn add(&mut self, name: &str, rule: usize) {
        self.rows.push((hash(name), rule));
    }

    /// Puts in order what was added, before anything is asked for.
    fn close(&mut self) {
        self.rows.sort_unstable();
        self.bits.resize(1 << TELLING >> 6, 0);
        for (hash, _) in &self.rows {
            let (word, bit) = place(*hash);
            self.bits[word] |= bit;
        }
    }

    /// The first rule that `name` leads to.
    fn get(&self, name: &str) -> Option<usize> {
        self.all(name).next()
    }

    /// The rules that `name` leads to.
    fn all(&self, name: &str) -> impl Iterator<Item = usize> + '_ {
        let hash = hash(name);
        let (word, bit) = place(hash);
        let rows = match self.bits.get(word).is_some_and(|bits| bits & bit != 0) {
            true => &self.rows[self.rows.partition_point(|(h, _)| *h < hash)..],
            false => &[],
        };
        rows.iter().take_while(move |(h, _)| *h == hash).map(|(_, rule)| *rule)
    }
}

impl Owners {
    /// Of the vendors of `rules`.
    pub(super) fn of(rules: &[Rule]) -> Self {
        let (mut vendors, mut variables) = (Table::default(), Table::default());
        let (mut sought, mut providers) = (Table::default(), Table::default());
        let mut initials = Vec::new();
        let mut last = "";
        for (index, rule) in rules.iter().enumerate() {
            providers.add(&rule.provider, index);
            if *rule.provider != *last {
                last = &rule.provider;
                add_vendor(&mut vendors, index, rule);
            }
            let usual = rule.env.iter().filter(|e| !COMMON.iter().any(|c| e.starts_with(c)));
            usual.for_each(|env| variables.add(env, index));
            rule.anatomy.anchors.iter().for_each(|anchor| sought.add(anchor, index));
            add_initials(&mut initials, index, rule);
        }
        for table in [&mut vendors, &mut variables, &mut sought, &mut providers] {
            table.close();
        }
        initials.sort_unstable();
        initials.dedup();
        Self { vendors, variables, sought, providers, initials }
    }

    /// The rules for tokens that need no name and may begin with `letter`, in order.
    pub fn beginning_with(&self, letter: u8) -> impl Iterator<Item = usize> + '_ {
        let letter = letter.to_ascii_lowercase();
        let from = self.initials.partition_point(|(initial, _)| *initial < letter);
        let rows = self.initials[from..].iter().take_while(move |(initial, _)| *initial == letter);
        rows.map(|(_, rule)| *rule)
    }

    /// The first rule of the vendor of that name; signs and case do not matter, here and below.
    pub fn vendor(&self, name: &str) -> Option<usize> {
        self.vendors.get(name)
    }

    /// The rule whose secrets a variable of that name usually holds.
    pub fn variable(&self, name: &str) -> Option<usize> {
        self.variables.get(name)
    }

    /// The rules of a provider, in order; those of others may be among them.
    pub fn rules_of(&self, provider: &str) -> impl Iterator<Item = usize> + '_ {
        self.providers.all(provider)
    }

    /// Whether a rule asks for a text such as `name`.
    pub fn is_sought(&self, name: &str) -> bool {
        self.sought.get(name).is_some()
    }
}

fn add_vendor(vendors: &mut Table, index: usize, rule: &Rule) {
    let provider = &*rule.provider;
    if NOBODY.contains(&provider) {
        return;
    }
    let parts = rule.provider_name.split(['(', '/', ')']).chain([provider]);
    parts.filter(|name| name.len() >= SHORTEST).for_each(|name| vendors.add(name, index));
    let aliases = KNOWN_AS.iter().filter(|(_, whose)| *whose == provider);
    aliases.for_each(|(name, _)| vendors.add(name, index));
}

fn add_initials(initials: &mut Vec<(u8, usize)>, index: usize, rule: &Rule) {
    if rule.engine == Engine::Shape && rule.near.is_empty() {
        let anchors = rule.anatomy.anchors.iter().map(|anchor| anchor.as_bytes());
        let starts = anchors.chain([rule.shape.as_bytes()]).filter_map(<[u8]>::first);
        initials.extend(starts.map(|b| (b.to_ascii_lowercase(), index)));
    }
}

/// Where the bit of a hash stands.
fn place(hash: u64) -> (usize, u64) {
    let telling = hash & ((1 << TELLING) - 1);
    ((telling >> 6) as usize, 1 << (telling & 63))
}

/// A hash (FNV-1a) of the letters and digits of `name`, whatever their case.
fn hash(name: &str) -> u64 {
    let letters = name.bytes().filter(u8::is_ascii_alphanumeric);
    letters.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use crate::rule::RuleSet;

    #[test]
    fn names_lead_to_rules() {
        let rules = RuleSet::builtin();
        let owners = rules.owners();
        let provider = |at: Option<usize>| at.map(|at| rules.get(at).provider.to_string());
        assert_eq!(provider(owners.vendor("helpscout")).as_deref(), Some("helpscout"));
        assert_eq!(provider(owners.vendor("sendinblue")).as_deref(), Some("brevo"));
        assert_eq!(provider(owners.vendor("fb")).as_deref(), Some("facebook"));
        assert_eq!(provider(owners.variable("hftoken")).as_deref(), Some("huggingface"));
        assert_eq!(owners.variable("privatekey"), None);
        assert_eq!(owners.vendor("redis"), None);
        let begins =
            |letter, id: &str| owners.beginning_with(letter).any(|at| &*rules.get(at).id == id);
        assert!(
            begins(b'G', "github-fine-grained-token") && begins(b'g', "github-fine-grained-token")
        );
        assert!(!begins(b'a', "github-fine-grained-token"));
        assert!(owners.is_sought("particle"));
    }
}

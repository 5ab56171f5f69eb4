//! Files that programs keep credentials in: in each of them the secret is found, and on it.

use super::support::{repo::Repo, tool::stanch};
use stanch::rule::Generator;

const WORD: &[u8] = b"abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const HEX: &[u8] = b"0123456789abcdef";
const CAPITALS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Where, what stands there with `{}` for the secret, and what the secret is made of.
type Case = (&'static str, &'static str, &'static [u8], usize);

const CASES: &[Case] = &[
    (".pgpass", "db.internal:5432:orders:app:{}\n", WORD, 14),
    (".netrc", "machine git.internal\n  login bob\n  password {}\n", WORD, 16),
    (".npmrc", "//npm.internal/:_authToken={}\n", WORD, 40),
    (".pypirc", "[pypi]\nusername = bob\npassword = {}\n", WORD, 18),
    (".my.cnf", "[client]\nuser=root\npassword={}\n", WORD, 16),
    (".git-credentials", "https://bob:{}@git.internal\n", WORD, 16),
    (".htpasswd", "alice:$apr1$f3Yx7QmZ${}\n", WORD, 22),
    ("shadow", "root:$6$f3Yx7QmZ${}:19000:0:99999:7:::\n", WORD, 86),
    ("kube/config", "users:\n- name: admin\n  user:\n    token: {}\n", WORD, 32),
    ("terraform.tfvars", "db_password = \"{}\"\n", WORD, 24),
    (
        "terraform.tfstate",
        "{\"attributes\": {\"password\": \"{}\", \"username\": \"a\"}}\n",
        WORD,
        24,
    ),
    ("wp-config.php", "<?php\ndefine('DB_PASSWORD', '{}');\n", WORD, 16),
    ("wp-salts.php", "define('AUTH_KEY',         '{}');\n", WORD, 64),
    ("settings.xml", "<server>\n<username>b</username>\n<password>{}</password>\n", WORD, 18),
    ("settings.py", "SECRET_KEY = '{}'\nDEBUG = False\n", WORD, 50),
    ("config/secrets.yml", "production:\n  secret_key_base: {}\n", HEX, 128),
    (".env", "RAILS_MASTER_KEY={}\n", HEX, 32),
    (".env.local", "export DB_PASSWORD='{}' # of the shop\n", WORD, 16),
    ("laravel.env", "APP_KEY=base64:{}=\n", WORD, 43),
    ("secret.yaml", "kind: Secret\nstringData:\n  password: {}\n", WORD, 18),
    ("NuGet.Config", "<add key=\"ClearTextPassword\" value=\"{}\" />\n", WORD, 22),
    ("composer/auth.json", "{\"github-oauth\": {\"github.com\": \"{}\"}}\n", HEX, 40),
    ("appsettings.json", "{\"Db\": \"Server=d;User Id=sa;Password={};\"}\n", WORD, 16),
    ("gems", "BUNDLE_GEMS__CONTRIBSYS__COM: \"{}:0f3a9c1e\"\n", HEX, 8),
    ("vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n{}\n", HEX, 80),
    ("app/config/master.key", "{}", HEX, 32),
    ("app/config/credentials/production.key", "{}\n", HEX, 32),
    ("ansible/.vault_pass.txt", "{}\n", WORD, 20),
    ("deploy/secrets/db_password", "{}\n", WORD, 24),
    ("home/.erlang.cookie", "{}", CAPITALS, 20),
    ("otp", "otpauth://totp/x:bob?secret={}&issuer=x\n", BASE32, 32),
];

#[test]
fn the_secret_of_every_file_of_credentials_is_found() {
    let dir = Repo::plain();
    let mut random = Generator::new(17);
    let text = |b: Vec<u8>| String::from_utf8(b).unwrap();
    let secrets: Vec<String> =
        CASES.iter().map(|(_, _, set, len)| text(random.text(set, *len))).collect();
    for ((path, template, ..), secret) in CASES.iter().zip(&secrets) {
        dir.write(path, template.replace("{}", secret));
    }
    let run = stanch(
        dir.path(),
        ["scan", "--format", "jsonl", "--show-secrets", "--min-confidence", "low", "."],
    )
    .code(1);
    let findings = run.findings();
    let found = |path: &str, secret: &str| {
        findings.iter().any(|f| {
            let shown = f["secret"].as_str().unwrap_or_default();
            f["path"].as_str().is_some_and(|p| p.ends_with(path))
                && (shown.contains(secret) || secret.contains(shown))
        })
    };
    let missed: Vec<&str> = CASES
        .iter()
        .zip(&secrets)
        .filter(|((path, ..), secret)| !found(path, secret))
        .map(|((path, ..), _)| *path)
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn a_path_tells_what_a_whole_file_is_in_a_history_too() {
    let repo = Repo::new();
    let key = Generator::new(5).text(HEX, 32);
    let folded = [&key[..16], b"\n", &key[16..]].concat();
    repo.write("config/master.key", &key);
    repo.write("config/master.key.md5", Generator::new(6).text(HEX, 32));
    repo.write("config/cut.key", folded);
    repo.write("sums/a", Generator::new(7).text(HEX, 32));
    repo.write("VERSION", "3.2.0\n");
    repo.stage().commit("with a key");
    repo.remove("config/master.key").stage();
    repo.commit("without");
    let scan = |args: &[&str]| {
        let args =
            ["scan", "--format", "jsonl", "--show-secrets", "--no-cache"].iter().chain(args);
        stanch(repo.path(), args.copied())
    };
    let found = scan(&["--min-confidence", "low"]).code(1).findings();
    let told: Vec<_> =
        found.iter().map(|f| (&f["rule_id"], &f["path"], &f["confidence"])).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(found[0]["rule_id"], "rails-master-key-file");
    assert_eq!(found[0]["path"], "config/master.key");
    assert_eq!(found[0]["confidence"], "high");
    assert_eq!(found[0]["secret"].as_str().unwrap().as_bytes(), key);
    assert!(scan(&["--worktree", "--min-confidence", "low"]).code(0).findings().is_empty());
    repo.write("config/credentials/staging.key", &key);
    repo.stage();
    let found = scan(&["--staged"]).code(1).findings();
    assert_eq!(found[0]["path"], "config/credentials/staging.key");
}

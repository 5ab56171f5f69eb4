//! Places that say by themselves that a password stands there, whatever it looks like: people
//! make up passwords that no model can tell from other words.

use super::super::holds::holds;
use super::super::mixed::is_made_up;
use super::super::placeholder::placeholder;
use super::super::url_credentials::{Url, UrlCredentials};
use super::super::{Check, Token, Verdict};
use super::beside::is_beside_user;
use super::line::{Line, compared};
use super::mere::is_variable;
use super::name::ends_in_password;
use super::phrase;
use super::value::is_tangled;
use crate::rule::takes_login;

/// Shorter passwords are not believed for their place alone.
const SHORTEST: usize = 6;
/// Shorter ones are not believed outside of URLs and connection strings.
const ELSEWHERE: usize = 8;
/// Shorter ones are not believed for brackets that close nothing.
const TANGLED: usize = 12;

/// Variables that clients of databases and `sshpass` read a password from.
const VARIABLES: [&[u8]; 4] = [b"PGPASSWORD", b"MYSQL_PWD", b"SSHPASS", b"REDISCLI_AUTH"];

/// What names the server, and what the user, in a connection string.
const SERVERS: [&[u8]; 7] = [
    b"server=",
    b"data source=",
    b"host=",
    b"addr=",
    b"address=",
    b"initial catalog=",
    b"dbname=",
];
const USERS: [&[u8]; 5] = [b"user id=", b"uid=", b"user=", b"username=", b"userid="];

/// Whether the secret of `token`, which stands as `line` tells, is a password for where it stands.
pub(super) fn tells(token: &Token<'_>, line: &Line<'_>, is_url: bool) -> bool {
    let value = token.secret();
    let told = match is_url {
        true => is_reached(token),
        false => {
            let created = line.quoted && line.name.eq_ignore_ascii_case(b"identified");
            let given = value.len() >= ELSEWHERE
                && (created || VARIABLES.contains(&line.name))
                && is_varied(value);
            let tangled = value.len() >= TANGLED && is_typed(value);
            given
                || tangled
                || is_connection(line)
                || is_password(token, line)
                || is_login(value, line)
                || is_of_signs(token, line)
                || is_beside_user(value, line)
                || phrase::tells(token, line)
        }
    };
    told && value.len() >= SHORTEST && placeholder(value).is_none()
        || !is_url && is_strict(token, line)
}

/// Shorter ones were not made to please a rule for passwords.
const STRICT: usize = 10;

/// Whether `line` gives a password, in quotes, that pleases the strictest rule for such: letters of
/// both cases, digits and signs. Nobody writes a placeholder so, but a weak password: `Welcome2024!`.
fn is_strict(token: &Token<'_>, line: &Line<'_>) -> bool {
    let value = token.secret();
    let has = |is: fn(&u8) -> bool| value.iter().any(is);
    let signs = value.iter().filter(|b| b"!@#$%^&*?".contains(b)).count();
    let plain = value.iter().all(|b| b.is_ascii_alphanumeric() || b"!@#$%^&*?-_".contains(b));
    let strict = has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit)
        && (1..=4).contains(&signs);
    let said =
        [&b"example"[..], b"your", b"change", b"test", b"dummy", b"fake", b"wrong", b"invalid"];
    let says_so = || {
        let lower = value.to_ascii_lowercase();
        said.iter().any(|word| holds(&lower, word))
    };
    let given = || line.between.iter().all(|b| b" \t=:\"'>".contains(b)) || is_set(line);
    token.rule.id == "generic-password"
        && ends_in_password(line.name)
        && line.quoted
        && given()
        && (STRICT..40).contains(&value.len())
        && !value.starts_with(b"$")
        && plain
        && strict
        && !says_so()
}

/// Whether `line` hands a value over to what sets a password: `x.setPassword("v")`.
fn is_set(line: &Line<'_>) -> bool {
    let name = line.name.to_ascii_lowercase();
    let sets = [&b"setpassword"[..], b"set_password"].iter().any(|call| name.ends_with(call));
    sets && line.between.starts_with(b"(") && line.between.len() <= 2
}

/// Whether `line` gives a password, in quotes or all by itself, that somebody made up.
fn is_password(token: &Token<'_>, line: &Line<'_>) -> bool {
    let name = compared(line.name);
    let value = token.secret();
    let named = token.rule.id == "generic-password" && ends_in_password(name);
    let alone = || line.before.trim_ascii().is_empty() && line.after.trim_ascii().is_empty();
    let apart = line.quoted
        || line.between.ends_with(b">")
        || name.eq_ignore_ascii_case(b"htpasswd")
        || alone();
    let given = line.is_compared() || !line.between.contains(&b'(');
    let shortest = if line.is_compared() { SHORTEST } else { ELSEWHERE };
    let comment = line.begins_with(&[b"#", b"*", b"//", b";"]);
    let made = value.len() >= shortest && is_made_up(value) && !is_variable(value, line);
    named && given && apart && !comment && made
}

/// Fewer signs of a kind are no sign of a password.
const SIGNS: usize = 3;

/// Whether `line` gives a password, in quotes, that is mostly signs which no code and no pattern has:
/// `"A,.:-@*?!"`.
fn is_of_signs(token: &Token<'_>, line: &Line<'_>) -> bool {
    let value = token.secret();
    let mut signs: Vec<u8> = value.iter().copied().filter(|b| b"!@#$%^&*?~".contains(b)).collect();
    signs.sort_unstable();
    signs.dedup();
    let code = |b: &u8| b.is_ascii_control() || b"\\()[]{}<>/|\"'`= ".contains(b);
    token.rule.id == "generic-password"
        && ends_in_password(line.name)
        && line.quoted
        && value.len() >= ELSEWHERE
        && signs.len() >= SIGNS
        && value.iter().any(u8::is_ascii_alphabetic)
        && !value.iter().any(code)
        && !value.starts_with(b"$")
}

/// Whether `line` calls something with a user and a password: `BasicAuth("user", "password")`.
fn is_login(value: &[u8], line: &Line<'_>) -> bool {
    let called = takes_login(line.name) && line.between.contains(&b'(');
    let second = line.quoted && line.between.contains(&b',');
    called && second && value.len() >= SHORTEST && is_made_up(value)
}

/// Whether the URL, or the call of `curl`, that holds the password leads to a real host.
fn is_reached(token: &Token<'_>) -> bool {
    let host = Url::around(token).host;
    let named = host.is_empty() && token.matched().starts_with(b"curl") || host.contains(&b'.');
    named && is_varied(token.secret()) && matches!(UrlCredentials.check(token), Verdict::Agrees(_))
}

/// Whether it has brackets that close nothing. A pattern has such signs too.
fn is_typed(value: &[u8]) -> bool {
    is_tangled(value) && !value.iter().any(|b| b"\\^*+| ".contains(b))
}

/// Whether letters and digits are in `value`, beside those of escapes such as `%40`.
pub(super) fn is_varied(value: &[u8]) -> bool {
    let plain = |is: fn(&u8) -> bool| {
        let escaped = |at: usize| value[at.saturating_sub(2)..at].contains(&b'%');
        value.iter().enumerate().any(|(at, b)| is(b) && !escaped(at))
    };
    plain(u8::is_ascii_digit) && plain(u8::is_ascii_alphabetic)
}

/// Whether `line` is a connection string, `Server=…;User ID=…;Password=…`.
pub(super) fn is_connection(line: &Line<'_>) -> bool {
    let password = [&b"password"[..], b"pwd"].iter().any(|n| line.name.eq_ignore_ascii_case(n));
    if !password || line.quoted || !line.between.trim_ascii().starts_with(b"=") {
        return false;
    }
    let sides = [line.before, line.after].map(<[u8]>::to_ascii_lowercase);
    let has = |keys: &[&[u8]]| {
        sides.iter().any(|side| keys.iter().any(|key| memchr::memmem::find(side, key).is_some()))
    };
    has(&SERVERS) && has(&USERS)
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::sure;
    use crate::model::Confidence;

    fn assigned(text: &str, name: &str, secret: &str) -> Option<Confidence> {
        sure("generic-password", text, name, secret)
    }

    #[test]
    fn a_password_in_its_place_is_believed() {
        let url = "postgres://app:~@db.corp.io/main";
        let url = |secret| sure("postgres-url-password", url, "postgres", secret);
        assert!(url("s3cr3t") >= Some(Confidence::Medium));
        assert!(url("secret") < Some(Confidence::Medium));
        let set = |secret| assigned("x.setPassword(\"~\");", "x.setPassword", secret);
        assert!(set(concat!("r7YMuhk!", "cjG5IA")) >= Some(Confidence::Medium));
        let odbc = "Server=db1;User ID=app;Password=~;Database=x";
        assert!(assigned(odbc, "Password", "goodspec") >= Some(Confidence::Medium));
        assert_eq!(assigned("a = b; password=~; c = d", "password", "goodspec"), None);
        let sql = "CREATE USER a IDENTIFIED BY '~'";
        assert!(assigned(sql, "IDENTIFIED", "Ga7epost") >= Some(Confidence::Medium));
        let shell = assigned("PGPASSWORD=~ psql", "PG", "ga7epost9");
        assert!(shell >= Some(Confidence::Medium));
    }

    #[test]
    fn for_words_and_for_what_is_only_about_a_secret_nobody_is_stopped() {
        let random = ["ihYXzOOCbi5MpjY", "IM3LSnfje4znMKo43qKK01wGbKA"].concat();
        let secret = |text, name, value: &str| sure("generic-secret", text, name, value);
        assert_eq!(secret("client_secret: \"~\"", "client", &random), Some(Confidence::High));
        let url = "http://me:~@the.host.io/main";
        let cut = ["eyJhbGciOiJIUzI1NiJ9", ".eyJpc3MiOiJ0b3B0YWwuY29tIn0", "."].concat();
        let login = ["dGVzdHVzZXI6", "dGVzdHBhc3MxMjM="].concat();
        for judged in [
            secret("credentials_id: \"~\"", "cred", &random),
            secret("-Dcredential_helpers=~\n", "Dcred", "osxkeychain"),
            secret("String token = \"~\"", "token", &cut),
            secret("\"Authorization\" => \"Basic ~\"", "Auth", &login),
            assigned("password=~\n", "password", "to-be-stolen"),
            assigned("password: '~'", "password", "q1w2e3"),
            sure("generic-url-password", url, "http", "one+two%3F"),
            sure("generic-url-password", url, "http", "%4D^p"),
        ] {
            assert!(judged < Some(Confidence::High), "{judged:?}");
        }
        let header = "HTTP_AUTHORIZATION\"] = \"Basic ~\"";
        assert_eq!(secret(header, "HTTP", "Gwf2aXq8ZLF3Hxq="), None);
    }

    #[test]
    fn a_password_of_signs_is_believed() {
        let pass = |text, value| assigned(text, "db_pass", value);
        assert!(pass("db_pass: '~'", "A,.:-¨@*¿?!") >= Some(Confidence::Medium));
        assert!(pass("db_pass: ~\n", "A,.:-@*?!") < Some(Confidence::Medium));
    }

    #[test]
    fn a_line_of_options_is_no_comment() {
        let made = ["abuser", "123456"].concat();
        let sure = |text| assigned(text, "--password", &made);
        let options = sure("  --user=bob --password='~' \\\n");
        assert!(options >= Some(Confidence::Medium), "{options:?}");
        assert!(sure("  # user=bob --password='~'\n") < options);
    }

    #[test]
    fn a_password_that_pleases_a_strict_rule_is_believed() {
        let assigned = |secret| assigned("admin_password = \"~\"", "admin_password", secret);
        for secret in ["AdminPassword123!", "P@ssw0rd1234!", "Welcome2024!"] {
            assert_eq!(assigned(secret), Some(Confidence::Medium), "{secret}");
        }
        assert!(assigned("Password") < Some(Confidence::Medium));
        assert!(assigned("YourPassword123!") < Some(Confidence::Medium));
    }

    #[test]
    fn tangled_brackets_are_neither_code_nor_template() {
        let assigned = |secret| assigned("password = '~'", "password", secret);
        assert!(assigned("x{(q}7[p)w${e]z") >= Some(Confidence::Medium));
        assert_eq!(assigned("x${env.NAME}y"), None);
    }

    #[test]
    fn a_password_that_somebody_made_up_is_believed() {
        let sure = |secret| assigned("password = '~'", "password", secret);
        assert!(sure("cAc48k1Zd7") >= Some(Confidence::Medium));
        assert!(sure("abuser123456") >= Some(Confidence::Medium));
        assert!(sure("open_sesame") < Some(Confidence::Medium));
    }
}

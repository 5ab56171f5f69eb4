//! Whether a name or a value looks like that of a secret.

/// Words in a name that speak of a secret.
const WORDS: [&str; 22] = [
    "TOKEN",
    "SECRET",
    "PASS",
    "PASSWORD",
    "PASSWD",
    "PWD",
    "PASSPHRASE",
    "KEY",
    "APIKEY",
    "PAT",
    "CREDENTIAL",
    "CREDENTIALS",
    "CREDS",
    "AUTH",
    "PRIVATE",
    "DSN",
    "WEBHOOK",
    "CERT",
    "CERTIFICATE",
    "COOKIE",
    "SIGNING",
    "LICENSE",
];

/// Ends of names whose values are addresses with a password in them.
const ADDRESSES: [&str; 5] = ["DATABASE_URL", "REDIS_URL", "MONGO_URL", "MONGODB_URI", "AMQP_URL"];

/// Whether a variable of that name is likely to hold a secret.
pub fn looks_secret(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let speaks = |part: &str| {
        let ends = part.len() > 6 && (part.ends_with("KEY") || part.ends_with("TOKEN"));
        WORDS.contains(&part) || ends
    };
    let public = ["PUBLIC_KEY", "CACHE_KEY", "KEY_NAME", "KEY_ID_FILE", "KEYBOARD", "AUTHOR"];
    let is_public = public.iter().any(|p| upper.contains(p));
    let address = ADDRESSES.iter().any(|end| upper.ends_with(end));
    (upper.split('_').any(speaks) && !is_public) || address
}

/// Whether a value is one, and no reference, path, number or word of a choice.
pub fn is_value(value: &str) -> bool {
    let value = value.trim();
    value.len() >= 6
        && !value.starts_with(['$', '/', '~', '.'])
        && !value.contains("<<")
        && value.parse::<f64>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_speak_of_secrets_or_not() {
        for name in ["NPM_TOKEN", "DB_PASS", "AWS_SECRET_ACCESS_KEY", "DATABASE_URL", "DEPLOYKEY"]
        {
            assert!(looks_secret(name), "{name}");
        }
        for name in ["NODE_ENV", "VERSION", "SSH_PUBLIC_KEY", "KEYBOARD", "BASE_URL", "GIT_AUTHOR"]
        {
            assert!(!looks_secret(name), "{name}");
        }
        assert!(is_value("abc123def") && !is_value("$TOKEN") && !is_value("12345678"));
    }
}

//! The words of the generic tier. The build script reads them too.

/// Words that make a name speak of a secret, and whether it then speaks of a password.
pub const WORDS: [(&str, bool); 20] = [
    ("identified by", true),
    ("secureString", true),
    ("pass", true),
    ("pwd", true),
    ("psw", true),
    ("kennwort", true),
    ("wachtwoord", true),
    ("contrasena", true),
    ("motdepasse", true),
    ("senha", true),
    ("secret", false),
    ("token", false),
    ("key", false),
    ("auth", false),
    ("cred", false),
    ("api", false),
    ("bearer", false),
    ("basic ", false),
    ("totp", false),
    ("seed", false),
];

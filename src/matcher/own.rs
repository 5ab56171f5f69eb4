//! Words that are looked for in every text for what they are themselves. The build script reads
//! them too.

/// What private key blocks speak of.
pub const PRIVATE_KEY: &str = "private key";
/// What stands between a scheme and the rest of a URL.
pub const AUTHORITY: &str = "://";
/// A program that takes a password as an argument.
pub const CURL: &str = "curl ";

/// All of them.
pub const OWN: [&str; 3] = [PRIVATE_KEY, AUTHORITY, CURL];

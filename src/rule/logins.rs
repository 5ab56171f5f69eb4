//! Names that say how somebody logs in.

/// Ends of their names.
const ENDS: [&[u8]; 6] =
    [b"auth", b"basic", b"credential", b"credentials", b"authenticate", b"authentication"];

/// Whether what is called so takes a user and a password: `BasicAuth("user", "password")`.
pub fn takes_login(name: &[u8]) -> bool {
    let ends = |end: &&[u8]| {
        let at = name.len().checked_sub(end.len());
        at.is_some_and(|at| name[at..].eq_ignore_ascii_case(end))
    };
    ENDS.iter().any(ends)
}

/// Whether the name is that of a way to authenticate, which a credential follows anywhere.
pub fn is_scheme(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"basic") || name.eq_ignore_ascii_case(b"bearer")
}

//! Common words in values, and usual defaults.

use super::super::words::words;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Words that values of all kinds are made of, each between blanks.
static COMMON: List = LazyLock::new(|| {
    list(
        " access account active admin agent alias allow apple array async author \
    backend base basic blue book box browser bucket build cache call card change channel check \
    class client cloud cluster code color column command commit common company complete config \
    connect content context control cookie copy core count create credential current custom \
    customer data database date debug default delete demo device digest dir disable dog domain \
    done double down download driver dummy edit editor element email empty enable encode encrypt \
    end engine enter entity error event example expire export extra factory fail false feature \
    field file filter find first folder font form format found frame free from full function \
    game generate get github global good google grant great green group guest hash header health \
    hello help hidden home hook host house icon image import index info init input insert inside \
    install instance integer internal invalid issue item java job join key kind label language \
    last layer layout length level library light limit line link list load local lock log login \
    long lookup love machine magic mail main manager map mark master match media member memory \
    menu message meta method metric mock mode model module money monitor mount move multi my \
    name network new next node none normal note null number object offset old open option order \
    origin other output owner package page pair panel parent parse pass passphrase password patch \
    path pattern payload person phone place plain plan platform player plugin point policy pool \
    port position post power prefix present primary private process product profile program \
    project prompt property provider proxy public push query queue random range rate read ready \
    real record red redirect refresh region register release remote remove render replace report \
    request require reset resource response rest result return role root route rule run sample \
    save schema scope script search second secret section secure security select send server \
    service session set setting share shell short show sign signature simple single site size \
    skip small social some source space special sql stack staging standard start state static \
    status step stop storage store stream string strong style subject success summer super \
    support switch sync system tab table tag target task team temp template term test text theme \
    thing this ticket time title token tool topic total trace track transfer tree trigger true \
    type undefined unique unit unknown update upload upper url use user username valid validate \
    value variable vault vendor verify version video view visible voice wait warning watch water \
    web webhook welcome white widget window winter word work worker world wrong yellow your zone ",
    )
});

/// What is used where nobody has chosen.
static DEFAULTS: List = LazyLock::new(|| {
    list(
        " aaabbb abc abcd admin administrator alice apache asdf bar baz bob changeme changeit cloud demo \
    elastic foo foobar guest hello hunter2 jenkins joe john letmein minioadmin mongo monkey mypass \
    mysql mysecret neo4j newpass newpassword none oldpass oldpassword oracle pass pass123 passw0rd password password1 password123 passwd \
    postgres postgresql pw pwd qwer qwerty rabbitmq redis root sa sample secret secret123 shhh sonar \
    string super supersecret sys system temp test test123 tester testing toor tomcat topsecret \
    user user1 username q1w2e3 q1w2e3r4 1q2w3e 1q2w3e4r 1qaz2wsx zaq12wsx asdfgh zxcvbn vagrant welcome xxx yourpass zxcv ",
    )
});

/// The words of a list.
pub(super) type List = LazyLock<HashSet<&'static [u8]>>;

/// Cuts a list at blanks.
pub(super) fn list(words: &'static str) -> HashSet<&'static [u8]> {
    words.split_ascii_whitespace().map(str::as_bytes).collect()
}

/// How many letters of `value` stand in common words.
pub(super) fn covered(value: &[u8]) -> usize {
    if value.len() > 80 {
        return 0;
    }
    let known = |w: &&[u8]| w.len() > 1 && is_common(w);
    words(value).filter(known).map(<[u8]>::len).sum()
}

fn is_common(word: &[u8]) -> bool {
    let lower = word.to_ascii_lowercase();
    let singular = lower.strip_suffix(b"s").unwrap_or(&lower);
    COMMON.contains(&*lower) || COMMON.contains(singular)
}

/// Whether `value` is what people take when they need any, whatever digits follow it.
pub(super) fn is_default(value: &[u8]) -> bool {
    if value.len() > 20 {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let plain = unmasked(value);
    let tail =
        plain.iter().rev().take_while(|b| b.is_ascii_digit() || b"!@#$".contains(b)).count();
    let bare = plain.get(..plain.len() - tail).unwrap_or_default();
    [&*lower, &*plain, bare].iter().any(|w| DEFAULTS.contains(w))
}

/// It says what it is instead of being it: `my_secret_key`, `password1`, `s3cr3t`.
pub(super) fn names_secret(value: &[u8]) -> bool {
    const SAYS: [&[u8]; 9] = [
        b"passw",
        b"passcode",
        b"passphrase",
        b"secret",
        b"token",
        b"apikey",
        b"api_key",
        b"api-key",
        b"access_key",
    ];
    let plain = unmasked(value);
    let says = |w: &[u8]| SAYS.iter().any(|s| w.starts_with(s));
    value.len() < 40 && (0..plain.len()).any(|at| says(&plain[at..]))
}

/// Small letters, with the signs that people write for letters undone.
fn unmasked(value: &[u8]) -> Vec<u8> {
    let letter = |b: &u8| match b {
        b'$' | b'5' => b's',
        b'3' => b'e',
        b'0' => b'o',
        b'@' | b'4' => b'a',
        _ => b.to_ascii_lowercase(),
    };
    value.iter().map(letter).collect()
}

//! What is looked at in a candidate of the generic tier: each trait has an id, which the weights
//! in `rules/judging` use, and words in which it is told. The build script reads this file too.

/// Declares the traits and the table of their words.
macro_rules! traits {
    ($($name:ident: $yes:literal $(, $no:literal)?;)*) => {
        /// A trait, as an index into [`Traits`].
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[allow(missing_docs, dead_code, reason = "the table says what each is")]
        pub enum Trait { $($name),* }

        /// Id of each, how it is told, and how its absence is told if it is a plain yes or no.
        pub const TRAITS: &[(&str, &str, &str)] =
            &[$((stringify!($name), $yes, concat!($($no)?))),*];
    };
}

traits! {
    // The value.
    Length: "the value has {} characters";
    Digits: "{} % of the value are digits";
    Lower: "{} % of the value are small letters";
    Upper: "{} % of the value are capitals";
    Signs: "{} % of the value are signs";
    Kinds: "the value mixes {} kinds of characters";
    Blanks: "the value has {} blanks";
    Dashes: "the value has {} dashes or underscores";
    Dots: "the value has {} dots";
    Slashes: "the value has {} slashes";
    Odd: "the value has {} signs that are rare in names";
    Padded: "the value ends as base64 does", "the value does not end as base64 does";
    Foreign: "the value has letters beyond ASCII", "the value is plain ASCII";
    Turns: "per hundred characters the kind of character changes {} times";
    Surprise: "its letter pairs have {} sixteenths of a bit of surprise (words up to 64, noise from 80)";
    HardestPart: "its strangest part has {} sixteenths of a bit of surprise";
    Entropy: "its characters are {} % as varied as random ones would be";
    Distinct: "it has {} different characters";
    DigitRun: "its longest row of digits is {} long";
    LetterRun: "its longest row of letters of one case is {} long";
    Parts: "it has {} parts";
    TailDigits: "it ends in {} digits";
    Vowels: "{} % of its letters are vowels";
    Hex: "it is hexadecimal", "it is not hexadecimal";
    HashLong: "it is as long as a common hash", "it is not as long as a hash";
    Crypt: "it is a password that has been hashed", "it is no hashed password";
    Uuid: "it has the form of a UUID", "it has not the form of a UUID";
    Wordy: "it is made of words", "it is not made of words";
    Known: "{} % of its letters are common words";
    Telling: "it holds a word that only placeholders have", "no word in it tells of a placeholder";
    Empty: "its words say nothing", "its words are not just names";
    NamesSecret: "it says `password`, `secret` or the like", "it does not say what it is";
    Rows: "{} % of it are rows such as abc or 123";
    Doubled: "{} % of its characters repeat the one before";
    Common: "it is a usual default", "it is no usual default";
    Capitalised: "it is one capitalised word", "it is not one capitalised word";
    Humps: "it has {} humps as names in code have";
    Location: "it is a path or an address", "it is no path";
    Code: "it looks like code", "it does not look like code";
    Decodes: "it is text in base64", "it is not text in base64";
    Spelled: "it is written byte by byte", "it is not written byte by byte";
    // The name.
    SaysPassword: "the name says password", "the name does not say password";
    SaysSecret: "the name says secret", "the name does not say secret";
    SaysToken: "the name says token", "the name does not say token";
    SaysKey: "the name says key", "the name does not say key";
    SaysAuth: "the name says auth or credential", "the name does not say auth";
    SaysApi: "the name says api", "the name does not say api";
    Behind: "{} words of the name follow the telling one";
    Before: "{} words of the name precede the telling one";
    WholeWord: "the telling word stands by itself", "the telling word is part of another";
    About: "the name is about a secret, not one", "the name does not end in what a secret is not";
    Public: "the name says that it is public", "the name does not say that it is public";
    Mock: "the name speaks of a test", "the name does not speak of a test";
    Strong: "the name says whose secret it is", "the name does not say whose secret it is";
    NameLength: "the name has {} characters";
    NameCapitals: "the name is in capitals", "the name is not in capitals";
    NameHumps: "the name has humps", "the name has no humps";
    NameDots: "the name has {} dots";
    NameType: "the name begins with a capital, as types do", "the name does not begin as types do";
    Sets: "the name is a call that sets", "the name is no call that sets";
    NameInValue: "the value repeats {} words of its name";
    ValueInName: "the name holds the value", "the name does not hold the value";
    // How they meet.
    ByEquals: "joined by `=`", "not joined by `=`";
    ByColon: "joined by `:`", "not joined by `:`";
    ByArrow: "joined by `=>`", "not joined by `=>`";
    Compared: "compared with the value", "not compared";
    Argument: "an argument of a call", "no argument of a call";
    ByBlank: "only a blank stands between", "more than a blank stands between";
    InElement: "the value of an XML element", "not in an XML element";
    InUrl: "a part of a URL", "no part of a URL";
    Option: "an option of a command", "no option of a command";
    Scheme: "it follows a way to authenticate", "it follows no way to authenticate";
    Tight: "no blank between name and sign", "blanks around the sign";
    Quoted: "the value is quoted", "the value is not quoted";
    Double: "in double quotes", "not in double quotes";
    NameQuoted: "the name is quoted", "the name is not quoted";
    Gap: "{} characters between name and value";
    Wrapped: "the value stands inside a call", "the value stands inside no call";
    Broken: "a line break stands between", "name and value share a line";
    // The line.
    Starts: "the name begins the line", "other text precedes the name";
    Comment: "the line is a comment", "the line is no comment";
    Ends: "the value ends the line", "more follows on the line";
    Statement: "a statement ends behind it", "no statement ends behind it";
    Joined: "it is joined to more text", "it is not joined to more text";
    GoesOn: "it goes on as an expression", "it does not go on as an expression";
    LineBefore: "{} characters precede it on the line";
    LineAfter: "{} characters follow it on the line";
    Quotes: "the line has {} more quotes";
    LineTests: "the line speaks of a test or an example", "the line does not speak of a test";
    LineHttp: "the line speaks of a request", "the line does not speak of a request";
    LineLogin: "the line names a user", "the line names no user";
    LineHash: "the line speaks of a hash or a public key", "the line does not speak of a hash";
    LineShell: "the line is a command", "the line is no command";
    // Around.
    NearLogin: "a user or a host is named nearby", "no user or host is named nearby";
    NearHash: "hashes or public keys stand nearby", "no hashes stand nearby";
    NearTests: "tests or examples stand nearby", "no tests stand nearby";
    NearSecrets: "{} other telling words stand nearby";
    Same: "the value stands {} more times nearby";
    Siblings: "{} values of its length and form stand nearby, none with a telling name";
    SameName: "the name stands {} more times nearby";
    Prose: "{} % of the text around are letters and blanks";
    Alike: "the lines before and after begin alike", "the lines around begin otherwise";
    // Of URLs.
    UserIsValue: "user and password are equal", "user and password differ";
    NearHost: "the host is of the same machine or network", "the host is not said to be near";
    ExampleHost: "the host is one for examples", "the host is none for examples";
    TemplateHost: "the host is a template or missing", "the host is written out";
}

//! Texts of rules: of the built-in ones, which all stand in one long text, or of a user's.
//!
//! A built-in text is told by its place and not by a pointer, as tens of thousands of pointers
//! would have to be set right whenever the program starts. The build script uses this file too.

use super::builtin::{LISTS, TEXTS};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::ops::Deref;

/// Where something built in stands, and its length.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    start: u32,
    len: u32,
}

/// Built in, or read from a file.
#[derive(Debug, Clone)]
enum Held<T> {
    BuiltIn(Place),
    Own(T),
}

/// Text that is either built in or read from a user's file.
#[derive(Clone)]
pub struct Str(Held<Box<str>>);

/// A list of such texts.
#[derive(Clone)]
pub struct List(Held<Box<[Str]>>);

impl Str {
    /// The built-in text that stands there.
    pub(super) const fn built_in(start: u32, len: u32) -> Self {
        Self(Held::BuiltIn(Place { start, len }))
    }

    /// Whether it is built in.
    pub fn is_built_in(&self) -> bool {
        matches!(self.0, Held::BuiltIn(_))
    }
}

impl List {
    /// The built-in list that stands there.
    pub(super) const fn built_in(start: u32, len: u32) -> Self {
        Self(Held::BuiltIn(Place { start, len }))
    }
}

impl Deref for Str {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        match &self.0 {
            Held::BuiltIn(Place { start, len }) => {
                let start = *start as usize;
                TEXTS.get(start..start + *len as usize).unwrap_or_default()
            }
            Held::Own(text) => text,
        }
    }
}

impl Deref for List {
    type Target = [Str];

    #[inline]
    fn deref(&self) -> &[Str] {
        match &self.0 {
            Held::BuiltIn(Place { start, len }) => {
                let start = *start as usize;
                LISTS.get(start..start + *len as usize).unwrap_or_default()
            }
            Held::Own(texts) => texts,
        }
    }
}

impl Borrow<str> for Str {
    fn borrow(&self) -> &str {
        self
    }
}

impl Default for Str {
    fn default() -> Self {
        Self::built_in(0, 0)
    }
}

impl Default for List {
    fn default() -> Self {
        Self::built_in(0, 0)
    }
}

impl<T: Into<Box<str>>> From<T> for Str {
    fn from(text: T) -> Self {
        Self(Held::Own(text.into()))
    }
}

impl<T: Into<Str>> FromIterator<T> for List {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        Self(Held::Own(texts.into_iter().map(Into::into).collect()))
    }
}

impl PartialEq for Str {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Str {}

impl PartialOrd for Str {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Str {
    fn cmp(&self, other: &Self) -> Ordering {
        (**self).cmp(&**other)
    }
}

impl PartialEq<str> for Str {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for Str {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl fmt::Debug for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Debug for List {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Str {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}

impl<'de> Deserialize<'de> for Str {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(String::deserialize(from)?.into())
    }
}

impl<'de> Deserialize<'de> for List {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Vec::<String>::deserialize(from)?.into_iter().collect())
    }
}

impl Serialize for Str {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self)
    }
}

impl Serialize for List {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(self.iter())
    }
}

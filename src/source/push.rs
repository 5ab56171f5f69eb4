//! What a push sends: the lines that git gives a `pre-push` hook.

use super::range::Range;
use super::{Sink, Source, Text, ref_names};
use crate::error::{Error, Kind, Result};
use crate::git::revision::Tips;
use crate::git::{Repo, Where};
use crate::model::{ObjectId, display_path};

/// The commits, blobs and messages that a push adds to the remote.
pub struct Push {
    range: Range,
    /// The names that refs get on the other side.
    names: Vec<Vec<u8>>,
}

/// One line of the hook's input.
struct Line<'a> {
    local: ObjectId,
    name: &'a [u8],
    remote: ObjectId,
}

impl Push {
    /// Reads what git says to `pre-push`: the remote's name and URL as arguments, and `input`.
    ///
    /// # Errors
    /// If the repository cannot be opened or a line makes no sense.
    pub fn parse(place: &Where, remote: &str, url: &str, input: &[u8]) -> Result<Self> {
        let repo = Repo::at(place)?;
        let (mut tips, mut names) = (Tips::default(), Vec::new());
        for line in input.split(|&b| b == b'\n').filter(|line| !line.is_empty()) {
            let line = parse(line)?;
            // A ref that is deleted sends nothing; what it held is known to the remote.
            if !line.local.is_zero() {
                tips.include.push(line.local);
                names.push(line.name.to_vec());
            }
            tips.exclude.extend(Some(line.remote).filter(|id| is_known(&repo, *id)));
        }
        let sent = tips.include.len();
        tips.exclude.extend(known_to(&repo, remote, url)?);
        let to = display_path(if is_named(remote, url) { remote } else { url }.as_bytes());
        let shown = format!("{sent} pushed ref{} to {to}", if sent == 1 { "" } else { "s" });
        Ok(Self { range: Range::new(place, tips, shown), names })
    }

    /// Reads what git says to `pre-receive` (`OLD-ID NEW-ID REF` a line): everything that no ref of
    /// this repository leads to yet.
    ///
    /// # Errors
    /// If the repository or its refs cannot be read or a line makes no sense.
    pub fn received(place: &Where, input: &[u8]) -> Result<Self> {
        let repo = Repo::at(place)?;
        let (mut include, mut names) = (Vec::new(), Vec::new());
        for line in input.split(|&b| b == b'\n').filter(|line| !line.is_empty()) {
            let (new, name) = new_id(line)?;
            if !new.is_zero() {
                include.push(new);
                names.push(name.to_vec());
            }
        }
        let exclude = repo.refs()?.refs.iter().map(|r| r.id).collect();
        let refs = include.len();
        let shown = format!("{refs} received ref{}", if refs == 1 { "" } else { "s" });
        Ok(Self {
            range: Range::new(place, Tips { include, exclude, ..Tips::default() }, shown),
            names,
        })
    }

    /// Everything local that `remote` is not known to have: for callers that are not told
    /// every ref that is pushed.
    ///
    /// # Errors
    /// If the repository or its refs cannot be read.
    pub fn everything(place: &Where, remote: &str) -> Result<Self> {
        let repo = Repo::at(place)?;
        let own =
            |name: &[u8]| name.starts_with(b"refs/heads/") || name.starts_with(b"refs/tags/");
        let refs = repo.refs()?.refs;
        let mut include: Vec<_> = refs.iter().filter(|r| own(&r.name)).map(|r| r.id).collect();
        include.extend(repo.head()?);
        let exclude = known_to(&repo, remote, "")?;
        let tips = Tips { include, exclude, ..Tips::default() };
        let shown = format!("everything that {} may not have", display_path(remote.as_bytes()));
        Ok(Self { range: Range::new(place, tips, shown), names: Vec::new() })
    }
}

impl Source for Push {
    fn scope(&self) -> String {
        self.range.scope()
    }

    fn read(&self, sink: &dyn Sink) -> Result<()> {
        ref_names::scan(self.names.iter().map(Vec::as_slice), sink);
        self.range.read(sink)
    }

    fn before(&self, paths: &[Vec<u8>], text: &mut Text<'_>) -> Result<()> {
        self.range.before(paths, text)
    }
}

/// Reads `LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID`. A local ref is what the user typed and may
/// hold spaces, so the fields are taken from the right.
fn parse(line: &[u8]) -> Result<Line<'_>> {
    let mut fields = line.rsplitn(4, |&b| b == b' ');
    let remote = fields.next().and_then(ObjectId::from_hex);
    let name = fields.next().filter(|name| !name.is_empty());
    let local = fields.next().and_then(ObjectId::from_hex);
    match (local, name, remote, fields.next()) {
        (Some(local), Some(name), Some(remote), Some(_)) => Ok(Line { local, name, remote }),
        _ => {
            let what = format!("not a line that git gives to pre-push: '{}'", display_path(line));
            Err(Error::new(Kind::Usage, what)
                .hint("each line must read: LOCAL-REF LOCAL-ID REMOTE-REF REMOTE-ID"))
        }
    }
}

/// Reads `OLD-ID NEW-ID REF`.
fn new_id(line: &[u8]) -> Result<(ObjectId, &[u8])> {
    let mut fields = line.splitn(3, |&b| b == b' ');
    let old = fields.next().and_then(ObjectId::from_hex);
    let new = fields.next().and_then(ObjectId::from_hex);
    let name = fields.next().filter(|name| !name.is_empty());
    match (old, new, name) {
        (Some(_), Some(new), Some(name)) => Ok((new, name)),
        _ => {
            let what =
                format!("not a line that git gives to pre-receive: '{}'", display_path(line));
            Err(Error::new(Kind::Usage, what).hint("each line must read: OLD-ID NEW-ID REF"))
        }
    }
}

fn is_known(repo: &Repo, id: ObjectId) -> bool {
    !id.is_zero() && repo.has(id)
}

/// Whether the push names a configured remote rather than a bare URL.
fn is_named(remote: &str, url: &str) -> bool {
    !remote.is_empty() && remote != url
}

/// What the remote is known to have by its remote-tracking refs. A bare URL has none.
fn known_to(repo: &Repo, remote: &str, url: &str) -> Result<Vec<ObjectId>> {
    if !is_named(remote, url) || repo.pushes_elsewhere(remote) {
        return Ok(Vec::new());
    }
    let prefix = format!("refs/remotes/{remote}/");
    let refs = repo.refs()?.refs;
    Ok(refs.iter().filter(|r| r.name.starts_with(prefix.as_bytes())).map(|r| r.id).collect())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may")]
mod tests {
    use super::*;

    #[test]
    fn a_local_ref_may_hold_spaces() {
        let (a, b) = ("1".repeat(40), "0".repeat(40));
        let text = format!("my ref {a} refs/heads/x {b}");
        let line = parse(text.as_bytes()).unwrap();
        assert!(line.remote.is_zero() && line.local.to_string() == a);
        assert_eq!(line.name, b"refs/heads/x");
        assert!(
            parse(format!("(delete) {b} refs/heads/x {a}").as_bytes()).unwrap().local.is_zero()
        );
        assert!(parse("0".repeat(64).as_bytes()).is_err());
    }

    #[test]
    fn other_lines_are_errors() {
        let id = "1".repeat(40);
        for bad in [String::new(), id.clone(), format!("{id} r {id}"), format!("a {id} r xyz")] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}

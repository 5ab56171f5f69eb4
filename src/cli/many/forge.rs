//! Organisations at services: the words that name them, and what is listed for them.

use super::Flags;
use super::entry::Entry;
use super::list::List;
use crate::cli::{Context, network};
use crate::error::Result;
use crate::model::Skipped;
#[cfg(not(feature = "live"))]
use crate::source::Source;
use std::path::Path;

/// The words before the colon.
const SERVICES: [&str; 4] = ["github", "gitlab", "bitbucket", "gitea"];

/// Whether `word` names an organisation, and no file here.
pub(super) fn is_word(word: &str) -> bool {
    let service = word.split_once(':').map(|(service, _)| service);
    service.is_some_and(|s| SERVICES.contains(&s)) && !Path::new(word).exists()
}

/// What one word names.
#[derive(Default)]
pub(super) struct Listed {
    pub(super) of: String,
    pub(super) entries: Vec<Entry>,
    pub(super) gaps: Vec<Skipped>,
    pub(super) notes: Vec<String>,
}

impl Listed {
    /// Adds it to a list.
    pub(super) fn join(self, list: &mut List) {
        list.of.insert(self.of);
        list.entries.extend(self.entries);
        list.gaps.extend(self.gaps);
        list.notes.extend(self.notes);
    }
}

#[cfg(feature = "live")]
pub(super) use asking::Forges;

/// No service can be asked.
#[cfg(not(feature = "live"))]
#[derive(Default)]
pub(super) struct Forges;

#[cfg(not(feature = "live"))]
impl Forges {
    pub(super) fn open(&mut self, _: &str, _: &Flags) -> Result<()> {
        Ok(())
    }

    pub(super) fn list(&mut self, _: &str, _: &Flags, _: &Context) -> Result<Listed> {
        Err(network::absent("list the repositories of an organisation"))
    }

    pub(super) fn secret(&self, _: &Entry) -> Option<(String, String)> {
        None
    }

    pub(super) fn texts_of(&self, _: &Entry) -> Option<Box<dyn Source>> {
        None
    }
}

#[cfg(feature = "live")]
mod asking {
    use super::super::{More, Which};
    use super::*;
    use crate::error::{Error, Kind};
    use crate::live::Hidden;
    use crate::live::forge::{Forge, Repository, Service, Writing};
    use crate::model::Reason;
    use crate::source::{Remote, Source, Texts};
    use std::collections::BTreeMap;
    use std::sync::Arc;

    /// The services that are asked, by the words that name organisations there.
    #[derive(Default)]
    pub(in super::super) struct Forges {
        open: BTreeMap<String, Arc<Forge>>,
        with: Vec<More>,
        allow_private: bool,
    }

    impl Forges {
        /// Makes ready to ask about `word`.
        pub(in super::super) fn open(&mut self, word: &str, flags: &Flags) -> Result<()> {
            if self.open.contains_key(word) {
                return Ok(());
            }
            let (service, name) = word.split_once(':').unwrap_or_default();
            let service = Service::ALL.into_iter().find(|s| s.word() == service);
            let service = service.ok_or_else(|| Error::new(Kind::Usage, "no such service"))?;
            let token = token(service, flags)?;
            let user = match service {
                Service::Bitbucket => network::variable("BITBUCKET_USERNAME"),
                _ => None,
            };
            let forge = Forge::new(service, name, flags.network.client()?, user, token)?;
            self.open.insert(word.to_owned(), Arc::new(forge));
            self.with.clone_from(&flags.with);
            self.allow_private = flags.network.allow_private();
            Ok(())
        }

        /// Asks for the repositories of `word`.
        pub(in super::super) fn list(
            &mut self,
            word: &str,
            flags: &Flags,
            context: &Context,
        ) -> Result<Listed> {
            self.open(word, flags)?;
            let forge = self.of(word)?;
            let mut listed = Listed { of: word.to_owned(), ..Listed::default() };
            let listing = forge.repositories()?;
            let gap = |what: &str, e: &Error| Skipped {
                reason: Reason::Repository,
                unit: None,
                what: what.to_owned(),
                detail: super::super::words(e),
            };
            listed.gaps.extend(listing.cut.iter().map(|e| gap(&format!("the list of {word}"), e)));
            if listing.repositories.is_empty() {
                let none = format!("{word} has no repository that can be seen from here");
                return Err(Error::new(Kind::Network, none).hint("does the token see them?"));
            }
            let all = listing.repositories.len();
            context.ui.say(format!("{word}: {all} repositories"));
            let kept: Vec<_> =
                listing.repositories.into_iter().filter(|r| keeps(r, flags)).collect();
            if kept.len() < all {
                let n = all - kept.len();
                listed.notes.push(format!("{n} repositories of {word} were left out as asked"));
            }
            for repository in &kept {
                self.add(&forge, word, repository, &mut listed);
            }
            let gists = flags.with.contains(&More::Gists);
            let snippets = flags.with.contains(&More::Snippets);
            let owners = gists.then_some(None).into_iter();
            for of in owners.chain(kept.iter().filter(|_| snippets).map(Some)) {
                match forge.small(of) {
                    Ok(small) => {
                        small.iter().for_each(|one| self.add(&forge, word, one, &mut listed));
                    }
                    Err(e) => {
                        let of = of.map_or(word, |of| of.name.as_str());
                        listed.gaps.push(gap(&format!("gists and snippets of {of}"), &e));
                    }
                }
            }
            Ok(listed)
        }

        /// Adds a repository, with its wiki if that is wanted.
        fn add(&self, forge: &Forge, word: &str, one: &Repository, listed: &mut Listed) {
            let entry = Entry {
                repository: format!("{}/{}", forge.known_as(), one.name),
                address: one.address.clone(),
                bytes: one.bytes,
                of: Some(word.to_owned()),
                id: (!one.id.is_empty()).then(|| one.id.clone()),
                optional: false,
            };
            if !self.may_fetch(&entry, forge) {
                listed.gaps.push(Skipped {
                    reason: Reason::Repository,
                    unit: None,
                    what: entry.repository,
                    detail: "its address is not at the host that was asked".to_owned(),
                });
                return;
            }
            if one.has_wiki && self.with.contains(&More::Wikis) {
                let address = entry.address.strip_suffix(".git").unwrap_or(&entry.address);
                listed.entries.push(Entry {
                    repository: format!("{}.wiki", entry.repository),
                    address: format!("{address}.wiki.git"),
                    id: None,
                    optional: true,
                    ..entry.clone()
                });
            }
            listed.entries.push(entry);
        }

        /// Whether git may be sent to an address that a service told.
        fn may_fetch(&self, entry: &Entry, forge: &Forge) -> bool {
            let is_secure = entry.address.starts_with("https://");
            let is_there = self.is_there(entry, forge);
            Remote::is_address(&entry.address) && (self.allow_private || (is_secure && is_there))
        }

        fn is_there(&self, entry: &Entry, forge: &Forge) -> bool {
            let bare = |host: &str| host.split(':').next().unwrap_or_default().to_lowercase();
            let host = bare(entry.host());
            let is = |known: String| host == known || host.strip_prefix("gist.") == Some(&known);
            is(bare(forge.web())) || is(bare(forge.known_as()))
        }

        fn of(&self, word: &str) -> Result<Arc<Forge>> {
            let forge = self.open.get(word).cloned();
            forge.ok_or_else(|| Error::new(Kind::Internal, "a service was not opened"))
        }

        fn forge_of(&self, entry: &Entry) -> Option<&Arc<Forge>> {
            self.open.get(entry.of.as_ref()?)
        }

        /// Name and password for git. They go to the host that was asked, and nowhere else.
        pub(in super::super) fn secret(&self, entry: &Entry) -> Option<(String, String)> {
            let forge = self.forge_of(entry)?;
            let is_secure = entry.address.starts_with("https://") || self.allow_private;
            (is_secure && self.is_there(entry, forge)).then(|| forge.credentials()).flatten()
        }

        /// Issues and comments of a repository.
        pub(in super::super) fn texts_of(&self, entry: &Entry) -> Option<Box<dyn Source>> {
            let (forge, id) = (Arc::clone(self.forge_of(entry)?), entry.id.clone()?);
            let kinds = [(More::Issues, Writing::Issues), (More::Comments, Writing::Comments)];
            let wanted: Vec<Writing> = kinds
                .into_iter()
                .filter(|(more, _)| self.with.contains(more))
                .map(|(_, writing)| writing)
                .collect();
            (!wanted.is_empty()).then(|| -> Box<dyn Source> {
                Box::new(Texts::new(
                    "issues and comments",
                    Box::new(move |out| {
                        wanted.iter().try_for_each(|writing| forge.texts(&id, *writing, out))
                    }),
                ))
            })
        }
    }

    fn keeps(repository: &Repository, flags: &Flags) -> bool {
        let fits = |which: Which, is: bool| match which {
            Which::With => true,
            Which::Without => !is,
            Which::Only => is,
        };
        // ISO dates sort as they follow one another; of what has none nothing is known.
        let since = flags.since.as_deref().unwrap_or_default();
        let changed = repository.changed.as_str();
        fits(flags.forks, repository.is_fork)
            && fits(flags.archived, repository.is_archived)
            && (changed.is_empty() || changed >= since)
    }

    /// The token: of the file that was named, else of the environment.
    fn token(service: Service, flags: &Flags) -> Result<Option<Hidden>> {
        if let Some(file) = &flags.token_file {
            let text = std::fs::read_to_string(file).map_err(|e| {
                Error::new(Kind::Io, format!("reading {}", file.display())).because(e)
            })?;
            let token = text.trim();
            if token.is_empty() || token.contains(char::is_whitespace) {
                let what = format!("{} does not hold one token", file.display());
                return Err(Error::new(Kind::Usage, what));
            }
            return Ok(Some(Hidden::new(token)));
        }
        let names: &[&str] = match service {
            Service::GitHub => &["GITHUB_TOKEN", "GH_TOKEN"],
            Service::GitLab => &["GITLAB_TOKEN"],
            Service::Bitbucket => &["BITBUCKET_TOKEN", "BITBUCKET_APP_PASSWORD"],
            Service::Gitea => &["GITEA_TOKEN", "FORGEJO_TOKEN"],
        };
        Ok(names.iter().find_map(|name| network::variable(name)).map(Hidden::new))
    }
}

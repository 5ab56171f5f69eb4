//! The client: sends a request as often as it takes, and follows where it may.

use super::address::{self, Address};
use super::pace::{self, Pace};
use super::policy::Policy;
use super::request::Request;
use super::response::{Opened, Response};
use super::trouble::{Cause, Trouble};
use super::wire::{Sending, Wire};
use crate::error::Result as AnyResult;
use std::time::Duration;

/// Redirects that are followed for one request.
const REDIRECTS: usize = 5;

/// Asks services.
#[derive(Debug)]
pub struct Client {
    policy: Policy,
    pace: Pace,
    wire: Wire,
}

impl Client {
    /// A client that behaves as `policy` says.
    ///
    /// # Errors
    /// If a proxy or a certificate in it cannot be read.
    pub fn new(policy: Policy) -> AnyResult<Self> {
        let wire = Wire::new(&policy)?;
        Ok(Self { policy, pace: Pace::default(), wire })
    }

    /// Sends `request` and reads the whole answer. Every status is an answer.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn send(&self, request: &Request) -> Result<Response, Trouble> {
        self.persist(request, true, &|opened, host| {
            opened.read_whole(self.policy.largest_body, host)
        })
    }

    /// Sends `request`; the body of the answer is for the caller to read, however long it is.
    ///
    /// # Errors
    /// If there is no answer.
    pub fn open(&self, request: &Request) -> Result<Opened, Trouble> {
        self.persist(request, false, &|opened, _| Ok(opened))
    }

    /// Where a request for `url` goes: the same, unless the user named another host for it.
    pub fn target(&self, url: &str) -> String {
        address::redirected(url, &self.policy)
    }

    fn persist<T>(
        &self,
        request: &Request,
        is_whole: bool,
        finish: &dyn Fn(Opened, &str) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        let mut tries = 0;
        loop {
            let is_last = tries >= self.policy.retries;
            let may_pass = |e: &Trouble| !is_last && request.repeatable && e.cause.may_pass();
            let busy = |o: &Opened| self.busy(o, request, tries).filter(|_| !is_last);
            let wait = match self.follow(request, is_whole) {
                Ok((opened, host)) => match busy(&opened) {
                    Some(wait) => wait,
                    None => match finish(opened, &host) {
                        Err(e) if may_pass(&e) => self.policy.pause,
                        done => return done,
                    },
                },
                Err(e) if may_pass(&e) => {
                    pace::pause(None, tries, &self.policy).unwrap_or_default()
                }
                Err(e) => return Err(e),
            };
            std::thread::sleep(wait);
            tries += 1;
        }
    }

    /// How long to wait if the service cannot now, and the request may be sent again.
    fn busy(&self, opened: &Opened, request: &Request, tries: u32) -> Option<Duration> {
        let may_repeat = request.repeatable || opened.status == 429;
        let is_busy = may_repeat && pace::is_busy(&opened.head);
        is_busy.then(|| pace::pause(Some(&opened.head), tries, &self.policy)).flatten()
    }

    /// One try, with its redirects. Answers also who answered.
    fn follow(&self, request: &Request, is_whole: bool) -> Result<(Opened, String), Trouble> {
        let mut url = self.target(request.url.reveal());
        let mut with_headers = true;
        for _ in 0..=REDIRECTS {
            let address = Address::of(&url)?;
            address.permitted(&self.policy)?;
            self.pace.wait(&address.host, self.policy.per_second);
            let opened = self.wire.exchange(&Sending {
                request,
                url: &url,
                to: &address,
                with_headers,
                is_whole,
            })?;
            let Some(next) = redirect(&opened, &url, request) else {
                return Ok((opened, address.host));
            };
            let target = Address::of(&next).map_err(|_| elsewhere(&address, "a strange place"))?;
            if target != address {
                if !request.may_leave {
                    return Err(elsewhere(&address, &target.host));
                }
                with_headers = false;
            }
            url = next;
        }
        Err(Trouble::new(Cause::Redirect, "", "too many redirects"))
    }
}

fn elsewhere(from: &Address, to: &str) -> Trouble {
    Trouble::new(Cause::Redirect, &from.host, format!("to {to}"))
}

/// Where an answer sends us, if the request is one that follows.
fn redirect(opened: &Opened, url: &str, request: &Request) -> Option<String> {
    let is_redirect = matches!(opened.status, 301 | 302 | 303 | 307 | 308);
    let place =
        opened.header("location").filter(|_| is_redirect && request.method.is_reading())?;
    if place.starts_with("//") {
        return Some(format!("{}:{place}", url.split(':').next()?));
    }
    if !place.starts_with('/') {
        return Some(place.to_owned());
    }
    let start = url.find("://")? + 3;
    let end = url.get(start..)?.find(['/', '?']).map_or(url.len(), |at| start + at);
    Some(format!("{}{place}", url.get(..end)?))
}

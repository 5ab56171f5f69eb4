//! What is answered.

use super::trouble::{Cause, Trouble};
use std::io::{self, Read};

/// The head of an answer.
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
}

impl Head {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter();
        all.find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// An answer that was read whole. `Debug` shows no body: it may hold secrets.
#[derive(Clone, Default)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    pub(super) head: Head,
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Response({}, {} bytes)", self.status, self.body.len())
    }
}

impl Response {
    /// The value of a header; names have no case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.header(name)
    }

    /// The body, if it is JSON.
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The URL with `rel="next"` in a header `Link` (RFC 8288).
    pub fn next_page(&self) -> Option<String> {
        let links = self.head.headers.iter().filter(|(n, _)| n.eq_ignore_ascii_case("link"));
        links.flat_map(|(_, value)| value.split('<').skip(1)).find_map(|link| {
            let (url, parameters) = link.split_once('>')?;
            is_next(parameters).then(|| url.to_owned())
        })
    }
}

/// Whether one of the parameters of a link, which may be followed by a comma, says so.
fn is_next(parameters: &str) -> bool {
    let relations = parameters.split([';', ',']).filter_map(|p| p.trim().strip_prefix("rel="));
    relations.flat_map(|r| r.trim_matches('"').split(' ')).any(|r| r.eq_ignore_ascii_case("next"))
}

/// An answer whose body is still to be read, piece by piece.
pub struct Opened {
    /// HTTP status.
    pub status: u16,
    pub(super) head: Head,
    pub(super) body: Box<dyn Read + Send>,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({})", self.status)
    }
}

impl Opened {
    /// The value of a header; names have no case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.header(name)
    }

    /// The rest of the body, if it is no longer than `most` bytes.
    pub(super) fn read_whole(mut self, most: u64, host: &str) -> Result<Response, Trouble> {
        let mut body = Vec::new();
        let mut part = (&mut self.body).take(most.saturating_add(1));
        part.read_to_end(&mut body).map_err(|e| Trouble::reading(&e, host))?;
        if body.len() as u64 > most {
            return Err(Trouble::new(Cause::TooLong, host, format!("more than {most} bytes")));
        }
        Ok(Response { status: self.status, body, head: self.head })
    }
}

impl Read for Opened {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.body.read(buf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found_among_links() {
        let with = |link: &str| Response {
            head: Head { status: 200, headers: vec![("link".into(), link.into())] },
            ..Response::default()
        };
        let both = "<https://a.example/x?page=1>; rel=\"prev\", <https://a.example/x?page=3>; rel=\"next\"";
        assert_eq!(with(both).next_page().as_deref(), Some("https://a.example/x?page=3"));
        assert_eq!(with("<https://a.example/>; rel=\"last\"").next_page(), None);
        assert_eq!(with("nonsense; rel=next").next_page(), None);
        let comma = "<https://a.example/x?a=1,2&page=2>; title=x; rel=next, <https://a.example/>";
        assert_eq!(with(comma).next_page().as_deref(), Some("https://a.example/x?a=1,2&page=2"));
    }
}

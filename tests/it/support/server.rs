//! A service that stands in for a vendor's: a small HTTP server on a port of this machine, whose
//! answers a closure gives.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Seen {
    pub method: String,
    /// Path with query.
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Seen {
    /// The value of a header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }
}

/// What is answered.
pub enum Answer {
    /// A status, headers and a body.
    Full(u16, Vec<(String, String)>, String),
    /// These very bytes, and then the end.
    Raw(Vec<u8>),
    /// Nothing for so long, and then the end.
    Silence(Duration),
    /// 200 with a body of this length, which the closure writes.
    Long(u64, Body),
}

/// Writes a body.
pub type Body = Box<dyn FnOnce(&mut dyn Write) -> std::io::Result<()> + Send>;

/// Makes an answer.
pub type Play = fn() -> Answer;

/// A JSON answer.
pub fn json(status: u16, body: &str) -> Answer {
    with(status, &[("Content-Type", "application/json")], body)
}

/// An answer with these headers.
pub fn with(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
    let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
    Answer::Full(status, headers, body.to_owned())
}

/// A running server; it ends when dropped.
pub struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
    end: Arc<AtomicBool>,
}

impl Server {
    /// One that answers with what `answer` gives.
    pub fn new(answer: impl Fn(&Seen) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, end) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (log, over, answer) = (Arc::clone(&seen), Arc::clone(&end), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::Relaxed) {
                    return;
                }
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                thread::spawn(move || serve(stream.unwrap(), &log, &*answer));
            }
        });
        Self { port, seen, end }
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Its port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Every request until now.
    pub fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// `METHOD PATH` of every request until now.
    pub fn lines(&self) -> Vec<String> {
        self.seen().iter().map(|s| format!("{} {}", s.method, s.path)).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

fn serve(stream: TcpStream, log: &Mutex<Vec<Seen>>, answer: &dyn Fn(&Seen) -> Answer) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut out = stream;
    while let Some(seen) = read(&mut reader) {
        log.lock().unwrap().push(seen.clone());
        let done = match answer(&seen) {
            Answer::Full(status, headers, body) => full(&mut out, status, &headers, &body),
            Answer::Long(length, write) => {
                let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
                out.write_all(head.as_bytes()).and_then(|()| write(&mut out))
            }
            Answer::Raw(bytes) => {
                let _ = out.write_all(&bytes);
                return;
            }
            Answer::Silence(time) => {
                thread::sleep(time);
                return;
            }
        };
        if done.is_err() {
            return;
        }
    }
}

fn full(
    out: &mut TcpStream,
    status: u16,
    headers: &[(String, String)],
    body: &str,
) -> std::io::Result<()> {
    let mut text = format!("HTTP/1.1 {status} Whatever\r\nContent-Length: {}\r\n", body.len());
    headers.iter().for_each(|(n, v)| text.push_str(&format!("{n}: {v}\r\n")));
    text.push_str("\r\n");
    text.push_str(body);
    out.write_all(text.as_bytes())
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Seen> {
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|n| *n > 0)?;
    let mut words = first.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.push((name.to_owned(), value.to_owned()));
    }
    let mut seen = Seen { method, path, headers, body: String::new() };
    let length = seen.header("content-length").parse().unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    seen.body = String::from_utf8_lossy(&body).into_owned();
    Some(seen)
}

//! A stand-in for a service that keeps repositories: a small HTTP server on a port of its own.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// An answer.
#[derive(Clone, Default)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Answer {
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: body.into() }
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }
}

type Answering = dyn Fn(&str) -> Option<Answer> + Send + Sync;

/// The server; it ends with the process.
pub struct Service {
    pub address: String,
    /// The heads of all requests.
    pub asked: Arc<Mutex<Vec<String>>>,
}

impl Service {
    /// Answers each path with what `answer` says; to nothing it never answers.
    pub fn new(answer: impl Fn(&str) -> Option<Answer> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, answer) = (asked.clone(), Arc::new(answer) as Arc<Answering>);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, answer) = (log.clone(), answer.clone());
                std::thread::spawn(move || serve(stream, &log, &*answer));
            }
        });
        Self { address, asked }
    }

    /// Everything that was asked, in one text.
    pub fn log(&self) -> String {
        self.asked.lock().unwrap().join("\n")
    }
}

fn serve(mut stream: TcpStream, log: &Mutex<Vec<String>>, answer: &Answering) {
    let mut head = String::new();
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    while lines.read_line(&mut head).unwrap_or(0) > 0 && !head.ends_with("\r\n\r\n") {}
    log.lock().unwrap().push(head.clone());
    let path = head.split(' ').nth(1).unwrap_or_default().to_owned();
    let Some(answer) = answer(&path) else {
        std::thread::sleep(Duration::from_secs(600));
        return;
    };
    let mut out = format!("HTTP/1.1 {} X\r\nConnection: close\r\n", answer.status);
    for (name, value) in &answer.headers {
        out += &format!("{name}: {value}\r\n");
    }
    out += &format!("Content-Length: {}\r\n\r\n{}", answer.body.len(), answer.body);
    let _ = stream.write_all(out.as_bytes());
}

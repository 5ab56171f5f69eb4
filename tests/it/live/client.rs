//! The HTTP client keeps its promises.

use crate::support::server::{Answer, Play, Server, json, with};
use stanch::live::Hidden;
use stanch::live::http::{Cause, Client, Method, Policy, Request};
use std::io::Read;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

fn policy() -> Policy {
    Policy {
        per_second: 1000.0,
        pause: Duration::from_millis(5),
        timeout: Duration::from_secs(2),
        ..Policy::default()
    }
}

/// A client for which `api.example.com` is `server`.
fn client(server: &Server) -> Client {
    Client::new(named(&server.url())).unwrap()
}

fn named(url: &str) -> Policy {
    Policy { hosts: vec![("api.example.com".into(), url.into())], ..policy() }
}

const URL: &str = "https://api.example.com/x";

#[test]
fn every_status_is_an_answer() {
    let server = Server::new(|seen| match seen.path.as_str() {
        "/x" => json(200, "{\"a\": 1}"),
        "/teapot" => with(418, &[("X-A", "b")], "short"),
        _ => json(404, ""),
    });
    let client = client(&server);
    let token = Hidden::new("very-secret");
    let answer = client.send(&Request::get(URL).bearer(&token)).unwrap();
    assert_eq!((answer.status, answer.json().unwrap()["a"].as_i64()), (200, Some(1)));
    let answer = client.send(&Request::get("https://api.example.com/teapot")).unwrap();
    assert_eq!(
        (answer.status, answer.text().as_str(), answer.header("x-a")),
        (418, "short", Some("b"))
    );
    let seen = server.seen();
    assert_eq!(seen[0].header("authorization"), "Bearer very-secret");
    assert_eq!(seen[0].header("user-agent"), concat!("stanch/", env!("CARGO_PKG_VERSION")));
}

#[test]
fn busy_services_are_asked_again() {
    static ASKED: AtomicUsize = AtomicUsize::new(0);
    let server =
        Server::new(|seen| match (ASKED.fetch_add(1, Ordering::Relaxed), &*seen.method) {
            (0, _) => with(429, &[("Retry-After", "0")], ""),
            (1, "GET") => with(503, &[], ""),
            (2, "GET") => Answer::Raw(Vec::new()),
            (4, _) => with(503, &[], ""),
            _ => json(200, "{}"),
        });
    let client = client(&server);
    assert_eq!(client.send(&Request::get(URL)).unwrap().status, 200);
    assert_eq!(server.seen().len(), 4);
    // What may have been done is not done again.
    let post = Request::new(Method::Post, URL).json(&serde_json::json!({"v": 1}));
    assert_eq!(client.send(&post).unwrap().status, 503);
    assert_eq!(server.seen().len(), 5);
    assert_eq!(server.seen()[4].body, "{\"v\":1}");
}

#[test]
fn waiting_has_an_end() {
    let server = Server::new(|_| with(429, &[("Retry-After", "3600")], ""));
    let before = Instant::now();
    assert_eq!(client(&server).send(&Request::get(URL)).unwrap().status, 429);
    assert!(before.elapsed() < Duration::from_secs(2));
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn what_is_no_answer_is_told_apart() {
    let quick = |url: &str| {
        let policy = Policy {
            retries: 0,
            timeout: Duration::from_millis(300),
            largest_body: 10,
            ..named(url)
        };
        Client::new(policy).unwrap().send(&Request::get(URL)).map_err(|t| t.cause)
    };
    let cases: [(&str, Play, Cause); 6] = [
        ("silence", || Answer::Silence(Duration::from_secs(1)), Cause::TimedOut),
        ("nothing", || Answer::Raw(Vec::new()), Cause::Broken),
        ("no HTTP", || Answer::Raw(b"220 mail ready\r\n\r\n".to_vec()), Cause::Broken),
        (
            "cut short",
            || Answer::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc".to_vec()),
            Cause::Broken,
        ),
        ("too long", || json(200, "{\"a\": \"bcdef\"}"), Cause::TooLong),
        ("elsewhere", || with(302, &[("Location", "https://evil.example/")], ""), Cause::Redirect),
    ];
    for (name, answer, cause) in cases {
        let server = Server::new(move |_| answer());
        assert_eq!(quick(&server.url()).unwrap_err(), cause, "{name}");
    }
    let gone = { Server::new(|_| json(200, "")).url() };
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(quick(&gone).unwrap_err(), Cause::Connect);
    // Not even TLS is spoken there.
    let server = Server::new(|_| json(200, ""));
    let plain = server.url().replace("http://", "https://");
    assert!(matches!(quick(&plain).unwrap_err(), Cause::Tls | Cause::TimedOut | Cause::Broken));
}

#[test]
fn a_slow_drip_ends_as_well() {
    let server = Server::new(|_| {
        Answer::Long(
            1000,
            Box::new(|out| {
                (0..20).try_for_each(|_| {
                    std::thread::sleep(Duration::from_millis(100));
                    out.write_all(b"x")
                })
            }),
        )
    });
    let policy =
        Policy { retries: 0, timeout: Duration::from_millis(400), ..named(&server.url()) };
    let before = Instant::now();
    let trouble = Client::new(policy).unwrap().send(&Request::get(URL)).unwrap_err();
    assert_eq!(trouble.cause, Cause::TimedOut, "{trouble}");
    assert!(before.elapsed() < Duration::from_secs(2));
}

#[test]
fn private_and_plain_addresses_are_refused_unless_named() {
    let server = Server::new(|_| json(200, "{}"));
    let refused = |policy: Policy, url: String| {
        let answer = Client::new(policy).unwrap().send(&Request::get(url));
        answer.map_err(|t| t.cause)
    };
    for url in
        [server.url(), server.url().replace("127.0.0.1", "localhost"), "https://10.0.0.1/".into()]
    {
        assert_eq!(refused(policy(), url).unwrap_err(), Cause::Refused);
    }
    // A redirect to one, from a public host that the user did not name, is none that is followed.
    assert!(server.seen().is_empty());
    let open = Policy { allow_private: true, ..policy() };
    assert_eq!(refused(open, server.url()).unwrap().status, 200);
    let to = format!("http://localhost:{}/secret", server.port());
    let gate = Server::new(move |_| with(302, &[("Location", &to)], ""));
    let moved = Request::get(URL).header("X-Key", "k").may_leave();
    let trouble = client(&gate).send(&moved).unwrap_err();
    assert_eq!(trouble.cause, Cause::Refused, "{trouble}");
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn redirects_within_a_host_are_followed_and_others_lose_the_headers() {
    let other = Server::new(|_| json(200, "\"stored\""));
    let far = other.url();
    let server = Server::new(move |seen| match seen.path.as_str() {
        "/x" => with(301, &[("Location", "/y")], ""),
        "/y" => json(200, "\"moved\""),
        "/loop" => with(302, &[("Location", "/loop")], ""),
        _ => with(302, &[("Location", &far)], ""),
    });
    let policy = Policy { allow_private: true, ..named(&server.url()) };
    let client = Client::new(policy).unwrap();
    let get =
        |path: &str| Request::get(format!("https://api.example.com{path}")).header("X-Key", "k");
    assert_eq!(client.send(&get("/x")).unwrap().text(), "\"moved\"");
    assert_eq!(client.send(&get("/loop")).unwrap_err().cause, Cause::Redirect);
    assert_eq!(client.send(&get("/far")).unwrap_err().cause, Cause::Redirect);
    let mut far = client.open(&get("/far").may_leave()).unwrap();
    let mut text = String::new();
    far.read_to_string(&mut text).unwrap();
    assert_eq!(text, "\"stored\"");
    assert_eq!(other.seen()[0].header("x-key"), "");
    assert!(server.seen().iter().all(|s| s.header("x-key") == "k"));
}

#[test]
fn the_pace_holds_for_each_host() {
    let server = Server::new(|_| json(200, "{}"));
    let client = Client::new(Policy { per_second: 20.0, ..named(&server.url()) }).unwrap();
    let before = Instant::now();
    for _ in 0..5 {
        client.send(&Request::get(URL)).unwrap();
    }
    assert!(before.elapsed() >= Duration::from_millis(195), "{:?}", before.elapsed());
}

#[test]
fn nothing_of_a_request_shows() {
    let secret = "swordfish-1234";
    let request = Request::get(format!("https://api.example.com/{secret}?k={secret}"))
        .header("X-Key", secret)
        .basic(secret, secret)
        .body("text/plain", secret);
    assert!(!format!("{request:?}").contains("swordfish"));
    let bad = [
        "https://user:swordfish@api.example.com/",
        "https://api.example.com/sword fish",
        "http://api.example.com/swordfish",
        "https://127.0.0.1/swordfish",
    ];
    let proxied = Policy {
        https_proxy: Some("http://u:swordfish@127.0.0.1:1".into()),
        retries: 0,
        ..policy()
    };
    for (policy, url) in bad.map(|url| (policy(), url)).into_iter().chain([(proxied, URL)]) {
        let client = Client::new(policy).unwrap();
        let trouble = client.send(&Request::get(url).header("X-Key", secret)).unwrap_err();
        let all =
            format!("{trouble} {trouble:?} {client:?} {:?}", trouble.clone().error("asking"));
        assert!(!all.contains("sword"), "{all}");
    }
    let odd = Request::get(URL).header("X-Key", "sword\nfish");
    let trouble = Client::new(policy()).unwrap().send(&odd).unwrap_err();
    assert_eq!(trouble.cause, Cause::Refused);
    assert!(!trouble.to_string().contains("sword"));
    let no_proxy = Policy { https_proxy: Some("::swordfish".into()), ..policy() };
    let e = Client::new(no_proxy).unwrap_err();
    assert!(!format!("{e:?}").contains("sword"), "{e:?}");
}

/// A TLS server with a certificate that nobody vouches for; `None` without the program openssl.
fn tls(dir: &std::path::Path) -> Option<(std::process::Child, u16)> {
    let port = { Server::new(|_| json(200, "")).port() };
    let make = "req -x509 -newkey rsa:2048 -nodes -days 2 -keyout key.pem -out cert.pem -subj /CN=localhost \
        -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -addext basicConstraints=critical,CA:FALSE";
    let words = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let mut openssl = Command::new("openssl");
    openssl.current_dir(dir).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    openssl.args(words(make)).status().ok().filter(|s| s.success())?;
    let mut serve = Command::new("openssl");
    serve.current_dir(dir).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    serve.args(words("s_server -key key.pem -cert cert.pem -www -accept")).arg(port.to_string());
    Some((serve.spawn().ok()?, port))
}

#[test]
fn certificates_are_checked() {
    let dir = tempfile::tempdir().unwrap();
    let Some((mut server, port)) = tls(dir.path()) else { return };
    let url = format!("https://localhost:{port}");
    let until = Instant::now() + Duration::from_secs(10);
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(50));
    }
    let strict = Client::new(named(&url)).unwrap().send(&Request::get(URL));
    let own = std::fs::read(dir.path().join("cert.pem")).unwrap();
    let trusting = Policy { root_certificates: own, ..named(&url) };
    let trusted = Client::new(trusting).unwrap().send(&Request::get(URL));
    server.kill().unwrap();
    server.wait().unwrap();
    assert_eq!(strict.unwrap_err().cause, Cause::Tls);
    assert_eq!(trusted.unwrap().status, 200);
    let none = Policy { root_certificates: b"nothing".to_vec(), ..policy() };
    assert!(Client::new(none).is_err());
}

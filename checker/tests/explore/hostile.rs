//! Hostile questions: each gets a clear answer, and the server continues.

use super::server::{SEED_TAGS, Server};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

#[test]
fn only_its_own_page_may_ask() {
    let server = Server::of(&[SEED_TAGS]);
    let question = json!({ "run": server.start() });
    let foreign: [&[(&str, &str)]; 4] = [
        &[("Origin", "http://evil.example")],
        &[("Origin", "null")],
        &[("Host", "evil.example")],
        &[("Host", "127.0.0.1:1")],
    ];
    for headers in foreign {
        let (status, answer) = server.ask_as("run", &question, headers);
        assert_eq!(status, 403, "{headers:?}");
        assert!(
            answer["error"]
                .as_str()
                .is_some_and(|error| error.contains("open the address that tim3 printed"))
        );
    }
    let own = format!("http://{}", server.host());
    assert_eq!(server.ask_as("run", &question, &[("Origin", &own)]).0, 200);
}

#[test]
fn nothing_but_the_page_can_be_read() {
    let server = Server::of(&[SEED_TAGS]);
    for path in [
        "page/../Cargo.toml",
        "page/..%2f..%2fCargo.toml",
        "page/%2e%2e%2fCargo.toml",
        "page//etc/passwd",
        "page/%2fetc%2fpasswd",
        "counterexamples/roster.json",
        ".git/config",
    ] {
        let request =
            format!("GET /{path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", server.host());
        let answer = raw(&server, request.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 404"), "{path}: {answer}");
    }
    let (status, page) = server.get("");
    assert_eq!(status, 200);
    assert!(page.contains("page/main.js"));
}

#[test]
fn bad_questions_are_answered_with_the_reason() {
    let server = Server::of(&[SEED_TAGS]);
    let run = server.start();
    let with = |field: &str, value: Value| {
        let mut run = run.clone();
        run[field] = value;
        json!({ "run": run })
    };
    let refusals = [
        (with("subject", json!("nobody")), "no variant is called `nobody`"),
        (with("profile", json!("legacynets")), "did you mean `legacynet"),
        (with("bounds", json!({ "users": 2 })), "bounds"),
        (with("without", json!(["all"])), "no reduction is called `all`"),
        (with("actions", json!([1])), "actions"),
        (with("more", json!(1)), "more"),
        (with("actions", json!(vec!["x"; 3000])), "at most 2000"),
        (json!([]), "a question, an object"),
    ];
    for (question, reason) in refusals {
        let refusal = server.refusal("run", &question);
        assert!(refusal.contains(reason), "{reason}: {refusal}");
    }
    let mut users = run.clone();
    users["bounds"]["users"] = json!(200);
    let refusal = server.refusal("run", &json!({ "run": users }));
    assert!(refusal.contains("users is 200"), "{refusal}");
    let refusal = server.refusal("step", &json!({ "run": run, "step": 9 }));
    assert_eq!(refusal, "there is no step 9: the run has 3");
    assert_eq!(
        server.ask("run", &json!({ "run": run }))["steps"].as_array().map(Vec::len),
        Some(3)
    );
}

#[test]
fn a_question_too_large_to_read_is_refused() {
    let server = Server::of(&[SEED_TAGS]);
    let request = format!(
        "POST /api/run HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: 2000000\r\n\r\n",
        server.host()
    );
    let answer = raw(&server, request.as_bytes());
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    server.start();
}

#[test]
fn what_is_no_request_ends_nothing() {
    let server = Server::of(&[SEED_TAGS]);
    for bytes in [&b"\x16\x03\x01\x02\x00\x01"[..], b"GET\r\n\r\n", b"\0\0\0\0\r\n\r\n", b""] {
        raw(&server, bytes);
    }
    server.start();
}

/// Five hundred connections with twenty requests each, all sent before one answer is read.
#[test]
fn ten_thousand_requests_at_once_are_all_answered() {
    let server = Server::of(&[SEED_TAGS]);
    let body = json!({ "run": server.start() }).to_string();
    let request = |more: &str| {
        format!(
            "POST /api/run HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n{more}Content-Length: {}\r\n\r\n{body}",
            server.host(),
            body.len()
        )
    };
    let requests = request("").repeat(19) + &request("Connection: close\r\n");
    let connect = |_| TcpStream::connect(server.host()).expect("a connection");
    let mut connections: Vec<_> = (0..500).map(connect).collect();
    for connection in &mut connections {
        connection.write_all(requests.as_bytes()).expect("it is sent");
    }
    let answered = connections.iter_mut().map(|connection| {
        let mut answers = String::new();
        connection.read_to_string(&mut answers).expect("answers");
        answers.matches("HTTP/1.1 200 OK").count()
    });
    assert_eq!(answered.sum::<usize>(), 10_000);
    server.start();
}

/// What is answered within a second.
fn raw(server: &Server, bytes: &[u8]) -> String {
    let mut connection = TcpStream::connect(server.host()).expect("a connection");
    connection.set_read_timeout(Some(Duration::from_secs(1))).expect("a limit");
    connection.write_all(bytes).expect("it is sent");
    let mut answer = Vec::new();
    // What has come by then counts.
    let _ = connection.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

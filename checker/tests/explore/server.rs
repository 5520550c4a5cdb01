//! A server under test.

use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Where counterexamples lie.
pub const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// A counterexample of three steps.
pub const SEED_TAGS: &str = "counterexamples/seed-tags/no-double-mint.json";

/// A running server, which ends with the test.
pub struct Server {
    process: Child,
    /// `http://127.0.0.1:PORT/`.
    pub address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// `tim3 explore` with these arguments.
    pub fn of(arguments: &[&str]) -> Self {
        let mut process = Command::new(cargo_bin!("tim3"))
            .arg("explore")
            .args(arguments)
            .arg("--no-browser")
            .current_dir(ROOT)
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let out = process.stdout.take().expect("an output");
        let mut address = String::new();
        BufReader::new(out).read_line(&mut address).expect("an address");
        Self { process, address: address.trim().to_owned() }
    }

    /// Host and port.
    pub fn host(&self) -> &str {
        self.address.trim_start_matches("http://").trim_end_matches('/')
    }

    pub fn get(&self, path: &str) -> (u16, String) {
        let mut response =
            agent().get(format!("{}{path}", self.address)).call().expect("an answer");
        let text = response.body_mut().read_to_string().expect("text");
        (response.status().as_u16(), text)
    }

    /// Asks, with these headers besides.
    pub fn ask_as(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> (u16, Value) {
        let mut request = agent().post(format!("{}api/{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = request.send_json(body).expect("an answer");
        let answer = response.body_mut().read_json().expect("JSON");
        (response.status().as_u16(), answer)
    }

    /// Asks what there must be an answer to.
    pub fn ask(&self, path: &str, body: &Value) -> Value {
        let (status, answer) = self.ask_as(path, body, &[]);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// Why there is no answer.
    pub fn refusal(&self, path: &str, body: &Value) -> String {
        let (status, answer) = self.ask_as(path, body, &[]);
        assert!((400..500).contains(&status), "{path}: {status} {answer}");
        answer["error"].as_str().expect("a reason").to_owned()
    }

    /// The run that the page starts with.
    pub fn start(&self) -> Value {
        let (_, text) = self.get("api/start");
        serde_json::from_str::<Value>(&text).expect("JSON")["run"].clone()
    }
}

/// A run with one more action.
pub fn and(run: &Value, action: &str) -> Value {
    let mut longer = run.clone();
    longer["actions"].as_array_mut().expect("actions").push(json!(action));
    longer
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

//! `tim3 explore`: what its server answers, and to whom.

mod hostile;
mod large;
mod runs;
mod server;

use assert_cmd::cargo::cargo_bin;
use std::process::Command;

#[test]
fn what_cannot_be_explored_is_refused_with_the_reason() {
    let refusals: [(&[&str], &str); 6] = [
        (&["explore"], "required"),
        (&["explore", "hardend"], "did you mean `hardened`?"),
        (&["explore", "nowhere.json"], "nowhere.json: cannot be read"),
        (&["explore", server::SEED_TAGS, "--profile", "lossy"], "its own contract, platform"),
        (&["explore", server::SEED_TAGS, "--users", "3"], "its own contract, platform"),
        (&["explore", "hardened", "--users", "9"], "users is 9"),
    ];
    for (arguments, reason) in refusals {
        let mut tim3 = Command::new(cargo_bin!("tim3"));
        let output = tim3.args(arguments).current_dir(server::ROOT).output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(reason), "{arguments:?}: {said}");
    }
}

#[test]
fn a_port_that_is_taken_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    for more in [&["--no-browser"][..], &["--stateright"]] {
        let run = Command::new(cargo_bin!("tim3"))
            .args(["explore", "hardened", "--port", &port])
            .args(more)
            .output();
        let output = run.expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(&format!("--port {port}")), "{said}");
    }
}

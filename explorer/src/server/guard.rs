//! Who may ask: the page itself, on this machine.
//!
//! A page elsewhere can have a browser send requests here, and a name that it owns can be made
//! to lead here (DNS rebinding). So every request is checked for its Host and Origin.

use super::api::refuse;
use super::{Desk, LARGEST};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use std::hash::{BuildHasher, RandomState};
use std::net::SocketAddr;

/// What the server calls itself.
pub(super) struct Guard {
    hosts: [String; 2],
    /// Marks the scripts of the page, so that no other runs in it.
    pub(super) nonce: String,
}

impl Guard {
    pub(super) fn new(address: SocketAddr) -> Self {
        let port = address.port();
        let hosts = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
        Self { hosts, nonce: format!("{:016x}", RandomState::new().hash_one(port)) }
    }

    fn knows_host(&self, host: &str) -> bool {
        self.hosts.iter().any(|known| known == host)
    }

    fn lets_in(&self, headers: &HeaderMap) -> bool {
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let is_own =
            |origin: &str| origin.strip_prefix("http://").is_some_and(|host| self.knows_host(host));
        text(header::HOST).is_some_and(|host| self.knows_host(host))
            && text(header::ORIGIN).is_none_or(is_own)
    }

    /// Nothing but the page's own files runs or is fetched in it.
    fn policy(&self) -> String {
        format!(
            "default-src 'none'; script-src 'self' 'nonce-{}'; style-src 'self' 'unsafe-inline'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            self.nonce
        )
    }
}

/// Bytes that a request says it brings. One that says nothing is cut while it is read.
fn announced(headers: &HeaderMap) -> usize {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
    length.and_then(|length| length.parse().ok()).unwrap_or_default()
}

/// Turns away whoever is not the page, and says what the page may do.
pub(super) async fn keep(State(desk): State<Desk>, request: Request, next: Next) -> Response {
    let mut response = if !desk.guard.lets_in(request.headers()) {
        refuse(StatusCode::FORBIDDEN, "refused: open the address that tim3 printed when it started")
    } else if announced(request.headers()) > LARGEST {
        let error = format!("the question is too long: at most {LARGEST} bytes are read");
        refuse(StatusCode::PAYLOAD_TOO_LARGE, &error)
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&desk.guard.policy()) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

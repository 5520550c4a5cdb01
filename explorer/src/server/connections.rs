//! Connections: how many at once, and how long the server waits for each.
//!
//! A browser closes what it does not need. Something else on this machine can open connections
//! and say half a request on each: without limits they would stay until no file can be opened.

use super::LARGEST;
use super::api::refuse;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

/// How long is waited for what, and for how many.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// Until the head of a request is there, and then until its body is: of the first, and of
    /// each that follows on the same connection.
    pub request: Duration,
    /// Until a connection takes no further request; after the same time again it is closed.
    pub connection: Duration,
    /// Connections at once. Others wait until one of these is closed.
    pub connections: usize,
}

impl Default for Patience {
    /// A browser opens six connections for all pages of one address, and an answer can take
    /// minutes.
    fn default() -> Self {
        let (request, connection) = (Duration::from_secs(5), Duration::from_secs(15 * 60));
        Self { request, connection, connections: 512 }
    }
}

/// The same, except for questions that are cut off.
pub(super) fn of_whole_questions<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    patience: Patience,
) -> Router<S> {
    router.layer(from_fn_with_state(patience, whole))
}

/// How long to wait where the system has no room for another connection.
const PAUSE: Duration = Duration::from_millis(50);

/// Answers everybody, until the process ends.
pub(super) async fn serve(
    listener: &TcpListener,
    router: Router,
    patience: Patience,
) -> io::Result<()> {
    let room = Arc::new(Semaphore::new(patience.connections));
    loop {
        let place = Arc::clone(&room).acquire_owned().await.map_err(io::Error::other)?;
        // A connection that is gone already, or one too many, is no reason to leave the others.
        let Ok((stream, _)) = listener.accept().await else {
            sleep(PAUSE).await;
            continue;
        };
        let router = router.clone();
        tokio::spawn(async move {
            let _place = place;
            // Whoever is too slow, or says what is no HTTP, hears nothing more.
            let _ = answer(stream, router, patience).await;
        });
    }
}

async fn answer(stream: TcpStream, router: Router, patience: Patience) -> hyper::Result<()> {
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience.request)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router));
    let mut connection = pin!(connection);
    if let Ok(ended) = timeout(patience.connection, connection.as_mut()).await {
        return ended;
    }
    connection.as_mut().graceful_shutdown();
    timeout(patience.connection, connection).await.unwrap_or(Ok(()))
}

/// Reads the body of a request before anything else is done for it.
async fn whole(State(patience): State<Patience>, request: Request, next: Next) -> Response {
    let (head, body) = request.into_parts();
    match timeout(patience.request, to_bytes(body, LARGEST)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(head, Body::from(bytes))).await,
        Ok(Err(_)) => {
            let error = format!("the question is too long: at most {LARGEST} bytes are read");
            closing(refuse(StatusCode::PAYLOAD_TOO_LARGE, &error))
        }
        Err(_) => closing(refuse(StatusCode::REQUEST_TIMEOUT, "the question was cut off")),
    }
}

/// What else there is of the request is not waited for.
fn closing(mut response: Response) -> Response {
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::{get, post};
    use std::net::{Ipv4Addr, SocketAddr};
    use std::time::Instant;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    /// Longer than anything here takes, so that what never comes fails instead of waiting on.
    const LONG: Duration = Duration::from_secs(60);

    const GET: &[u8] = b"GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n";

    /// A server that waits this long, for this many.
    async fn server(request: Duration, connections: usize) -> SocketAddr {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new()
            .route("/", get(|| async { "served" }))
            .route("/asked", post(|text: String| async move { text }));
        let patience = Patience { request, connections, ..Patience::default() };
        let router = of_whole_questions(router, patience);
        tokio::spawn(async move { serve(&listener, router, patience).await });
        address
    }

    async fn say(address: SocketAddr, what: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.expect("a connection");
        stream.write_all(what).await.expect("it is sent");
        stream
    }

    /// What comes back until the other side closes.
    async fn heard(mut stream: TcpStream) -> String {
        let mut text = Vec::new();
        let read = timeout(LONG, stream.read_to_end(&mut text)).await;
        let _ = read.expect("the connection is closed");
        String::from_utf8_lossy(&text).into_owned()
    }

    #[tokio::test]
    async fn half_a_request_is_not_waited_for() {
        let address = server(Duration::from_secs(2), 256).await;
        let halves: [&[u8]; 4] = [
            b"",
            b"GET / HTTP/1.1\r\nHost: he",
            b"POST /asked HTTP/1.1\r\nHost: here\r\nContent-Length: 10\r\n\r\nhalf",
            b"POST /asked HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nha",
        ];
        let mut open = Vec::new();
        for _ in 0..50 {
            for half in halves {
                open.push(say(address, half).await);
            }
        }
        let started = Instant::now();
        assert!(heard(say(address, GET).await).await.ends_with("served"));
        assert!(started.elapsed() < Duration::from_secs(2), "it waited for the others");
        for stream in open {
            assert!(!heard(stream).await.contains(" 200 "));
        }
    }

    #[tokio::test]
    async fn where_all_places_are_taken_the_next_is_served_later() {
        let address = server(Duration::from_millis(300), 4).await;
        let mut open = Vec::new();
        for _ in 0..12 {
            open.push(say(address, b"GET / HT").await);
        }
        assert!(heard(say(address, GET).await).await.ends_with("served"));
        for stream in open {
            heard(stream).await;
        }
    }

    #[tokio::test]
    async fn a_connection_that_is_kept_is_closed_when_nothing_follows() {
        let address = server(Duration::from_millis(300), 4).await;
        let kept = say(address, b"GET / HTTP/1.1\r\nHost: here\r\n\r\n").await;
        assert!(heard(kept).await.ends_with("served"));
    }
}

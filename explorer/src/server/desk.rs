//! Where answers are worked out: away from the threads that listen.

use super::api::{Answer, refuse};
use super::{Guard, Library};
use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::http::StatusCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use tokio::sync::Semaphore;

/// A question, or why it cannot be read.
pub(super) type Question<T> = Result<Json<T>, JsonRejection>;

/// What every answer is made from.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) library: Arc<Library>,
    pub(super) guard: Arc<Guard>,
    /// One answer is worked on for each core; the others wait.
    workers: Arc<Semaphore>,
    /// Answers that take long wait for each other, and keep no other waiting.
    searchers: Arc<Semaphore>,
}

/// Whoever asked is gone once this is dropped.
struct Asking(Arc<AtomicBool>);

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Desk {
    pub(super) fn new(library: Library, guard: Guard) -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self {
            library: Arc::new(library),
            guard: Arc::new(guard),
            workers: Arc::new(Semaphore::new(cores)),
            searchers: Arc::new(Semaphore::new(1)),
        }
    }

    /// Works out an answer that is soon found.
    pub(super) async fn answer<Q: Send + 'static, A: Send + 'static>(
        &self,
        asked: Question<Q>,
        work: impl FnOnce(&Library, Q) -> Result<A, String> + Send + 'static,
    ) -> Answer<A> {
        self.worked(&self.workers, asked, |library, question, _| work(library, question)).await
    }

    /// Works out an answer that may take long: `work` can see that nobody waits for it any more.
    pub(super) async fn answer_while_wanted<Q: Send + 'static, A: Send + 'static>(
        &self,
        asked: Question<Q>,
        work: impl FnOnce(&Library, Q, Arc<AtomicBool>) -> Result<A, String> + Send + 'static,
    ) -> Answer<A> {
        self.worked(&self.searchers, asked, work).await
    }

    async fn worked<Q: Send + 'static, A: Send + 'static>(
        &self,
        queue: &Arc<Semaphore>,
        asked: Question<Q>,
        work: impl FnOnce(&Library, Q, Arc<AtomicBool>) -> Result<A, String> + Send + 'static,
    ) -> Answer<A> {
        let bad = |error: &str| refuse(StatusCode::BAD_REQUEST, error);
        let Json(question) = asked.map_err(|error| refuse(error.status(), &error.body_text()))?;
        let permit = Arc::clone(queue).acquire_owned().await;
        let asking = Asking(Arc::default());
        let (library, gone) = (Arc::clone(&self.library), Arc::clone(&asking.0));
        let worked = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work(&library, question, gone)
        });
        match worked.await {
            Ok(answer) => answer.map(Json).map_err(|error| bad(&error)),
            Err(_) => Err(refuse(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal error: see the terminal in which tim3 runs",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::library::Start;
    use super::*;
    use crate::world::World;
    use model::{Bounds, Profile, Reductions, Variant};
    use std::net::{Ipv4Addr, SocketAddr};
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;
    use tokio::io::AsyncWriteExt;
    use tokio::net::{TcpListener, TcpStream};

    /// Longer than anything here takes, so that what never comes fails instead of waiting on.
    const LONG: Duration = Duration::from_secs(60);

    fn desk() -> Desk {
        let world = World {
            subject: Variant::Hardened.into(),
            profile: Profile::ALL[0],
            bounds: Bounds::NAMED[0].1,
            reductions: Reductions::default(),
        };
        let library = Library::new(Start::world(&world), []);
        Desk::new(library, Guard::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 1))))
    }

    /// Work that goes on until nobody waits for it.
    fn endless(begin: &Sender<()>, end: &Sender<()>) -> impl FnOnce(Arc<AtomicBool>) + use<> {
        let (begin, end) = (begin.clone(), end.clone());
        move |gone| {
            begin.send(()).expect("somebody listens");
            while !gone.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(1));
            }
            end.send(()).expect("somebody listens");
        }
    }

    async fn comes(what: Receiver<()>) -> Receiver<()> {
        let waited = tokio::task::spawn_blocking(move || {
            what.recv_timeout(LONG).expect("it comes");
            what
        });
        waited.await.expect("it waits")
    }

    #[tokio::test]
    async fn a_long_answer_delays_no_other_and_ends_when_nobody_waits() {
        let desk = desk();
        let ((begin, running), (end, over)) = (channel(), channel());
        let ask = || {
            let (desk, work) = (desk.clone(), endless(&begin, &end));
            tokio::spawn(async move {
                let work = |_: &Library, (): (), gone| {
                    work(gone);
                    Ok(())
                };
                desk.answer_while_wanted(Ok(Json(())), work).await
            })
        };
        let many: Vec<_> = (0..100).map(|_| ask()).collect();
        let running = comes(running).await;
        for _ in 0..100 {
            let Json(answer) = desk.answer(Ok(Json(7)), |_, seven| Ok(seven)).await.expect("one");
            assert_eq!(answer, 7);
        }
        assert!(running.try_recv().is_err(), "the other 99 wait for the first");
        many.iter().for_each(tokio::task::JoinHandle::abort);
        comes(over).await;
    }

    #[tokio::test]
    async fn whoever_hangs_up_wants_no_answer() {
        let desk = desk();
        let ((begin, running), (end, over)) = (channel(), channel());
        let route = axum::routing::get(move || {
            let (desk, work) = (desk.clone(), endless(&begin, &end));
            async move {
                let work = |_: &Library, (): (), gone| {
                    work(gone);
                    Ok(())
                };
                desk.answer_while_wanted(Ok(Json(())), work).await
            }
        });
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let router = axum::Router::new().route("/", route);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut page = TcpStream::connect(address).await.expect("a connection");
        page.write_all(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n").await.expect("it is sent");
        comes(running).await;
        drop(page);
        comes(over).await;
    }
}

//! The server of the page, for this machine alone, and runs that its reader continues.
//!
//! The server keeps nothing of what a reader does: every question names its run, action by
//! action, so that an address can be sent to others and outlives a change of the model.

mod api;
mod connections;
mod desk;
mod guard;
mod library;

pub use library::{Library, Run, Start};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use connections::Patience;
use desk::Desk;
use guard::Guard;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;

/// Bytes of a question that is read.
const LARGEST: usize = 1 << 20;

/// Serves the page on loopback until the process ends. `ready` is told the address: port 0
/// takes any that is free.
///
/// # Errors
/// If the port cannot be had.
pub fn serve(library: Library, port: u16, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_io().enable_time().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        ready(address);
        let patience = Patience::default();
        connections::serve(&listener, router(library, address, patience), patience).await
    })
}

fn router(library: Library, address: SocketAddr, patience: Patience) -> Router {
    let desk = Desk::new(library, Guard::new(address));
    let router = Router::new()
        .route("/", get(api::page))
        .route("/page/{name}", get(api::file))
        .route("/api/start", get(api::start))
        .route("/api/run", post(api::run))
        .route("/api/lanes", post(api::lanes))
        .route("/api/step", post(api::step))
        .route("/api/choices", post(api::choices))
        .route("/api/parting", post(api::parting))
        .fallback(api::nothing)
        .layer(DefaultBodyLimit::max(LARGEST));
    connections::of_whole_questions(router, patience)
        .layer(axum::middleware::from_fn_with_state(desk.clone(), guard::keep))
        .with_state(desk)
}

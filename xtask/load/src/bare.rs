//! `bare`: the yardstick.

use std::net::SocketAddr;

use anyhow::Result;
use axum::Router;
use axum::http::StatusCode;
use tokio::net::TcpListener;

/// Where to serve it.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Port 0 takes a free one; the line on standard output says which
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
}

/// Serves until the process is ended.
pub(crate) async fn run(options: Options) -> Result<()> {
    let listener = TcpListener::bind(options.listen).await?;
    println!("listening on {}", listener.local_addr()?);
    serve(listener).await
}

/// Answers 200 to whatever is asked, without reading the body.
pub(crate) async fn serve(listener: TcpListener) -> Result<()> {
    let router = Router::new().fallback(async || StatusCode::OK);
    Ok(axum::serve(listener, router).await?)
}

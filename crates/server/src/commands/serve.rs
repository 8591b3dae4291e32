//! `serve` and `worker`: from the configuration to a graceful end.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use domain::audit::Line;
use domain::{Actor, App, accounts, keys::token_hash, reference, wall};
use tokio::net::TcpListener;
use tokio::signal;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use types::AuditEvent;

use crate::config::Config;
use crate::database::{self, Owner};
use crate::node::{self, Node, Use};
use crate::say::say;
use crate::{listen, routes, workers};

/// Open connections and running work get so long to end.
const GRACE: Duration = Duration::from_secs(10);

/// Serves an installation.
pub(super) async fn serve(config: &Config, migrate: bool) -> Result<()> {
    let listener = listen(config).await?;
    let node = prepare(config, migrate).await?;
    reference::make_municipalities_known(&node.app).await?;
    if config.mail.smtp.is_none() {
        let folder = config.mail_folder();
        say(format_args!(
            "No mail is sent: it is kept in {} until mail.transport is smtp.",
            folder.display()
        ));
    }
    if let Some(url) = set_up_url(&node).await? {
        say(format_args!("This installation has no administrator yet. Set it up, once, at\n\n  {url}\n"));
    }
    run(config, node, listener).await
}

/// Works without serving.
pub(super) async fn work(config: &Config) -> Result<()> {
    let node = prepare(config, false).await?;
    let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
    workers::start(&node, &tracker, &stop);
    tracing::info!("working");
    asked_to_stop().await;
    finish(&node, &tracker, &stop).await;
    Ok(())
}

/// Listens, before anything is changed: a port that is taken ends it here.
pub(super) async fn listen(config: &Config) -> Result<TcpListener> {
    let bind = config.http.bind;
    TcpListener::bind(bind).await.with_context(|| {
        format!("can't listen on {bind}: is samspill running already? `--bind ADDRESS:PORT` chooses another")
    })
}

async fn prepare(config: &Config, migrate: bool) -> Result<Node> {
    let folder = node::take_folder(&config.data, Use::Shared)?;
    let db = database::open(config.database_url.reveal()).await?;
    match database::owner(&db).await? {
        Owner::Empty | Owner::Installation => {}
        Owner::Demo { .. } => {
            bail!(
                "this is the database of a demonstration: `samspill demo` serves it, `--data FOLDER` chooses another"
            )
        }
        Owner::Foreign => bail!("the database holds something other than samspill"),
    }
    let pending = database::pending(&db).await?;
    if pending > 0 && config.is_postgres() && !migrate {
        bail!("{pending} migrations are pending: run `samspill migrate up`, or serve with --migrate");
    }
    if pending > 0 {
        database::migrate(&db).await?;
    }
    for weakness in wall::weaknesses(&db).await? {
        tracing::warn!("{weakness}");
    }
    Node::new(config, db, folder).await
}

/// Serves until somebody asks to stop.
pub(super) async fn run(config: &Config, node: Node, listener: TcpListener) -> Result<()> {
    let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
    workers::start(&node, &tracker, &stop);
    let router = routes::router(config, &node, &tracker, &stop);
    say(format_args!("Samspill serves on {}", config.http.public_url));
    tracing::info!(bind = %listener.local_addr()?, "listening");
    Line::of(&Actor::system(), AuditEvent::Started).write();
    let served = {
        let stop = stop.clone();
        tracker.spawn(listen::serve(listener, router, stop))
    };
    asked_to_stop().await;
    tracing::info!("stopping");
    stop.cancel();
    if let Ok(served) = timeout(GRACE, served).await {
        served.context("the server failed")?;
    }
    finish(&node, &tracker, &stop).await;
    Ok(())
}

/// Lets the workers end, and signs what they sealed.
async fn finish(node: &Node, tracker: &TaskTracker, stop: &CancellationToken) {
    stop.cancel();
    tracker.close();
    if timeout(GRACE, tracker.wait()).await.is_err() {
        tracing::warn!("some work did not end in time; it will be taken up again");
    }
    if timeout(GRACE, workers::sign_last(node)).await.is_err() {
        tracing::warn!("the last entries could not be signed in time; the next start signs them");
    }
}

async fn asked_to_stop() {
    let interrupted = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut asked) => {
                asked.recv().await;
            }
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}

/// The address of the first-run page with a new token, if nobody administers
/// this installation yet.
async fn set_up_url(node: &Node) -> Result<Option<String>> {
    let app = &node.app;
    if !accounts::platform_administrators(app).await?.is_empty() {
        return Ok(None);
    }
    let token = app.token();
    let tx = app.db.write().await?;
    App::set_setting(&*tx, "setup_token_hash", &token_hash(&token)).await?;
    tx.commit().await?;
    Ok(Some(format!("{}/nb/setup?token={token}", app.settings.public_url)))
}

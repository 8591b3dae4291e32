//! Whether the process lives, and whether it may be sent requests.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use migrations::Migrator;
use sea_orm_migration::MigratorTrait;

use super::Web;

pub(super) fn routes() -> Router<Web> {
    Router::new().route("/health/live", get(async || "alive")).route("/health/ready", get(ready))
}

/// The database answers and has the schema that this program wants.
async fn ready(State(web): State<Web>) -> (StatusCode, &'static str) {
    if web.stop.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping");
    }
    match Migrator::get_pending_migrations_read_only(web.app.db.migrate()).await {
        Ok(pending) if pending.is_empty() => (StatusCode::OK, "ready"),
        Ok(_) => (StatusCode::SERVICE_UNAVAILABLE, "migrations are pending"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
    }
}

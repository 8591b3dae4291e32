//! The record under attack and under load (ARCHITECTURE, *One dialogue, one record*).

mod attacked;
mod ends;
mod files;
mod rows;
mod tamper;
pub(crate) mod writers;

use domain::needs::{self, CreateNeed, Need};
use domain::questions::{self, Ask};
use domain::{Actor, Db};
use sea_orm::{ConnectionTrait, Statement};
use tests::House;

use crate::thread::content;

/// A published need.
pub(crate) async fn published(house: &House) -> Need {
    let (officer, reviewer) = (house.officer().await, house.reviewer().await);
    let need = needs::create(&house.app, &officer, CreateNeed { content: content(house) }).await.unwrap();
    needs::submit(&house.app, &officer, need.id, None).await.unwrap();
    needs::approve(&house.app, &reviewer, need.id, None, None).await.unwrap()
}

pub(crate) async fn ask(app: &domain::App, actor: &Actor, need: &Need, text: &str) {
    let input = Ask { need_id: need.id, text: text.to_owned() };
    questions::ask(app, actor, input).await.unwrap();
}

/// Runs one statement behind the product's back.
pub(crate) async fn execute(db: &Db, sql: &str) -> u64 {
    // On SQLite by the one connection that writes, whose settings the next statement meets again.
    let done = if db.is_postgres() {
        db.product().execute_unprepared(sql).await
    } else {
        db.migrate().execute_unprepared(sql).await
    };
    done.unwrap_or_else(|error| panic!("{sql}: {error}")).rows_affected()
}

/// The first column of every row, as text.
pub(crate) async fn column(db: &Db, sql: &str) -> Vec<String> {
    let statement = Statement::from_string(db.product().get_database_backend(), sql);
    let rows = db.product().query_all_raw(statement).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

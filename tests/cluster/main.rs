//! The cluster suite: several nodes on one PostgreSQL, killed and raced.
//!
//! `SAMSPILL_TEST_POSTGRES` names a server on which databases may be made, `SAMSPILL_BIN`
//! the built program; `cargo xtask test --only cluster` sets both.

use sea_orm::{ConnectionTrait, Database};

fn given(name: &str) -> String {
    let value = std::env::var_os(name).unwrap_or_else(|| panic!("{name} is not set: run cargo xtask test"));
    value.into_string().expect("UTF-8")
}

#[tokio::test]
async fn nodes_get_a_database_of_their_own() {
    let server = Database::connect(given("SAMSPILL_TEST_POSTGRES")).await.expect("a server");
    let name = format!("cluster_{}", std::process::id());
    server.execute_unprepared(&format!("CREATE DATABASE {name}")).await.expect("may create");
    server.execute_unprepared(&format!("DROP DATABASE {name}")).await.expect("may drop");
}

#[test]
fn the_program_is_built() {
    assert!(std::path::Path::new(&given("SAMSPILL_BIN")).is_file());
}

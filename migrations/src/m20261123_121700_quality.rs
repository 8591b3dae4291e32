//! Surveys, ballots and figures.
//!
//! Who answered and what was answered share no key, no time and no order: the
//! two tables are stored in the order of their keys on SQLite, and a ballot's
//! key is random.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::*;
use sea_orm_migration::sea_orm::DbBackend;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_table(
                Table::create()
                    .table("surveys")
                    .col(uuid("id"))
                    .col(uuid("need_id"))
                    .col(uuid("organisation_id"))
                    .col(text("state"))
                    .col(timestamp_with_time_zone("opened_at"))
                    .col(timestamp_with_time_zone("closes_at"))
                    .col(timestamp_with_time_zone_null("closed_at"))
                    .col(integer_null("released"))
                    .col(timestamp_with_time_zone_null("released_at"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("surveys", "need_id")
                            .to("needs", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .foreign_key(
                        ForeignKey::create()
                            .from("surveys", "organisation_id")
                            .to("organisations", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        let mut participations = Table::create()
            .table("survey_participations")
            .col(uuid("survey_id"))
            .col(uuid("person_id"))
            .col(uuid("organisation_id"))
            .col(text("side"))
            .primary_key(Index::create().col("survey_id").col("person_id"))
            .foreign_key(
                ForeignKey::create()
                    .from("survey_participations", "survey_id")
                    .to("surveys", "id")
                    .on_delete(ForeignKeyAction::Restrict),
            )
            .to_owned();
        let mut ballots = Table::create()
            .table("survey_ballots")
            .col(uuid("id"))
            .col(uuid("survey_id"))
            .col(text("sealed"))
            .primary_key(Index::create().col("id"))
            .foreign_key(
                ForeignKey::create()
                    .from("survey_ballots", "survey_id")
                    .to("surveys", "id")
                    .on_delete(ForeignKeyAction::Restrict),
            )
            .to_owned();
        for table in [&mut participations, &mut ballots] {
            if manager.get_database_backend() == DbBackend::Sqlite {
                table.extra("WITHOUT ROWID");
            }
            manager.create_table(table.to_owned()).await?;
        }
        manager
            .create_table(
                Table::create()
                    .table("quality_figures")
                    .col(uuid("id"))
                    .col(uuid("organisation_id"))
                    .col(timestamp_with_time_zone("released_at"))
                    .col(text("method"))
                    .col(json_binary("batch"))
                    .col(json_binary("content"))
                    .primary_key(Index::create().col("id"))
                    .foreign_key(
                        ForeignKey::create()
                            .from("quality_figures", "organisation_id")
                            .to("organisations", "id")
                            .on_delete(ForeignKeyAction::Restrict),
                    )
                    .to_owned(),
            )
            .await?;
        let mut comments = Table::create()
            .table("survey_comments")
            .col(uuid("id"))
            .col(uuid("figure_id"))
            .col(uuid("organisation_id"))
            .col(text("side"))
            .col(text("text"))
            .col(boolean_null("is_shown"))
            .primary_key(Index::create().col("id"))
            .foreign_key(
                ForeignKey::create()
                    .from("survey_comments", "figure_id")
                    .to("quality_figures", "id")
                    .on_delete(ForeignKeyAction::Restrict),
            )
            .to_owned();
        if manager.get_database_backend() == DbBackend::Sqlite {
            comments.extra("WITHOUT ROWID");
        }
        manager.create_table(comments).await?;
        let index = |name: &str, table: &str| Index::create().name(name).table(table.to_owned()).to_owned();
        manager.create_index(index("surveys_need", "surveys").col("need_id").unique().to_owned()).await?;
        manager
            .create_index(
                index("surveys_organisation", "surveys").col("organisation_id").col("state").to_owned(),
            )
            .await?;
        manager
            .create_index(index("surveys_state", "surveys").col("state").col("closes_at").to_owned())
            .await?;
        manager
            .create_index(index("survey_ballots_survey", "survey_ballots").col("survey_id").to_owned())
            .await?;
        manager
            .create_index(
                index("survey_comments_organisation", "survey_comments").col("organisation_id").to_owned(),
            )
            .await?;
        manager
            .create_index(
                index("quality_figures_organisation", "quality_figures")
                    .col("organisation_id")
                    .col("released_at")
                    .to_owned(),
            )
            .await?;
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in
            ["survey_comments", "quality_figures", "survey_ballots", "survey_participations", "surveys"]
        {
            manager.drop_table(Table::drop().table(table).to_owned()).await?;
        }
        Ok(())
    }
}

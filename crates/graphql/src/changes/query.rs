//! Reading the feed.

use std::collections::HashMap;

use ::types::{NeedId, OrganisationId};
use async_graphql::connection::Connection;
use async_graphql::{Context, Object, Result};
use domain::page::PageRequest;
use domain::{needs, organisations};

use super::types::{Change, ChangeConnection, ChangeFilter, ChangePlace, edge, filter as filter_of};
use crate::error::OrTop;
use crate::subjects::{self, SubjectKind};
use crate::{Ctx, list};

/// Reading the feed.
#[derive(Debug, Default)]
pub struct ChangeQuery;

#[Object]
impl ChangeQuery {
    /// What happened, oldest first, as far as you may see it: public news for
    /// everybody; and for the organisation you act for, what names it and all
    /// about its own needs.
    ///
    /// Each change that is told to you comes exactly once, in one order, if you
    /// always go on from the last `cursor`: none is missed and none is added
    /// behind you. Cursors are sealed, and belong to whom they were given to:
    /// acting for another organisation, begin anew. `INVALID_CURSOR` says so.
    #[graphql(complexity = "first.unwrap_or(20).clamp(1, 100) as usize * child_complexity + 1")]
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<ChangeFilter>,
        #[graphql(desc = "How many, 1–100; 20 if null.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to go on; from the beginning if null.")] after: Option<
            String,
        >,
    ) -> Result<ChangeConnection> {
        let (app, actor) = (ctx.app(), ctx.actor());
        let filter = filter_of(filter).or_top(ctx)?;
        let page = PageRequest::new(first, after).or_top(ctx)?;
        let found = domain::changes::read(app, actor, &filter, page.first, page.after.as_deref())
            .await
            .or_top(ctx)?;
        let mut changes: Vec<(String, Change)> =
            found.rows.into_iter().map(|(cursor, row)| (cursor, row.into())).collect();
        load(ctx, &mut changes).await?;
        let place = ChangePlace { cursor: found.end, is_complete: found.is_complete };
        let mut list = Connection::with_additional_fields(page.after.is_some(), found.has_next, place);
        list.edges.extend(changes.into_iter().map(|(cursor, change)| edge(cursor, change)));
        Ok(list)
    }
}

/// Loads the needs, organisations and subjects of all rows, if they are asked for.
async fn load(ctx: &Context<'_>, changes: &mut [(String, Change)]) -> Result<()> {
    let (app, actor) = (ctx.app(), ctx.actor());
    let asks_organisation = list::asks(ctx, &["organisation"]);
    let mut found: HashMap<NeedId, needs::Need> = HashMap::new();
    if asks_organisation || list::asks(ctx, &["need"]) {
        let mut ids: Vec<NeedId> = changes.iter().filter_map(|(_, c)| c.row.need_id).collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = needs::list_by_ids(app, actor, &ids).await.or_top(ctx)?;
        found = rows.into_iter().map(|need| (need.id, need)).collect();
        for (_, change) in changes.iter_mut() {
            change.need = change.row.need_id.and_then(|id| found.get(&id).cloned()).into();
        }
    }
    if asks_organisation {
        let of = |change: &Change| match change.row.need_id {
            Some(id) => found.get(&id).map(|need| need.organisation_id),
            None => change.row.organisation_id,
        };
        let mut ids: Vec<OrganisationId> = changes.iter().filter_map(|(_, c)| of(c)).collect();
        ids.sort_unstable();
        ids.dedup();
        let rows = organisations::list_by_ids(app, &ids).await.or_top(ctx)?;
        for (_, change) in changes.iter_mut() {
            let id = of(change);
            change.organisation = rows.iter().find(|o| Some(o.id) == id).cloned().into();
        }
    }
    if list::asks(ctx, &["subject"]) {
        let of = |change: &Change| {
            let (name, id) = change.row.subject.as_ref()?;
            SubjectKind::of_record(name).map(|kind| (kind, *id))
        };
        let found = subjects::load(ctx, changes.iter().filter_map(|(_, c)| of(c))).await.or_top(ctx)?;
        for (_, change) in changes {
            change.subject = of(change).and_then(|of| found.get(&of).cloned()).into();
        }
    }
    Ok(())
}

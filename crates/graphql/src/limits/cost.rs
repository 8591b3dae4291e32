//! What an operation cost, told beside its answer as Shopify's API does.

use async_graphql::indexmap::IndexMap;
use async_graphql::{Name, Response, Value, value};
use domain::throttle::Status;

use super::Examined;

impl Examined {
    /// What was really found: an object costs a point.
    pub(super) fn actual_cost(&self, data: &Value) -> usize {
        (self.fixed_cost + objects(data).saturating_sub(1)).min(self.cost)
    }
}

fn objects(value: &Value) -> usize {
    match value {
        Value::Object(fields) => 1 + fields.values().map(objects).sum::<usize>(),
        Value::List(items) => items.iter().map(objects).sum(),
        _ => 0,
    }
}

/// Adds `extensions.cost`; where the caller has a limit, with how it stands.
pub(super) fn tell(
    answer: Response,
    requested: usize,
    actual: Option<usize>,
    status: Option<Status>,
) -> Response {
    let mut cost = IndexMap::new();
    cost.insert(Name::new("requestedQueryCost"), requested.into());
    cost.insert(Name::new("actualQueryCost"), actual.map_or(Value::Null, Value::from));
    if let Some(Status { maximum_available, currently_available, restore_rate }) = status {
        let status = value!({
            "maximumAvailable": maximum_available,
            "currentlyAvailable": currently_available,
            "restoreRate": restore_rate,
        });
        cost.insert(Name::new("throttleStatus"), status);
    }
    answer.extension("cost", Value::Object(cost))
}

//! What an operation cost, told beside its answer as Shopify's API does.

use async_graphql::{Response, Value, value};

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

/// Adds `extensions.cost`.
pub(super) fn tell(answer: Response, requested: usize, actual: usize) -> Response {
    let cost = value!({ "requestedQueryCost": requested, "actualQueryCost": actual });
    answer.extension("cost", cost)
}

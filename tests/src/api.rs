//! A client of the API within the process: documents in, JSON out.

use std::sync::Arc;

use async_graphql::{Executor, Request, Variables};
use domain::ports::TokenIssuer;
use domain::{Actor, App};
use futures::StreamExt;
use futures::stream::BoxStream;
use graphql::ApiSettings;
use graphql::limits::Trusted;
use identity::Tokens;
use serde_json::{Value, json};

use crate::House;

/// See [`House::api`].
#[derive(Clone)]
pub struct Api {
    schema: Trusted,
    app: Arc<App>,
}

impl House {
    /// The API of this installation.
    pub fn api(&self) -> Api {
        let schema = self.outside(ApiSettings::default()).trusted();
        Api { schema, app: self.app.clone() }
    }
}

impl House {
    /// The API as the outside meets it.
    pub fn outside(&self, settings: ApiSettings) -> graphql::Api {
        graphql::Api::new(self.app.clone(), Arc::new(Tokens::new(self.app.clone())), settings)
    }
}

impl Api {
    /// The same over another house; to make a schema takes longer than to ask it.
    #[must_use]
    pub fn over(self, house: &House) -> Self {
        Self { app: house.app.clone(), ..self }
    }

    /// Runs a document as somebody; the whole answer.
    pub async fn run(&self, actor: &Actor, document: &str, variables: Value) -> Value {
        let tokens: Arc<dyn TokenIssuer> = Arc::new(Tokens::new(self.app.clone()));
        let request = Request::new(document).variables(Variables::from_json(variables));
        // A request's data comes before the schema's.
        let request = request.data(actor.clone()).data(self.app.clone()).data(graphql::Tokens(tokens));
        serde_json::to_value(self.schema.execute(request).await).expect("JSON")
    }

    /// Asks; the answer's `data`. Claims that nothing went wrong.
    #[track_caller]
    pub fn ask<'a>(
        &'a self,
        actor: &'a Actor,
        document: &'a str,
        variables: Value,
    ) -> impl Future<Output = Value> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let mut answer = self.run(actor, document, variables).await;
            assert_eq!(answer["errors"], Value::Null, "{caller}");
            answer["data"].take()
        }
    }

    /// Listens as somebody; each answer.
    pub fn listen(&self, actor: &Actor, document: &str, variables: Value) -> BoxStream<'static, Value> {
        let request = Request::new(document).variables(Variables::from_json(variables));
        let request = request.data(actor.clone()).data(self.app.clone());
        let answers = self.schema.execute_stream(request, None);
        answers.map(|answer| serde_json::to_value(answer).expect("JSON")).boxed()
    }

    /// Runs a mutation that takes an `input`; its payload. Claims that it was done.
    #[track_caller]
    pub fn done<'a>(
        &'a self,
        actor: &'a Actor,
        mutation: &'a str,
        fields: &'a str,
        input: Value,
    ) -> impl Future<Output = Value> + 'a {
        let caller = std::panic::Location::caller();
        async move {
            let mut answer = self.run(actor, &document(mutation, fields), json!({ "input": input })).await;
            assert_eq!(answer["errors"], Value::Null, "{mutation}, {caller}");
            let mut payload = answer["data"][mutation].take();
            assert_eq!(payload["userErrors"], json!([]), "{mutation}, {caller}");
            payload.as_object_mut().expect("a payload").remove("userErrors");
            payload
        }
    }

    /// Runs a mutation that is to be refused, with its `input` or, if null, without one: the
    /// codes, each with its field as `CODE field`. A top-level error gives its code alone; a
    /// mutation that was done, nothing.
    pub async fn refused(&self, actor: &Actor, mutation: &str, input: Value) -> Vec<String> {
        let document = match input {
            Value::Null => format!("mutation {{ {mutation} {{ userErrors {{ code message path }} }} }}"),
            _ => document(mutation, ""),
        };
        let answer = self.run(actor, &document, json!({ "input": input })).await;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        if let Some(errors) = answer["errors"].as_array() {
            let code = |e: &Value| text(&e["extensions"]["code"]).or(text(&e["message"]));
            return errors.iter().filter_map(code).collect();
        }
        let errors = answer["data"][mutation]["userErrors"].as_array().expect("user errors");
        let told = errors.iter().map(|error| {
            assert!(error["message"].as_str().is_some_and(|m| !m.is_empty()), "{error} has no words");
            let path = error["path"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let path = path.collect::<Vec<_>>().join(".");
            format!("{} {path}", error["code"].as_str().unwrap_or_default()).trim_end().to_owned()
        });
        told.collect()
    }
}

/// `mutation` with its one argument, its payload's `fields` and what it refuses.
fn document(mutation: &str, fields: &str) -> String {
    let (first, rest) = mutation.split_at(1);
    format!(
        "mutation($input: {}{rest}Input!) {{ \
           {mutation}(input: $input) {{ {fields} userErrors {{ code message path }} }} }}",
        first.to_uppercase()
    )
}

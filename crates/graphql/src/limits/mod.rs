//! The one door to the schema for what comes from outside.
//!
//! [`Api::execute`] parses a document once and examines it **before** anything
//! runs: how long, how deep, how wide, and what it costs with `first` as
//! multiplier. What is too much is refused with `QUERY_TOO_LARGE` and says by
//! how much. Every error that leaves here has an `extensions.code` and no
//! internal text. The portal's own documents come through [`Trusted`]: the
//! same door without the outer limits, since we wrote them.
//!
//! Deliberately no `async_graphql::Extension`: any of them puts every field on
//! the slow path.

mod bound;
mod codes;
mod cost;
mod documents;
mod examine;
mod nulls;
mod positions;
mod shape;
mod tokens;

use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_graphql::futures_util::stream::BoxStream;
use async_graphql::parser::types::OperationType;
use async_graphql::{Data, Executor, Request, Response, ServerError, ServerResult, Variables};
use domain::ports::TokenIssuer;
use domain::throttle::{self, Held};
use domain::{Actor, App, Error};
use futures::{FutureExt, StreamExt};
use types::Language;

pub use bound::{Bound, Bounds};
pub use codes::code_of;
pub use examine::Examined;

use crate::ApiSchema;
use documents::{Document, Documents};

/// The largest body of a request, and the largest message of a socket, in bytes:
/// a long need is some 100 kB.
pub const MAX_BODY: usize = 2 * 1024 * 1024;

/// What an installation chooses about the API.
#[derive(Clone, Copy, Debug)]
pub struct ApiSettings {
    /// Whether anybody may read the schema by `__schema` and `__type`.
    pub introspection: bool,
}

impl Default for ApiSettings {
    fn default() -> Self {
        Self { introspection: true }
    }
}

/// The API as the outside sees it.
#[derive(Clone)]
pub struct Api(Arc<Inner>);

struct Inner {
    app: Arc<App>,
    schema: ApiSchema,
    documents: Documents,
    settings: ApiSettings,
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

/// A request that may run.
struct Ready {
    request: Request,
    examined: Examined,
    running: Running,
}

/// What runs, for what is to be mended in its answers.
#[derive(Clone)]
struct Running {
    api: Api,
    document: Arc<Document>,
    operation: Option<String>,
    language: Language,
    app: Arc<App>,
}

impl Running {
    /// Gives back what its reads held on to.
    async fn rest(&self) {
        self.app.db.rest().await;
    }

    /// The request as it runs, asked by its caller, and what mends its answers.
    fn of(api: &Api, request: &mut Request, document: Arc<Document>, caller: &Actor, app: &App) -> Self {
        request.set_parsed_query(document.marked.clone());
        let mut app = app.asked_by(caller);
        if document.asked.operations.iter().any(|(_, o)| o.node.ty == OperationType::Mutation) {
            app.db = app.db.watched();
        }
        let app = Arc::new(app);
        request.data.insert(Arc::clone(&app));
        let (operation, language) = (request.operation_name.clone(), caller.language);
        Self { api: api.clone(), document, operation, language, app }
    }

    /// One of many answers. Who listens holds no connection meanwhile.
    async fn next(self, answer: Response) -> Response {
        self.app.db.rest().await;
        self.finish(answer)
    }

    /// The answer as it leaves: a code with each error, and null where something failed.
    fn finish(&self, answer: Response) -> Response {
        let answer = codes::coded(answer, self.language);
        let shape = shape::shape(&self.api.0.schema);
        nulls::complete(answer, &self.document.asked, self.operation.as_deref(), shape)
    }
}

impl Api {
    /// The API of an application.
    pub fn new(app: Arc<App>, tokens: Arc<dyn TokenIssuer>, settings: ApiSettings) -> Self {
        let schema = crate::schema(Arc::clone(&app), tokens);
        Self(Arc::new(Inner { app, schema, documents: Documents::default(), settings }))
    }

    /// The same for our own documents, for the portal.
    pub fn trusted(&self) -> Trusted {
        Trusted(self.clone())
    }

    /// Runs a query or a mutation of somebody outside.
    pub async fn execute(&self, request: Request, caller: &Actor) -> Response {
        match self.ready(request, caller) {
            Err(error) => codes::coded(Response::from_errors(vec![error]), caller.language),
            Ok(ready) => self.run(ready, caller).await,
        }
    }

    /// Runs any operation of somebody outside; a subscription's answers one by one.
    pub fn execute_stream(&self, request: Request, caller: &Actor) -> BoxStream<'static, Response> {
        let (api, caller) = (self.clone(), caller.clone());
        let answers = async move {
            let language = caller.language;
            match api.ready(request, &caller) {
                Err(error) => {
                    let refused = codes::coded(Response::from_errors(vec![error]), language);
                    futures::stream::once(async { refused }).boxed()
                }
                Ok(ready) if ready.examined.kind != OperationType::Subscription => {
                    futures::stream::once(async move { api.run(ready, &caller).await }).boxed()
                }
                Ok(ready) => match api.hold(&ready.examined, &caller).await {
                    Err(refused) => futures::stream::once(async { *refused }).boxed(),
                    Ok(held) => {
                        // It costs once: how often something happens is not the listener's choice.
                        held.spend(&api.0.app, points(ready.examined.cost)).await;
                        let Ready { request, running, .. } = ready;
                        let answers = api.0.schema.execute_stream(request);
                        answers.then(move |answer| running.clone().next(answer)).boxed()
                    }
                },
            }
        };
        futures::stream::once(answers).flatten().boxed()
    }

    /// Parses and examines; here an operation is refused before it runs.
    ///
    /// What a caller's credentials allow of the operation is to be asked here,
    /// after the examination: [`Examined::kind`] and [`Examined::roots`] say
    /// what it would do.
    fn ready(&self, request: Request, caller: &Actor) -> ServerResult<Ready> {
        let mut request = request.data(caller.clone());
        let (document, examined) =
            self.read(&request.query, request.operation_name.as_deref(), &request.variables)?;
        if examined.introspects && !self.0.settings.introspection {
            return Err(codes::introspection_disabled());
        }
        crate::scopes::check(caller, examined.kind, &examined.roots)?;
        let running = Running::of(self, &mut request, document, caller, &self.0.app);
        Ok(Ready { request, examined, running })
    }

    /// What an operation would do and cost, or why it is refused; nothing runs.
    pub fn examine(
        &self,
        document: &str,
        operation: Option<&str>,
        variables: &Variables,
    ) -> ServerResult<Examined> {
        self.read(document, operation, variables).map(|(_, examined)| examined)
    }

    fn read(
        &self,
        document: &str,
        operation: Option<&str>,
        variables: &Variables,
    ) -> ServerResult<(Arc<Document>, Examined)> {
        tokens::check(document)?;
        let document = self.0.documents.get(document)?;
        let examined = examine::examine(&document.asked, operation, variables, shape::shape(&self.0.schema))?;
        Ok((document, examined))
    }

    async fn run(&self, ready: Ready, caller: &Actor) -> Response {
        let held = match self.hold(&ready.examined, caller).await {
            Ok(held) => held,
            Err(refused) => return *refused,
        };
        let answer = self.answer(ready.request).await;
        // What it costs is written by another connection: whoever waits for one holds none.
        ready.running.rest().await;
        let actual = ready.examined.actual_cost(&answer.data);
        let status = held.spend(&self.0.app, points(actual)).await;
        cost::tell(ready.running.finish(answer), ready.examined.cost, Some(actual), status)
    }

    /// Holds what an operation may cost, of what its caller may ask for.
    async fn hold(&self, examined: &Examined, caller: &Actor) -> Result<Held, Box<Response>> {
        let held = throttle::hold(&self.0.app, caller, points(examined.cost)).await;
        held.map_err(|error| {
            let seconds = if let Error::RateLimited(seconds) = error { seconds } else { 1 };
            let refused = Response::from_errors(vec![codes::rate_limited(seconds, caller.language)]);
            Box::new(cost::tell(refused, examined.cost, None, throttle::status(&self.0.app, caller)))
        })
    }

    /// A resolver that panics is a mistake of ours, not the end of the connection.
    async fn answer(&self, request: Request) -> Response {
        let answer = AssertUnwindSafe(self.0.schema.execute(request)).catch_unwind().await;
        answer.unwrap_or_else(|_| {
            tracing::error!("a resolver panicked");
            Response::from_errors(vec![codes::internal()])
        })
    }
}

/// The way in for documents of our own, without the outer limits.
#[derive(Clone, Debug)]
pub struct Trusted(Api);

impl Trusted {
    fn given<T: std::any::Any>(request: &Request) -> Option<&T> {
        request.data.get(&std::any::TypeId::of::<T>())?.downcast_ref()
    }
}

impl Trusted {
    fn ready(&self, request: &mut Request) -> Result<Running, Box<Response>> {
        let caller: Actor = Self::given(request).cloned().unwrap_or_default();
        let language = caller.language;
        // Tests ask the schema of one house over another.
        let app: Arc<App> = Self::given(request).cloned().unwrap_or_else(|| Arc::clone(&self.0.0.app));
        let refused = |error| Box::new(codes::coded(Response::from_errors(vec![error]), language));
        let document = self.0.0.documents.get(&request.query).map_err(refused)?;
        Ok(Running::of(&self.0, request, document, &caller, &app))
    }
}

impl Executor for Trusted {
    async fn execute(&self, mut request: Request) -> Response {
        match self.ready(&mut request) {
            Err(refused) => *refused,
            Ok(running) => running.finish(self.0.answer(request).await),
        }
    }

    fn execute_stream(
        &self,
        mut request: Request,
        _session: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        match self.ready(&mut request) {
            Err(refused) => futures::stream::once(async { *refused }).boxed(),
            Ok(running) => {
                let answers = self.0.0.schema.execute_stream(request);
                answers.then(move |answer| running.clone().next(answer)).boxed()
            }
        }
    }
}

/// Costs are far below what a number of this size holds: they are bounded.
fn points(cost: usize) -> u32 {
    u32::try_from(cost).unwrap_or(u32::MAX)
}

/// A refusal before anything runs.
type Refused = ServerError;

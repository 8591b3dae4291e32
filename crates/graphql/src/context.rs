//! What a resolver finds in its context.

use std::sync::Arc;

use async_graphql::Context;
use domain::ports::TokenIssuer;
use domain::{Actor, App};
use i18n::Texts;

/// Issues access tokens.
pub struct Tokens(pub Arc<dyn TokenIssuer>);

/// Shorthands for resolvers.
pub trait Ctx {
    /// The application.
    fn app(&self) -> &App;
    /// Who is asking; a visitor if the request carries nobody.
    fn actor(&self) -> &Actor;
    /// Texts in the language of who is asking.
    fn texts(&self) -> Texts;
}

impl Ctx for Context<'_> {
    fn app(&self) -> &App {
        self.data_unchecked::<Arc<App>>()
    }

    fn actor(&self) -> &Actor {
        static VISITOR: std::sync::LazyLock<Actor> = std::sync::LazyLock::new(Actor::default);
        self.data_opt::<Actor>().unwrap_or(&VISITOR)
    }

    fn texts(&self) -> Texts {
        Texts::of(self.actor().language)
    }
}

//! Every limit on a document: what is measured, how much is allowed, and how
//! to stay below it. `docs/api/limits.md` lists them, kept true by a test.

use async_graphql::{Pos, ServerError};
use types::ErrorCode;

/// One limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bound {
    /// What is measured: `extensions.measure` of the refusal.
    pub measure: &'static str,
    /// The most that is allowed.
    pub most: usize,
    /// What it counts, as the refusal says it.
    pub counts: &'static str,
    /// What to do to stay below it.
    pub advice: &'static str,
}

/// All of them.
#[derive(Debug)]
pub struct Bounds;

impl Bounds {
    /// Words, numbers, signs.
    pub const TOKENS: Bound = bound(
        "tokens",
        4_000,
        "tokens (names, values and signs) in the document",
        "Split the document, and put data into variables.",
    );
    /// Brackets in brackets; the parser works by recursion.
    pub const NESTING: Bound =
        bound("nesting", 60, "brackets within brackets", "Nest selections and input values less deeply.");
    /// Fields in fields.
    pub const DEPTH: Bound =
        bound("depth", 15, "fields within fields", "Fetch an object by `node(id:)` and go on from there.");
    /// The same for `__schema` and `__type`, whose standard query needs 15.
    pub const INTROSPECTION_DEPTH: Bound = bound(
        "introspectionDepth",
        20,
        "fields within fields of an introspection",
        "Use the standard introspection query.",
    );
    /// Lists of the schema within each other: with three, a few lines ask for millions.
    pub const INTROSPECTION_LISTS: Bound = bound(
        "introspectionLists",
        2,
        "lists of types and fields within each other of an introspection",
        "Use the standard introspection query, or ask for one `__type` at a time.",
    );
    /// Fields, fragments written out.
    pub const FIELDS: Bound =
        bound("fields", 2_000, "fields, with the fragments written out", "Select fewer fields.");
    /// `a: field`.
    pub const ALIASES: Bound = bound(
        "aliases",
        50,
        "aliases, with the fragments written out",
        "Use `nodes(ids:)` and lists instead of many aliases, or send several requests.",
    );
    /// Fields of `Query`.
    pub const ROOT_FIELDS: Bound =
        bound("rootFields", 20, "fields at the top of the operation", "Send several requests.");
    /// Fields of `Mutation`.
    pub const MUTATIONS: Bound = bound(
        "mutations",
        4,
        "mutations in one request",
        "Send one request for each; with an `Idempotency-Key` each can be repeated safely.",
    );
    /// `@include`, `@skip`.
    pub const DIRECTIVES: Bound = bound(
        "directives",
        50,
        "directives, with the fragments written out",
        "Leave out what you don't want.",
    );
    /// Items of one list.
    pub const LIST_INPUT: Bound =
        bound("listInput", 200, "items in one list of the input", "Send the items in several requests.");
    /// Points.
    pub const COST: Bound = bound(
        "cost",
        5_000,
        "points: one for an object, times `first` in lists; ten for a mutation",
        "Ask for fewer objects: a lower `first`, and fewer lists within lists.",
    );

    /// In the order of the documentation.
    pub const ALL: [Bound; 12] = [
        Self::TOKENS,
        Self::NESTING,
        Self::DEPTH,
        Self::FIELDS,
        Self::ALIASES,
        Self::ROOT_FIELDS,
        Self::MUTATIONS,
        Self::DIRECTIVES,
        Self::LIST_INPUT,
        Self::COST,
        Self::INTROSPECTION_DEPTH,
        Self::INTROSPECTION_LISTS,
    ];
}

const fn bound(measure: &'static str, most: usize, counts: &'static str, advice: &'static str) -> Bound {
    Bound { measure, most, counts, advice }
}

impl Bound {
    /// Refuses more than is allowed.
    pub(super) fn check(self, actual: usize, at: Option<Pos>) -> Result<(), ServerError> {
        if actual <= self.most {
            return Ok(());
        }
        let Self { measure, most, counts, advice } = self;
        let words =
            format!("Too much for one request: {actual} {counts}; at most {most} are taken. {advice}");
        let mut error = super::codes::error(ErrorCode::QueryTooLarge, words, at);
        let extensions = error.extensions.get_or_insert_default();
        extensions.set("measure", measure);
        extensions.set("limit", most);
        extensions.set("actual", actual);
        Err(error)
    }
}

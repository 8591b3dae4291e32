//! No error leaves without a code, and none with internal text.

use async_graphql::parser::Error as ParseError;
use async_graphql::parser::types::Type;
use async_graphql::{PathSegment, Pos, Response, ServerError, Value};
use i18n::Texts;
use types::{ErrorCode, FieldError, Language};

/// A coded error.
pub(super) fn error(code: ErrorCode, words: impl Into<String>, at: Option<Pos>) -> ServerError {
    let mut error = ServerError::new(words, at);
    set(&mut error, code);
    error
}

fn set(error: &mut ServerError, code: ErrorCode) {
    error.extensions.get_or_insert_default().set("code", code.as_str());
}

/// Our mistake; [`coded`] finds the words.
pub(super) fn internal() -> ServerError {
    ServerError::new("", None).with_path(vec![PathSegment::Field(String::new())])
}

/// The schema is not read here.
pub(super) fn introspection_disabled() -> ServerError {
    let words =
        "This installation does not answer introspection. Its schema is published with its documentation.";
    error(ErrorCode::IntrospectionDisabled, words, None)
}

/// A variable that must be given and is not, or is null.
pub(super) fn not_given(name: &str, ty: &Type, at: Pos) -> ServerError {
    let words = format!("The variable `${name}` of the type `{ty}` must be given, and not be null.");
    let mut error = error(ErrorCode::BadUserInput, words, Some(at));
    error.extensions.get_or_insert_default().set("argument", name);
    error
}

/// A text with a character that no text can keep.
pub(super) fn unkeepable(at: Option<Pos>) -> ServerError {
    let place = match at {
        Some(at) => format!("A text at line {}, column {}", at.line, at.column),
        None => "A text in the variables".to_owned(),
    };
    let words = format!("{place} holds the character U+0000 (NUL), which can't be kept: leave it out.");
    error(ErrorCode::BadUserInput, words, at)
}

/// The caller has asked for more than it may; after so many seconds it may go on.
pub(super) fn rate_limited(seconds: i64, language: Language) -> ServerError {
    let words = Texts::of(language).shell_error_throttled_text(seconds);
    let mut error = error(ErrorCode::RateLimited, words, None);
    error.extensions.get_or_insert_default().set("retryAfter", seconds);
    error
}

/// A document that is no GraphQL: what was expected, and where, without the
/// parser's drawing of it.
pub(super) fn unreadable(parse: &ParseError) -> ServerError {
    let (at, why) = match parse {
        ParseError::Syntax { message, start, .. } => {
            let expected = message.lines().rev().find_map(|line| line.trim().strip_prefix("= "));
            (Some(*start), expected.unwrap_or("it is not finished").to_owned())
        }
        other => (other.positions().next(), other.to_string()),
    };
    let place = at.map(|p| format!(" at line {}, column {}", p.line, p.column)).unwrap_or_default();
    error(ErrorCode::GraphqlParseFailed, format!("The document can't be read{place}: {why}."), at)
}

/// Gives each error the code that it lacks.
pub(super) fn coded(mut answer: Response, language: Language) -> Response {
    for error in &mut answer.errors {
        let is_coded = error.extensions.as_ref().is_some_and(|e| e.get("code").is_some());
        if !is_coded {
            code(error, language);
        }
        error.source = None;
    }
    answer
}

/// How async-graphql says, in the middle of it, that a value is none of its type.
const UNREADABLE: [&str; 2] = ["Failed to parse \"", "Expected input type \""];

/// What async-graphql found: before anything ran (no path) the document is
/// invalid; later, a value could not be read, or else it is our mistake.
fn code(error: &mut ServerError, language: Language) {
    if let Some(argument) = argument(&error.message).map(str::to_owned) {
        set(error, ErrorCode::BadUserInput);
        error.extensions.get_or_insert_default().set("argument", argument);
    } else if error.path.is_empty() {
        set(error, ErrorCode::GraphqlValidationFailed);
    } else if UNREADABLE.iter().any(|words| error.message.starts_with(words)) {
        set(error, ErrorCode::BadUserInput);
    } else {
        tracing::error!(error = error.message, path = ?error.path, "a field failed without a code");
        error.message = Texts::of(language).error(&FieldError::new("", ErrorCode::Internal));
        error.path.retain(|segment| !matches!(segment, PathSegment::Field(name) if name.is_empty()));
        set(error, ErrorCode::Internal);
    }
}

/// The argument that a validation error is about.
fn argument(message: &str) -> Option<&str> {
    let (name, _) = message.strip_prefix("Invalid value for argument \"")?.split_once('"')?;
    Some(name)
}

/// The code of an answer's first error.
pub fn code_of(answer: &Response) -> Option<&str> {
    match answer.errors.first()?.extensions.as_ref()?.get("code")? {
        Value::String(code) => Some(code),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_graphql::parser::parse_query;

    #[test]
    fn a_document_that_cannot_be_read_says_where_and_draws_nothing() {
        for bad in
            ["", "{", "{ a ", "query { a(b: ) }", "{a} {b}", "fragment A on B {c}", "🙂", "{a(b:\"\\u\")}"]
        {
            let error = unreadable(&parse_query(bad).unwrap_err());
            assert!(error.message.starts_with("The document can't be read"), "{}", error.message);
            assert!(!error.message.contains(['\n', '|', '^']), "{bad}: {}", error.message);
        }
    }

    #[test]
    fn what_we_do_not_know_is_our_mistake_and_says_nothing() {
        let failed = ServerError::new("column \"x\" does not exist", None);
        let failed = failed.with_path(vec![PathSegment::Field("needs".to_owned())]);
        let answer = coded(Response::from_errors(vec![failed]), Language::En);
        assert_eq!(code_of(&answer), Some("INTERNAL"));
        assert!(!answer.errors[0].message.contains("column"));
        let answer = coded(Response::from_errors(vec![internal()]), Language::En);
        assert_eq!((code_of(&answer), answer.errors[0].path.len()), (Some("INTERNAL"), 0));
    }
}

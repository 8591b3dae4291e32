//! Documents that were parsed, so that who sends the same again does not wait
//! for the parser. Bounded: outside, anybody may send anything.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use async_graphql::ServerResult;
use async_graphql::parser::parse_query;
use async_graphql::parser::types::ExecutableDocument;

use super::{codes, nulls};

/// So many are kept.
const MOST: usize = 500;
/// Longer ones are not: few send them, and twice.
const LONGEST: usize = 16 * 1024;

/// A document.
#[derive(Debug)]
pub(super) struct Document {
    /// As it was written.
    pub(super) asked: ExecutableDocument,
    /// As it runs: with the marks that [`nulls::complete`] reads.
    pub(super) marked: ExecutableDocument,
}

/// By their text.
#[derive(Debug, Default)]
pub(super) struct Documents(RwLock<HashMap<Box<str>, Arc<Document>>>);

impl Documents {
    /// The parsed document of a text.
    pub(super) fn get(&self, text: &str) -> ServerResult<Arc<Document>> {
        // A panic elsewhere leaves nothing half done here.
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(text).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let asked = parse_query(text).map_err(|error| codes::unreadable(&error))?;
        let marked = nulls::marked(&asked);
        let parsed = Arc::new(Document { asked, marked });
        if text.len() <= LONGEST {
            let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
            if all.len() >= MOST {
                // Whoever floods it makes others parse once more, and no worse.
                all.clear();
            }
            all.insert(text.into(), Arc::clone(&parsed));
        }
        Ok(parsed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_parsed_once_and_never_too_many_are_kept() {
        let documents = Documents::default();
        let first = documents.get("{a}").unwrap();
        assert!(Arc::ptr_eq(&first, &documents.get("{a}").unwrap()));
        for n in 0..2 * MOST {
            documents.get(&format!("{{a{n}}}")).unwrap();
        }
        assert!(documents.0.read().unwrap().len() <= MOST);
        assert!(documents.get("{").is_err());
    }
}

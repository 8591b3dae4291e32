//! The files of a response: adding, claiming and removing.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};

use super::supplier::{Responding, load};
use crate::kit::{Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/attachments/files.graphql":
    AddAttachment, RemoveAttachment
}
crate::operations! { "../../graphql/operations/responses/supplier.graphql":
    SaveResponseDraft
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/needs/{slug}/respond/files", get(show).post(add))
        .route("/needs/{slug}/respond/files/{key}", post(claim))
        .route("/needs/{slug}/respond/files/{key}/remove", post(remove))
}

#[derive(Template)]
#[template(path = "responses/files.html")]
struct FilesTemplate {
    v: Visitor,
    f: Form,
    r: Responding,
    /// Whose claim was refused.
    refused: String,
}

/// A form that shows what is claimed of each file.
fn filled(v: &Visitor, r: &Responding) -> Form {
    r.files().iter().fold(Form::of(v), |f, file| {
        let f = f.with(&format!("claimReason-{}", file.key), &file.claim_reason);
        if file.is_secret { f.with(&format!("isSecret-{}", file.key), "true") } else { f }
    })
}

async fn show(v: Visitor, Path(slug): Path<String>) -> Page {
    let r = load(&v, slug).await?;
    v.page(&FilesTemplate { f: filled(&v, &r), r, refused: String::new(), v: v.clone() })
}

/// Saves the draft, and begins the response if there is none.
async fn save(
    v: &Visitor,
    r: &Responding,
    answers: Vec<save_response_draft::ResponseAnswerInput>,
) -> Result<Result<String, crate::kit::Refused>, PageError> {
    let input = save_response_draft::SaveResponseDraftInput {
        need_id: r.need.id.clone(),
        expected_version: None,
        answers,
        consent: None,
    };
    let saved = v.send::<SaveResponseDraft>(save_response_draft::Variables { input }).await?;
    Ok(saved.map(|data| data.save_response_draft.response.map(|response| response.id).unwrap_or_default()))
}

async fn add(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let r = load(&v, slug).await?;
    if let Some(upload_id) = f.keep(&v, "uploadId").await? {
        let begun = match &r.need.my_response {
            Some(response) => Ok(response.id.clone()),
            None => save(&v, &r, Vec::new()).await?,
        };
        let added = match begun {
            Ok(subject_id) => {
                v.send::<AddAttachment>(add_attachment::Variables { subject_id, upload_id }).await?.map(drop)
            }
            Err(refused) => Err(refused),
        };
        match added {
            Ok(()) => return v.redirect_saying(&format!("{}/files", r.path()), "response-file-added"),
            Err(refused) => f.refuse(&refused),
        }
    }
    v.invalid(&FilesTemplate { f, r, refused: String::new(), v: v.clone() })
}

async fn claim(v: Visitor, Path((slug, key)): Path<(String, String)>, mut f: Form) -> Page {
    let r = load(&v, slug).await?;
    let answer = save_response_draft::ResponseAnswerInput {
        key: key.clone(),
        text: None,
        is_secret: Some(f.ticked(&format!("isSecret-{key}"))),
        claim_reason: Some(f.text_of(&format!("claimReason-{key}"))),
    };
    match save(&v, &r, vec![answer]).await? {
        Ok(_) => v.redirect_saying(&format!("{}/files", r.path()), "response-saved"),
        Err(mut refused) => {
            for error in &mut refused.0 {
                // `answers.0.claimReason` is the reason at this file.
                error.path = error.path.as_ref().and_then(|p| p.last().cloned()).map(|last| vec![last]);
            }
            f.refuse_row(&refused, &key);
            v.invalid(&FilesTemplate { f, r, refused: key, v: v.clone() })
        }
    }
}

async fn remove(v: Visitor, Path((slug, key)): Path<(String, String)>, mut f: Form) -> Page {
    let r = load(&v, slug).await?;
    let file = r.files().iter().find(|file| file.key == key).ok_or(PageError::NotFound)?;
    let variables = remove_attachment::Variables { attachment_id: file.attachment_id.clone() };
    match v.send::<RemoveAttachment>(variables).await? {
        Ok(_) => v.redirect_saying(&format!("{}/files", r.path()), "response-file-removed"),
        Err(refused) => {
            f.refuse(&refused);
            v.invalid(&FilesTemplate { f, r, refused: String::new(), v: v.clone() })
        }
    }
}

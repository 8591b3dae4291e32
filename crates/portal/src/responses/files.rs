//! The files of a response: adding, claiming and removing.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};

use super::supplier::{Responding, load};
use crate::kit::{Form, Page, PageError, Refused, Visitor, ui};

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
    /// Whose claim is refused or lacks its reason.
    refused: String,
    /// It is saved, but something is missing.
    is_kept: bool,
}

impl FilesTemplate {
    /// The page with what was typed at one place (`typed`), and what is saved of the files elsewhere.
    fn new(v: &Visitor, r: Responding, typed: Form, refused: &str) -> Self {
        let f = filled(typed, &r, refused);
        Self { v: v.clone(), f, r, refused: refused.to_owned(), is_kept: false }
    }
}

/// Shows what is claimed of each file but one.
fn filled(f: Form, r: &Responding, except: &str) -> Form {
    r.files().iter().filter(|file| file.key != except).fold(f, |f, file| {
        let f = f.with(&format!("claimReason-{}", file.key), &file.claim_reason);
        if file.is_secret { f.with(&format!("isSecret-{}", file.key), "true") } else { f }
    })
}

async fn show(v: Visitor, Path(slug): Path<String>) -> Page {
    let r = load(&v, slug).await?;
    v.page(&FilesTemplate::new(&v, r, Form::of(&v), ""))
}

/// Saves the draft, and begins the response if there is none.
async fn save(
    v: &Visitor,
    r: &Responding,
    answers: Vec<save_response_draft::ResponseAnswerInput>,
) -> Result<Result<String, Refused>, PageError> {
    let input = save_response_draft::SaveResponseDraftInput {
        need_id: r.need.id.clone(),
        expected_version: None,
        answers,
        consent: None,
    };
    let saved = v.send::<SaveResponseDraft>(save_response_draft::Variables { input }).await?;
    Ok(saved.map(|data| data.save_response_draft.response.map(|response| response.id).unwrap_or_default()))
}

/// Attaches what was uploaded, and begins the response if there is none; the key of the file.
async fn attach(
    v: &Visitor,
    r: &Responding,
    upload_id: String,
) -> Result<Result<String, Refused>, PageError> {
    let begun = match &r.need.my_response {
        Some(response) => Ok(response.id.clone()),
        None => save(v, r, Vec::new()).await?,
    };
    let subject_id = match begun {
        Ok(id) => id,
        Err(refused) => return Ok(Err(refused)),
    };
    let added = v.send::<AddAttachment>(add_attachment::Variables { subject_id, upload_id }).await?;
    let id = match added {
        Ok(data) => data.add_attachment.attachment.map(|a| a.id).unwrap_or_default(),
        Err(refused) => return Ok(Err(refused)),
    };
    let now = load(v, r.need.slug.clone()).await?;
    let file = now.files().iter().find(|file| file.attachment_id == id);
    Ok(Ok(file.map(|file| file.key.clone()).unwrap_or_default()))
}

async fn add(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let r = load(&v, slug.clone()).await?;
    let Some(upload_id) = f.keep(&v, "uploadId").await? else {
        return v.invalid(&FilesTemplate::new(&v, r, f, ""));
    };
    let key = match attach(&v, &r, upload_id).await? {
        Ok(key) => key,
        Err(refused) => {
            f.refuse(&refused);
            return v.invalid(&FilesTemplate::new(&v, r, f, ""));
        }
    };
    if !f.ticked("isSecret") && f.get("claimReason").is_none() {
        return v.redirect_saying(&format!("{}/files", r.path()), "response-file-added");
    }
    // From here on it is the claim of a file that is there.
    let mut claim = Form::of(&v).with(&format!("claimReason-{key}"), f.value("claimReason"));
    if f.ticked("isSecret") {
        claim.put(&format!("isSecret-{key}"), "true");
    }
    claim_of(&v, r, key, claim, "response-file-added").await
}

async fn claim(v: Visitor, Path((slug, key)): Path<(String, String)>, f: Form) -> Page {
    let r = load(&v, slug).await?;
    claim_of(&v, r, key, f, "response-saved").await
}

/// Saves what is claimed of a file. A mark without a reason is kept, and told at once.
async fn claim_of(v: &Visitor, r: Responding, key: String, mut f: Form, said: &str) -> Page {
    let reason = format!("claimReason-{key}");
    let answer = save_response_draft::ResponseAnswerInput {
        key: key.clone(),
        text: None,
        is_secret: Some(f.ticked(&format!("isSecret-{key}"))),
        claim_reason: Some(f.text_of(&reason)),
    };
    let saved = save(v, &r, vec![answer]).await?;
    let r = load(v, r.need.slug).await?;
    if let Err(mut refused) = saved {
        for error in &mut refused.0 {
            // `answers.0.claimReason` is the reason at this file.
            error.path = error.path.as_ref().and_then(|p| p.last().cloned()).map(|last| vec![last]);
        }
        f.refuse_row(&refused, &key);
        return v.invalid(&FilesTemplate::new(v, r, f, &key));
    }
    match r.unreasoned(&key) {
        None => v.redirect_saying(&format!("{}/files", r.path()), said),
        Some(message) => {
            f.fail_saying(&reason, message);
            v.invalid(&FilesTemplate { is_kept: true, ..FilesTemplate::new(v, r, f, &key) })
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
            v.invalid(&FilesTemplate::new(&v, r, f, ""))
        }
    }
}

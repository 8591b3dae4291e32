//! A need's files.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};

use crate::kit::operations::types::*;
use crate::kit::{FileRules, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/attachments/files.graphql":
    NeedFiles, AddAttachment, RemoveAttachment
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/m/needs/{slug}/files", get(show).post(add))
        .route("/m/needs/{slug}/files/remove", post(remove))
}

#[derive(Template)]
#[template(path = "needs/files.html")]
struct FilesTemplate {
    v: Visitor,
    f: Form,
    need: need_files::NeedFilesNeed,
    rules: FileRules,
}

impl FilesTemplate {
    fn path(&self) -> String {
        format!("/m/needs/{}", self.need.slug)
    }

    /// Whether files can be added and removed now; the API decides again.
    fn may_change(&self) -> bool {
        match self.need.state {
            NeedState::Draft => self.need.viewer_can.edit,
            NeedState::Published | NeedState::InDialogue => self.need.viewer_can.publish,
            _ => false,
        }
    }
}

async fn load(v: &Visitor, slug: String) -> Result<(need_files::NeedFilesNeed, FileRules), PageError> {
    v.buyer()?;
    let data = v.run::<NeedFiles>(need_files::Variables { slug }).await?;
    let need = data.need.filter(|need| need.viewer_can.is_owner).ok_or(PageError::NotFound)?;
    Ok((need, crate::file_rules!(data.file_rules)))
}

async fn show(v: Visitor, Path(slug): Path<String>) -> Page {
    let (need, rules) = load(&v, slug).await?;
    v.page(&FilesTemplate { f: Form::of(&v), need, rules, v: v.clone() })
}

async fn add(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let (need, rules) = load(&v, slug).await?;
    if let Some(upload_id) = f.keep(&v, "uploadId").await? {
        let variables = add_attachment::Variables { subject_id: need.id.clone(), upload_id };
        match v.send::<AddAttachment>(variables).await? {
            Ok(_) => return v.redirect_saying(&format!("/m/needs/{}/files", need.slug), "file-added"),
            Err(refused) => f.refuse(&refused),
        }
    }
    v.invalid(&FilesTemplate { f, need, rules, v: v.clone() })
}

async fn remove(v: Visitor, Path(slug): Path<String>, mut f: Form) -> Page {
    let (need, rules) = load(&v, slug).await?;
    let variables = remove_attachment::Variables { attachment_id: f.text_of("attachmentId") };
    match v.send::<RemoveAttachment>(variables).await? {
        Ok(_) => v.redirect_saying(&format!("/m/needs/{}/files", need.slug), "file-removed"),
        Err(refused) => {
            f.refuse(&refused);
            v.invalid(&FilesTemplate { f, need, rules, v: v.clone() })
        }
    }
}

//! Starting from a notice that was published elsewhere.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::routing::get;

use crate::kit::operations::types::*;
use crate::kit::{Form, Page, PageError, Visitor, megabytes, ui};

crate::operations! { "../../graphql/operations/needs/import.graphql":
    ImportPage, ImportNotice, ImportReport
}

pub(crate) fn routes() -> Router {
    Router::new()
        .route("/m/needs/import", get(show).post(import))
        .route("/m/needs/{slug}/import", get(report))
}

#[derive(Template)]
#[template(path = "needs/import.html")]
struct ImportTemplate {
    v: Visitor,
    f: Form,
    /// How large the file may be.
    largest: String,
}

async fn filled(v: &Visitor, f: Form) -> Result<ImportTemplate, PageError> {
    let rules = v.run::<ImportPage>(import_page::Variables).await?.file_rules;
    Ok(ImportTemplate { f, largest: megabytes(rules.max_size), v: v.clone() })
}

async fn show(v: Visitor) -> Page {
    v.buyer()?;
    let page = filled(&v, Form::of(&v)).await?;
    v.page(&page)
}

async fn import(v: Visitor, mut f: Form) -> Page {
    v.buyer()?;
    if let Some(upload_id) = f.keep(&v, "uploadId").await? {
        match v.send::<ImportNotice>(import_notice::Variables { upload_id }).await? {
            Ok(data) => {
                let done = data.import_notice.import.ok_or_else(|| PageError::internal("no import"))?;
                let said = match done.result {
                    import_notice::ImportResult::CREATED => "notice-created",
                    import_notice::ImportResult::UPDATED => "notice-updated",
                    import_notice::ImportResult::OLDER => "notice-older",
                    import_notice::ImportResult::PUBLISHED => "notice-published",
                    _ => "notice-unchanged",
                };
                return v.redirect_saying(&format!("/m/needs/{}/import", done.need.slug), said);
            }
            Err(refused) => f.refuse(&refused),
        }
    }
    let page = filled(&v, f).await?;
    v.invalid(&page)
}

#[derive(Template)]
#[template(path = "needs/import_report.html")]
struct ReportTemplate {
    v: Visitor,
    need: import_report::ImportReportNeed,
    report: import_report::ImportReportNeedImportReport,
}

impl ReportTemplate {
    fn path(&self) -> String {
        format!("/m/needs/{}", self.need.slug)
    }

    /// What has no place in the need: texts to read, or codes and the like.
    fn unmapped(&self, is_prose: bool) -> Vec<&import_report::ImportReportNeedImportReportUnmapped> {
        self.report.unmapped.iter().filter(|u| u.is_prose == is_prose).collect()
    }

    fn names(&self, fields: &[String]) -> Vec<String> {
        fields.iter().map(|field| self.v.t.word("need-field", field)).collect()
    }
}

async fn report(v: Visitor, Path(slug): Path<String>) -> Page {
    v.buyer()?;
    let found = v.run::<ImportReport>(import_report::Variables { slug }).await?.need;
    let mut need = found.ok_or(PageError::NotFound)?;
    let report = need.import_report.take().ok_or(PageError::NotFound)?;
    v.page(&ReportTemplate { need, report, v: v.clone() })
}

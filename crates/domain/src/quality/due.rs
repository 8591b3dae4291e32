//! Scheduled work: surveys open, close, and are released.

use std::collections::{BTreeMap, HashSet};

use chrono::{Months, TimeDelta};
use entity::{quality_figure, survey, survey_comment};
use sea_orm::{ActiveValue::Set, IntoActiveModel};
use serde_json::json;
use types::{EntryKind, NeedId, NeedState, OrganisationId, SurveyId, SurveySide, SurveyState};

use super::ballots::{self, Ballot};
use super::figures::{Batch, Figures, SurveyScores};
use super::model::{Answers, K, METHOD, organisation_scores};
use super::{Survey, store};
use crate::record::{self, Entry, RecordEntry, need_stream, organisation_stream};
use crate::{Actor, App, Error, Result, Tx, needs};

/// The name that this reader's cursor has.
const READER: &str = "quality";
/// How long a survey takes answers.
const OPEN_FOR: TimeDelta = TimeDelta::days(21);
/// A figure is about so many months …
const MONTHS: u32 = 12;
/// … and nothing is older than so many.
pub(super) const MONTHS_AT_MOST: u32 = 24;

/// Opens the surveys of needs that were summarised; closes and releases what
/// is due. Run by the worker; safe to run twice and on several nodes.
pub async fn due(app: &App) -> Result<usize> {
    let mut done = open_new(app).await?;
    let discard_before = app.now() - Months::new(MONTHS_AT_MOST);
    for organisation in store::due(app.db.read(), app.now(), discard_before).await? {
        close_and_release(app, organisation).await?;
        done += 1;
    }
    Ok(done)
}

/// Reads the record for summaries.
async fn open_new(app: &App) -> Result<usize> {
    if !record::is_behind(app, READER).await? {
        return Ok(0);
    }
    let tx = app.db.write().await?;
    let position = record::cursor(&tx, READER).await?;
    let entries = record::read(&*tx, position, 500).await?;
    let Some(last) = entries.last().and_then(|e| e.position) else { return Ok(0) };
    for id in entries.iter().filter(|e| record::is_ours(app, e)).filter_map(summarised) {
        open(app, &tx, id).await?;
    }
    record::advance(&tx, READER, last).await?;
    tx.commit().await?;
    Ok(entries.len())
}

fn summarised(entry: &RecordEntry) -> Option<NeedId> {
    let says_so = entry.kind == EntryKind::SummaryPublished
        || (entry.kind == EntryKind::NeedStateChanged
            && entry.payload.get("to").and_then(|to| to.as_str()) == Some(NeedState::Summarised.as_str()));
    let id = says_so.then(|| entry.stream.strip_prefix("need:")).flatten()?;
    id.parse().ok().map(NeedId)
}

async fn open(app: &App, tx: &Tx, id: NeedId) -> Result<()> {
    let Some(need) = needs::find_in(tx, &Actor::system(), id).await? else { return Ok(()) };
    if !store::of_needs(&**tx, &[id]).await?.is_empty() {
        return Ok(());
    }
    let closes_at = app.now() + OPEN_FOR;
    let row = survey::ActiveModel {
        id: Set(app.id()),
        need_id: Set(need.id),
        organisation_id: Set(need.organisation_id),
        state: Set(SurveyState::Open),
        opened_at: Set(app.now()),
        closes_at: Set(closes_at),
        closed_at: Set(None),
        released: Set(None),
        released_at: Set(None),
    };
    let entry = Entry::new(EntryKind::SurveyOpened, need_stream(need.id))
        .public()
        .payload(json!({ "closesAt": closes_at }));
    store::insert(app, tx, row, entry).await
}

async fn close_and_release(app: &App, organisation: OrganisationId) -> Result<()> {
    let now = app.now();
    let tx = app.db.write().await?;
    let mut shut = Vec::new();
    for survey in store::lock_all(&tx, organisation).await? {
        if survey.state == SurveyState::Closed {
            shut.push(survey);
        } else if survey.closes_at <= now {
            let entry = Entry::new(EntryKind::SurveyClosed, need_stream(survey.need_id)).public();
            let closed = Survey { state: SurveyState::Closed, closed_at: Some(now), ..survey.clone() };
            let mut row = survey.into_active_model();
            (row.state, row.closed_at) = (Set(closed.state), Set(closed.closed_at));
            store::save(app, &tx, row, entry).await?;
            shut.push(closed);
        }
    }
    let discard_before = now - Months::new(MONTHS_AT_MOST);
    let (old, shut): (Vec<_>, Vec<_>) = shut.into_iter().partition(|s| s.closes_at <= discard_before);
    for survey in old {
        destroy(app, &tx, &[survey.id]).await?;
        let entry = Entry::new(EntryKind::SurveyDiscarded, need_stream(survey.need_id)).public();
        let mut row = survey.into_active_model();
        row.state = Set(SurveyState::Discarded);
        store::save(app, &tx, row, entry).await?;
    }
    release(app, &tx, organisation, shut).await?;
    tx.commit().await
}

/// Ballots, participations and keys.
async fn destroy(app: &App, tx: &Tx, surveys: &[SurveyId]) -> Result<()> {
    store::empty(tx, surveys).await?;
    for survey in surveys {
        app.keys.destroy(tx, &ballots::key_name(*survey)).await?;
    }
    Ok(())
}

/// Opens all shut boxes of a buyer at once, if enough suppliers answered.
async fn release(app: &App, tx: &Tx, organisation: OrganisationId, surveys: Vec<Survey>) -> Result<()> {
    let ids: Vec<SurveyId> = surveys.iter().map(|s| s.id).collect();
    let (mut suppliers, mut persons) = (HashSet::new(), HashSet::new());
    for participation in store::participations(&**tx, &ids).await? {
        match participation.side {
            SurveySide::Supplier => drop(suppliers.insert(participation.organisation_id)),
            SurveySide::Buyer => drop(persons.insert(participation.person_id)),
        }
    }
    if suppliers.len() < K {
        return Ok(());
    }
    let mut scores = Vec::new();
    let mut comments = Vec::new();
    for survey in surveys {
        let opened = open_box(app, tx, survey.id).await?;
        scores.push(scores_of(&opened));
        let entry = Entry::new(EntryKind::SurveyReleased, need_stream(survey.need_id))
            .public()
            .payload(json!({ "ballots": opened.len() }));
        let mut row = survey.into_active_model();
        row.state = Set(SurveyState::Released);
        row.released = Set(i32::try_from(opened.len()).ok());
        row.released_at = Set(Some(app.now()));
        store::save(app, tx, row, entry).await?;
        comments.extend(opened.into_iter().map(|b| (b.side, b.comment)).filter(|(_, c)| !c.is_empty()));
    }
    destroy(app, tx, &ids).await?;
    let batch = Batch::of(&scores, suppliers.len(), persons.len());
    let figure = publish(app, tx, organisation, &batch).await?;
    let rows = comments
        .into_iter()
        .map(|(side, text)| survey_comment::ActiveModel {
            id: Set(app.entropy.random_id().into()),
            figure_id: Set(figure.id),
            organisation_id: Set(organisation),
            side: Set(side),
            text: Set(text),
            is_shown: Set(None),
        })
        .collect();
    store::insert_comments(app, tx, rows).await
}

async fn open_box(app: &App, tx: &Tx, survey: SurveyId) -> Result<Vec<Ballot>> {
    let rows = store::ballots(&**tx, &[survey]).await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = app.keys.find(&**tx, &ballots::key_name(survey)).await?;
    let key = key.ok_or_else(|| Error::internal("the key of a ballot box is not there"))?;
    rows.iter().map(|row| ballots::open(&key, row)).collect()
}

fn scores_of(opened: &[Ballot]) -> SurveyScores {
    let side = |side: SurveySide| {
        let mut organisations: BTreeMap<&str, Vec<Answers>> = BTreeMap::new();
        for ballot in opened.iter().filter(|b| b.side == side) {
            organisations.entry(&ballot.token).or_default().push(ballot.answers);
        }
        organisations.into_values().map(|persons| organisation_scores(&persons)).collect()
    };
    SurveyScores { supplier: side(SurveySide::Supplier), buyer: side(SurveySide::Buyer) }
}

/// Figures are made of whole batches only, so the difference of two of them is
/// one as well.
async fn publish(
    app: &App,
    tx: &Tx,
    organisation: OrganisationId,
    batch: &Batch,
) -> Result<super::QualityFigure> {
    let now = app.now();
    let batches = |rows: Vec<super::QualityFigure>| -> Result<Vec<Batch>> {
        let mut all = vec![batch.clone()];
        for row in rows {
            all.push(serde_json::from_value(row.batch)?);
        }
        Ok(all)
    };
    let own = store::figures(&**tx, Some(organisation), now - Months::new(MONTHS)).await?;
    let platform = store::figures(&**tx, None, now - Months::new(MONTHS_AT_MOST)).await?;
    let figures = Figures::of(&batches(own)?, &batches(platform)?);
    let row = quality_figure::ActiveModel {
        id: Set(app.id()),
        organisation_id: Set(organisation),
        released_at: Set(now),
        method: Set(METHOD.to_owned()),
        batch: Set(serde_json::to_value(batch)?),
        content: Set(serde_json::to_value(&figures)?),
    };
    let entry = Entry::new(EntryKind::QualityPublished, organisation_stream(organisation))
        .public()
        .payload(json!({ "n": figures.n, "method": METHOD }));
    store::insert_figure(app, tx, row, entry).await
}

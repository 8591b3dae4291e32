//! What suppliers answer, what becomes of it, and how both sides rate it.

use anyhow::{Context, Result};
use domain::responses::{self, AnswerInput};
use domain::{Actor, App, needs, quality};
use types::{Disposition, Language, NeedId};

use super::script::Story;

/// A supplier's answer to every question, from what the story has to say.
pub(super) async fn respond(
    app: &App,
    supplier: &Actor,
    story: &Story,
    need: NeedId,
    who: usize,
) -> Result<()> {
    let row = needs::get(app, supplier, need).await?;
    let topics = responses::topics(app, &row, None).await?;
    let answers = topics.iter().enumerate().map(|(n, topic)| {
        let is_secret = (who + n) % 5 == 4;
        AnswerInput {
            key: topic.key.clone(),
            text: Some(story.inputs[(who + n) % story.inputs.len()].to_owned()),
            is_secret: Some(is_secret),
            claim_reason: Some(if is_secret {
                REASONS[who % REASONS.len()].to_owned()
            } else {
                String::new()
            }),
        }
    });
    let draft = responses::SaveDraft {
        need_id: need,
        expected_version: None,
        answers: answers.collect(),
        consent: None,
    };
    responses::save_draft(app, supplier, draft).await?;
    Ok(())
}

/// Reads the responses and says what becomes of each point.
pub(super) async fn weigh(app: &App, officer: &Actor, need: NeedId, language: Language) -> Result<()> {
    let row = needs::get(app, officer, need).await?;
    let page = domain::page::PageRequest::largest();
    let found: Vec<responses::Response> =
        responses::list(app, officer, &row, &page).await?.into_rows().into_iter().collect();
    for response in &found {
        responses::acknowledge(app, officer, response.id).await?;
    }
    let reader = responses::reader_of(app, officer, &row).await?;
    for (n, passage) in responses::passages_of(app, &reader, &found).await?.into_iter().enumerate() {
        let (disposition, nb, nn) = match n % 4 {
            0 => (Disposition::Adopted, "Tatt inn i behovet.", "Teke inn i behovet."),
            1 => (
                Disposition::PartlyAdopted,
                "Vi tar med målet, men lar leverandøren velge løsning.",
                "Vi tek med målet, men lèt leverandøren velje løysing.",
            ),
            2 => (
                Disposition::NotAdopted,
                "Vi kan ikke binde oss til én teknologi før konkurransen.",
                "Vi kan ikkje binde oss til éin teknologi før konkurransen.",
            ),
            // Some wait still.
            _ => continue,
        };
        let reason = if language == Language::Nn { nn } else { nb };
        responses::dispose(app, officer, passage.id, None, disposition, reason).await?;
    }
    Ok(())
}

/// A ballot around `mood`, a little different for each.
pub(super) async fn rate(app: &App, rater: &Actor, need: NeedId, n: usize, mood: i32) -> Result<()> {
    let survey = quality::of_need(app, rater, need).await?.context("no survey")?;
    let is_buyer = rater.acting.as_ref().is_some_and(|a| a.kind.is_buyer());
    let answers = (1..=16).zip(LIKED).map(|(item, liked)| {
        // People differ, and a buyer thinks a little better of itself.
        let nth = i32::try_from(n).unwrap_or(0);
        let sway = i32::from(is_buyer && item % 3 == 0) - i32::from((nth * 5 + item * item) % 4 == 0);
        quality::ItemAnswer { item, score: Some((mood + liked + sway).clamp(1, 5)) }
    });
    let comment = match (n, mood) {
        (0, 4..) => "God tid til å svare, og tydelig hva dere ville oppnå.",
        (0, _) => "Vi visste ikke hva innspillene skulle brukes til.",
        (2, 4..) => "Vi fikk raskt svar på spørsmålene. Møtet kunne vært kortere.",
        (2, _) => "Fint at behovet var åpent om løsningen, men fristen var knapp.",
        _ => "",
    };
    let ballot = quality::Ballot {
        survey_id: survey.survey.id,
        answers: answers.collect(),
        comment: comment.to_owned(),
    };
    quality::answer(app, rater, ballot).await?;
    Ok(())
}

/// Why a passage is a trade secret.
const REASONS: [&str; 3] = [
    "Viser hvordan vi regner ut prisen, og er ikke kjent for konkurrentene.",
    "Metoden er vår egen. Får andre vite den, mister vi forspranget.",
    "Røper hvilke kunder vi forhandler med nå.",
];

/// How well each item of the survey tends to go.
const LIKED: [i32; 16] = [1, 1, 0, -1, 0, 1, 0, 0, 0, -1, 0, 1, -1, -1, 0, 1];

//! Verification of ballots: as many of each side and organisation as people
//! who answered, each whole, none twice.
//!
//! It opens them to count them and tells nothing of what they say. What it can't
//! find is in the words of `record verify`: no entry speaks of a single ballot,
//! for that would tell which one came with which participation.

use std::collections::{BTreeMap, BTreeSet};

use entity::{survey, survey_ballot, survey_participation};
use sea_orm::{ConnectionTrait, EntityTrait};
use types::{SurveyId, SurveyState};

use super::ballots;
use crate::Result;
use crate::keys::Keys;
use crate::record::{Finding, Report, rows};

/// What belongs to one survey.
#[derive(Default)]
struct Held {
    ballots: Vec<survey_ballot::Model>,
    participations: Vec<survey_participation::Model>,
}

/// Adds to `report` what the ballots, who answered and the surveys say of each other.
pub(crate) async fn verify<C: ConnectionTrait>(conn: &C, keys: &Keys, report: &mut Report) -> Result<()> {
    let mut held: BTreeMap<SurveyId, Held> = BTreeMap::new();
    for row in rows(conn, survey_ballot::Entity::find()).await? {
        match row {
            Ok(row) => held.entry(row.survey_id).or_default().ballots.push(row),
            Err(broken) => report.findings.push(Finding::unreadable("survey_ballots", "id", &broken)),
        }
    }
    for row in rows(conn, survey_participation::Entity::find()).await? {
        match row {
            Ok(row) => held.entry(row.survey_id).or_default().participations.push(row),
            Err(broken) => {
                report.findings.push(Finding::unreadable("survey_participations", "survey_id", &broken));
            }
        }
    }
    // A survey that can't be read was told with the other rows of the record.
    let surveys = rows(conn, survey::Entity::find()).await?.into_iter().flatten();
    let states: BTreeMap<SurveyId, SurveyState> = surveys.map(|s| (s.id, s.state)).collect();
    for (survey, one) in held {
        report.ballots += one.ballots.len() as u64;
        let key = keys.find(conn, &ballots::key_name(survey)).await;
        if let Some(detail) = wrong(states.get(&survey), key.ok().flatten().as_ref(), &one) {
            report.findings.push(Finding::BallotsContradict { survey: survey.0, detail });
        }
    }
    Ok(())
}

fn wrong(state: Option<&SurveyState>, key: Option<&[u8; 32]>, held: &Held) -> Option<String> {
    let (cast, answered) = (held.ballots.len(), held.participations.len());
    if matches!(state, Some(SurveyState::Released | SurveyState::Discarded)) {
        return Some(format!("{cast} ballots and {answered} who answered are left, and it is done with"));
    }
    if cast != answered {
        return Some(format!("{cast} ballots of {answered} who answered"));
    }
    let Some(key) = key else {
        return Some(format!("the key of its {cast} ballots is gone or does not open"));
    };
    let opened: Vec<_> = held.ballots.iter().filter_map(|row| ballots::open(key, row).ok()).collect();
    if opened.len() < cast {
        return Some(format!("{} of {cast} ballots do not open: they were changed", cast - opened.len()));
    }
    if held.ballots.iter().map(|row| &row.sealed).collect::<BTreeSet<_>>().len() < cast {
        return Some("a ballot is there twice".to_owned());
    }
    let mut counted: BTreeMap<(&str, String), i64> = BTreeMap::new();
    for ballot in opened {
        *counted.entry((ballot.side.as_str(), ballot.token)).or_default() += 1;
    }
    for who in &held.participations {
        let token = ballots::token(key, who.organisation_id);
        *counted.entry((who.side.as_str(), token)).or_default() -= 1;
    }
    let is_even = counted.values().all(|count| *count == 0);
    (!is_even).then(|| "its ballots are not of the organisations that answered".to_owned())
}

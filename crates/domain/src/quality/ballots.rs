//! Ballots: sealed, all of one length, and told apart by nobody.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use entity::survey_ballot;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};
use types::{OrganisationId, SurveyId, SurveySide};

use super::model::Answers;
use crate::keys::mac;
use crate::{App, Error, Result};

/// The longest comment in characters.
pub(super) const COMMENT: usize = 1000;
/// The length of every ballot before sealing: the longest comment in UTF-8,
/// escaped, and the rest.
const LENGTH: usize = 4 * COMMENT + 512;

/// One person's ballot. The organisation is a token under the survey's key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ballot {
    pub side: SurveySide,
    pub token: String,
    pub answers: Answers,
    pub comment: String,
}

/// The name of a survey's key.
pub(super) fn key_name(survey: SurveyId) -> String {
    format!("survey:{survey}")
}

/// The same for all persons of one organisation, in this survey alone.
pub(super) fn token(key: &[u8; 32], organisation: OrganisationId) -> String {
    hex::encode(mac(key, &[b"organisation", organisation.0.as_bytes()]))
}

/// A row with a new random id.
pub(super) fn seal(
    app: &App,
    key: &[u8; 32],
    survey: SurveyId,
    ballot: &Ballot,
) -> Result<survey_ballot::ActiveModel> {
    let mut text = serde_json::to_vec(ballot)?;
    if text.len() > LENGTH {
        return Err(Error::internal("a ballot is longer than any may be"));
    }
    text.resize(LENGTH, b' ');
    let mut nonce = [0_u8; 12];
    app.entropy.fill(&mut nonce);
    let survey_id = survey.0.as_bytes().as_slice();
    let sealed = ChaCha20Poly1305::new(&Key::from(*key))
        .encrypt(&Nonce::from(nonce), Payload { msg: &text, aad: survey_id })
        .map_err(|_| Error::internal("sealing a ballot"))?;
    Ok(survey_ballot::ActiveModel {
        id: Set(app.entropy.random_id()),
        survey_id: Set(survey),
        sealed: Set(format!("{}:{}", hex::encode(nonce), base64(&sealed))),
    })
}

/// What a row says.
pub(super) fn open(key: &[u8; 32], row: &survey_ballot::Model) -> Result<Ballot> {
    let wrong = || Error::internal("a ballot does not open");
    let (nonce, sealed) = row.sealed.split_once(':').ok_or_else(wrong)?;
    let nonce: [u8; 12] = hex::decode(nonce).ok().and_then(|n| n.try_into().ok()).ok_or_else(wrong)?;
    let sealed = base64::Engine::decode(&base64::engine::general_purpose::STANDARD_NO_PAD, sealed)
        .map_err(|_| wrong())?;
    let survey_id = row.survey_id.0.as_bytes().as_slice();
    let text = ChaCha20Poly1305::new(&Key::from(*key))
        .decrypt(&Nonce::from(nonce), Payload { msg: &sealed, aad: survey_id })
        .map_err(|_| wrong())?;
    Ok(serde_json::from_slice(&text)?)
}

fn base64(bytes: &[u8]) -> String {
    base64::Engine::encode(&base64::engine::general_purpose::STANDARD_NO_PAD, bytes)
}

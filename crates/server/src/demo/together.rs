//! What is done with other municipalities, and what is told outside the platform.

use anyhow::{Context, Result};
use chrono::TimeDelta;
use domain::disclosures::Note;
use domain::needs;
use domain::needs::partners::{self, Answer, Invite, Volume};
use domain::{Actor, App};
use types::{DisclosureChannel, DisclosureId, NeedId, PartnerState};

/// Where an invited buyer stands.
pub(super) struct Stand {
    pub(super) need: NeedId,
    pub(super) state: PartnerState,
    /// Thousands of kroner; none where it is zero.
    pub(super) thousands: i64,
}

/// The officer invites a buyer, whose own officer answers.
pub(super) async fn invite(app: &App, officer: &Actor, people: &[Actor], stand: Stand) -> Result<()> {
    let other = people.first().context("a buyer without people")?;
    let organisation_id = other.acting.as_ref().context("a buyer")?.organisation_id;
    let message = "Dere har fortalt om det samme. Skal vi gjøre dette sammen?".to_owned();
    partners::invite(app, officer, Invite { need_id: stand.need, organisation_id, message }).await?;
    if stand.state == PartnerState::Invited {
        return Ok(());
    }
    let expected = (stand.thousands > 0).then_some(stand.thousands * 1000);
    let answer = Answer {
        need_id: stand.need,
        state: stand.state,
        volume: Volume { expected, ..Volume::default() },
        starts_on: None,
        note: String::new(),
        expected_version: None,
    };
    partners::answer(app, other, answer).await?;
    Ok(())
}

/// Notes what some suppliers were told on the phone an hour ago.
pub(super) async fn tell(
    app: &App,
    officer: &Actor,
    need_id: NeedId,
    to: &[&Actor],
    what: &str,
) -> Result<DisclosureId> {
    let told_to = to.iter().filter_map(|a| a.acting.as_ref()).map(|a| a.organisation_id).collect();
    let note = Note {
        need_id,
        told: what.to_owned(),
        told_to,
        told_to_note: String::new(),
        channel: DisclosureChannel::Phone,
        told_at: app.now() - TimeDelta::hours(1),
    };
    Ok(needs::note_disclosure(app, officer, note).await?.id)
}

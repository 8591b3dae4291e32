//! Foreign formats in and out, behind the traits of `domain::ports`.
//!
//! [`eforms`] reads notices as Doffin and TED publish them, [`calendar`]
//! writes events for people's calendars, [`brreg`] asks the Norwegian
//! business register, [`webhooks`] calls what organisations want to be told by. Nothing
//! here touches the database.

#![warn(missing_docs)]

pub mod blobs;
pub mod brreg;
pub mod calendar;
pub mod eforms;
pub mod webhooks;

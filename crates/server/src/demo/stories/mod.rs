//! The needs of the demonstration, in every state that a need can have.

mod bergen;
mod kristiansand;
mod trondheim;

use super::script::Story;

/// All stories.
pub(super) const ALL: [&Story; 12] = [
    &trondheim::FALLS,
    &trondheim::SNOW,
    &trondheim::AIR,
    &trondheim::SITES,
    &bergen::FLOOD,
    &bergen::MEALS,
    &bergen::SPEECH,
    &bergen::FURNITURE,
    &kristiansand::SCHOOL_ROADS,
    &kristiansand::HEAT,
    &kristiansand::HOME_VISITS,
    &kristiansand::PARKS,
];

//! Passkeys: what a browser is asked, and whether its answer is sound.
//!
//! A port, because reading `WebAuthn` (CBOR, COSE keys, four kinds of signature) takes a crate
//! with a world of its own, and proving who is calling is the duty of `identity`. Here is no more
//! than what the rules need: which passkey, whose, and how often it has signed.

use types::{PasskeyFault, PersonId};

/// A question to a browser.
#[derive(Clone, Debug)]
pub struct PasskeyQuestion {
    /// What `navigator.credentials` is called with, as JSON with binary parts in base64url.
    pub options: String,
    /// What checks the answer; the challenge is in it. Nobody outside may write it.
    pub state: Vec<u8>,
}

/// Whom a passkey is made for.
#[derive(Clone, Copy, Debug)]
pub struct PasskeyHolder<'a> {
    /// Goes into the passkey as its user handle: opaque, and the same for all of a person's.
    pub person: PersonId,
    /// What the device shows when there are several: the mailbox.
    pub account: &'a str,
    /// The person's name, for the same.
    pub name: &'a str,
}

/// The public half of a passkey.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicPasskey {
    /// By which its device knows it.
    pub credential_id: Vec<u8>,
    /// The key, in a form of the implementation's own.
    pub public_key: Vec<u8>,
    /// How often it has signed, where its device counts; else 0.
    pub sign_count: u32,
    /// Whether it may be kept in several devices. It stays what it was.
    pub is_backup_eligible: bool,
    /// Whether it is.
    pub is_backed_up: bool,
}

/// What a sound answer says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasskeyUse {
    /// How often it has signed now. Whether that may be is the domain's to say.
    pub sign_count: u32,
    /// Whether it is kept in several devices now.
    pub is_backed_up: bool,
}

/// Speaks `WebAuthn` for the installation's address. The person must be verified by the device
/// (a finger, a face, a PIN) each time, so that a passkey counts as two factors.
pub trait PasskeyVerifier: Send + Sync + std::fmt::Debug {
    /// Asks for a new passkey, in a device that has none of `known` (their ids); none where
    /// browsers make no passkeys for the installation's address.
    fn ask_for_new(&self, holder: PasskeyHolder<'_>, known: &[Vec<u8>]) -> Option<PasskeyQuestion>;

    /// What was made.
    fn made(&self, state: &[u8], answer: &str) -> Result<PublicPasskey, PasskeyFault>;

    /// Asks for any passkey of the installation, whoever is there.
    fn ask_for_any(&self) -> Option<PasskeyQuestion>;

    /// The id of the passkey that an answer claims to be by. It proves nothing.
    fn claimed(&self, answer: &str) -> Result<Vec<u8>, PasskeyFault>;

    /// Whether the answer is by this passkey of this person.
    fn used(
        &self,
        state: &[u8],
        answer: &str,
        passkey: &PublicPasskey,
        person: PersonId,
    ) -> Result<PasskeyUse, PasskeyFault>;
}

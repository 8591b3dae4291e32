//! A telephone that keeps passkeys, and the browser that it speaks through: what they answer is
//! made here byte by byte, after `WebAuthn` level 3, so that a test can spoil any part of it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::Signer as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Which key a passkey has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// ECDSA on P-256, as telephones have.
    Es256,
    /// Ed25519, as some security keys have.
    EdDsa,
    /// ECDSA on P-521: nobody asks for it.
    Es512,
}

/// The person was there.
const PRESENT: u8 = 0x01;
/// The device asked who it is.
const VERIFIED: u8 = 0x04;
/// The passkey may be kept elsewhere, and is.
const BACKED_UP: u8 = 0x18;
/// A new passkey's key follows.
const ATTESTED: u8 = 0x40;

/// One passkey in its device, in a browser at one site.
#[derive(Clone, Debug)]
pub struct Authenticator {
    /// Its key's kind.
    pub key: Key,
    /// Its secret; two of the same are clones.
    pub seed: u8,
    /// By which it is known.
    pub credential_id: Vec<u8>,
    /// The site that the browser is at.
    pub origin: String,
    /// The site that the passkey is for; empty until it is told.
    pub rp_id: String,
    /// The person, as the site calls it.
    pub user_handle: Vec<u8>,
    /// How often it has signed; `None` counts nothing.
    pub counter: Option<u32>,
    /// Whether the device asks who holds it.
    pub verifies: bool,
    /// Whether it is kept in several devices.
    pub is_backed_up: bool,
    /// What the browser says it answers, instead of what was asked.
    pub challenge: Option<String>,
    /// Whether the page stands within another site's.
    pub cross_origin: bool,
}

impl Authenticator {
    /// A telephone with a passkey of its own, in a browser at `public_url`.
    pub fn new(public_url: &str, seed: u8) -> Self {
        Self {
            key: Key::Es256,
            seed,
            credential_id: Sha256::digest([b'c', seed]).to_vec(),
            // Where browsers make passkeys for a loopback address.
            origin: public_url.replace("127.0.0.1", "localhost"),
            rp_id: String::new(),
            user_handle: Vec::new(),
            counter: None,
            verifies: true,
            is_backed_up: false,
            challenge: None,
            cross_origin: false,
        }
    }

    fn client_data(&self, kind: &str, options: &Value) -> String {
        let challenge = self.challenge.clone().unwrap_or_else(|| word(&options["challenge"]));
        let (origin, cross) = (&self.origin, self.cross_origin);
        json!({ "type": kind, "challenge": challenge, "origin": origin, "crossOrigin": cross }).to_string()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let verified = if self.verifies { VERIFIED } else { 0 };
        let backed_up = if self.is_backed_up { BACKED_UP } else { 0 };
        let mut data = Sha256::digest(&self.rp_id).to_vec();
        data.push(PRESENT | verified | backed_up | flags);
        data.extend(self.counter.unwrap_or_default().to_be_bytes());
        data
    }

    fn secret(&self) -> [u8; 32] {
        Sha256::digest([b'k', self.seed]).into()
    }

    fn p256(&self) -> p256::ecdsa::SigningKey {
        p256::ecdsa::SigningKey::from_slice(&self.secret()).expect("a scalar")
    }

    fn ed25519(&self) -> ed25519_dalek::SigningKey {
        ed25519_dalek::SigningKey::from_bytes(&self.secret())
    }

    /// The public key as COSE writes it.
    fn cose(&self) -> Vec<u8> {
        match self.key {
            Key::Es256 => {
                let point = self.p256().verifying_key().to_encoded_point(false);
                let (x, y) = (point.x().expect("x"), point.y().expect("y"));
                let head = [0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01];
                [&head[..], &[0x21], &cbor_bytes(x), &[0x22], &cbor_bytes(y)].concat()
            }
            Key::EdDsa => {
                let head = [0xa4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06];
                [&head[..], &[0x21], &cbor_bytes(self.ed25519().verifying_key().as_bytes())].concat()
            }
            Key::Es512 => {
                // -36 on curve 3; that its point is none is never come to.
                let head = [0xa5, 0x01, 0x02, 0x03, 0x38, 0x23, 0x20, 0x03];
                [&head[..], &[0x21], &cbor_bytes(&[1; 66]), &[0x22], &cbor_bytes(&[2; 66])].concat()
            }
        }
    }

    /// Answers `navigator.credentials.create`; the passkey is for that site and person from now on.
    pub fn create(&mut self, options: &Value) -> String {
        if self.rp_id.is_empty() {
            self.rp_id = word(&options["rp"]["id"]);
        }
        self.user_handle = bytes(&options["user"]["id"]);
        let client_data = self.client_data("webauthn.create", options);
        let mut data = self.data(ATTESTED);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.credential_id.len()).expect("a length").to_be_bytes());
        data.extend(&self.credential_id);
        data.extend(self.cose());
        // {"fmt": "none", "attStmt": {}, "authData": …}
        let object = [&b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData"[..], &cbor_bytes(&data)].concat();
        json!({
            "id": text(&self.credential_id),
            "rawId": text(&self.credential_id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": text(client_data.as_bytes()),
                "attestationObject": text(&object),
                "transports": ["internal", "hybrid"],
            },
        })
        .to_string()
    }

    /// Answers `navigator.credentials.get`.
    pub fn get(&mut self, options: &Value) -> String {
        self.counter = self.counter.map(|count| count + 1);
        let client_data = self.client_data("webauthn.get", options);
        let data = self.data(0);
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature = if self.key == Key::EdDsa {
            self.ed25519().sign(&signed).to_bytes().to_vec()
        } else {
            let signature: p256::ecdsa::Signature =
                p256::ecdsa::signature::Signer::sign(&self.p256(), &signed);
            signature.to_der().as_bytes().to_vec()
        };
        json!({
            "id": text(&self.credential_id),
            "rawId": text(&self.credential_id),
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": text(client_data.as_bytes()),
                "authenticatorData": text(&data),
                "signature": text(&signature),
                "userHandle": text(&self.user_handle),
            },
        })
        .to_string()
    }
}

fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn word(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

fn bytes(value: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(word(value)).expect("base64url")
}

/// A byte string.
fn cbor_bytes(bytes: &[u8]) -> Vec<u8> {
    if let Ok(length) = u8::try_from(bytes.len()) {
        return [&[0x58, length], bytes].concat();
    }
    let length = u16::try_from(bytes.len()).expect("a short string");
    [&[0x59], &length.to_be_bytes()[..], bytes].concat()
}

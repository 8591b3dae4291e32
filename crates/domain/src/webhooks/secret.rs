//! The secret of an endpoint (`whsec_…`) and what it signs, as the Standard Webhooks
//! specification has it; its reference library checks ours in `tests/clients`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use types::{Time, WebhookEndpointId};

use super::Endpoint;
use crate::{App, Error, Result};

const PURPOSE: &str = "webhook secrets 1";
const PREFIX: &str = "whsec_";

/// A new one: 256 bits.
pub(super) fn make(app: &App) -> [u8; 32] {
    let mut secret = [0_u8; 32];
    app.entropy.fill(&mut secret);
    secret
}

/// As it is shown, once.
pub(super) fn shown(secret: [u8; 32]) -> String {
    format!("{PREFIX}{}", STANDARD.encode(secret))
}

/// As it is kept.
pub(super) fn seal(app: &App, id: WebhookEndpointId, secret: [u8; 32]) -> Result<String> {
    let sealed = app.keys.seal(&*app.entropy, PURPOSE, &id.to_string(), &secret)?;
    Ok(STANDARD.encode(sealed))
}

fn open(app: &App, id: WebhookEndpointId, sealed: &str) -> Result<Vec<u8>> {
    let opened = STANDARD.decode(sealed).ok().and_then(|s| app.keys.unseal(PURPOSE, &id.to_string(), &s));
    opened.ok_or_else(|| Error::internal("a webhook's secret does not open"))
}

/// `webhook-signature`: by the secret, and by the one before as long as both count.
pub(super) fn sign(app: &App, endpoint: &Endpoint, id: &str, at: Time, body: &str) -> Result<String> {
    let mut signatures = vec![signature(&open(app, endpoint.id, &endpoint.sealed)?, id, at, body)?];
    if let Some(before) = &endpoint.sealed_before
        && endpoint.signs_before_until.is_some_and(|until| at < until)
    {
        signatures.push(signature(&open(app, endpoint.id, before)?, id, at, body)?);
    }
    Ok(signatures.join(" "))
}

fn signature(secret: &[u8], id: &str, at: Time, body: &str) -> Result<String> {
    let mut mac = <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(secret)
        .map_err(|_| Error::internal("a secret that can't sign"))?;
    mac.update(format!("{id}.{}.{body}", at.timestamp()).as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn it_signs_as_the_specification_says() {
        let secret = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let at = Time::from_timestamp(1_614_265_330, 0).unwrap();
        let signed =
            signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, r#"{"test": 2432232314}"#).unwrap();
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }
}

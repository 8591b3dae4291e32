//! Passkeys: `WebAuthn` level 3 for the installation's address, by the crate `webauthn_rp`.
//!
//! The relying party is the host of `http.public_url`, and answers count from that origin alone.
//! Attestation is neither asked for nor looked at: which make of device somebody has is none of
//! our business. A passkey is discoverable, and its device verifies the person each time. Of
//! the signature counter nothing is judged here; that is the domain's.
//!
//! Browsers make no passkeys for IP addresses. On a loopback address, where `http.public_url` of
//! a demonstration points, they are made for `localhost`, the name that a browser knows it by.

use domain::ports::{PasskeyHolder, PasskeyQuestion, PasskeyUse, PasskeyVerifier, PublicPasskey};
use serde_json::Value;
use types::{PasskeyFault, PersonId};
use url::{Host, Url};
use webauthn_rp::bin::{Decode, Encode};
use webauthn_rp::request::auth::{AuthenticationVerificationOptions, SignatureCounterEnforcement};
use webauthn_rp::request::register::{
    CredProtect, Nickname, PublicKeyCredentialCreationOptions, PublicKeyCredentialUserEntity,
    RegistrationVerificationOptions, UserHandle16, Username,
};
use webauthn_rp::request::{AsciiDomain, PublicKeyCredentialDescriptor, RpId};
use webauthn_rp::response::auth::error::AuthCeremonyErr;
use webauthn_rp::response::auth::{AuthenticatorData, DiscoverableAuthentication16};
use webauthn_rp::response::register::error::RegCeremonyErr;
use webauthn_rp::response::register::{DynamicState, StaticState};
use webauthn_rp::response::{AuthTransports, AuthenticatorAttachment, Backup, CredentialId};
use webauthn_rp::{
    AuthenticatedCredential, DiscoverableAuthenticationServerState, DiscoverableCredentialRequestOptions,
    Registration, RegistrationServerState,
};

/// What an answer is about: an attestation with an RSA key has some 1,500 bytes.
const LONGEST: usize = 16 * 1024;

/// See [`PasskeyVerifier`].
#[derive(Clone, Debug)]
pub struct Passkeys(Option<Site>);

/// For whom passkeys are, and from where answers come.
#[derive(Clone, Debug)]
struct Site {
    rp: RpId,
    origin: String,
}

impl Passkeys {
    /// For the installation at this address.
    pub fn at(public_url: &str) -> Self {
        Self(site(public_url))
    }

    fn site(&self) -> Result<&Site, PasskeyFault> {
        self.0.as_ref().ok_or(PasskeyFault::Rule)
    }
}

fn site(public_url: &str) -> Option<Site> {
    let mut url: Url = public_url.parse().ok()?;
    let is_loopback = match url.host()? {
        Host::Domain(_) => false,
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    };
    if is_loopback {
        url.set_host(Some("localhost")).ok()?;
    }
    let Host::Domain(domain) = url.host()? else { return None };
    let rp = RpId::Domain(AsciiDomain::try_from(domain.to_owned()).ok()?);
    Some(Site { rp, origin: url.origin().ascii_serialization() })
}

impl PasskeyVerifier for Passkeys {
    fn ask_for_new(&self, holder: PasskeyHolder<'_>, known: &[Vec<u8>]) -> Option<PasskeyQuestion> {
        let site = self.0.as_ref()?;
        let handle = handle(holder.person);
        // What a device shows is for people; a name that the specification has no room for is left out.
        let user = PublicKeyCredentialUserEntity {
            name: Username::try_from(holder.account).or_else(|_| Username::try_from("samspill")).ok()?,
            id: &handle,
            display_name: Nickname::try_from(holder.name).ok(),
        };
        let known = known.iter().filter_map(|id| {
            let id = CredentialId::<Vec<u8>>::decode(id.clone()).ok()?;
            // How to reach it the browser finds out.
            Some(PublicKeyCredentialDescriptor { id, transports: AuthTransports::decode(0).ok()? })
        });
        let mut asked = PublicKeyCredentialCreationOptions::passkey(&site.rp, user, known.collect());
        // Devices that do not know this extension would refuse; that the person is verified is
        // demanded and checked each time anyway.
        asked.extensions.cred_protect = CredProtect::None;
        let (state, client) = asked.start_ceremony().ok()?;
        let mut options = serde_json::to_value(&client).ok()?;
        if let Some(name) = options.pointer_mut("/rp/name") {
            *name = Value::from("Samspill");
        }
        Some(PasskeyQuestion { options: options.to_string(), state: state.encode().ok()? })
    }

    fn made(&self, state: &[u8], answer: &str) -> Result<PublicPasskey, PasskeyFault> {
        let site = self.site()?;
        let state = RegistrationServerState::<16>::decode(state).map_err(|_| PasskeyFault::Format)?;
        let answer = Registration::from_json_relaxed(readable(answer)?).map_err(|_| PasskeyFault::Format)?;
        let options = RegistrationVerificationOptions::<&str, &str> {
            allowed_origins: &[&site.origin],
            // A device may say more than it was asked.
            error_on_unsolicited_extensions: false,
            ..RegistrationVerificationOptions::default()
        };
        let made = state.verify(&site.rp, &answer, &options).map_err(|error| fault_of_new(&error))?;
        let Ok(public_key) = made.static_state().encode();
        let backup = made.dynamic_state().backup;
        Ok(PublicPasskey {
            credential_id: made.id().as_ref().to_owned(),
            public_key,
            sign_count: made.dynamic_state().sign_count,
            is_backup_eligible: backup != Backup::NotEligible,
            is_backed_up: backup == Backup::Exists,
        })
    }

    fn ask_for_any(&self) -> Option<PasskeyQuestion> {
        let asked = DiscoverableCredentialRequestOptions::passkey(&self.0.as_ref()?.rp);
        let (state, client) = asked.start_ceremony().ok()?;
        let options = serde_json::to_string(&client).ok()?;
        Some(PasskeyQuestion { options, state: state.encode().ok()? })
    }

    fn claimed(&self, answer: &str) -> Result<Vec<u8>, PasskeyFault> {
        Ok(read(answer)?.raw_id().as_ref().to_owned())
    }

    fn used(
        &self,
        state: &[u8],
        answer: &str,
        passkey: &PublicPasskey,
        person: PersonId,
    ) -> Result<PasskeyUse, PasskeyFault> {
        let site = self.site()?;
        let state = DiscoverableAuthenticationServerState::decode(state).map_err(|_| PasskeyFault::Format)?;
        let answer = read(answer)?;
        let handle = handle(person);
        let id = CredentialId::<&[u8]>::decode(&passkey.credential_id).map_err(|_| PasskeyFault::Format)?;
        let key = StaticState::decode(passkey.public_key.as_slice()).map_err(|_| PasskeyFault::Format)?;
        let before = DynamicState {
            user_verified: true,
            backup: match (passkey.is_backup_eligible, passkey.is_backed_up) {
                (false, _) => Backup::NotEligible,
                (true, false) => Backup::Eligible,
                (true, true) => Backup::Exists,
            },
            sign_count: passkey.sign_count,
            authenticator_attachment: AuthenticatorAttachment::None,
        };
        let mut credential =
            AuthenticatedCredential::new(id, &handle, key, before).map_err(|_| PasskeyFault::Rule)?;
        let options = AuthenticationVerificationOptions::<&str, &str> {
            allowed_origins: &[&site.origin],
            // It stays what it was, as the specification says; whether it is kept elsewhere may change.
            backup_requirement: None,
            error_on_unsolicited_extensions: false,
            sig_counter_enforcement: SignatureCounterEnforcement::Ignore,
            ..AuthenticationVerificationOptions::default()
        };
        state.verify(&site.rp, &answer, &mut credential, &options).map_err(|error| fault_of_use(&error))?;
        let said = AuthenticatorData::try_from(answer.response().authenticator_data())
            .map_err(|_| PasskeyFault::Format)?;
        Ok(PasskeyUse {
            sign_count: said.sign_count(),
            is_backed_up: credential.dynamic_state().backup == Backup::Exists,
        })
    }
}

/// The person's id as it lies in the passkey: it tells whose it is to this installation alone.
fn handle(person: PersonId) -> UserHandle16 {
    let Ok(handle) = UserHandle16::decode(*person.0.as_bytes());
    handle
}

fn readable(answer: &str) -> Result<&[u8], PasskeyFault> {
    if answer.len() <= LONGEST { Ok(answer.as_bytes()) } else { Err(PasskeyFault::Format) }
}

fn read(answer: &str) -> Result<DiscoverableAuthentication16, PasskeyFault> {
    DiscoverableAuthentication16::from_json_relaxed(readable(answer)?).map_err(|_| PasskeyFault::Format)
}

fn fault_of_new(error: &RegCeremonyErr) -> PasskeyFault {
    match error {
        RegCeremonyErr::Timeout | RegCeremonyErr::ChallengeMismatch => PasskeyFault::Challenge,
        RegCeremonyErr::OriginMismatch | RegCeremonyErr::CrossOrigin | RegCeremonyErr::TopOriginMismatch => {
            PasskeyFault::Origin
        }
        RegCeremonyErr::RpIdHashMismatch => PasskeyFault::RelyingParty,
        RegCeremonyErr::UserNotPresent | RegCeremonyErr::UserNotVerified => PasskeyFault::NotVerified,
        RegCeremonyErr::AttestationSignature => PasskeyFault::Signature,
        RegCeremonyErr::PublicKeyAlgorithmMismatch | RegCeremonyErr::PubKey(_) => PasskeyFault::Algorithm,
        RegCeremonyErr::CollectedClientData(_)
        | RegCeremonyErr::CollectedClientDataRelaxed(_)
        | RegCeremonyErr::AttestationObject(_) => PasskeyFault::Format,
        _ => PasskeyFault::Rule,
    }
}

fn fault_of_use(error: &AuthCeremonyErr) -> PasskeyFault {
    match error {
        AuthCeremonyErr::Timeout | AuthCeremonyErr::ChallengeMismatch => PasskeyFault::Challenge,
        AuthCeremonyErr::OriginMismatch
        | AuthCeremonyErr::CrossOrigin
        | AuthCeremonyErr::TopOriginMismatch => PasskeyFault::Origin,
        AuthCeremonyErr::RpIdHashMismatch => PasskeyFault::RelyingParty,
        AuthCeremonyErr::UserNotVerified => PasskeyFault::NotVerified,
        AuthCeremonyErr::AssertionSignature => PasskeyFault::Signature,
        AuthCeremonyErr::UserHandleMismatch => PasskeyFault::Person,
        AuthCeremonyErr::CredentialIdMismatch => PasskeyFault::Unknown,
        AuthCeremonyErr::CollectedClientData(_)
        | AuthCeremonyErr::CollectedClientDataRelaxed(_)
        | AuthCeremonyErr::AuthenticatorData(_) => PasskeyFault::Format,
        _ => PasskeyFault::Rule,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_for_the_host_and_from_its_origin() {
        for (address, rp, origin) in [
            ("https://samspill.example.no", "samspill.example.no", "https://samspill.example.no"),
            ("https://samspill.example.no:8443", "samspill.example.no", "https://samspill.example.no:8443"),
            ("https://behov.bø.example", "behov.xn--b-5ga.example", "https://behov.xn--b-5ga.example"),
            ("http://127.0.0.1:8080", "localhost", "http://localhost:8080"),
            ("http://[::1]:8080", "localhost", "http://localhost:8080"),
        ] {
            let site = site(address).unwrap();
            assert_eq!((site.rp.as_ref(), site.origin.as_str()), (rp, origin));
        }
        for none in ["https://10.0.0.7", "https://[fd00::7]", "samspill"] {
            assert!(site(none).is_none(), "{none}");
            assert!(Passkeys::at(none).ask_for_any().is_none());
        }
    }

    #[test]
    fn what_is_asked_says_what_the_device_must_do() {
        let passkeys = Passkeys::at("https://samspill.example.no");
        let person = PersonId(uuid::Uuid::from_u128(7));
        let holder = PasskeyHolder { person, account: "kari@firma.example.no", name: "Kari Lunde" };
        let asked = passkeys.ask_for_new(holder, &[vec![9; 32]]).unwrap();
        let asked: Value = serde_json::from_str(&asked.options).unwrap();
        assert_eq!(asked["rp"], serde_json::json!({ "id": "samspill.example.no", "name": "Samspill" }));
        assert_eq!(asked["attestation"], "none");
        assert_eq!(asked["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(asked["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(asked["user"]["name"], "kari@firma.example.no");
        assert_eq!(asked["user"]["displayName"], "Kari Lunde");
        assert_eq!(asked["extensions"], serde_json::json!({}));
        assert_eq!(asked["excludeCredentials"].as_array().unwrap().len(), 1);
        let asked: Value = serde_json::from_str(&passkeys.ask_for_any().unwrap().options).unwrap();
        assert_eq!(
            (&asked["userVerification"], &asked["rpId"]),
            (&"required".into(), &"samspill.example.no".into())
        );
        // Nothing in it names anybody: whoever is there says so.
        assert!(asked["allowCredentials"].as_array().is_none_or(Vec::is_empty), "{asked}");
        // A name that has no room there keeps nobody from having one.
        let odd = PasskeyHolder { account: "a b@x.no", name: "", ..holder };
        assert!(passkeys.ask_for_new(odd, &[]).is_some());
    }

    #[test]
    fn what_is_no_answer_is_refused_whatever_it_is() {
        let passkeys = Passkeys::at("https://samspill.example.no");
        let long = "x".repeat(LONGEST + 1);
        for answer in
            ["", "{}", "null", "[[[[", &long, "{\"id\":\"AA\",\"rawId\":\"AA\",\"type\":\"public-key\"}"]
        {
            assert_eq!(passkeys.claimed(answer), Err(PasskeyFault::Format));
            assert_eq!(passkeys.made(&[0; 9], answer), Err(PasskeyFault::Format));
        }
    }
}

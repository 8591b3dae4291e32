//! The portal: every address that anybody finds is opened by everybody.

use std::collections::BTreeSet;

use tests::Browser;

use super::scene::{Persona, Scene};
use super::secrets::Seen;

/// Whose ways lead everywhere: each side of the dialogue, and who watches.
const GUIDES: [&str; 6] = ["visitor", "officer", "owner", "supplier", "observer", "administrator"];
const LANGUAGES: [&str; 3] = ["/nb", "/nn", "/en"];

pub(super) async fn browser(scene: &Scene, persona: &Persona) -> Browser {
    match persona.email.as_str() {
        "" => scene.house.browser(),
        email => scene.house.browser_of(email).await,
    }
}

/// The addresses that links lead to, from the front page on.
pub(super) async fn addresses(scene: &Scene) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for persona in scene.people.iter().filter(|p| GUIDES.contains(&p.name)) {
        let mut browser = browser(scene, persona).await;
        let mut waiting = vec!["/nb".to_owned()];
        let mut been = BTreeSet::new();
        while let Some(path) = waiting.pop() {
            if !been.insert(path.clone()) {
                continue;
            }
            assert!(been.len() < 1000, "the links never end: {path}");
            let page = browser.get(&path).await;
            let links = page.html.split("href=\"").skip(1).filter_map(|rest| rest.split(['"', '#']).next());
            let links = links.filter(|link| link.starts_with("/nb")).map(|link| link.replace("&#38;", "&"));
            waiting.extend(links);
        }
        all.extend(been);
    }
    all
}

/// Opens all addresses as one persona, each in one language.
pub(super) async fn look(scene: &Scene, addresses: &BTreeSet<String>, persona: &Persona, seen: &mut Seen) {
    let mut browser = browser(scene, persona).await;
    for (at, address) in addresses.iter().enumerate() {
        // Each persona meets each language on other pages.
        let language = LANGUAGES[(at + persona.name.len()) % LANGUAGES.len()];
        let address = address.replacen("/nb", language, 1);
        // Who asked for it knows the address.
        let asked = scene.secrets.within(&address).into_iter().map(str::to_owned).collect::<BTreeSet<_>>();
        let page = browser.get(&address).await;
        assert!(!page.status.is_server_error(), "{} opens {address}: {}", persona.name, page.status);
        let headers = format!("{:?}", page.headers);
        let place = format!("page {address}");
        seen.look_beyond(&scene.secrets, persona.name, &place, &format!("{headers}\n{}", page.html), &asked);
    }
}

//! Who is there.

use types::{OrganisationKind, Role};

/// Somebody to sign in as by a button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Persona {
    /// The name.
    pub name: &'static str,
    /// The address, by which the person is found.
    pub email: String,
    /// What the person does, and where.
    pub role: String,
}

/// A person of the cast.
#[derive(Clone, Copy, Debug)]
pub(super) struct Player {
    pub(super) name: &'static str,
    pub(super) roles: &'static [Role],
}

/// An organisation where people are.
#[derive(Clone, Copy, Debug)]
pub(super) struct House {
    pub(super) name: &'static str,
    pub(super) kind: OrganisationKind,
    /// The municipality's number.
    pub(super) municipality: Option<&'static str>,
    pub(super) domain: &'static str,
    pub(super) people: &'static [Player],
}

const OFFICER: &[Role] = &[Role::Owner, Role::ProcurementOfficer];
const OWNER: &[Role] = &[Role::NeedOwner];
const REVIEWER: &[Role] = &[Role::Reviewer];
const READER: &[Role] = &[Role::Reader];

const fn player(name: &'static str, roles: &'static [Role]) -> Player {
    Player { name, roles }
}

const fn municipality(
    name: &'static str,
    number: &'static str,
    domain: &'static str,
    people: &'static [Player],
) -> House {
    House { name, kind: OrganisationKind::Municipality, municipality: Some(number), domain, people }
}

/// The three active buyers: an officer, need owners, a reviewer and a reader each.
pub(super) const BUYERS: [House; 3] = [
    municipality(
        "Trondheim kommune",
        "5001",
        "trondheim.example.no",
        &[
            player("Ingrid Moen", OFFICER),
            player("Jonas Aune", OWNER),
            player("Astrid Hegstad", REVIEWER),
            player("Per Olav Sivertsen", READER),
            player("Randi Kvaal", OWNER),
        ],
    ),
    municipality(
        "Bergen kommune",
        "4601",
        "bergen.example.no",
        &[
            player("Kjersti Haukeland", OFFICER),
            player("Eirik Nesse", OWNER),
            player("Solveig Askeland", REVIEWER),
            player("Anders Knarvik", READER),
            player("Øyvind Lindås", OWNER),
        ],
    ),
    municipality(
        "Kristiansand kommune",
        "4204",
        "kristiansand.example.no",
        &[
            player("Tor Arne Vatne", OFFICER),
            player("Marit Søgaard", OWNER),
            player("Halvor Eikeland", REVIEWER),
            player("Liv Randi Møll", READER),
            player("Gunn Aas", OWNER),
        ],
    ),
];

/// Who runs the platform.
pub(super) const PLATFORM: House = House {
    name: "Samspill forvaltning",
    kind: OrganisationKind::SupportActor,
    municipality: None,
    domain: "forvaltning.example.no",
    people: &[player("Berit Platou", &[Role::SupplierAdministrator])],
};

/// Suppliers: name, mail domain, somebody there, employees.
pub(super) const SUPPLIERS: [(&str, &str, &str, i32); 40] = [
    ("Fjordsensor AS", "fjordsensor.example.no", "Kari Lunde", 14),
    ("Nabovarme Teknologi AS", "nabovarme.example.no", "Simen Brattli", 38),
    ("Omsorgslys AS", "omsorgslys.example.no", "Nora Hjelde", 9),
    ("Vinterdrift Nord AS", "vinterdrift.example.no", "Odd Inge Strand", 120),
    ("Lekende Data AS", "lekendedata.example.no", "Fatima Rashid", 6),
    ("Granlia Modul AS", "granliamodul.example.no", "Geir Tangen", 85),
    ("Byrom Studio AS", "byromstudio.example.no", "Maja Solbakken", 17),
    ("Sirkel Gjenbruk AS", "sirkelgjenbruk.example.no", "Lars Petter Rud", 22),
    ("Havørn Droner AS", "havorndroner.example.no", "Tuva Myhre", 11),
    ("Trygg Hverdag AS", "trygghverdag.example.no", "Bjørn Valle", 54),
    ("Nordlys Programvare AS", "nordlysprogram.example.no", "Amalie Dahl", 210),
    ("Kystvann Renseteknikk AS", "kystvann.example.no", "Roger Fosse", 31),
    ("Ren Luft Instrument AS", "renluft.example.no", "Silje Bakken", 12),
    ("Matglede Storkjøkken AS", "matglede.example.no", "Yusuf Demir", 46),
    ("Skolevei AS", "skolevei.example.no", "Henriette Lie", 8),
    ("Tungtransport Elektro AS", "tungelektro.example.no", "Vidar Haug", 67),
    ("Samtale Design AS", "samtaledesign.example.no", "Ida Marie Krogh", 5),
    ("Bølgen Energi AS", "bolgenenergi.example.no", "Terje Sunde", 140),
    ("Lyspunkt Belysning AS", "lyspunkt.example.no", "Grete Hovland", 29),
    ("Taksans AS", "taksans.example.no", "Even Rustad", 13),
    ("Mestring Hjelpemidler AS", "mestring.example.no", "Wenche Ulven", 75),
    ("Grønn Kran AS", "gronnkran.example.no", "Ole Martin Berg", 33),
    ("Vegvokteren AS", "vegvokteren.example.no", "Hanne Bjerke", 19),
    ("Digital Arkiv Vest AS", "arkivvest.example.no", "Magnus Teigen", 41),
    ("Stille Motor AS", "stillemotor.example.no", "Rune Ødegård", 24),
    ("Tidlig Innsats AS", "tidliginnsats.example.no", "Camilla Foss", 10),
    ("Fellesbil Norge AS", "fellesbil.example.no", "Petter Nygaard", 58),
    ("Brannvett AS", "brannvett.example.no", "Synne Lode", 16),
    ("Jordnær Landskap AS", "jordnaer.example.no", "Arne Kvamme", 48),
    ("Flomvarsel AS", "flomvarsel.example.no", "Mina Sæther", 7),
    ("Helt Hjem Logistikk AS", "helthjem.example.no", "Ali Hassan", 95),
    ("Oppdrag Rent AS", "oppdragrent.example.no", "Janne Viken", 180),
    ("Stemmen Språkteknologi AS", "stemmen.example.no", "Kristoffer Aas", 15),
    ("Treverk Innlandet AS", "treverk.example.no", "Sverre Løken", 62),
    ("Svalbard Kuldeteknikk AS", "kuldeteknikk.example.no", "Elin Markussen", 20),
    ("Ruteplan AS", "ruteplan.example.no", "David Okafor", 27),
    ("Kvartal Analyse AS", "kvartal.example.no", "Signe Wold", 9),
    ("Borgerpuls AS", "borgerpuls.example.no", "Oda Fjeld", 6),
    ("Vestland Velferd AS", "vestlandvelferd.example.no", "Trond Eide", 112),
    ("Enkel Journal AS", "enkeljournal.example.no", "Linh Tran", 36),
];

/// The mail address of somebody.
pub(super) fn email(name: &str, domain: &str) -> String {
    let local = domain::text::slug::slug(name).replace('-', ".");
    format!("{local}@{domain}")
}

/// Those whom a visitor of the demonstration may be, buyers first.
pub fn personas() -> Vec<Persona> {
    let mut all: Vec<Persona> = BUYERS
        .iter()
        .chain([&PLATFORM])
        .flat_map(|house| house.people.iter().map(move |person| (house, person)))
        .map(|(house, person)| Persona {
            name: person.name,
            email: email(person.name, house.domain),
            role: format!("{}, {}", duty(person.roles, house.kind), house.name),
        })
        .collect();
    all.extend(SUPPLIERS.iter().take(6).map(|(name, domain, person, _)| Persona {
        name: person,
        email: email(person, domain),
        role: format!("leverandør, {name}"),
    }));
    all
}

fn duty(roles: &[Role], kind: OrganisationKind) -> &'static str {
    match roles.last() {
        _ if !kind.is_buyer() => "administrator av plattformen",
        Some(Role::ProcurementOfficer) => "innkjøper",
        Some(Role::NeedOwner) => "behovseier",
        Some(Role::Reviewer) => "godkjenner",
        _ => "leser",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;
    use types::EmailAddress;

    #[test]
    fn everybody_has_a_mailbox_of_their_own() {
        let people: Vec<String> =
            SUPPLIERS.iter().map(|(_, domain, person, _)| email(person, domain)).collect();
        let all: HashSet<String> =
            people.into_iter().chain(personas().into_iter().map(|p| p.email)).collect();
        assert_eq!(all.len(), 40 + 16);
        for address in all {
            assert!(address.parse::<EmailAddress>().is_ok(), "{address}");
        }
    }
}

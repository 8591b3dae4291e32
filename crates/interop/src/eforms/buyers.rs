//! Who buys: the organisations that `ContractingParty` refers to. Courts,
//! appeal bodies and purchasing agents stand in the same list of companies,
//! often before the buyer, so the order there means nothing.

use std::collections::HashMap;

use domain::ports::NoticeBuyer;
use types::OrganisationNumber;

use super::tree::{EXTENSION, Element, Notice, all, first, value};
use crate::brreg::website;

/// Longer names are not names.
const MAX_NAME: usize = 200;
/// More buyers than any procurement has.
const MAX_BUYERS: usize = 400;

/// The buyers, the lead of the group first, each once.
pub(super) fn read(notice: &mut Notice<'_>) -> Vec<NoticeBuyer> {
    let mut organisations = HashMap::new();
    for organisation in all(notice.root, &format!("{EXTENSION}/Organizations/Organization")) {
        for path in ["Company/PartyIdentification/ID", "TouchPoint/PartyIdentification/ID"] {
            for id in all(organisation, path) {
                organisations.entry(value(id)).or_insert(organisation);
            }
        }
    }
    let mut found: Vec<(bool, NoticeBuyer)> = Vec::new();
    for party in all(notice.root, "ContractingParty/Party").into_iter().take(MAX_BUYERS) {
        let references = all(party, "PartyIdentification/ID");
        let named = references.iter().find_map(|reference| organisations.get(&value(*reference)).copied());
        if named.is_some() {
            notice.mark_all(&references);
        }
        // A touch point is an address of the organisation that it stands in.
        let company = named.and_then(|organisation| first(organisation, "Company")).unwrap_or(party);
        let is_lead = named.is_some_and(|organisation| {
            notice.take(organisation, "GroupLeadIndicator").is_some_and(|text| text == "true")
        });
        found.extend(of_company(notice, company).into_iter().map(|buyer| (is_lead, buyer)));
    }
    found.sort_by_key(|(is_lead, _)| !is_lead);
    let mut buyers: Vec<NoticeBuyer> = Vec::new();
    for (_, buyer) in found {
        let is_same = |known: &NoticeBuyer| match (&known.organisation_number, &buyer.organisation_number) {
            (Some(one), Some(other)) => one == other,
            _ => *known == buyer,
        };
        if !buyers.iter().any(is_same) {
            buyers.push(buyer);
        }
    }
    buyers
}

/// One buyer, or several where a joint procurement put them into one company.
fn of_company<'a>(notice: &mut Notice<'a>, company: Element<'a>) -> Vec<NoticeBuyer> {
    let name =
        notice.choose(company, "PartyName/Name").map_or(String::new(), |(_, text)| text.replace('\n', " "));
    let fields: Vec<_> = all(company, "PartyLegalEntity/CompanyID");
    let raw_number =
        fields.iter().map(|field| value(*field)).filter(|t| !t.is_empty()).collect::<Vec<_>>().join("; ");
    if name.is_empty() && raw_number.is_empty() {
        return Vec::new();
    }
    notice.mark_all(&fields);
    notice.mark_all(&all(company, "PartyIdentification/ID"));
    let numbers = numbers(&raw_number);
    let whole = NoticeBuyer {
        name: name.chars().take(MAX_NAME).collect(),
        organisation_number: None,
        raw_number,
        town: notice.take(company, "PostalAddress/CityName"),
        country: notice.take(company, "PostalAddress/Country/IdentificationCode"),
        website: own_website(notice, company),
    };
    if numbers.is_empty() {
        return vec![whole];
    }
    let names = names(&name, numbers.len());
    let one = |(name, number)| NoticeBuyer { name, organisation_number: Some(number), ..whole.clone() };
    names.into_iter().zip(numbers).map(one).collect()
}

/// Hosts of systems in which buyers run competitions: an address there is the
/// system's, not the buyer's.
const TENDERING_SYSTEMS: &[&str] = &[
    "mercell.com",
    "mercell.no",
    "tendsign.com",
    "tendsign.no",
    "opic.com",
    "visma.com",
    "visma.no",
    "doffin.no",
    "ted.europa.eu",
    "eu-supply.com",
    "eusupply.com",
    "artifik.no",
    "artifik.com",
    "kgv.no",
    "kgv.com",
    "ajoursystem.no",
    "jaggaer.com",
    "negometrix.com",
    "cloudia.com",
    "tendern.com",
];

/// The buyer's web site, if it is one of its own; what is not stays among what
/// found no place.
fn own_website<'a>(notice: &mut Notice<'a>, company: Element<'a>) -> Option<String> {
    let node = first(company, "WebsiteURI")?;
    let url = website(&value(node)).filter(|url| !is_tendering_system(url))?;
    notice.mark(node);
    Some(url)
}

fn is_tendering_system(url: &str) -> bool {
    let host = url.split("://").last().unwrap_or_default().split(['/', '?', '#', ':']).next();
    let host = host.unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    TENDERING_SYSTEMS
        .iter()
        .any(|known| host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// All valid organisation numbers in a field, however they are spaced and parted.
fn numbers(text: &str) -> Vec<OrganisationNumber> {
    if let Ok(number) = text.parse() {
        return vec![number];
    }
    let mut found: Vec<OrganisationNumber> = Vec::new();
    for piece in text.split(|c: char| !c.is_ascii_digit() && !c.is_whitespace() && c != '.') {
        let digits: String = piece.chars().filter(char::is_ascii_digit).collect();
        if !digits.len().is_multiple_of(9) {
            continue;
        }
        for start in (0..digits.len()).step_by(9) {
            let number = digits[start..start + 9].parse().ok();
            found.extend(number.filter(|number| !found.contains(number)));
        }
    }
    found
}

/// The names that belong to `count` numbers: the list's, if it is one of that
/// length, else the same for each.
fn names(name: &str, count: usize) -> Vec<String> {
    let commas = name.replace(" og ", ",").replace(" and ", ",").replace(" & ", ",").replace([';', '/'], ",");
    let parts: Vec<String> =
        commas.split(',').map(|part| part.trim().to_owned()).filter(|p| !p.is_empty()).collect();
    let list = if count > 1 && parts.len() == count { parts } else { vec![name.to_owned(); count] };
    list.into_iter().map(|name| name.chars().take(MAX_NAME).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        numbers(text).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn numbers_in_every_spelling() {
        assert_eq!(found(" 974 760 673"), ["974760673"]);
        assert_eq!(found("NO974760673MVA"), ["974760673"]);
        assert_eq!(found("Org.nr. 974.760.673"), ["974760673"]);
        assert_eq!(found("974760673; NO974760673MVA"), ["974760673"], "the same twice");
        for several in [
            "974760673, 811754862 og 991 825 827",
            "974760673/811754862/991825827",
            "974 760 673 811 754 862 991 825 827",
            "974760673\n811754862\n991825827",
        ] {
            assert_eq!(found(several), ["974760673", "811754862", "991825827"], "{several}");
        }
        for none in ["", "123456789", "UK 1234", "97476067", "Ukjent"] {
            assert!(found(none).is_empty(), "{none}");
        }
        assert_eq!(found("123456789, 974760673"), ["974760673"], "the valid one of two");
    }

    #[test]
    fn an_address_in_a_tendering_system_is_no_website() {
        for theirs in [
            "https://permalink.mercell.com/123456789.aspx",
            "https://MERCELL.com",
            "https://tendsign.com/doc.aspx?ID=1",
            "https://www.doffin.no:443/notices/2024-1",
            "https://eu.eu-supply.com/app/rfq",
            "https://ted.europa.eu/en/notice/1",
        ] {
            assert!(is_tendering_system(theirs), "{theirs}");
        }
        for own in
            ["https://www.fjordvik.kommune.no", "https://mercell.com.example.no", "https://notmercell.com"]
        {
            assert!(!is_tendering_system(own), "{own}");
        }
    }

    #[test]
    fn names_follow_their_numbers() {
        assert_eq!(names("Elv, Fjell og Dal kommune", 3), ["Elv", "Fjell", "Dal kommune"]);
        assert_eq!(names("Dalane innkjøp", 2), ["Dalane innkjøp", "Dalane innkjøp"]);
        assert_eq!(names("Elv og Fjell kommune", 1), ["Elv og Fjell kommune"]);
    }
}

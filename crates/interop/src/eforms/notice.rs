//! Maps a notice to a draft.

use std::collections::HashSet;

use domain::ports::{NoticeDetail, NoticeDraft};
use roxmltree::Document;
use types::{CpvCode, ErrorCode, Language, Money, NoticeFault};

use super::tree::{EXTENSION, Element, Notice, all, first, value};
use super::{Refusal, buyers, questions, rest, words};

const MAX_TITLE: usize = 200;
const MAX_DESCRIPTION: usize = 20_000;
const MAX_CASE_NUMBER: usize = 60;
/// Of a UUID as text.
const UUID_LENGTH: usize = 36;
/// The most CPV codes or places; what comes after is listed as unmapped.
const MAX_CODES: usize = 500;
/// Where all UBL documents have their namespaces.
const UBL: &str = "urn:oasis:names:specification:ubl:schema:xsd:";
/// When the market may answer, the most fitting first.
const RESPONSE_PERIODS: &[&str] = &[
    "ProcurementProjectLot/TenderingProcess/UBLExtensions/UBLExtension/ExtensionContent/EformsExtension/AnswerReceptionPeriod",
    "ProcurementProjectLot/TenderingProcess/UBLExtensions/UBLExtension/ExtensionContent/EformsExtension/InterestExpressionReceptionPeriod",
    "ProcurementProjectLot/TenderingProcess/ParticipationRequestReceptionPeriod",
    "ProcurementProjectLot/TenderingProcess/TenderSubmissionDeadlinePeriod",
];
const QUESTION_PERIODS: &[&str] =
    &["ProcurementProjectLot/TenderingProcess/AdditionalInformationRequestPeriod"];

pub(super) fn draft(document: &Document<'_>) -> Result<NoticeDraft, Refusal> {
    let mut notice = Notice::new(document.root_element());
    let root = notice.root;
    let kind = kind(&mut notice)?;
    let source_id = source_id(&mut notice)?;
    let source_version = notice.take(root, "VersionID").unwrap_or_else(|| "01".to_owned());

    let code =
        first(root, "NoticeLanguageCode").map(|node| words::language_code(&value(node))).unwrap_or_default();
    notice.prefer(words::wishes(&code));
    let buyers = buyers::read(&mut notice);
    let texts = Texts::read(&mut notice, &code);
    if words::language(&code, "").is_some()
        && let Some(node) = first(root, "NoticeLanguageCode")
    {
        notice.mark(node);
    }

    let parts = all(root, "ProcurementProjectLot/ProcurementProject");
    let projects: Vec<_> = first(root, "ProcurementProject").into_iter().chain(parts).collect();
    let mut draft = NoticeDraft {
        source_id,
        source_version,
        notice_type: kind.code,
        notice_subtype: kind.subtype,
        is_call_for_competition: kind.is_call,
        buyers,
        title: texts.title.0,
        questions: questions::find(&texts.description.0),
        description: texts.description.0,
        language: texts.language,
        cpv_codes: cpv_codes(&mut notice, &projects),
        places: places(&mut notice, &projects),
        value: estimate(&mut notice),
        planned_on: notice.earliest_day("PlannedDate"),
        response_deadline: notice.earliest_end(RESPONSE_PERIODS),
        question_deadline: notice.earliest_end(QUESTION_PERIODS),
        period: notice.period(&projects),
        case_number: case_number(&mut notice),
        documents_url: documents_url(&mut notice),
        unmapped: rest::unmapped(&notice),
    };
    let cut = [
        ("cac:ProcurementProject/cbc:Name", texts.title.1),
        ("cac:ProcurementProject/cbc:Description", texts.description.1),
    ];
    draft.unmapped.extend(cut.into_iter().filter_map(|(path, rest)| Some((format!("{path} (…)"), rest?))));
    Ok(draft)
}

/// What kind of notice it says it is.
struct Kind {
    code: String,
    subtype: Option<String>,
    is_call: bool,
}

fn kind(notice: &mut Notice<'_>) -> Result<Kind, Refusal> {
    let root = notice.root;
    let name = root.tag_name().name();
    let refuse = |fault: NoticeFault, found: String| {
        Err((ErrorCode::NotANotice, NoticeDetail { found, ..fault.into() }))
    };
    let type_code = first(root, "NoticeTypeCode");
    let code = type_code.map(value).unwrap_or_default();
    if !root.tag_name().namespace().is_some_and(|namespace| namespace.starts_with(UBL)) {
        let shown: String = name.chars().take(80).collect();
        return refuse(NoticeFault::OtherDocument, shown);
    }
    match name {
        "PriorInformationNotice" | "ContractNotice" => {}
        "ContractAwardNotice" => {
            return refuse(NoticeFault::Award, format!("{name}, {code}"));
        }
        _ => return refuse(NoticeFault::OtherNotice, format!("{name}, {code}")),
    }
    let form = type_code.and_then(|node| node.attribute("listName")).unwrap_or_default().trim();
    if matches!(form, "result" | "dir-awa-pre" | "cont-modif" | "bri" | "completion") {
        return refuse(NoticeFault::OtherNotice, format!("{name}, {form}, {code}"));
    }
    // If form and code disagree, the one that calls for competition counts:
    // a dialogue beside a running competition is what must not happen (R4).
    let is_call = form == "competition"
        || ["cn-", "pin-cfc", "subco", "qu-sy"].iter().any(|start| code.starts_with(start))
        || (code.is_empty() && name == "ContractNotice");
    notice.mark_all(&type_code);
    let subtype = notice.take(root, &format!("{EXTENSION}/NoticeSubType/SubTypeCode"));
    Ok(Kind { code, subtype, is_call })
}

fn source_id(notice: &mut Notice<'_>) -> Result<String, Refusal> {
    let ids = all(notice.root, "ID");
    let own = ids.iter().find(|id| id.attribute("schemeName") == Some("notice-id")).or(ids.first()).copied();
    match own.map(|id| (id, value(id))) {
        Some((id, text)) if !text.is_empty() && text.len() <= 100 => {
            notice.mark(id);
            Ok(text)
        }
        _ => Err((ErrorCode::NotANotice, NoticeFault::NoId.into())),
    }
}

/// The buyer's own number; some systems write an id of theirs, which tells nobody anything.
fn case_number(notice: &mut Notice<'_>) -> Option<String> {
    let node = first(notice.root, "ProcurementProject/ID")?;
    let text = value(node);
    let is_number = !text.is_empty() && text.chars().count() <= MAX_CASE_NUMBER && text.len() != UUID_LENGTH;
    is_number.then(|| {
        notice.mark(node);
        text
    })
}

/// Title and description, each with what was cut off.
struct Texts {
    title: (String, Option<String>),
    description: (String, Option<String>),
    language: Language,
}

impl Texts {
    fn read(notice: &mut Notice<'_>, notice_code: &str) -> Self {
        let project = first(notice.root, "ProcurementProject");
        let parts = all(notice.root, "ProcurementProjectLot/ProcurementProject");
        let named = project.iter().chain(&parts).find_map(|of| notice.choose(*of, "Name"));
        let title = named.as_ref().map_or(String::new(), |(_, text)| words::line(text));
        let mut said = HashSet::new();
        let mut description = project.map(|of| own(notice, of, &mut said)).unwrap_or_default();
        let chosen = named.as_ref().and_then(|(node, _)| node.attribute("languageID"));
        let code = chosen.map_or_else(|| notice_code.to_owned(), words::language_code);
        let word = if code == "ENG" { "Part" } else { "Del" };
        for (index, part) in parts.iter().enumerate() {
            let name = notice
                .choose(*part, "Name")
                .map(|(_, text)| words::line(&text))
                .filter(|name| *name != title);
            let texts = own(notice, *part, &mut said);
            let heading = match (parts.len() > 1, name) {
                (true, Some(name)) => Some(format!("{word} {}: {name}", index + 1)),
                (true, None) if !texts.is_empty() => Some(format!("{word} {}", index + 1)),
                (_, name) => name,
            };
            description.extend(heading);
            description.extend(texts);
        }
        let description = description.join("\n\n");
        let language = words::language(&code, &format!("{title}\n{description}"));
        Self {
            language: language.or_else(|| words::language(notice_code, "")).unwrap_or(Language::En),
            title: words::clip(&title, MAX_TITLE),
            description: words::clip(&description, MAX_DESCRIPTION),
        }
    }
}

/// What a project says that was not said before.
fn own<'a>(notice: &mut Notice<'a>, of: Element<'a>, said: &mut HashSet<String>) -> Vec<String> {
    // Additional information (BT-300) is part of what the reader must know.
    let texts = ["Description", "Note"].iter().filter_map(|name| Some(notice.choose(of, name)?.1));
    texts.filter(|text| said.insert(text.clone())).collect()
}

fn cpv_codes(notice: &mut Notice<'_>, projects: &[Element<'_>]) -> Vec<CpvCode> {
    const PATHS: [&str; 2] = ["MainCommodityClassification", "AdditionalCommodityClassification"];
    let mut codes: Vec<CpvCode> = Vec::new();
    for node in projects
        .iter()
        .flat_map(|of| PATHS.map(|path| all(*of, &format!("{path}/ItemClassificationCode"))))
        .flatten()
    {
        let Ok(code) = value(node).parse() else { continue };
        if codes.contains(&code) {
            notice.mark(node);
        } else if codes.len() < MAX_CODES {
            notice.mark(node);
            codes.push(code);
        }
    }
    codes
}

fn places(notice: &mut Notice<'_>, projects: &[Element<'_>]) -> Vec<String> {
    let mut places: Vec<String> = Vec::new();
    for node in projects.iter().flat_map(|of| all(*of, "RealizedLocation/Address/CountrySubentityCode")) {
        let code = value(node).to_ascii_uppercase();
        let is_nuts = (2..=5).contains(&code.len())
            && code.bytes().all(|b| b.is_ascii_alphanumeric())
            && code.bytes().take(2).all(|b| b.is_ascii_alphabetic());
        if is_nuts && (places.len() < MAX_CODES || places.contains(&code)) {
            notice.mark(node);
            if !places.contains(&code) {
                places.push(code);
            }
        }
    }
    places
}

/// The procedure's estimate, else the sum of its lots if they share a currency.
fn estimate(notice: &mut Notice<'_>) -> Option<Money> {
    const AMOUNT: &str = "ProcurementProject/RequestedTenderTotal/EstimatedOverallContractAmount";
    let money = |node: Element<'_>| {
        let currency = node.attribute("currencyID")?.trim().to_ascii_uppercase();
        let is_currency = currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase());
        Some(Money { amount: amount(&value(node))?, currency }).filter(|_| is_currency)
    };
    let own = all(notice.root, AMOUNT);
    let lots = all(notice.root, &format!("ProcurementProjectLot/{AMOUNT}"));
    let sum = |nodes: &[Element<'_>]| {
        nodes.iter().map(|node| money(*node)).reduce(|sum, next| {
            let (sum, next) = (sum?, next?);
            let amount = sum.amount.checked_add(next.amount)?;
            (sum.currency == next.currency).then_some(Money { amount, currency: sum.currency })
        })?
    };
    let total = sum(&lots);
    let Some(found) = own.first().and_then(|node| money(*node)) else {
        notice.mark_all(lots.iter().filter(|_| total.is_some()));
        return total;
    };
    notice.mark_all(own.first());
    if total.as_ref() == Some(&found) && lots.len() == 1 {
        notice.mark_all(&lots);
    }
    Some(found)
}

/// Whole units of `7000000.00`, rounded.
fn amount(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    if whole.is_empty() || ![whole, fraction].iter().all(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
    {
        return None;
    }
    whole.parse::<i64>().ok()?.checked_add(i64::from(fraction.bytes().next() >= Some(b'5')))
}

fn documents_url(notice: &mut Notice<'_>) -> Option<String> {
    const URI: &str = "TenderingTerms/CallForTendersDocumentReference/Attachment/ExternalReference/URI";
    let nodes: Vec<_> = all(notice.root, &format!("ProcurementProjectLot/{URI}"))
        .into_iter()
        .chain(all(notice.root, URI))
        .collect();
    let is_web = |url: &str| {
        let lower = url.to_ascii_lowercase();
        (lower.starts_with("https://") || lower.starts_with("http://")) && !url.contains(char::is_whitespace)
    };
    let url = nodes.iter().map(|node| value(*node)).find(|url| is_web(url) && url.len() <= 2_000)?;
    notice.mark_all(nodes.iter().filter(|node| value(**node) == url));
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn amounts_are_whole_units() {
        assert_eq!(amount("7000000.00"), Some(7_000_000));
        assert_eq!(amount("99.50"), Some(100));
        assert_eq!(amount("2323"), Some(2323));
        for wrong in ["", "-1", "1e6", "7 000", "7,5", ".5", "99999999999999999999"] {
            assert_eq!(amount(wrong), None, "{wrong}");
        }
    }
}

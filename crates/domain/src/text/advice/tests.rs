//! Each kind of advice both ways: where it must come and where it must not.

use super::*;

const CHALLENGE: &str = "Mange eldre bor alene og er redde for å falle om natta. I dag går de ansatte runder \
    og vekker dem for å se at alt er bra. Det forstyrrer søvnen, tar mye tid og oppdager likevel ikke fallet \
    når det skjer. Vi vil at de eldre skal sove trygt, og at hjelpen kommer når den trengs.";

fn good() -> AdviceInput<'static> {
    AdviceInput {
        title: "Trygghet om natta for hjemmeboende",
        challenge: CHALLENGE,
        users: "Eldre med hjemmetjeneste, pårørende og ansatte på nattevakt",
        effects: "Beboerne sover uten å bli vekket. Antall fall som ingen oppdager, er halvert innen 2028.",
        success_criteria: "Minst 90 prosent sover hele natta.",
        constraints: "Må kunne utveksle data med journalen.",
        openness: "Vi har ikke bestemt om svaret er teknologi, opplæring eller noe annet.",
        days_to_respond: Some(21),
    }
}

/// What is found in one text, as `CODE found`.
fn found_in(text: &str, language: Language) -> Vec<String> {
    let fields = AdviceInput { title: text, ..good() };
    let fields = AdviceInput { effects: "10 %", ..fields };
    advise(&fields, language)
        .iter()
        .filter(|a| a.field == "title")
        .map(|a| format!("{} {}", a.code.as_str(), a.found.as_deref().unwrap_or_default()))
        .collect()
}

fn codes(fields: &AdviceInput<'_>) -> Vec<(AdviceCode, &'static str)> {
    advise(fields, Language::Nb).iter().map(|a| (a.code, a.field)).collect()
}

#[test]
fn a_good_need_gets_no_advice() {
    assert_eq!(advise(&good(), Language::Nb), []);
}

#[test]
fn an_empty_draft_is_told_what_is_missing() {
    use AdviceCode::*;
    assert_eq!(
        codes(&AdviceInput::default()),
        [
            (TooShort, "challenge"),
            (NoUsers, "users"),
            (NoMeasurableEffect, "effects"),
            (NoOpenness, "openness")
        ]
    );
}

#[test]
fn solutions_are_pointed_out() {
    for (text, found) in [
        ("Leverandøren skal levere et system for nattevakt", "et system"),
        ("Vi trenger en app til de pårørende", "app"),
        ("Vi treng ei skyløysing for varsling", "skyløysing"),
        ("Løsningen skal være bygget i skyen", "Løsningen skal være"),
        ("Alt må være skrevet i Java", "Java"),
        ("Digital plattform for frivillige", "Digital plattform"),
    ] {
        let all = found_in(text, Language::Nb);
        assert!(all.contains(&format!("SOLUTION_LANGUAGE {found}")), "{text}: {all:?}");
    }
    assert_eq!(found_in("A new app for relatives", Language::En), ["SOLUTION_LANGUAGE app"]);
}

#[test]
fn needs_possibilities_and_todays_systems_are_no_solutions() {
    for text in [
        "Helsesystemet vårt skal møte flere eldre",
        "Systematisk oppfølging av apparatet i nord",
        "Toget går fra plattformen ved stasjonen",
        "I dag bruker de ansatte en app på telefonen",
        "Svaret kan være en app, en klokke eller mer folk",
        "Vi har ikke bestemt om det blir et system",
        "Vi er åpne for både programvare og opplæring",
        "De som bor på Javaøya",
    ] {
        assert_eq!(found_in(text, Language::Nb), Vec::<String>::new(), "{text}");
    }
    // What is open and what surrounds the solution may be named.
    let fields = AdviceInput {
        openness: "En app, et system eller noe annet",
        constraints: "Kjøres fra en database vi har",
        ..good()
    };
    assert_eq!(codes(&fields), []);
}

#[test]
fn brands_are_pointed_out() {
    for (text, found) in [
        ("Må virke med Microsoft Teams hver dag", "Microsoft Teams"),
        ("Vi skal møtes på Teams hver uke", "Teams"),
        ("Alle skal ha hver sin iphone eller nettbrett", "iphone"),
        ("Kartet skal lages i ArcGIS Online", "ArcGIS"),
        ("Regnskapet skal føres i SAP hver måned", "SAP"),
        ("Journalen heter Gerica", "Gerica"),
        ("Journalen heter Visma Profil", "Visma Profil"),
        ("Vismas journal er bra", "Vismas"),
        ("Vi vil ha Google-kalender", "Google-kalender"),
        ("Pasienter skrives inn i DIPS av legen", "DIPS"),
    ] {
        assert_eq!(found_in(text, Language::Nb), [format!("BRAND_NAME {found}")], "{text}");
    }
    assert_eq!(found_in("Everybody meets in Teams every week", Language::En), ["BRAND_NAME Teams"]);
}

#[test]
fn ordinary_words_are_no_brands() {
    for text in [
        "Ketsjup, tresaft og sap fra bjørk",
        "Kommunen skal bygge en tydelig profil",
        "Profil og omdømme",
        "Vi trenger et signal om at noe er galt",
        "Gat og dips til festen",
        "Ute i Excelsior teater",
        "Eplet og orakelet",
        "Lista har navn og adresser på de som bor der",
    ] {
        assert_eq!(found_in(text, Language::Nb), Vec::<String>::new(), "{text}");
    }
    for text in [
        "Teams across the municipality work at night",
        "How Night Teams Work Together",
        "Our teams excel at word games near the windows",
        "The outlook for apple growers; an oracle would zoom in",
        "The sap of the tree dips",
    ] {
        assert_eq!(found_in(text, Language::En), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn room_for_others_and_existing_systems_soften_a_brand() {
    let level = |fields: &AdviceInput<'_>| {
        advise(fields, Language::Nb).iter().find(|a| a.code == AdviceCode::BrandName).map(|a| a.level)
    };
    let challenge = |text: &'static str| level(&AdviceInput { title: text, ..good() });
    assert_eq!(challenge("Må virke med Gerica"), Some(Level::Warning));
    assert_eq!(challenge("Må virke med Gerica eller tilsvarende"), Some(Level::Hint));
    assert_eq!(challenge("I dag brukes Gerica"), Some(Level::Hint));
    assert_eq!(level(&AdviceInput { constraints: "Utveksler data med Gerica", ..good() }), Some(Level::Hint));
    assert_eq!(level(&AdviceInput { openness: "Gerica eller noe annet", ..good() }), None);
}

#[test]
fn effects_want_something_to_measure() {
    let has_advice = |effects, success_criteria, language| {
        advise(&AdviceInput { effects, success_criteria, ..good() }, language)
            .iter()
            .any(|a| a.code == AdviceCode::NoMeasurableEffect)
    };
    assert!(has_advice("Bedre søvn og tryggere hverdag", "Fornøyde brukere", Language::Nb));
    assert!(has_advice("Oppfyller § 3 i loven", "", Language::Nb));
    assert!(has_advice("Better sleep", "Happy users", Language::En));
    for effects in ["Færre fall: 20 % ned", "Halvert ventetid", "Svar innen ti minutt", "Spart tid per uke"]
    {
        assert!(!has_advice(effects, "", Language::Nb), "{effects}");
        assert!(!has_advice("Bedre søvn", effects, Language::Nn), "{effects}");
    }
    assert!(!has_advice("Twice the sleep, half the falls", "", Language::En));
}

#[test]
fn jargon_comes_with_plain_words() {
    let fields = AdviceInput { title: "Tiltak vedrørende implementering", ..good() };
    let all = advise(&fields, Language::Nb);
    assert_eq!(all.len(), 2);
    assert_eq!((all[0].code, all[0].suggestion), (AdviceCode::Jargon, Some("om")));
    assert_eq!(&fields.title[all[1].start..all[1].end], "implementering");
    assert_eq!(found_in("Vi vil innføre tiltak om natta i forbindelsen", Language::Nb), Vec::<String>::new());
    assert_eq!(found_in("In order to sleep", Language::En), ["JARGON In order to"]);
    assert_eq!(found_in("Tiltak i høve til natta", Language::Nn), ["JARGON i høve til"]);
}

#[test]
fn sentences_are_counted_as_people_do() {
    let thirty = format!("Ord {}", vec!["ord"; 29].join(" "));
    assert_eq!(found_in(&format!("{thirty}. {thirty}! {thirty}?"), Language::Nb), Vec::<String>::new());
    assert_eq!(found_in(&format!("{thirty}\n\n{thirty}\n- {thirty}"), Language::Nb), Vec::<String>::new());
    assert_eq!(found_in(&format!("{thirty} innen 2028. Vi {thirty}"), Language::Nb).len(), 2);
    for joint in ["og", "bl.a. Oslo", "ca. 30", "kl. 10", "3. mai"] {
        let all = found_in(
            &format!("{} {joint} {}", vec!["ord"; 20].join(" "), vec!["ord"; 20].join(" ")),
            Language::Nb,
        );
        assert_eq!(all.len(), 1, "{joint}: {all:?}");
        assert!(all[0].starts_with("LONG_SENTENCE ord ord"), "{all:?}");
    }
}

#[test]
fn shouting_is_heard_and_abbreviations_are_not() {
    assert_eq!(found_in("VIKTIG MELDING til alle", Language::Nb), ["ALL_CAPS VIKTIG MELDING"]);
    for text in ["NAV, KS og DFØ om IKT i NATO", "EØS GDPR ISO HMS IKT", "KOMMUNE skrevet en gang"] {
        assert_eq!(found_in(text, Language::Nb), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn short_notice_is_graded() {
    let level = |days| {
        let all = advise(&AdviceInput { days_to_respond: days, ..good() }, Language::Nb);
        all.first().map(|a| (a.code, a.level, a.field))
    };
    let notice = |level| Some((AdviceCode::ShortNotice, level, "responseDeadline"));
    assert_eq!(level(None), None);
    assert_eq!(level(Some(14)), None);
    assert_eq!(level(Some(13)), notice(Level::Warning));
    assert_eq!(level(Some(7)), notice(Level::Warning));
    assert_eq!(level(Some(6)), notice(Level::Strong));
    assert_eq!(level(Some(-3)), notice(Level::Strong));
}

#[test]
fn the_same_thing_is_said_once_and_not_without_end() {
    assert_eq!(found_in("Gerica, GERICA og gerica", Language::Nb), ["BRAND_NAME Gerica"]);
    let fields = AdviceInput { title: "I dag brukes Gerica. Det skal være Gerica.", ..good() };
    let all = advise(&fields, Language::Nb);
    assert_eq!((all.len(), all[0].level, all[0].start), (1, Level::Warning, 36));
    let all = found_in("Google Siemens Philips Huawei Cisco Nokia Esri Visma", Language::Nb);
    assert_eq!(all.len(), 5);
}

#[test]
fn what_is_found_lies_where_it_says() {
    let text = "Ærlig talt: Åpne dører! Vi må ha Gerica, «Teams» på Zoom og ÆRLIG TALT FØRSTEHJELP i Java.";
    let fields = AdviceInput { challenge: text, ..good() };
    for language in [Language::Nb, Language::Nn, Language::En] {
        for advice in advise(&fields, language).iter().filter(|a| a.end > 0) {
            assert_eq!(advice.found.as_deref(), text.get(advice.start..advice.end));
        }
    }
}

#[test]
fn lists_are_written_as_they_are_read() {
    let languages = [Language::Nb, Language::En];
    let phrases = languages.iter().flat_map(|&l| {
        [lexicon::today(l), lexicon::open(l), lexicon::solutions(l), lexicon::measures(l)].concat()
    });
    let jargon = languages.iter().flat_map(|&l| lexicon::jargon(l).iter().map(|j| j.0));
    for phrase in phrases.chain(jargon).chain(lexicon::EQUIVALENT.iter().copied()) {
        assert_eq!(phrase, phrase.to_lowercase());
        let sentence = phrase.replace('*', "");
        let read = scan::sentences(&sentence);
        assert!(read.len() == 1 && read[0].mentions(&[phrase]), "{phrase} can't be found");
    }
    assert!(lexicon::BRANDS.len() + lexicon::EXACT.len() + lexicon::NAMES.len() >= 120);
}

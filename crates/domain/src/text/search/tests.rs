//! Word families, Bokmål and Nynorsk side by side, and what must stay apart.

use super::*;

fn stem_of(word: &str) -> String {
    let terms = terms(word);
    assert_eq!(terms.len(), 1, "{word}: {terms:?}");
    terms[0].stem.clone()
}

/// Each line is one word in its forms.
const FAMILIES: &str = "
    kommune kommunen kommuner kommunene kommunens kommunar kommunane kommunanes
    løsning løsningen løsninga løsninger løsningene løysing løysinga løysingar løysingane
    tjeneste tjenesten tjenester tjenestene teneste tenesta tenester tenestene
    sykehjem sykehjemmet sykehjemmene sjukeheim sjukeheimen sjukeheimar sjukeheimane
    hjemmetjeneste hjemmetjenesten heimeteneste heimetenesta
    hjemmesykepleie heimesjukepleie
    skole skolen skoler skolene skule skulen skular skulane
    bruker brukeren brukere brukerne brukar brukaren brukarar brukarane
    innbygger innbyggeren innbyggere innbyggerne innbyggjar innbyggjaren innbyggjarar innbyggjarane
    leverandør leverandøren leverandører leverandørene leverandørar leverandørane
    lærer læreren lærere lærerne lærar læraren lærarar lærarane
    leder lederen ledere lederne leiar leiaren leiarar leiarane
    sykepleier sykepleiere sykepleierne sjukepleiar sjukepleiarar sjukepleiarane
    behov behovet behovene behova
    system systemet systemer systemene systema
    pasient pasienten pasienter pasientene pasientar pasientane
    offentlig offentlige offentleg offentlege
    tilgjengelig tilgjengelige tilgjengeleg tilgjengelege
    mulighet muligheten muligheter mulighetene moglegheit moglegheita moglegheiter moglegheitene
    trygghet tryggheten tryggleik tryggleiken
    virksomhet virksomheten virksomheter virksomhetene verksemd verksemda verksemder verksemdene
    ensomhet einsemd einsemda
    kunnskap kunnskapen kunnskaper kunnskapar kunnskapane
    selskap selskapet selskaper selskapene selskapa
    høring høringen høringer høyring høyringa høyringar
    utvikle utvikler utviklet utvikla utviklar
    utvikling utviklingen utviklinga utviklinger utviklingar
    opplæring opplæringen opplæringa
    barnehage barnehagen barnehager barnehagene barnehagar barnehagane
    samfunn samfunnet samfunnene samfunna
    anskaffelse anskaffelsen anskaffelser anskaffelsene anskaffing anskaffinga anskaffingar
    tilbud tilbudet tilbudene tilbod tilbodet tilboda
    innspill innspillet innspillene innspel innspelet innspela
    vedlikehold vedlikeholdet vedlikehald vedlikehaldet
    innhold innholdet innhald innhaldet
    hjelpemiddel hjelpemiddelet hjelpemidler hjelpemidlene hjelpemidla
    oppgave oppgaven oppgaver oppgavene oppgåve oppgåva oppgåver oppgåvene
    kilde kilden kilder kildene kjelde kjelda kjelder kjeldene
    bærekraftig bærekraftige berekraftig berekraftige
    arbeidsløs arbeidsløse arbeidsløst arbeidslaus arbeidslause arbeidslaust
    forskning forskningen forsking forskinga
    virkning virkninger verknad verknader verknadene
    bygge bygger byggje byggjer
    vann vannet vatn vatnet
    vannforsyning vassforsyning
    vei veien veier veiene veg vegen vegar vegane
    by byen byer byene byar byane
    digital digitale digitalt
    kommunal kommunale kommunalt
    ekstern eksterne eksternt
    tradisjonell tradisjonelle tradisjonelt
    senter senteret sentre sentrene
    kvalitet kvaliteten kvaliteter kvalitetar
    idé ide ideen ideer idear
    måned måneden måneder månedene månad månaden månader månadene
    eiendom eiendommen eiendommer eigedom eigedommen eigedommar
    framtid fremtid framtiden framtida fremtiden
    service services
    municipality municipalities
    supplier suppliers";

#[test]
fn the_forms_of_a_word_meet_in_one_stem() {
    let mut apart = Vec::new();
    for family in FAMILIES.lines().filter(|l| !l.trim().is_empty()) {
        let stems: BTreeSet<String> = family.split_whitespace().map(stem_of).collect();
        if stems.len() > 1 {
            let forms: Vec<String> =
                family.split_whitespace().map(|word| format!("{word}→{}", stem_of(word))).collect();
            apart.push(forms.join(" "));
        }
    }
    assert!(apart.is_empty(), "{}", apart.join("\n"));
}

#[test]
fn different_words_stay_apart() {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for family in FAMILIES.lines().filter(|l| !l.trim().is_empty()) {
        let first = family.split_whitespace().next().unwrap();
        if let Some(other) = seen.insert(stem_of(first), first) {
            panic!("{first} and {other} are one");
        }
    }
    for (one, other) in [
        ("helse", "helg"),
        ("vann", "vannkraft"),
        ("skole", "skog"),
        ("barn", "barnehage"),
        ("moderne", "mor"),
        ("kjerne", "kjerring"),
        ("kommune", "kommunikasjon"),
        ("data", "dato"),
    ] {
        assert_ne!(stem_of(one), stem_of(other));
    }
}

#[test]
fn stop_words_of_the_three_languages_carry_nothing() {
    assert_eq!(terms("Vi kan ikke, eg vil ikkje, and you should not").len(), 0);
    // Words that are stop words in English only because nobody asked a Norwegian.
    assert_eq!(terms("IT i by med is").len(), 3);
}

#[test]
fn words_are_found_where_they_stand() {
    let text = "Å få «Blåbær», a\u{30a}pne e-helse!";
    let terms = terms(text);
    let found: Vec<(&str, &str)> = terms.iter().map(|t| (&text[t.start..t.end], t.stem.as_str())).collect();
    assert_eq!(
        found,
        [("få", "få"), ("Blåbær", "blåbær"), ("a\u{30a}pne", "åpn"), ("e-helse", "ehels"), ("helse", "hels")]
    );
}

#[test]
fn hyphens_split_and_hold() {
    assert_eq!(query("e-helse"), ["ehels"]);
    assert_eq!(query("ehelse"), ["ehels"]);
    assert_eq!(query("IKT-system"), ["ikt", "system"]);
    let stored = index(&[("Nytt IKT\u{2011}system for e-helse", 1)]);
    for typed in ["ikt", "systemer", "ikt-systemet", "iktsystem", "helse", "e-helse", "ehelse"] {
        assert!(query(typed).iter().all(|stem| stored.contains_key(stem)), "{typed}");
    }
    // A hyphen at the end or between spaces holds nothing.
    assert_eq!(query("land- og sjø - natt"), ["land", "sjø", "natt"]);
}

#[test]
fn numbers_and_cpv_codes_are_kept() {
    assert_eq!(query("33195000-3"), ["33195000"]);
    assert_eq!(query("33195000"), ["33195000"]);
    assert_eq!(query("2026 CO2 3"), ["2026", "co2", "3"]);
    assert!(index(&[("Koder: 33195000-3", 1)]).contains_key("33195000"));
}

#[test]
fn a_query_is_short_and_names_each_stem_once() {
    assert_eq!(query("kommune kommunar KOMMUNENE"), ["kommun"]);
    let long: String = (0..50).map(|n| format!("ord{n}")).collect::<Vec<_>>().join(" ");
    assert_eq!(query(&long).len(), 12);
    assert_eq!(query("og i på"), Vec::<String>::new());
    assert_eq!(query(&"x".repeat(10_000))[0].len(), 60);
}

#[test]
fn the_index_weighs_fields_and_caps_repetition() {
    let stored = index(&[("Trygghet hjemme", 8), (&"trygghet ".repeat(50), 1), ("natt", 3)]);
    assert_eq!(stored["trygg"], 8 + 5);
    assert_eq!(stored["hjem"], 8);
    assert_eq!(stored["natt"], 3);

    let many: String = (0..3_000).map(|n| format!("tall{n:04}")).collect::<Vec<_>>().join(" ");
    let stored = index(&[(&many, 1), ("viktig", 9)]);
    assert_eq!(stored.len(), 2_000);
    assert!(stored.contains_key("vikt") && stored.contains_key("tall0000"));
}

/// Hits in brackets.
fn shown(text: &str, typed: &str, max: usize) -> String {
    let fragments = highlight(text, &query(typed), max);
    let length: usize = fragments.iter().map(|f| f.text.chars().count()).sum();
    assert!(length <= max, "{length} > {max}: {fragments:?}");
    fragments.iter().map(|f| if f.is_hit { format!("[{}]", f.text) } else { f.text.clone() }).collect()
}

#[test]
fn hits_are_marked_as_they_stand() {
    let text = "Kommunane treng\nhjelp:  sjukeheimen og e-helse for kommunen.";
    assert_eq!(
        shown(text, "kommuner sykehjem", 200),
        "[Kommunane] treng hjelp: [sjukeheimen] og e-helse for [kommunen]."
    );
    assert_eq!(shown(text, "helse", 200), "Kommunane treng hjelp: sjukeheimen og e-[helse] for kommunen.");
    assert_eq!(shown(text, "e-helse helse", 200).matches("[e-helse]").count(), 1);
    assert_eq!(shown(text, "båt", 200), "Kommunane treng hjelp: sjukeheimen og e-helse for kommunen.");
}

#[test]
fn a_snippet_lies_around_the_first_hit_and_ends_at_words() {
    let text = "Mange eldre bor alene langt fra naboer og familie. De vil sove trygt hele natta uten at noen \
                kommer inn og vekker dem, og kommunen vil bruke de ansatte der det trengs mest.";
    assert_eq!(shown(text, "natt", 60), "…trygt hele [natta] uten at noen kommer inn og vekker dem, og…");
    assert_eq!(shown(text, "naboer", 40), "…fra [naboer] og familie. De vil sove…");
    assert!(shown(text, "finnesikke", 30).starts_with("Mange eldre bor alene"));
    assert!(shown(text, "trengs", 40).ends_with("[trengs] mest."));
    for max in 0..80 {
        for typed in ["natt", "eldre", "trengs", "kommune", ""] {
            shown(text, typed, max.max(2));
        }
    }
    assert_eq!(highlight("", &query("natt"), 50), []);
}

#[test]
fn what_is_found_is_what_is_marked() {
    let texts = ["Sjukeheimar i byen", "IKT-system og e-helse 33195000-3", "Løysingar, tenester & behov"];
    let queries = ["sykehjem", "ikt", "løsning", "33195000", "by", "system tjeneste", "helse"];
    for text in texts {
        let stored = index(&[(text, 1)]);
        for typed in queries {
            let query = query(typed);
            let is_found = query.iter().any(|stem| stored.contains_key(stem));
            let is_marked = highlight(text, &query, 500).iter().any(|fragment| fragment.is_hit);
            assert_eq!(is_found, is_marked, "{typed} in {text}");
        }
    }
}

//! Trondheim's needs.

use types::{EventKind, Language, Outcome, PartnerState};

use crate::demo::script::{Gathering, Scene, Story, Text};

/// Well under way: questions, an event ahead, responses.
pub(super) const FALLS: Story = Story {
    buyer: 0,
    language: Language::Nb,
    text: Text {
        title: "Færre fall hjemme blant eldre",
        summary: "Vi vil at flere eldre kan bo trygt hjemme lenger, og at færre faller om natten.",
        challenge: "Hver uke faller om lag 40 av våre hjemmeboende over 80 år. Mange blir liggende i timer før noen merker det.\n\nI dag kommer hjelpen når noen ringer. Nattpatruljen rekker ikke innom alle, og de fleste rundene finner alt i orden.",
        users: "4 200 hjemmeboende over 80 år, pårørende og 310 ansatte i hjemmetjenesten.",
        effects: "- 30 prosent færre fall som fører til innleggelse innen 2028\n- Hjelp innen 20 minutter etter et fall, også om natten\n- Færre unødige nattbesøk",
        scale: "4 200 brukere, 18 soner, om lag 2 100 fall i året. Nattpatruljen kjører 640 000 km i året.",
        unit: "Helse og velferd",
        cpv: &["33100000", "85300000"],
        value: (12_000, 30_000),
        questions: &[
            "Hvilke løsninger kan oppdage eller hindre fall uten at den eldre må gjøre noe?",
            "Hva må kommunen endre i egen drift for at effekten skal komme?",
            "Hvordan tar dere hånd om personvernet i et hjem?",
        ],
    },
    inputs: &[
        "Vi har erfaring fra tre kommuner der sensorer i rommet varsler uten kamera. Nattbesøkene gikk ned med en fjerdedel, men det tok et halvt år å endre rutinene.",
        "Det viktigste er ikke utstyret, men hvem som svarer. Regn med at responssenteret må bemannes annerledes de første månedene.",
        "Vi foreslår at dere ber om effekt per bruker og lar leverandøren velge teknologi. Da slipper dere å låse dere til én sensor.",
        "Data bør bli i hjemmet og bare sendes når noe skjer. Vi kan vise en personvernvurdering som Datatilsynet har sett på.",
    ],
    open_days: 60,
    scenes: &[
        (40, Scene::Draft),
        (38, Scene::Submit),
        (37, Scene::Approve(None)),
        (30, Scene::Interest(&[0, 9, 2, 20, 25])),
        (28, Scene::Follow(&[1, 4, 18])),
        (33, Scene::Ask(0, "Gjelder behovet også beboere på korttidsplass?")),
        (31, Scene::Answer("Nei. Korttidsplassene har eget utstyr og er ikke med i denne omgangen.")),
        (29, Scene::Ask(9, "Kan dere dele tall på hvor mange fall som skjer om natten?")),
        (27, Scene::Answer("Ja. Om lag 900 av 2 100 fall skjer mellom klokken 22 og 07.")),
        (
            25,
            Scene::Event(Gathering {
                kind: EventKind::DialogueConference,
                title: "Dialogkonferanse om fall hjemme",
                description: "Vi forteller hva vi vet om fall, og vil høre hva dere tror virker. Alt som sies, blir publisert.",
                agenda: "- 09.00 Hva vi vil oppnå\n- 09.45 Erfaringer fra hjemmetjenesten\n- 10.30 Samtaler ved bordene\n- 11.45 Veien videre",
                place: "Rådhuset, Munkegata 1, Trondheim",
                day: -9,
                hours: 3,
                capacity: 40,
            }),
        ),
        (22, Scene::Register(&[0, 9, 2, 20, 38])),
        (18, Scene::Register(&[10, 25, 34])),
        (
            14,
            Scene::Announce(
                "Tall om fall ligger nå i behovet",
                "Vi har lagt til hvor mange fall som skjer om natten, etter spørsmål fra flere.",
            ),
        ),
        (
            12,
            Scene::Revise(
                "- 30 prosent færre fall som fører til innleggelse innen 2028\n- Hjelp innen 20 minutter etter et fall, også mellom klokken 22 og 07\n- En fjerdedel færre nattbesøk der alt er i orden",
                "Effektene er gjort målbare etter innspill.",
            ),
        ),
        (
            11,
            Scene::Attach(
                "fall-per-maaned.csv",
                "måned;fall\njanuar;181\nfebruar;174\nmars;169\napril;160\nmai;152\njuni;149\n",
            ),
        ),
        (10, Scene::Together(1, PartnerState::Intent, 9_000)),
        (9, Scene::Together(2, PartnerState::Observer, 0)),
        (8, Scene::Respond(&[0, 9])),
        (7, Scene::Tell(&[9], "Responssenteret får nye lokaler i 2027.")),
        (6, Scene::Share("Kommunens responssenter flytter til nye lokaler i 2027.")),
        (4, Scene::Tell(&[0], "Avtalen om dagens trygghetsalarmer går ut 1. mars 2028.")),
        (5, Scene::Respond(&[2])),
        (3, Scene::Begin(20)),
        (2, Scene::Ask(38, "Må løsningen virke uten nett i hjemmet?")),
    ],
};

/// The whole way, to a competition that is announced.
pub(super) const SNOW: Story = Story {
    buyer: 0,
    language: Language::Nb,
    text: Text {
        title: "Vinterdrift av gangveier uten utslipp",
        summary: "Gående og syklende skal komme trygt fram hele vinteren, uten støy og utslipp der folk bor.",
        challenge: "Vi drifter 410 km gang- og sykkelvei med dieselmaskiner. Naboer klager på støy før klokken seks, og standarden varierer fra rode til rode.",
        users: "Alle som går og sykler; særlig skolebarn og folk som er avhengige av rullestol.",
        effects: "- Ingen utslipp fra brøyting av gangveier fra 2029\n- Framkommelig før klokken 06.30, ni av ti dager\n- Færre fallskader på isete gangveier",
        scale: "410 km, 14 roder, 60 til 110 utrykninger i året.",
        unit: "Kommunalteknikk",
        cpv: &["90600000", "43300000"],
        value: (45_000, 90_000),
        questions: &[
            "Hvilke utslippsfrie maskiner kan klare en hel natt i ti minusgrader?",
            "Hvordan bør roder og kontrakter deles for at også mindre firma kan delta?",
        ],
    },
    inputs: &[
        "En elektrisk hjullaster klarer fire til fem timer i kulde. Med lading i depotet midt på natten går det, men depotet må ligge i roden.",
        "Del i roder på 20 til 30 km, og la den som leverer få kjøpe strøm i kommunens depot. Da kan et firma med tre maskiner være med.",
        "Bygg kontrakten på at veien er framkommelig, ikke på antall turer. Det lønner den som rykker ut i rett tid.",
    ],
    open_days: 45,
    scenes: &[
        (520, Scene::Draft),
        (512, Scene::Submit),
        (510, Scene::Approve(None)),
        (505, Scene::Ask(3, "Er strøing med i behovet, eller bare brøyting?")),
        (503, Scene::Answer("Begge deler er med, også feiing om våren.")),
        (
            500,
            Scene::Event(Gathering {
                kind: EventKind::InformationMeeting,
                title: "Informasjonsmøte om utslippsfri vinterdrift",
                description: "Kort møte om rodene, tallene våre og veien videre.",
                agenda: "- Hva vi drifter i dag\n- Spørsmål",
                place: "Tempevegen 22, Trondheim",
                day: 488,
                hours: 2,
                capacity: 30,
            }),
        ),
        (498, Scene::Register(&[3, 15, 21, 22, 24, 28, 31])),
        (
            486,
            Scene::Held(
                "21 personer fra sju firma møtte.\n\nDet viktigste som ble sagt: lading må være på plass i rodene, og kontraktene bør vare i minst sju år for at maskinene skal betale seg.",
            ),
        ),
        (476, Scene::Respond(&[3, 15, 21, 22, 24, 28])),
        (460, Scene::Weigh),
        (
            452,
            Scene::Summarise(
                "Seks leverandører svarte, og sju møtte. Markedet er klart for utslippsfri drift når lading er på plass i rodene. Kontrakter på sju år eller mer gjør at maskinene betaler seg, og roder på 20 til 30 km lar mindre firma delta.",
                "Vi planlegger fire depoter med lading, og legger saken fram for formannskapet.",
            ),
        ),
        (446, Scene::Rate(&[3, 15, 21, 22, 24, 28], 4)),
        (
            420,
            Scene::Close(
                Outcome::ToProcurement,
                "Dialogen viste at markedet er klart, og at depotene er det som må på plass først. Formannskapet har vedtatt å bygge fire.",
            ),
        ),
        (360, Scene::Compete("https://www.doffin.no/notices/2025-000000")),
    ],
};

/// In English, for a market abroad; newly published.
pub(super) const AIR: Story = Story {
    buyer: 0,
    language: Language::En,
    text: Text {
        title: "Better air in classrooms in old school buildings",
        summary: "Pupils in schools from before 1970 should learn in air as good as in new buildings, without rebuilding them.",
        challenge: "Thirty-one schools have natural ventilation only. On cold days windows stay shut, and carbon dioxide passes 1 500 ppm before the second lesson. Rebuilding all of them would take twenty years.",
        users: "9 800 pupils and 1 100 teachers.",
        effects: "- Below 1 000 ppm of carbon dioxide in nine of ten lessons\n- No more energy used than today\n- Measurements that pupils and parents can see",
        scale: "31 schools, 640 classrooms, 78 000 square metres.",
        unit: "Trondheim eiendom",
        cpv: &["42500000", "45300000"],
        value: (20_000, 60_000),
        questions: &[
            "What can be done in a room in one week of holiday?",
            "How would you prove the effect before all schools are done?",
        ],
    },
    inputs: &[
        "We have fitted room units in listed buildings in two countries. Four rooms a day is realistic.",
        "Let us measure for one winter in three schools, and pay for improved air rather than for equipment.",
    ],
    open_days: 50,
    scenes: &[
        (14, Scene::Draft),
        (10, Scene::Submit),
        (9, Scene::Approve(None)),
        (7, Scene::Interest(&[12, 10])),
    ],
};

/// Waits for the second person.
pub(super) const SITES: Story = Story {
    buyer: 0,
    language: Language::Nb,
    text: Text {
        title: "Byggeplasser uten støy for naboene",
        summary: "Naboer til kommunens byggeplasser skal kunne sove og arbeide mens vi bygger.",
        challenge: "Vi bygger ni skoler og barnehager tett på boliger de neste fire årene. Klagene gjelder pigging, rygging og aggregater.",
        users: "Om lag 6 000 naboer, elever i nabobygg og håndverkere på plassen.",
        effects: "- Aldri over 60 dB ved nærmeste vindu etter klokken 17\n- Halvparten så mange klager som i dag",
        scale: "Ni byggeplasser, hver i 14 til 26 måneder.",
        unit: "Trondheim eiendom",
        cpv: &["45200000"],
        value: (5_000, 15_000),
        questions: &["Hva kan måles og varsles mens arbeidet går?"],
    },
    inputs: &["Vi måler støy ved vinduet og varsler formannen før grensen er nådd."],
    open_days: 45,
    scenes: &[(6, Scene::Draft), (2, Scene::Submit)],
};

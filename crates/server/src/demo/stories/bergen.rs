//! Bergen's needs.

use types::{EventKind, Language, Outcome, PartnerState};

use crate::demo::script::{Gathering, Scene, Story, Text};

/// In dialogue, in Nynorsk, with a question that waits and an event that was cancelled.
pub(super) const FLOOD: Story = Story {
    buyer: 1,
    language: Language::Nn,
    text: Text {
        title: "Varsling av overvatn før kjellarane blir fulle",
        summary: "Innbyggjarar og beredskap skal få vite om overvatn i god nok tid til å gjere noko.",
        challenge: "Ved styrtregn går det ofte under ein time frå dei første dropane til kjellarar og undergangar står under vatn. I dag får vi vite det når folk ringjer.",
        users: "290 000 innbyggjarar, brannvesenet og vakta i Bergen Vatn.",
        effects: "- Varsel minst 45 minutt før vatnet når ein utsett stad\n- Halvparten så mange skadesaker per styrtregn\n- Vakta veit kvar ho skal sende folk først",
        scale: "62 utsette stader, om lag 25 episodar i året.",
        unit: "Bymiljøetaten",
        cpv: &["38100000", "71300000"],
        value: (8_000, 20_000),
        questions: &[
            "Korleis kan varselet bli presist nok til at folk stolar på det?",
            "Kva data manglar de frå oss?",
        ],
    },
    inputs: &[
        "Vi koplar nedbørradar med målarar i kummane. Presisjonen kjem av målarane, ikkje av modellen, så tal med oss om kvar dei skal stå.",
        "Folk stolar på varsel som også seier kor sikkert det er. Start med dei 20 mest utsette stadene.",
        "Vi treng høgdemodellen på under ein meter og logg over skadesaker dei siste ti åra.",
    ],
    open_days: 75,
    scenes: &[
        (62, Scene::Draft),
        (58, Scene::Submit),
        (56, Scene::Approve(None)),
        (52, Scene::Interest(&[29, 8, 11, 36])),
        (51, Scene::Follow(&[0, 3])),
        (50, Scene::Ask(29, "Kan vi få lese av dei målarane som alt står i kummane?")),
        (46, Scene::Answer("Ja. Dei 14 målarane våre er opne, og adressa til dei ligg i behovet.")),
        (
            42,
            Scene::Event(Gathering {
                kind: EventKind::InformationMeeting,
                title: "Synfaring på Møhlenpris",
                description: "Vi går gjennom tre utsette stader saman.",
                agenda: "- Oppmøte ved Studentsenteret\n- Tre stader, 20 minutt på kvar",
                place: "Møhlenpris, Bergen",
                day: 30,
                hours: 2,
                capacity: 15,
            }),
        ),
        (40, Scene::Register(&[29, 8, 11])),
        (33, Scene::Cancel("Varsel om styrtregn same dag gjer at vakta ikkje kan vere med. Ny dato kjem.")),
        (
            20,
            Scene::Event(Gathering {
                kind: EventKind::DialogueConference,
                title: "Dialogkonferanse om overvatn",
                description: "Vi viser tala våre, og de viser kva de trur er mogleg.",
                agenda: "- 09.00 Kva som skjer på ein time\n- 10.00 Korte innlegg frå dykk\n- 11.30 Samtale",
                place: "Bergen rådhus, Bergen",
                day: -16,
                hours: 3,
                capacity: 6,
            }),
        ),
        (17, Scene::Register(&[29, 8, 11, 12, 36, 22])),
        (15, Scene::Register(&[37, 17])),
        (9, Scene::Respond(&[29])),
        (4, Scene::Ask(11, "Er private stikkleidningar med i det de vil varsle om?")),
        (5, Scene::Together(0, PartnerState::Invited, 0)),
    ],
};

/// The whole way, and then on hold.
pub(super) const MEALS: Story = Story {
    buyer: 1,
    language: Language::Nb,
    text: Text {
        title: "Mat som eldre på sykehjem har lyst på",
        summary: "Beboere på sykehjem skal spise nok og like maten, og mindre skal kastes.",
        challenge: "Fire av ti beboere er i risiko for underernæring, samtidig som vi kaster en femtedel av maten. Måltidene kommer når det passer kjøkkenet.",
        users: "2 400 beboere på 38 sykehjem og kjøkkenpersonalet.",
        effects: "- Halvparten så mange i risiko for underernæring\n- Under ti prosent matsvinn\n- Beboerne velger selv når de vil spise middag",
        scale: "38 sykehjem, 7 000 måltider om dagen.",
        unit: "Byrådsavdeling for eldre",
        cpv: &["55500000", "15800000"],
        value: (60_000, 120_000),
        questions: &[
            "Hva må til for at beboerne selv kan velge tid og rett?",
            "Hvordan måler dere at noen faktisk spiser mer?",
        ],
    },
    inputs: &[
        "Små retter som varmes på avdelingen gir valgfrihet uten flere hender. Svinnet gikk ned fra 22 til 9 prosent hos en kunde.",
        "Vekten alene sier lite. Vi registrerer hva som kommer tilbake på tallerkenen, og det tar fem sekunder.",
        "Start på fire avdelinger i et halvt år, og la de ansatte bestemme menyen.",
    ],
    open_days: 40,
    scenes: &[
        (430, Scene::Draft),
        (424, Scene::Submit),
        (421, Scene::Approve(None)),
        (416, Scene::Ask(13, "Hvem eier kjøkkenutstyret på sykehjemmene?")),
        (414, Scene::Answer("Kommunen eier alt utstyret, også på de private sykehjemmene.")),
        (400, Scene::Respond(&[13, 35, 31])),
        (384, Scene::Weigh),
        (
            376,
            Scene::Summarise(
                "Tre leverandører svarte. Små retter som varmes på avdelingen gir beboerne valg uten flere hender, og matsvinn kan måles på tallerkenen.",
                "Vi avklarer med byggeprosjektet for storkjøkkenet hva som er mulig når.",
            ),
        ),
        (
            340,
            Scene::Close(
                Outcome::OnHold,
                "Storkjøkkenet skal bygges om i 2027. Vi tar dialogen opp igjen når planen er vedtatt.",
            ),
        ),
    ],
};

/// Approved, and publishes itself in three days.
pub(super) const SPEECH: Story = Story {
    buyer: 1,
    language: Language::Nb,
    text: Text {
        title: "Tolking som er der når innbyggeren er der",
        summary: "Den som ikke snakker norsk, skal bli forstått i skranken samme dag.",
        challenge: "Sju av ti tolkeoppdrag må bestilles dagen før. I skranken blir det barn og naboer som tolker.",
        users: "Om lag 11 000 innbyggere i året og 900 ansatte.",
        effects: "- Ingen barn tolker for voksne\n- Ni av ti får hjelp på eget språk samme dag",
        scale: "46 språk, 23 000 samtaler i året.",
        unit: "Innbyggerservice",
        cpv: &["79500000", "48300000"],
        value: (4_000, 12_000),
        questions: &["Når kan maskiner oversette trygt, og når må det være et menneske?"],
    },
    inputs: &["Vi skiller mellom beskjeder og samtaler om helse og rett. De siste skal alltid ha en tolk."],
    open_days: 40,
    scenes: &[(11, Scene::Draft), (6, Scene::Submit), (4, Scene::Approve(Some(3)))],
};

/// Summarised; the rating is open.
pub(super) const FURNITURE: Story = Story {
    buyer: 1,
    language: Language::Nb,
    text: Text {
        title: "Møbler som brukes om igjen mellom skolene",
        summary: "Skolene skal ha gode møbler uten at vi kjøper nytt når et annet bygg har noe stående.",
        challenge: "Vi kaster 38 tonn skolemøbler i året og kjøper nytt for 22 millioner. Ingen vet hva som finnes på lagrene.",
        users: "96 skoler, innkjøperne der og driftsoperatørene.",
        effects: "- Halvparten av møblene er brukt før innen 2029\n- Alle skoler finner ledige møbler på en dag",
        scale: "96 skoler, om lag 210 000 møbler.",
        unit: "Etat for skole",
        cpv: &["39100000", "50800000"],
        value: (15_000, 40_000),
        questions: &[
            "Hvordan holder dere orden på tingene uten mye arbeid for skolene?",
            "Hva skal til for at brukt er like enkelt som nytt?",
        ],
    },
    inputs: &[
        "Et bilde med telefonen er nok til at vi kjenner igjen modellen. Skolen gjør ingenting annet enn å ta bildet.",
        "Brukt blir valgt når det kommer levert og reparert samme uke. Da må noen ha verksted og bil.",
        "Vi foreslår at dere kjøper en tjeneste per elevplass, ikke per stol.",
    ],
    open_days: 45,
    scenes: &[
        (150, Scene::Draft),
        (144, Scene::Submit),
        (142, Scene::Approve(None)),
        (136, Scene::Ask(7, "Er møbler i barnehagene også med?")),
        (134, Scene::Answer("Ikke i første omgang, men vi vil gjerne høre hva det ville bety.")),
        (
            130,
            Scene::Event(Gathering {
                kind: EventKind::DialogueConference,
                title: "Verkstedmøte om møbler til skolene",
                description: "Vi møtes på lageret og ser på hva som står der.",
                agenda: "- Omvisning\n- Hva som gjør brukt vanskelig\n- Idéer",
                place: "Sentrallageret, Kokstad, Bergen",
                day: 118,
                hours: 3,
                capacity: 25,
            }),
        ),
        (126, Scene::Register(&[7, 30, 33, 26, 4, 6, 19])),
        (
            116,
            Scene::Held(
                "14 personer fra sju firma så på lageret.\n\nDet ble pekt på at reparasjon må ligge nær lageret, og at skolene må slippe egen registrering.",
            ),
        ),
        (108, Scene::Respond(&[7, 30, 33, 26, 4])),
        (92, Scene::Weigh),
        (
            12,
            Scene::Summarise(
                "Fem leverandører svarte, og sju var med på lageret. Registrering må skje med et bilde, reparasjon må ligge nær lageret, og en tjeneste per elevplass er mulig.",
                "Vi prøver bilderegistrering på fire skoler og bestemmer oss før sommeren.",
            ),
        ),
        (8, Scene::Rate(&[7, 30, 33], 4)),
    ],
};

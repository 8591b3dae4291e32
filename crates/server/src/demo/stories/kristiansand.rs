//! Kristiansand's needs.

use types::{EventKind, Language, Outcome};

use crate::demo::script::{Gathering, Scene, Story, Text};

/// Newly in dialogue: one question, answered.
pub(super) const SCHOOL_ROADS: Story = Story {
    buyer: 2,
    language: Language::Nb,
    text: Text {
        title: "Trygge skoleveier uten foreldrekø",
        summary: "Flere barn skal gå og sykle til skolen, og færre biler skal stå utenfor porten.",
        challenge: "Ved 14 skoler kjører over halvparten av foreldrene. Køen gjør veien utrygg for dem som går, og da kjører enda flere.",
        users: "12 600 elever, foreldre og naboer.",
        effects: "- Åtte av ti elever går eller sykler\n- Ingen biler innenfor 200 meter av porten mellom 07.45 og 08.30",
        scale: "42 skoler, 14 med mye kø.",
        unit: "By og stedsutvikling",
        cpv: &["34900000", "71300000"],
        value: (3_000, 9_000),
        questions: &[
            "Hva har fått foreldre til å la bilen stå andre steder?",
            "Hvordan kan elevene selv være med?",
        ],
    },
    inputs: &[
        "Følgegrupper som foreldrene setter opp i en app. Det virket ved ni av elleve skoler, men bare der rektor var med.",
        "La elevene telle biler og velge tiltak. Da endrer de vanene hjemme.",
    ],
    open_days: 55,
    scenes: &[
        (24, Scene::Draft),
        (21, Scene::Submit),
        (20, Scene::Approve(None)),
        (16, Scene::Interest(&[14, 22, 36])),
        (13, Scene::Ask(14, "Kan vi få bruke reisevaneundersøkelsen fra 2024?")),
        (10, Scene::Answer("Ja. Den er åpen, og lenken er lagt i behovet.")),
        (
            7,
            Scene::Event(Gathering {
                kind: EventKind::InformationMeeting,
                title: "Spørretime om skoleveier",
                description: "En time der vi svarer på det dere lurer på. Svarene blir publisert.",
                agenda: "- Spørsmål og svar",
                place: "Rådhusgata 20, Kristiansand",
                day: -5,
                hours: 1,
                capacity: 20,
            }),
        ),
        (5, Scene::Register(&[14, 22])),
    ],
};

/// Goes to procurement; the competition is not announced yet.
pub(super) const HEAT: Story = Story {
    buyer: 2,
    language: Language::Nb,
    text: Text {
        title: "Varme i idrettshaller av overskudd fra havna",
        summary: "Idrettshallene skal varmes opp av varme som i dag går til spille.",
        challenge: "Tre haller ligger under 800 meter fra industri som slipper ut varme året rundt. Hallene bruker 4,2 GWh strøm i året.",
        users: "18 000 som trener i hallene, og driften.",
        effects: "- 80 prosent mindre strøm til oppvarming\n- Samme temperatur som i dag på den kaldeste dagen",
        scale: "Tre haller, 4,2 GWh i året.",
        unit: "Kristiansand Eiendom",
        cpv: &["42500000", "45200000"],
        value: (25_000, 55_000),
        questions: &["Hvem bør eie røret?", "Hvilken risiko må kommunen ta for at dere skal by?"],
    },
    inputs: &[
        "Kommunen bør eie røret og leie ut kapasiteten. Da kan varmekilden byttes om bedriften legges ned.",
        "Risikoen er at kilden blir borte. En varmepumpe i reserve koster lite mot å stå uten varme.",
        "Vi kan ta byggerisikoen hvis grunnforholdene er undersøkt før konkurransen.",
    ],
    open_days: 50,
    scenes: &[
        (300, Scene::Draft),
        (294, Scene::Submit),
        (291, Scene::Approve(None)),
        (284, Scene::Ask(1, "Foreligger grunnundersøkelser langs traseen?")),
        (281, Scene::Answer("Ja, for den første halvdelen. Resten blir ferdig før en konkurranse.")),
        (
            278,
            Scene::Event(Gathering {
                kind: EventKind::DialogueConference,
                title: "Dialogkonferanse om overskuddsvarme",
                description: "Bedriften, hallene og kommunen forteller, og vi snakker om risiko.",
                agenda: "- Varmen som finnes\n- Hallene\n- Risiko: hvem tar hva?",
                place: "Sørlandsparken, Kristiansand",
                day: 266,
                hours: 3,
                capacity: 30,
            }),
        ),
        (274, Scene::Register(&[1, 17, 11, 5, 34, 24])),
        (
            264,
            Scene::Held(
                "Seks firma møtte. De fleste mente at kommunen bør eie røret, og at grunnen må undersøkes før konkurransen.",
            ),
        ),
        (256, Scene::Respond(&[1, 17, 11, 5, 34])),
        (240, Scene::Weigh),
        (
            230,
            Scene::Summarise(
                "Fem leverandører svarte. De fleste mener at kommunen bør eie røret og ha en varmepumpe i reserve. Byggerisikoen kan leverandøren ta når grunnen er undersøkt.",
                "Vi legger saken fram for bystyret og undersøker resten av grunnen.",
            ),
        ),
        (224, Scene::Rate(&[1, 17, 11, 5, 34], 3)),
        (
            190,
            Scene::Close(
                Outcome::ToProcurement,
                "Bystyret har bevilget penger til røret. Grunnen undersøkes nå, og konkurransen kommer etter sommeren.",
            ),
        ),
    ],
};

/// Closed without procurement.
pub(super) const HOME_VISITS: Story = Story {
    buyer: 2,
    language: Language::Nb,
    text: Text {
        title: "Kortere kjøring for hjemmetjenesten",
        summary: "Ansatte i hjemmetjenesten skal bruke tiden hos folk og ikke i bilen.",
        challenge: "En fjerdedel av arbeidstiden går til kjøring. Rutene legges for hånd hver morgen.",
        users: "640 ansatte og 3 900 som får hjelp hjemme.",
        effects: "- En halv time mer hos folk per vakt\n- Samme ansatt til samme bruker i åtte av ti besøk",
        scale: "9 soner, 5 200 besøk om dagen.",
        unit: "Helse og mestring",
        cpv: &["48100000", "72200000"],
        value: (2_000, 6_000),
        questions: &["Hva må ruteplanen vite for at den skal bli brukt?"],
    },
    inputs: &[
        "Planen må kjenne fagansvar, nøkler og hvem som ikke kan jobbe sammen. Avstanden er den enkle delen.",
        "Dagens fagsystem kan allerede gjøre dette om reisetid slås på. Prøv det før dere kjøper noe.",
    ],
    open_days: 35,
    scenes: &[
        (250, Scene::Draft),
        (246, Scene::Submit),
        (244, Scene::Approve(None)),
        (232, Scene::Respond(&[35, 39])),
        (212, Scene::Weigh),
        (
            200,
            Scene::Close(
                Outcome::Closed,
                "Innspillene viste at fagsystemet vi har, kan legge ruter når reisetid er slått på. Vi gjør det først og kjøper ikke noe nytt.",
            ),
        ),
    ],
};

/// Only begun.
pub(super) const PARKS: Story = Story {
    buyer: 2,
    language: Language::Nb,
    text: Text {
        title: "Parker som tåler både tørke og styrtregn",
        summary: "Parkene skal holde seg grønne i tørke og ta imot vann når det regner mye.",
        challenge: "Etter to tørre somre og tre styrtregn er hvert fjerde tre i sentrumsparkene skadet.",
        users: "Alle som bruker parkene.",
        effects: "- Ni av ti trær lever etter fem år",
        scale: "22 parker.",
        unit: "Park og friluft",
        cpv: &["77300000"],
        value: (4_000, 10_000),
        questions: &["Hvilke løsninger har overlevd fem år andre steder?"],
    },
    inputs: &["Vi har regnbed som er ti år gamle, og viser dem gjerne fram."],
    open_days: 45,
    scenes: &[(3, Scene::Draft)],
};

//! Events in the portal: what a person does, page by page.

use axum::http::StatusCode;

use super::*;

const OK: StatusCode = StatusCode::OK;
const INVALID: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

#[tokio::test]
async fn an_event_is_planned_announced_and_registered_for_in_the_portal() {
    let house = House::new().await;
    let officer = house.officer().await;
    let need = published(&house, &officer).await;
    house.supplier("Sensor AS", "kari@sensor.example.no").await;
    house.supplier("Annen AS", "per@annen.example.no").await;
    let mut buyer = house.browser_of("olav.officer@trondheim.example.no").await;

    let desk = format!("/nb/m/needs/{}/events", need.slug);
    buyer.get(&desk).await.is(OK).says("Ingen arrangementer ennå");
    let new = format!("{desk}/new");
    let wrong = [
        ("kind", "DIALOGUE_CONFERENCE"),
        ("title", "Dialogkonferanse om trygghet"),
        ("description", "Vi hører på dere."),
        ("language", "nb"),
        ("startsAt", "2026-02-02T12:00"),
        ("endsAt", "2026-02-02T09:00"),
        ("place", "Rådhuset"),
        ("link", "https://mote.example.no/hemmelig"),
        ("capacity", "2"),
        ("personsPerOrganisation", "2"),
    ];
    let refused = buyer.post(&new, &wrong).await.is(INVALID).says("start kommer før slutt");
    assert_eq!(refused.field("place"), "Rådhuset", "nothing typed is lost");
    let mut right = wrong.to_vec();
    right[4].1 = "2026-02-02T09:00";
    right[5].1 = "2026-02-02T12:00";
    let planned = buyer.post(&new, &right).await.is(OK).says("Planen er lagret");
    let (path, version) = (planned.path.clone(), planned.field("version"));
    let slug = path.rsplit('/').next().unwrap().to_owned();
    let public = format!("/nb/events/{slug}");
    let mut visitor = house.browser();
    visitor.get(&public).await.is(StatusCode::NOT_FOUND);
    buyer.get(&public).await.is(OK).at(&path);
    let announce = format!("{path}/announce");
    buyer.post(&announce, &[("version", version.as_str())]).await.is(OK).says("Arrangementet er kunngjort");
    buyer.post(&announce, &[]).await.is(INVALID).says("Dette kan ikke gjøres nå");

    visitor.get("/nn/events").await.is(OK).says("Dialogkonferanse om trygghet").says("2 ledige plassar");
    visitor.get(&public).await.is(OK).says("Logg inn for å melde på").hides("hemmelig");
    visitor.get(&format!("/nb/needs/{}", need.slug)).await.is(OK).says("Dialogkonferanse om trygghet");

    let mut kari = house.browser_of("kari@sensor.example.no").await;
    let page = kari.get(&public).await.is(OK).says("Hver organisasjon kan sende opptil 2 personer");
    assert_eq!(page.field("persons.0.email"), "kari@sensor.example.no");
    let register = format!("{public}/register");
    let typed = [("persons.0.name", "Kari"), ("persons.0.email", "kari@sensor.example.no"), ("more", "1")];
    kari.post(&register, &typed).await.is(OK).says("Person 2");
    // An empty row in the middle is left out; the error stands at the row that is shown.
    let gap = [
        ("persons.0.name", ""),
        ("persons.0.email", ""),
        ("persons.1.name", "Kari Nordmann"),
        ("persons.1.email", "kari@"),
        ("persons.1.needs", "Teleslynge"),
    ];
    let refused = kari.post(&register, &gap).await.is(INVALID).says("Skriv en e-postadresse");
    assert!(refused.html.contains("href=\"#persons-0-email\""));
    assert_eq!(refused.field("persons.0.needs"), "Teleslynge");
    let both = [
        ("persons.0.name", "Kari"),
        ("persons.0.email", "kari@sensor.example.no"),
        ("persons.1.name", "Ida"),
        ("persons.1.email", "ida@sensor.example.no"),
        ("persons.1.needs", "Teleslynge"),
    ];
    kari.post(&register, &both).await.is(OK).at(&public).says("Dere er påmeldt").says("hemmelig");
    kari.get("/nb/events?mine=1").await.is(OK).says("Påmeldt");
    // Sent once more, from a page that was open before: what is there is shown, what was typed is kept.
    let twice = kari.post(&register, &both[2..]).await.is(INVALID).says("allerede påmeldt");
    assert!(
        twice.html.contains("href=\"#mine\"") && twice.html.contains("<details class=\"ds-details\" open")
    );
    let typed = (twice.field("persons.0.name"), twice.field("version"));
    assert_eq!(typed, ("Ida".to_owned(), "1".to_owned()), "it can replace who is registered");

    let mut per = house.browser_of("per@annen.example.no").await;
    per.get(&public).await.is(OK).says("Still på venteliste").hides("ida@sensor");
    let alone = [("persons.0.name", "Per"), ("persons.0.email", "per@annen.example.no")];
    per.post(&register, &alone).await.is(OK).says("Dere er nummer 1 på ventelisten").hides("hemmelig");
    buyer.get(&path).await.is(OK).says("Teleslynge").says("Venteliste").says("Annen AS");
    kari.post(&format!("{public}/withdraw"), &[]).await.is(OK).says("Dere er meldt av");
    kari.post(&format!("{public}/withdraw"), &[]).await.is(INVALID).says("ikke meldt på");
    per.get(&public).await.is(OK).says("Påmeldt").says("hemmelig");

    let other = [("organisationId", "Sensor AS"), ("persons.0.name", "Ida"), ("persons.0.email", "ida@s.no")];
    let unexplained = buyer.post(&format!("{path}/register"), &other).await.is(INVALID);
    assert_eq!(unexplained.field("organisationId"), "Sensor AS");
    let explained: Vec<_> = other.into_iter().chain([("registerReason", "Ringte")]).collect();
    buyer.post(&format!("{path}/register"), &explained).await.is(OK).says("Ringte");
    buyer.post(&format!("{path}/cancel"), &[]).await.is(INVALID).says("Fyll ut dette feltet");
    buyer.post(&format!("{path}/cancel"), &[("reason", "Snøstorm")]).await.is(OK).says("Snøstorm");
    visitor.get(&public).await.is(OK).says("Arrangementet er avlyst").says("Snøstorm");
    house.finish().await;
}

#[tokio::test]
async fn a_changed_event_is_checked_in_and_documented_in_the_portal() {
    let house = House::new().await;
    let officer = house.officer().await;
    let view = announced(&house, &officer, content(&house)).await;
    let supplier = house.supplier("Sensor AS", "kari@sensor.example.no").await;
    let registration = register(&house, &supplier, view.event.id, &["Ola"]).await.unwrap();
    let mut buyer = house.browser_of("olav.officer@trondheim.example.no").await;
    let need = needs::get(&house.app, &officer, view.event.need_id).await.unwrap();
    let path = format!("/en/m/needs/{}/events/{}", need.slug, view.event.slug);
    let edit =
        buyer.get(&format!("{path}/edit")).await.is(OK).says("Everybody registered or waiting is told");
    let fields: Vec<(&str, String)> = [
        "version",
        "title",
        "startsAt",
        "endsAt",
        "place",
        "link",
        "capacity",
        "personsPerOrganisation",
        "registrationDeadline",
    ]
    .into_iter()
    .map(|name| (name, edit.field(name)))
    .collect();
    let mut sent: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
    sent.extend([
        ("description", "Vi hører på dere."),
        ("language", "nb"),
        ("agenda", ""),
        ("note", "New room"),
    ]);
    sent.retain(|(name, _)| *name != "place");
    sent.push(("place", "Folkets hus"));
    buyer.post(&format!("{path}/edit"), &sent).await.is(OK).says("Saved").says("Folkets hus");
    let after = events::get(&house.app, &officer, view.event.id).await.unwrap();
    assert_eq!((after.event.sequence, after.event.starts_at), (1, view.event.starts_at));
    house.work().await;
    let stale = buyer.post(&format!("{path}/edit"), &sent).await.is(INVALID);
    let stale = stale.says("has been saved since you opened").says("olav.officer saved");
    assert_eq!(stale.field("version"), after.event.version.to_string(), "saving again is a choice");
    assert_eq!(stale.field("place"), "Folkets hus");

    house.clock.set(view.event.starts_at + TimeDelta::minutes(5));
    house.work().await;
    // The session of three weeks ago is over.
    let mut buyer = house.browser_of("olav.officer@trondheim.example.no").await;
    let desk = buyer.get(&path).await.is(OK).says("Came").says("The event has been held");
    let id = desk.field("registrationId");
    let mark = [("registrationId", id.as_str()), ("mark", "attended")];
    buyer
        .post(&format!("{path}/attendance"), &mark)
        .await
        .is(OK)
        .says("Did not come Sensor AS Remove the mark");
    let row = events::registration(&house.app, &officer, registration.id).await.unwrap().unwrap();
    assert_eq!(row.state, RegistrationState::Attended);
    buyer.post(&format!("{path}/held"), &[]).await.is(OK).says("Write the minutes");
    buyer.post(&format!("{path}/document"), &[("minutes", "")]).await.is(INVALID);
    buyer.post(&format!("{path}/document"), &[("minutes", "**Alle** fikk vite det.")]).await.is(OK);
    let public = format!("/en/events/{}", view.event.slug);
    house.browser().get(&public).await.is(OK).says("Alle fikk vite det.").says("Minutes published");
    house.finish().await;
}

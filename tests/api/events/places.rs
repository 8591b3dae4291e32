//! Capacity is never exceeded and never idle while somebody who fits waits.

use std::sync::Arc;

use futures::future::join_all;

use super::*;

/// Rows and counter agree, no place is idle, the capacity holds.
async fn check(house: &House, id: EventId) -> (i32, usize) {
    let system = Actor::system();
    let view = events::get(&house.app, &system, id).await.unwrap();
    let rows: Vec<Registration> = events::participants(&house.app, &view)
        .await
        .unwrap()
        .into_iter()
        .filter_map(|p| p.registration)
        .collect();
    let with = |state: RegistrationState| rows.iter().filter(move |r| r.state == state);
    let taken: i32 = with(RegistrationState::Registered).map(|r| r.places).sum();
    assert_eq!(taken, view.event.taken, "the counter is the rows");
    if let Some(free) = events::places_left(&view.event) {
        assert!(taken <= view.event.capacity.unwrap());
        assert!(with(RegistrationState::Waiting).all(|r| r.places > free), "somebody who fits waits");
    } else {
        assert_eq!(with(RegistrationState::Waiting).count(), 0);
    }
    let ids: Vec<_> = with(RegistrationState::Waiting).map(|r| r.id).collect();
    let positions = events::positions(&house.app, &ids).await.unwrap();
    let mut places: Vec<i64> = positions.into_values().collect();
    places.sort_unstable();
    assert_eq!(places, (1..=i64::try_from(ids.len()).unwrap()).collect::<Vec<_>>(), "no gaps in the queue");
    (taken, ids.len())
}

async fn suppliers(house: &House, n: usize) -> Vec<Actor> {
    let mut all = Vec::new();
    for i in 0..n {
        all.push(house.supplier(&format!("Leverandør {i} AS"), &format!("a@l{i}.example.no")).await);
    }
    all
}

async fn state(house: &House, registration: &Registration) -> RegistrationState {
    let row = events::registration(&house.app, &Actor::system(), registration.id).await.unwrap();
    row.unwrap().state
}

#[tokio::test]
async fn freed_places_go_to_the_first_whose_group_fits() {
    use RegistrationState::{Registered, Waiting, Withdrawn};
    let house = House::new().await;
    let (officer, app) = (house.officer().await, house.app.clone());
    let id = announced(&house, &officer, content(&house)).await.event.id;
    let all = suppliers(&house, 5).await;
    let two = register(&house, &all[0], id, &["A", "B"]).await.unwrap();
    let three = register(&house, &all[1], id, &["C", "D", "E"]).await.unwrap();
    let one = register(&house, &all[2], id, &["F"]).await.unwrap();
    // One place was left: the group of three waits, and who fits goes ahead.
    assert_eq!((two.state, three.state, one.state), (Registered, Waiting, Registered));
    let last = register(&house, &all[3], id, &["G"]).await.unwrap();
    let pair = register(&house, &all[4], id, &["H", "I"]).await.unwrap();
    assert_eq!((last.state, pair.state), (Waiting, Waiting));
    let places = events::positions(&app, &[three.id, last.id, pair.id]).await.unwrap();
    assert_eq!([places[&three.id], places[&last.id], places[&pair.id]], [1, 2, 3]);

    // Two places come free: not enough for three, so one goes to the next who fits.
    withdraw(&house, &all[0], &two).await.unwrap();
    assert_eq!(state(&house, &three).await, Waiting);
    assert_eq!(state(&house, &last).await, Registered);
    assert_eq!(state(&house, &pair).await, Waiting);
    assert_eq!(check(&house, id).await, (2, 2));
    // A smaller group fits at once.
    events::change_persons(&app, &all[4], pair.id, None, &people(&["H"])).await.unwrap();
    assert_eq!(state(&house, &pair).await, Registered);
    // A larger one does not, and keeps what it has.
    let larger = events::change_persons(&app, &all[2], one.id, None, &people(&["F", "J"])).await.unwrap_err();
    assert_eq!(larger.code(), ErrorCode::Full);
    // Fewer than are coming is no capacity; more lets the waiting in.
    let fewer = EventInput { capacity: Some(Some(2)), ..EventInput::default() };
    assert_eq!(
        fields(events::change(&app, &officer, change(id, fewer)).await.unwrap_err()),
        [("capacity".to_owned(), ErrorCode::OutOfRange)]
    );
    let more = EventInput { capacity: Some(Some(6)), ..EventInput::default() };
    let view = events::change(&app, &officer, change(id, more)).await.unwrap();
    assert_eq!((view.event.taken, view.event.sequence), (6, 0), "capacity is in no calendar");
    assert_eq!(state(&house, &three).await, Registered);
    // Who withdrew may come again, behind the others.
    let again = register(&house, &all[0], id, &["A"]).await.unwrap();
    assert_eq!((again.id, again.state), (two.id, Waiting));
    let unlimited = EventInput { capacity: Some(None), ..EventInput::default() };
    events::change(&app, &officer, change(id, unlimited)).await.unwrap();
    assert_eq!(state(&house, &again).await, Registered);
    assert_eq!(withdraw(&house, &all[0], &again).await.unwrap().state, Withdrawn);
    check(&house, id).await;
    house.finish().await;
}

#[tokio::test]
async fn places_move_on_after_the_deadline_until_the_start() {
    let house = House::new().await;
    let officer = house.officer().await;
    let one = EventInput { capacity: Some(Some(1)), ..content(&house) };
    let view = announced(&house, &officer, one).await;
    let id = view.event.id;
    let all = suppliers(&house, 3).await;
    let first = register(&house, &all[0], id, &["A"]).await.unwrap();
    let second = register(&house, &all[1], id, &["B"]).await.unwrap();
    let third = register(&house, &all[2], id, &["C"]).await.unwrap();
    house.clock.set(view.event.starts_at - TimeDelta::minutes(1));
    house.work().await;
    withdraw(&house, &all[0], &first).await.unwrap();
    assert_eq!(state(&house, &second).await, RegistrationState::Registered);
    let unexplained = Withdraw { registration_id: second.id, reason: String::new() };
    let refused = events::withdraw(&house.app, &officer, unexplained).await.unwrap_err();
    assert_eq!(fields(refused), [("reason".to_owned(), ErrorCode::Required)]);
    house.clock.advance(TimeDelta::minutes(1));
    let late = withdraw(&house, &officer, &second).await.unwrap_err();
    assert_eq!(late.code(), ErrorCode::PeriodClosed);
    assert_eq!(state(&house, &third).await, RegistrationState::Waiting, "nobody is moved up after the start");
    house.finish().await;
}

#[tokio::test]
async fn many_at_once_share_the_places() {
    let house = Arc::new(House::new().await);
    let officer = house.officer().await;
    let room = EventInput { capacity: Some(Some(20)), ..content(&house) };
    let id = announced(&house, &officer, room).await.event.id;
    let all = suppliers(&house, 40).await;
    let names = ["A", "B", "C"];
    let tasks = all.iter().enumerate().map(|(i, who)| {
        let (house, who) = (Arc::clone(&house), who.clone());
        tokio::spawn(async move { register(&house, &who, id, &names[..=(i % 3)]).await.unwrap() })
    });
    let rows: Vec<Registration> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
    let (taken, waiting) = check(&house, id).await;
    assert!(taken >= 18, "at most two places stay free, for groups of three: {taken}");
    assert!(waiting > 0);

    // Half withdraw while others come anew, change their minds, and the room grows.
    let tasks = rows.into_iter().enumerate().map(|(i, row)| {
        let (house, who, officer) = (Arc::clone(&house), all[i].clone(), officer.clone());
        tokio::spawn(async move {
            match i % 4 {
                0 => drop(withdraw(&house, &who, &row).await.unwrap()),
                1 => {
                    let fewer = people(&names[..1]);
                    events::change_persons(&house.app, &who, row.id, None, &fewer).await.unwrap();
                }
                2 => {
                    withdraw(&house, &who, &row).await.unwrap();
                    register(&house, &who, id, &names[..2]).await.unwrap();
                }
                _ => {
                    let more = EventInput {
                        capacity: Some(Some(20 + i32::try_from(i).unwrap() / 20)),
                        ..EventInput::default()
                    };
                    // Two at once: the later may find fewer places than are taken.
                    let _ = events::change(&house.app, &officer, change(id, more)).await;
                }
            }
        })
    });
    for done in join_all(tasks).await {
        done.unwrap();
    }
    check(&house, id).await;
    Arc::into_inner(house).unwrap().finish().await;
}

#[tokio::test]
async fn two_browsers_and_the_last_place() {
    let house = Arc::new(House::new().await);
    let officer = house.officer().await;
    let one = EventInput { capacity: Some(Some(1)), ..content(&house) };
    let id = announced(&house, &officer, one).await.event.id;
    let all = suppliers(&house, 2).await;
    // The same organisation in two browsers gets one registration, not two.
    let tasks = (0..4).map(|i| {
        let (house, who) = (Arc::clone(&house), all[i / 2].clone());
        tokio::spawn(async move { register(&house, &who, id, &["A"]).await.map_err(|e| e.code()) })
    });
    let done: Vec<_> = join_all(tasks).await.into_iter().map(Result::unwrap).collect();
    let refused = done.iter().filter(|r| r == &&Err(ErrorCode::AlreadyRegistered)).count();
    assert_eq!(refused, 2, "{done:?}");
    assert_eq!(check(&house, id).await, (1, 1));
    Arc::into_inner(house).unwrap().finish().await;
}

//! What many open sockets rest on is asked at once: as many statements for one as for
//! hundreds, and for each the same answer as the next request would get.

use chrono::TimeDelta;
use domain::accounts::{self, tokens};
use domain::{Actor, organisations};
use tests::House;
use types::{OrganisationId, Role, TokenScope};

/// Somebody who manages members, and a token in their name.
async fn pair(house: &House, buyer: OrganisationId, name: &str) -> [Actor; 2] {
    let buyer = organisations::get(&house.app, buyer).await.unwrap();
    let roles = [Role::Owner, Role::ProcurementOfficer];
    let person = house.member(&buyer, &format!("{name}@t.example.no"), &roles).await;
    let made = tokens::CreateToken {
        name: format!("Systemet til {name}"),
        scopes: vec![TokenScope::Read],
        expires_at: house.app.now() + TimeDelta::days(90),
    };
    let secret = tokens::create(&house.app, &person, made).await.unwrap().secret;
    let token = tokens::actor_of(&house.app, &secret).await.unwrap().unwrap();
    [person, token]
}

/// How many statements it takes to ask about all of them.
async fn cost(house: &House, actors: &[Actor]) -> u64 {
    let before = house.app.db.statements();
    let standing = accounts::standing(&house.app, actors.iter()).await.unwrap();
    assert!(actors.iter().all(|actor| standing.now(actor).is_some()));
    house.app.db.statements() - before
}

#[tokio::test]
async fn it_takes_as_many_statements_for_one_as_for_hundreds() {
    let house = House::new().await;
    let officer = house.officer().await;
    let buyer = officer.organisation_id().unwrap();
    let few = pair(&house, buyer, "en").await;
    let mut many = few.to_vec();
    for n in 0..20 {
        many.extend(pair(&house, buyer, &format!("p{n}")).await);
    }
    // Every one with hundreds of sockets: who is asked about twice is asked about once.
    let crowd: Vec<Actor> = many.iter().cycle().take(2_000).cloned().collect();
    assert_eq!((cost(&house, &few).await, cost(&house, &many).await, cost(&house, &crowd).await), (2, 2, 2));
    // Now and then it is noted that they are in use: in one statement more for each kind, between
    // the two of a transaction.
    house.clock.advance(TimeDelta::minutes(6));
    let one = cost(&house, &few).await;
    house.clock.advance(TimeDelta::minutes(6));
    assert_eq!(cost(&house, &crowd).await, one);
    assert_eq!(cost(&house, &crowd).await, 2, "and then for five minutes not again");
    assert_eq!(cost(&house, &[]).await, 0);
    house.finish().await;
}

#[tokio::test]
async fn each_is_answered_as_the_next_request_would_be() {
    let house = House::new().await;
    let officer = house.officer().await;
    let buyer = officer.organisation_id().unwrap();
    let mut were = Vec::new();
    for name in ["ute", "borte", "mindre", "trukket", "som-for"] {
        were.push(pair(&house, buyer, name).await);
    }
    let app = &house.app;
    let membership = async |actor: &Actor| {
        let (members, _) = accounts::members_of(app, &officer).await.unwrap();
        members.into_iter().find(|(_, p)| p.id == actor.person.as_ref().unwrap().id).unwrap().0.id
    };
    accounts::sign_out(app, &were[0][0]).await.unwrap();
    accounts::remove(app, &officer, membership(&were[1][0]).await).await.unwrap();
    accounts::change_roles(app, &officer, membership(&were[2][0]).await, &[Role::Reader]).await.unwrap();
    tokens::revoke(app, &officer, were[3][1].token.as_ref().unwrap().id).await.unwrap();

    let all = || were.iter().flatten();
    let standing = accounts::standing(app, all()).await.unwrap();
    for [person, token] in &were {
        let anew = accounts::actor_of_session(app, person.session.unwrap()).await.unwrap();
        assert_eq!(standing.now(person), anew.as_ref());
        let is_in_force = standing.now(token).is_some();
        let name = &person.person.as_ref().unwrap().name;
        assert_eq!(is_in_force, ["ute", "som-for"].contains(&name.as_str()), "the token of {name}");
    }
    let [out, removed, lesser, _, same] = were.as_slice() else { unreachable!() };
    assert_eq!(standing.now(&out[0]), None);
    assert_eq!(standing.now(&removed[0]).unwrap().acting, None);
    assert_eq!(standing.now(&lesser[0]).unwrap().acting.as_ref().unwrap().roles, [Role::Reader]);
    assert_eq!(standing.now(&same[0]).unwrap().acting, same[0].acting);
    // A visitor rests on nothing.
    assert_eq!(standing.now(&Actor::default()), None);
    house.work().await;
    house.finish().await;
}

//! Access tokens: whose they are, and when they are worth nothing.

use chrono::TimeDelta;
use domain::accounts;
use domain::ports::TokenIssuer;
use identity::Tokens;
use tests::House;

#[tokio::test]
async fn a_token_speaks_for_its_session_and_ends_with_it() {
    let house = House::new().await;
    let kari = house.person("kari@example.no").await;
    let tokens = Tokens::new(house.app.clone());
    let (token, ends_at) = tokens.issue(kari.session.unwrap()).await.unwrap();
    assert!(ends_at - house.app.now() <= TimeDelta::minutes(15));
    assert_eq!(tokens.actor_of(&token).await.unwrap().unwrap().person, kari.person);

    accounts::end_session(&house.app, &kari).await.unwrap();
    assert_eq!(tokens.actor_of(&token).await.unwrap(), None);
    house.finish().await;
}

#[tokio::test]
async fn a_token_of_another_time_key_or_algorithm_is_nobodys() {
    let house = House::new().await;
    let kari = house.person("kari@example.no").await;
    let tokens = Tokens::new(house.app.clone());
    let (token, ends_at) = tokens.issue(kari.session.unwrap()).await.unwrap();

    let elsewhere = House::new().await;
    assert_eq!(Tokens::new(elsewhere.app.clone()).session_of(&token).await.unwrap(), None);
    elsewhere.finish().await;

    let parts: Vec<&str> = token.split('.').collect();
    // {"alg":"none","typ":"JWT"} and {"alg":"HS512","typ":"JWT"}
    for header in ["eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0", "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9"] {
        let forged = format!("{header}.{}.{}", parts[1], parts[2]);
        assert_eq!(tokens.session_of(&forged).await.unwrap(), None, "{header}");
    }
    assert_eq!(tokens.session_of(&format!("{}.{}.", parts[0], parts[1])).await.unwrap(), None);
    assert_eq!(tokens.session_of("").await.unwrap(), None);

    house.clock.set(ends_at - TimeDelta::seconds(1));
    assert!(tokens.session_of(&token).await.unwrap().is_some());
    house.clock.set(ends_at);
    assert_eq!(tokens.session_of(&token).await.unwrap(), None);
    house.finish().await;
}

//! Open sockets and streams: counted, and ended as soon as what they rest on ends.
//!
//! A request is over before its caller's rights can change; a socket is not. So
//! each node asks the database about what its open sockets rest on, all at once, when
//! something was sealed and every other second: a session that was
//! ended on any node, a role that was taken away or an organisation that was
//! chosen instead ends the socket, also when nothing happens on it.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use domain::throttle::of_address;
use domain::{Acting, Actor, App, accounts};
use identity::Tokens;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use types::{ErrorCode, PersonId};

use super::refusal::Refusal;
use crate::config::Sockets;

/// Looks at least so often …
const EVERY: Duration = Duration::from_secs(2);
/// … and at most so often, however much is sealed.
const PAUSE: Duration = Duration::from_millis(200);
/// Seconds after which a refused client may come again.
const RETRY_AFTER: u32 = 10;

/// Why something open is to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// Its session or token is not in force, or no longer for the same.
    Forbidden,
    /// The database does not say.
    Unknown,
}

/// What something open rests on.
#[derive(Clone, Debug, Default)]
pub(super) struct Basis {
    /// Who it was at the beginning.
    pub(super) actor: Actor,
    /// The token that speaks where no session does.
    token: Option<String>,
}

impl Basis {
    /// Rests on a session if there is one, else on the token.
    pub(super) fn new(actor: Actor, token: Option<&str>) -> Self {
        let speaks = actor.person.is_some() && actor.session.is_none();
        let token = token.filter(|_| speaks).map(str::to_owned);
        Self { actor, token }
    }

    /// The actor as of now, if it may what it might.
    pub(super) async fn still(&self, app: &App, tokens: &Tokens) -> Result<(), Ended> {
        let found = match (self.actor.session, &self.token) {
            (Some(session), _) => accounts::actor_of_session(app, session).await,
            (None, Some(token)) => tokens.actor_of(token).await,
            (None, None) => return Ok(()),
        };
        let found = found.map_err(|error| {
            tracing::error!(%error, "what an open socket rests on can't be asked");
            Ended::Unknown
        })?;
        if found.is_some_and(|now| has_same_rights(&now, &self.actor)) {
            Ok(())
        } else {
            Err(Ended::Forbidden)
        }
    }
}

/// Whether both are the same person with the same rights; names and language may change.
fn has_same_rights(a: &Actor, b: &Actor) -> bool {
    let person = |x: &Actor| x.person.as_ref().map(|p| (p.id, p.is_platform_administrator));
    let acting = |x: &Actor| x.acting.clone().map(|a| Acting { name: String::new(), ..a });
    person(a) == person(b) && acting(a) == acting(b)
}

/// All that is open on this node.
pub(super) struct Open {
    limits: Sockets,
    seats: Mutex<Seats>,
}

#[derive(Default)]
struct Seats {
    next: u64,
    taken: HashMap<u64, Seat>,
    persons: HashMap<PersonId, usize>,
    /// By network: a household has as many addresses of IPv6 as it likes.
    addresses: HashMap<String, usize>,
}

struct Seat {
    basis: Basis,
    end: CancellationToken,
}

/// A place that is given back when it is dropped.
pub(super) struct Place {
    open: Arc<Open>,
    number: u64,
    /// Cancelled when the socket must end.
    pub(super) end: CancellationToken,
}

impl Open {
    pub(super) fn new(limits: Sockets) -> Arc<Self> {
        let per_node = limits.per_node.min(room());
        Arc::new(Self { limits: Sockets { per_node, ..limits }, seats: Mutex::default() })
    }

    /// Takes a place, if there is one.
    pub(super) fn take(self: &Arc<Self>, basis: &Basis) -> Result<Place, Refusal> {
        let actor = &basis.actor;
        let mut seats = self.seats();
        if seats.taken.len() >= self.limits.per_node {
            return Err(full(StatusCode::SERVICE_UNAVAILABLE));
        }
        self.admit(&seats, actor)?;
        if let Some(address) = &actor.address {
            count(&mut seats.addresses, of_address(address));
        }
        if let Some(person) = &actor.person {
            count(&mut seats.persons, person.id);
        }
        let number = seats.next;
        seats.next += 1;
        let end = CancellationToken::new();
        seats.taken.insert(number, Seat { basis: basis.clone(), end: end.clone() });
        Ok(Place { open: Arc::clone(self), number, end })
    }

    fn admit(&self, seats: &Seats, actor: &Actor) -> Result<(), Refusal> {
        let of_person = actor.person.as_ref().and_then(|p| seats.persons.get(&p.id));
        let of_address = actor.address.as_ref().and_then(|a| seats.addresses.get(&of_address(a)));
        if of_person.is_some_and(|n| *n >= self.limits.per_person)
            || of_address.is_some_and(|n| *n >= self.limits.per_address)
        {
            return Err(full(StatusCode::TOO_MANY_REQUESTS));
        }
        Ok(())
    }

    /// Ends what rests on a session or token that is not in force, or no longer for the same.
    async fn look(&self, app: &App) {
        let resting = self.resting();
        match accounts::standing(app, resting.iter().map(|(actor, _)| actor)).await {
            Ok(standing) => {
                let is_over = |was: &Actor| standing.now(was).is_none_or(|now| !has_same_rights(now, was));
                resting.iter().filter(|(actor, _)| is_over(actor)).for_each(|(_, end)| end.cancel());
            }
            Err(error) => tracing::error!(%error, "what the open sockets rest on can't be asked"),
        }
    }

    /// Who has something open that rests on a session or a token.
    fn resting(&self) -> Vec<(Actor, CancellationToken)> {
        let seats = self.seats();
        let resting = seats.taken.values().filter(|s| s.basis.actor.person.is_some());
        resting.map(|s| (s.basis.actor.clone(), s.end.clone())).collect()
    }

    /// How long a client may be silent at first, and how long a message may wait to be taken.
    pub(super) const fn patience(&self) -> Duration {
        self.limits.patience
    }

    fn seats(&self) -> std::sync::MutexGuard<'_, Seats> {
        // Counts and places change together in short steps that can't panic.
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Place {
    /// Rests on somebody else from now on: a token came with the first message.
    pub(super) fn rest_on(&self, basis: &Basis) -> Result<(), Refusal> {
        let actor = &basis.actor;
        let mut seats = self.open.seats();
        let before = seats.taken.get(&self.number).and_then(|s| s.basis.actor.person.as_ref()).map(|p| p.id);
        let now = actor.person.as_ref().map(|p| p.id);
        if before != now {
            let unaddressed = Actor { address: None, ..actor.clone() };
            self.open.admit(&seats, &unaddressed)?;
            if let Some(person) = before {
                discount(&mut seats.persons, &person);
            }
            if let Some(person) = now {
                count(&mut seats.persons, person);
            }
        }
        if let Some(seat) = seats.taken.get_mut(&self.number) {
            seat.basis = basis.clone();
        }
        Ok(())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut seats = self.open.seats();
        let Some(Seat { basis: Basis { actor, .. }, .. }) = seats.taken.remove(&self.number) else { return };
        if let Some(address) = actor.address {
            discount(&mut seats.addresses, &of_address(&address));
        }
        if let Some(person) = actor.person {
            discount(&mut seats.persons, &person.id);
        }
    }
}

/// Three quarters of the files that the process may open, where the system tells:
/// requests, files and the database need the rest.
fn room() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let line = limits.lines().find(|line| line.starts_with("Max open files"));
    let soft = line.and_then(|line| line.split_whitespace().nth(3)?.parse::<usize>().ok());
    soft.map_or(usize::MAX, |files| files / 4 * 3)
}

fn full(status: StatusCode) -> Refusal {
    Refusal::of(status, ErrorCode::TooManyConnections).retry_after(RETRY_AFTER)
}

fn count<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: K) {
    *counts.entry(key).or_default() += 1;
}

fn discount<K: Eq + Hash>(counts: &mut HashMap<K, usize>, key: &K) {
    if let Some(n) = counts.get_mut(key) {
        *n -= 1;
        if *n == 0 {
            counts.remove(key);
        }
    }
}

/// Looks for as long as the node serves.
pub(super) async fn watch(app: Arc<App>, open: Arc<Open>, stop: CancellationToken) {
    let mut sealed = app.sealed.subscribe();
    while !stop.is_cancelled() {
        open.look(&app).await;
        tokio::select! {
            () = stop.cancelled() => return,
            () = sleep(PAUSE) => {}
        }
        tokio::select! {
            () = stop.cancelled() => return,
            _ = timeout(EVERY, sealed.changed()) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::ActorPerson;
    use types::Language;
    use uuid::Uuid;

    use super::*;

    fn basis(person: Option<u128>, address: &str) -> Basis {
        let person = person.map(|id| ActorPerson {
            id: Uuid::from_u128(id).into(),
            name: "Kari".to_owned(),
            email: "kari@example.no".parse().expect("an address"),
            is_platform_administrator: false,
        });
        let actor = Actor { person, address: Some(address.to_owned()), ..Actor::anonymous(Language::Nb) };
        Basis::new(actor, None)
    }

    fn status(taken: Result<Place, Refusal>) -> u16 {
        taken.map_or_else(|refusal| refusal.status.as_u16(), |_| 200)
    }

    #[test]
    fn each_limit_holds_and_a_place_is_given_back() {
        let open =
            Open::new(Sockets { per_node: 4, per_person: 2, per_address: 3, patience: Duration::ZERO });
        let first = open.take(&basis(Some(1), "a")).expect("a place");
        let second = open.take(&basis(Some(1), "b")).expect("a place");
        assert_eq!(status(open.take(&basis(Some(1), "c"))), 429, "a person's third");
        let third = open.take(&basis(None, "a")).expect("a place");
        assert!(third.rest_on(&basis(Some(1), "a")).is_err(), "a token changes nothing about that");
        assert!(third.rest_on(&basis(Some(2), "a")).is_ok());
        let fourth = open.take(&basis(None, "a")).expect("a place");
        assert_eq!(status(open.take(&basis(None, "d"))), 503, "the node is full");
        drop(second);
        assert_eq!(status(open.take(&basis(None, "a"))), 429, "an address's fourth");
        drop((first, third, fourth));
        assert!(open.seats().persons.is_empty() && open.seats().addresses.is_empty());
    }
}

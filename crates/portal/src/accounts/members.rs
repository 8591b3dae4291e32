//! The people of the organisation that one acts for: who they are, who asks
//! to join, who is invited.

use askama::Template;
use axum::Router;
use axum::extract::Path;
use axum::routing::{get, post};

use crate::kit::operations::types::{ClaimState, DateTime, MembershipState, OrganisationKind, Role};
use crate::kit::{Choice, Form, Page, PageError, Visitor, ui};

crate::operations! { "../../graphql/operations/accounts/members.graphql":
    MembersPage, InviteMember, RevokeInvitation, DecideMembership, ChangeRoles, RemoveMember
}

pub(super) fn routes() -> Router {
    Router::new()
        .route("/organisation/members", get(show))
        .route("/organisation/members/invite", get(show_invite).post(invite))
        .route("/organisation/members/revoke", post(revoke))
        .route("/organisation/members/{id}", get(show_member).post(change))
        .route("/organisation/members/{id}/remove", get(show_remove).post(remove))
        .route("/organisation/requests/{id}", get(show_request).post(decide))
}

type Membership = members_page::MembersPageMembersMemberships;
type Invitation = members_page::MembersPageMembersInvitations;

/// What every page here knows.
struct People {
    me: String,
    name: String,
    claim: ClaimState,
    manages: bool,
    members: Vec<Membership>,
    requests: Vec<Membership>,
    invitations: Vec<Invitation>,
    /// The roles that people here can have.
    roles: Vec<Choice>,
}

impl People {
    async fn load(v: &Visitor) -> Result<Self, PageError> {
        let data = v.run::<MembersPage>(members_page::Variables).await?;
        let viewer = data.viewer.ok_or(PageError::SignIn)?;
        let acting = viewer.acting.ok_or(PageError::NotFound)?;
        let mut all = data.members.memberships;
        all.sort_by_key(|m| m.person.as_ref().map(|p| p.name.to_lowercase()));
        let (members, requests) = all.into_iter().partition(|m| m.state == MembershipState::Active);
        let kind = acting.organisation.kind;
        let choice = |role: &Role| {
            Choice::new(role, v.t.word("role", role.as_str())).help(v.t.word("role-help", role.as_str()))
        };
        Ok(Self {
            me: viewer.person.id,
            name: acting.organisation.name,
            claim: acting.organisation.claim,
            manages: acting.manages_members,
            members,
            requests,
            invitations: data.members.invitations,
            roles: Role::of(kind).iter().map(choice).collect(),
        })
    }

    /// The same, for those who may change something.
    async fn to_manage(v: &Visitor) -> Result<Self, PageError> {
        let people = Self::load(v).await?;
        if people.manages { Ok(people) } else { Err(PageError::Forbidden(None)) }
    }

    fn member(&self, id: &str) -> Result<Membership, PageError> {
        self.members.iter().find(|m| m.id == id).cloned().ok_or(PageError::NotFound)
    }

    fn request(&self, id: &str) -> Result<Membership, PageError> {
        self.requests.iter().find(|m| m.id == id).cloned().ok_or(PageError::NotFound)
    }
}

impl Membership {
    fn name(&self) -> &str {
        self.person.as_ref().map_or("", |p| p.name.as_str())
    }

    fn email(&self) -> &str {
        self.person.as_ref().map_or("", |p| p.email.as_str())
    }

    fn words(&self, v: &Visitor) -> String {
        words(v, &self.roles)
    }
}

impl Invitation {
    fn words(&self, v: &Visitor) -> String {
        words(v, &self.roles)
    }
}

fn words(v: &Visitor, roles: &[Role]) -> String {
    roles.iter().map(|r| v.t.word("role", r.as_str())).collect::<Vec<_>>().join(", ")
}

/// The roles that were ticked; what is no role is not ticked.
fn ticked(f: &Form) -> Vec<Role> {
    f.all("roles").iter().filter_map(|r| r.parse().ok()).collect()
}

#[derive(Template)]
#[template(path = "accounts/members.html")]
struct MembersTemplate {
    v: Visitor,
    f: Form,
    people: People,
}

async fn show(v: Visitor) -> Page {
    v.signed_in()?;
    if v.viewer().is_some_and(|viewer| viewer.acting.is_none()) {
        return v.redirect("/act-as");
    }
    let people = People::load(&v).await?;
    v.page(&MembersTemplate { f: Form::of(&v), people, v: v.clone() })
}

#[derive(Template)]
#[template(path = "accounts/invite.html")]
struct InviteTemplate {
    v: Visitor,
    f: Form,
    people: People,
}

async fn show_invite(v: Visitor) -> Page {
    let people = People::to_manage(&v).await?;
    v.page(&InviteTemplate { f: Form::of(&v), people, v: v.clone() })
}

async fn invite(v: Visitor, mut f: Form) -> Page {
    let people = People::to_manage(&v).await?;
    let input = invite_member::InviteMemberInput { email: f.text_of("email"), roles: ticked(&f) };
    if let Err(refused) = v.send::<InviteMember>(invite_member::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&InviteTemplate { f, people, v: v.clone() });
    }
    v.redirect_saying("/organisation/members", "invited")
}

async fn revoke(v: Visitor, mut f: Form) -> Page {
    let people = People::to_manage(&v).await?;
    let input = revoke_invitation::RevokeInvitationInput { invitation_id: f.text_of("invitationId") };
    if let Err(refused) = v.send::<RevokeInvitation>(revoke_invitation::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&MembersTemplate { f, people, v: v.clone() });
    }
    v.redirect_saying("/organisation/members", "invitation-revoked")
}

#[derive(Template)]
#[template(path = "accounts/member.html")]
struct MemberTemplate {
    v: Visitor,
    f: Form,
    people: People,
    membership: Membership,
}

async fn show_member(v: Visitor, Path(id): Path<String>) -> Page {
    let people = People::to_manage(&v).await?;
    let membership = people.member(&id)?;
    let f = Form::of(&v).with_all("roles", &membership.roles);
    v.page(&MemberTemplate { f, membership, people, v: v.clone() })
}

async fn change(v: Visitor, Path(id): Path<String>, mut f: Form) -> Page {
    let people = People::to_manage(&v).await?;
    let membership = people.member(&id)?;
    let input = change_roles::ChangeRolesInput { membership_id: id, roles: ticked(&f) };
    if let Err(refused) = v.send::<ChangeRoles>(change_roles::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&MemberTemplate { f, membership, people, v: v.clone() });
    }
    v.redirect_saying("/organisation/members", "roles-changed")
}

#[derive(Template)]
#[template(path = "accounts/remove.html")]
struct RemoveTemplate {
    v: Visitor,
    f: Form,
    people: People,
    membership: Membership,
}

async fn show_remove(v: Visitor, Path(id): Path<String>) -> Page {
    let people = People::to_manage(&v).await?;
    let membership = people.member(&id)?;
    v.page(&RemoveTemplate { f: Form::of(&v), membership, people, v: v.clone() })
}

async fn remove(v: Visitor, Path(id): Path<String>, mut f: Form) -> Page {
    let people = People::to_manage(&v).await?;
    let membership = people.member(&id)?;
    let is_me = membership.person.as_ref().is_some_and(|p| p.id == people.me);
    let input = remove_member::RemoveMemberInput { membership_id: id };
    if let Err(refused) = v.send::<RemoveMember>(remove_member::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&RemoveTemplate { f, membership, people, v: v.clone() });
    }
    if is_me {
        return v.redirect_saying("/act-as", "left");
    }
    v.redirect_saying("/organisation/members", "member-removed")
}

#[derive(Template)]
#[template(path = "accounts/request.html")]
struct RequestTemplate {
    v: Visitor,
    f: Form,
    people: People,
    membership: Membership,
}

async fn show_request(v: Visitor, Path(id): Path<String>) -> Page {
    let people = People::to_manage(&v).await?;
    let membership = people.request(&id)?;
    let f = Form::of(&v).with_all("roles", &membership.roles);
    v.page(&RequestTemplate { f, membership, people, v: v.clone() })
}

async fn decide(v: Visitor, Path(id): Path<String>, mut f: Form) -> Page {
    let people = People::to_manage(&v).await?;
    let membership = people.request(&id)?;
    let approves = f.value("decision") == "approve";
    let input =
        decide_membership::DecideMembershipInput { membership_id: id, roles: approves.then(|| ticked(&f)) };
    if let Err(refused) = v.send::<DecideMembership>(decide_membership::Variables { input }).await? {
        f.refuse(&refused);
        return v.invalid(&RequestTemplate { f, membership, people, v: v.clone() });
    }
    let said = if approves { "request-approved" } else { "request-declined" };
    v.redirect_saying("/organisation/members", said)
}

//! What a need says, read and written.

use async_graphql::{Context, Description, Enum, InputObject, MaybeUndefined, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use domain::needs as domain_needs;
use domain::text::advice::{self, AdviceInput};
use domain::text::markdown;

use crate::reference::{Code, CpvEntry, cpv_entries, place_of};
use crate::{CpvCode, Ctx, Date, Markdown, Money};

/// A language of interface and content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(name = "Language", rename_items = "lowercase")]
pub enum LanguageCode {
    /// Norwegian Bokmål.
    Nb,
    /// Norwegian Nynorsk.
    Nn,
    /// English.
    En,
}

impl From<types::Language> for LanguageCode {
    fn from(language: types::Language) -> Self {
        match language {
            types::Language::Nb => Self::Nb,
            types::Language::Nn => Self::Nn,
            types::Language::En => Self::En,
        }
    }
}

impl From<LanguageCode> for types::Language {
    fn from(language: LanguageCode) -> Self {
        match language {
            LanguageCode::Nb => Self::Nb,
            LanguageCode::Nn => Self::Nn,
            LanguageCode::En => Self::En,
        }
    }
}

crate::api_enum! {
    /// The kind of innovative procurement (DFØ).
    InnovationKind {
        /// Develops something new (*innovasjonsanskaffelse*).
        InnovationProcurement,
        /// Rewards better solutions (*innovasjonsvennlig*).
        InnovationFriendly,
        /// First buy of a new solution (*innovativ løsning*).
        InnovativeSolution,
        /// Not decided yet.
        Undecided,
        /// An ordinary procurement.
        None,
    }
}

crate::api_enum! {
    /// Where the need is anchored in the buyer's organisation.
    AnchoringLevel {
        /// With whoever wrote it.
        Unit,
        /// With the head of the service.
        Management,
        /// With the chief executive.
        ChiefExecutive,
        /// Decided politically.
        Political,
    }
}

/// An estimated range, without VAT; either end may be open.
#[derive(Clone, Debug, SimpleObject, InputObject)]
#[graphql(input_name = "ValueRangeInput")]
pub struct ValueRange {
    /// At least.
    pub minimum: Option<Money>,
    /// At most.
    pub maximum: Option<Money>,
    /// ISO 4217, such as `NOK`.
    pub currency: String,
}

/// A question to the market; answers belong to its key.
#[derive(Clone, Debug, SimpleObject)]
pub struct MarketQuestion {
    /// Stable within the need.
    pub key: String,
    /// The question.
    pub text: String,
}

crate::api_enum_of! {
    /// How serious a piece of advice is.
    AdviceLevel = domain::text::advice::Level {
        /// Worth a thought.
        Hint,
        /// Probably better otherwise.
        Warning,
        /// Almost surely a mistake.
        Strong,
    }
}

/// A piece of advice of the writing aid.
#[derive(Clone, Debug, SimpleObject)]
pub struct WritingAdvice {
    /// What it is about: `SOLUTION_LANGUAGE`, `BRAND`, `NO_MEASURABLE_EFFECT`, ….
    pub code: String,
    /// How serious it is.
    pub level: AdviceLevel,
    /// Which field.
    pub field: String,
    /// The words that it is about.
    pub found: Option<String>,
    /// Plainer words.
    pub suggestion: Option<String>,
    /// What to think of, in your language.
    pub message: String,
}

/// The text and facts of a need. Each text in Markdown has a twin `…Html`
/// that is safe to show.
#[derive(Clone, Debug, Description)]
pub struct NeedContent(pub(crate) domain_needs::NeedContent);

#[Object(use_type_description)]
impl NeedContent {
    /// Title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// In one or two sentences.
    async fn summary(&self) -> &str {
        &self.0.summary
    }

    /// The challenge, and how it is today.
    async fn challenge(&self) -> Markdown {
        self.0.challenge.as_str().into()
    }

    /// The challenge as safe HTML.
    async fn challenge_html(&self) -> String {
        markdown::to_html(&self.0.challenge)
    }

    /// Who is affected.
    async fn users(&self) -> Markdown {
        self.0.users.as_str().into()
    }

    /// Who is affected, as safe HTML.
    async fn users_html(&self) -> String {
        markdown::to_html(&self.0.users)
    }

    /// The effects wanted.
    async fn effects(&self) -> Markdown {
        self.0.effects.as_str().into()
    }

    /// The effects wanted, as safe HTML.
    async fn effects_html(&self) -> String {
        markdown::to_html(&self.0.effects)
    }

    /// Success criteria that can be measured.
    async fn success_criteria(&self) -> Markdown {
        self.0.success_criteria.as_str().into()
    }

    /// Success criteria, as safe HTML.
    async fn success_criteria_html(&self) -> String {
        markdown::to_html(&self.0.success_criteria)
    }

    /// Law, integration, security, climate.
    async fn constraints(&self) -> Markdown {
        self.0.constraints.as_str().into()
    }

    /// Constraints, as safe HTML.
    async fn constraints_html(&self) -> String {
        markdown::to_html(&self.0.constraints)
    }

    /// What is not decided.
    async fn openness(&self) -> Markdown {
        self.0.openness.as_str().into()
    }

    /// What is not decided, as safe HTML.
    async fn openness_html(&self) -> String {
        markdown::to_html(&self.0.openness)
    }

    /// Volume and today's use in figures.
    async fn scale(&self) -> Markdown {
        self.0.scale.as_str().into()
    }

    /// Volume, as safe HTML.
    async fn scale_html(&self) -> String {
        markdown::to_html(&self.0.scale)
    }

    /// Estimated value without VAT.
    async fn value(&self) -> Option<ValueRange> {
        let value = self.0.value.clone()?;
        let (minimum, maximum) = (value.minimum.map(Money), value.maximum.map(Money));
        Some(ValueRange { minimum, maximum, currency: value.currency })
    }

    /// What happens when.
    async fn plan(&self) -> Markdown {
        self.0.plan.as_str().into()
    }

    /// What happens when, as safe HTML.
    async fn plan_html(&self) -> String {
        markdown::to_html(&self.0.plan)
    }

    /// When a procurement may be announced.
    async fn planned_on(&self) -> Option<Date> {
        self.0.planned_on.map(Date)
    }

    /// Unit that owns the need.
    async fn owner_unit(&self) -> &str {
        &self.0.owner_unit
    }

    /// Where it is anchored.
    async fn anchoring(&self) -> Option<AnchoringLevel> {
        self.0.anchoring.map(Into::into)
    }

    /// The kind of innovation.
    async fn innovation(&self) -> Option<InnovationKind> {
        self.0.innovation.map(Into::into)
    }

    /// Whether other buyers are invited to join.
    async fn joint_interest(&self) -> bool {
        self.0.joint_interest
    }

    /// CPV codes, the main one first.
    async fn cpv_codes(&self, ctx: &Context<'_>) -> Result<Vec<CpvEntry>> {
        cpv_entries(ctx, &self.0.cpv_codes).await
    }

    /// Places.
    async fn places(&self, ctx: &Context<'_>) -> Vec<Code> {
        self.0.places.iter().map(|p| place_of(p, ctx.actor().language)).collect()
    }

    /// Questions to the market.
    async fn questions(&self) -> Vec<MarketQuestion> {
        self.0.questions.iter().map(|q| MarketQuestion { key: q.key.clone(), text: q.text.clone() }).collect()
    }

    /// Until when responses are taken.
    async fn response_deadline(&self) -> Option<DateTime<Utc>> {
        self.0.response_deadline
    }

    /// Until when questions are taken, if not until the deadline for responses.
    async fn question_deadline(&self) -> Option<DateTime<Utc>> {
        self.0.question_deadline
    }

    /// The language that it is written in.
    async fn language(&self) -> LanguageCode {
        self.0.language.into()
    }

    /// Work contact: name.
    async fn contact_name(&self) -> &str {
        &self.0.contact_name
    }

    /// Work contact: mailbox.
    async fn contact_email(&self) -> Option<&str> {
        self.0.contact_email.as_ref().map(types::EmailAddress::as_str)
    }

    /// Case number of the archive.
    async fn case_number(&self) -> &str {
        &self.0.case_number
    }

    /// What the writing aid makes of it.
    async fn advice(&self, ctx: &Context<'_>) -> Vec<WritingAdvice> {
        let c = &self.0;
        let input = AdviceInput {
            title: &c.title,
            challenge: &c.challenge,
            users: &c.users,
            effects: &c.effects,
            success_criteria: &c.success_criteria,
            constraints: &c.constraints,
            openness: &c.openness,
            days_to_respond: c.response_deadline.map(|d| (d - ctx.app().now()).num_days()),
        };
        let texts = ctx.texts();
        advice::advise(&input, c.language)
            .into_iter()
            .map(|a| WritingAdvice {
                code: a.code.as_str().to_owned(),
                level: a.level.into(),
                field: a.field.to_owned(),
                message: texts.word("advice", a.code.as_str()),
                found: a.found,
                suggestion: a.suggestion.map(Into::into),
            })
            .collect()
    }
}

/// A question to the market, new or changed.
#[derive(Clone, Debug, InputObject)]
pub struct MarketQuestionInput {
    /// Key of a question that is there; null for a new one.
    pub key: Option<String>,
    /// The question; empty removes it.
    pub text: String,
}

/// What to change in a draft: left out is unchanged, null or empty clears, a
/// list replaces.
#[derive(Clone, Debug, Default, InputObject)]
pub struct NeedContentInput {
    /// At most 200 characters.
    pub title: Option<String>,
    /// At most 500 characters.
    pub summary: Option<String>,
    /// At most 20 000 characters, as are the texts below.
    pub challenge: Option<Markdown>,
    /// Who is affected.
    pub users: Option<Markdown>,
    /// The effects wanted.
    pub effects: Option<Markdown>,
    /// Success criteria that can be measured.
    pub success_criteria: Option<Markdown>,
    /// Law, integration, security, climate.
    pub constraints: Option<Markdown>,
    /// What is not decided.
    pub openness: Option<Markdown>,
    /// Volume and today's use in figures.
    pub scale: Option<Markdown>,
    /// Estimated value without VAT.
    pub value: MaybeUndefined<ValueRange>,
    /// What happens when.
    pub plan: Option<Markdown>,
    /// When a procurement may be announced.
    pub planned_on: MaybeUndefined<Date>,
    /// Unit that owns the need.
    pub owner_unit: Option<String>,
    /// Where it is anchored.
    pub anchoring: MaybeUndefined<AnchoringLevel>,
    /// The kind of innovation.
    pub innovation: MaybeUndefined<InnovationKind>,
    /// Whether other buyers are invited to join.
    pub joint_interest: Option<bool>,
    /// CPV codes, the main one first; at most 20.
    pub cpv_codes: Option<Vec<CpvCode>>,
    /// Municipality, county or NUTS codes; at most 50.
    pub places: Option<Vec<String>>,
    /// Questions to the market; at most 40.
    pub questions: Option<Vec<MarketQuestionInput>>,
    /// Until when responses are taken.
    pub response_deadline: MaybeUndefined<DateTime<Utc>>,
    /// Until when questions are taken.
    pub question_deadline: MaybeUndefined<DateTime<Utc>>,
    /// The language that it is written in.
    pub language: Option<LanguageCode>,
    /// Work contact: name.
    pub contact_name: Option<String>,
    /// Work contact: mailbox.
    pub contact_email: MaybeUndefined<String>,
    /// Case number of the archive.
    pub case_number: Option<String>,
}

/// Left out, null or a value, as the domain's input has it.
#[expect(clippy::option_option, reason = "left out, null, and a value are three things")]
pub(crate) fn given<T, U>(value: MaybeUndefined<T>, f: impl Fn(T) -> U) -> Option<Option<U>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(f(value))),
    }
}

impl From<NeedContentInput> for domain_needs::ContentInput {
    fn from(input: NeedContentInput) -> Self {
        Self {
            title: input.title,
            summary: input.summary,
            challenge: input.challenge.map(Into::into),
            users: input.users.map(Into::into),
            effects: input.effects.map(Into::into),
            success_criteria: input.success_criteria.map(Into::into),
            constraints: input.constraints.map(Into::into),
            openness: input.openness.map(Into::into),
            scale: input.scale.map(Into::into),
            value: given(input.value, |v| domain_needs::ValueRange {
                minimum: v.minimum.map(|m| m.0),
                maximum: v.maximum.map(|m| m.0),
                currency: v.currency,
            }),
            plan: input.plan.map(Into::into),
            planned_on: given(input.planned_on, |d| d.0),
            owner_unit: input.owner_unit,
            anchoring: given(input.anchoring, Into::into),
            innovation: given(input.innovation, Into::into),
            joint_interest: input.joint_interest,
            cpv_codes: input.cpv_codes.map(|all| all.into_iter().map(Into::into).collect()),
            places: input.places,
            questions: input.questions.map(|all| all.into_iter().map(|q| (q.key, q.text)).collect()),
            response_deadline: given(input.response_deadline, types::truncate),
            question_deadline: given(input.question_deadline, types::truncate),
            language: input.language.map(Into::into),
            contact_name: input.contact_name,
            contact_email: given(input.contact_email, |e| e),
            case_number: input.case_number,
        }
    }
}

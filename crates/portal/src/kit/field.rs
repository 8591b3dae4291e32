//! Fields: each knows its label, help, value and error, and renders them so
//! that a screen reader hears what is seen. In a template:
//! `{{ f.text("title", v.t.need_title()).help(v.t.need_title_help()).limit(200) }}`.

use std::fmt::Display;

use askama::Template;
use askama::filters::HtmlSafe;

use super::form::{self, Form};

/// One of the values that a field offers.
#[derive(Clone, Debug)]
pub struct Choice {
    value: String,
    label: String,
    help: Option<String>,
}

impl Choice {
    /// A value and its words.
    pub fn new(value: impl Display, label: impl Display) -> Self {
        Self { value: value.to_string(), label: label.to_string(), help: None }
    }

    /// A sentence below the words.
    #[must_use]
    pub fn help(mut self, help: impl Display) -> Self {
        self.help = Some(help.to_string());
        self
    }

    /// The words of an enum: `Choice::words(v.t, "event-kind", EventKind::ALL)`
    /// has the texts `event-kind-…`.
    pub fn words(t: i18n::Texts, group: &str, words: &[impl Display]) -> Vec<Self> {
        words
            .iter()
            .map(|word| {
                let word = word.to_string();
                let label = t.word(group, &word);
                Self::new(word, label)
            })
            .collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Input(&'static str),
    Textarea,
    Select,
    Options(&'static str),
    Tick,
    File,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Mark {
    Required,
    Optional,
    /// Needed only if; the words say when.
    If(String),
    Silent,
}

/// A field of a [`Form`]. Must be filled in unless [`Field::optional`] is said.
#[derive(Template)]
#[template(path = "kit/field.html")]
pub struct Field<'f> {
    f: &'f Form,
    kind: Kind,
    name: String,
    label: String,
    mark: Mark,
    help: Option<String>,
    choices: Vec<Choice>,
    limit: Option<usize>,
    rows: usize,
    language: Option<String>,
    suffix: Option<String>,
    attributes: Vec<(&'static str, String)>,
}

impl HtmlSafe for Field<'_> {}

impl Form {
    fn field(&self, kind: Kind, name: impl Display, label: impl Display) -> Field<'_> {
        Field {
            f: self,
            kind,
            name: name.to_string(),
            label: label.to_string(),
            mark: Mark::Required,
            help: None,
            choices: Vec::new(),
            limit: None,
            rows: 5,
            language: None,
            suffix: None,
            attributes: Vec::new(),
        }
    }

    /// A line of text.
    pub fn text(&self, name: impl Display, label: impl Display) -> Field<'_> {
        self.field(Kind::Input("text"), name, label)
    }

    /// An e-mail address.
    pub fn email(&self, name: impl Display, label: impl Display) -> Field<'_> {
        self.field(Kind::Input("email"), name, label).autocomplete("email")
    }

    /// A web address.
    pub fn link(&self, name: impl Display, label: impl Display) -> Field<'_> {
        self.field(Kind::Input("url"), name, label)
    }

    /// A whole number. No spinner: a wheel must not change a value.
    pub fn whole_number(&self, name: impl Display, label: impl Display) -> Field<'_> {
        self.field(Kind::Input("text"), name, label).attribute("inputmode", "numeric").attribute("size", "12")
    }

    /// A code of letters and digits that came by mail.
    pub fn code(&self, name: impl Display, label: impl Display) -> Field<'_> {
        self.field(Kind::Input("text"), name, label)
            .autocomplete("one-time-code")
            .attribute("autocapitalize", "characters")
            .attribute("spellcheck", "false")
            .attribute("size", "12")
    }

    /// A calendar day; read it by [`Form::day`].
    pub fn date(&self, name: impl Display, label: impl Display) -> Field<'_> {
        self.field(Kind::Input("date"), name, label).attribute("size", "14")
    }

    /// A moment in Norwegian time; read it by [`Form::moment`], fill it with
    /// `Texts::input_moment`.
    pub fn date_time(&self, name: impl Display, label: impl Display) -> Field<'_> {
        self.field(Kind::Input("datetime-local"), name, label).attribute("size", "18")
    }

    /// Lines of text.
    pub fn textarea(&self, name: impl Display, label: impl Display) -> Field<'_> {
        self.field(Kind::Textarea, name, label)
    }

    /// One of many; for few, [`Form::radios`] are better.
    pub fn select(&self, name: impl Display, label: impl Display, choices: &[Choice]) -> Field<'_> {
        self.field(Kind::Select, name, label).choices(choices)
    }

    /// One of few.
    pub fn radios(&self, name: impl Display, label: impl Display, choices: &[Choice]) -> Field<'_> {
        self.field(Kind::Options("radio"), name, label).choices(choices)
    }

    /// Any of few; read them by [`Form::all`].
    pub fn checkboxes(&self, name: impl Display, label: impl Display, choices: &[Choice]) -> Field<'_> {
        self.field(Kind::Options("checkbox"), name, label).choices(choices)
    }

    /// Yes or no; read it by [`Form::ticked`].
    pub fn tick(&self, name: impl Display, label: impl Display) -> Field<'_> {
        self.field(Kind::Tick, name, label).unmarked()
    }

    /// A file; the form needs `enctype="multipart/form-data"`.
    pub fn upload(&self, name: impl Display, label: impl Display) -> Field<'_> {
        self.field(Kind::File, name, label)
    }

    /// A hidden value.
    pub fn hidden(&self, name: impl Display) -> Hidden<'_> {
        let name = name.to_string();
        let value = self.value(&name);
        Hidden { name, value }
    }

    /// What is wrong, each a link to its field; nothing when nothing is.
    pub fn summary(&self) -> Summary<'_> {
        Summary { f: self }
    }
}

impl Field<'_> {
    /// A sentence below the label. Say here what people would ask.
    #[must_use]
    pub fn help(mut self, help: impl Display) -> Self {
        self.help = Some(help.to_string()).filter(|h| !h.is_empty());
        self
    }

    /// It need not be filled in.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.mark = Mark::Optional;
        self
    }

    /// It must be filled in in some case: `text` says in which.
    #[must_use]
    pub fn needed_if(mut self, text: impl Display) -> Self {
        self.mark = Mark::If(text.to_string());
        self
    }

    /// Says neither: for a form of one field, and for filters.
    #[must_use]
    pub fn unmarked(mut self) -> Self {
        self.mark = Mark::Silent;
        self
    }

    /// Counts the characters down from `limit`; the API enforces it.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = Some(limit);
        self
    }

    /// How many lines a textarea shows.
    #[must_use]
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows;
        self
    }

    /// The language of what is typed, where it is not the interface's.
    #[must_use]
    pub fn language(mut self, language: impl Display) -> Self {
        self.language = Some(language.to_string());
        self
    }

    /// A unit after the field: `kr`.
    #[must_use]
    pub fn suffix(mut self, suffix: impl Display) -> Self {
        self.suffix = Some(suffix.to_string());
        self
    }

    /// What a browser may fill in.
    #[must_use]
    pub fn autocomplete(self, purpose: &'static str) -> Self {
        self.attribute("autocomplete", purpose)
    }

    /// Which files are offered: `.xml,application/xml`.
    #[must_use]
    pub fn accept(self, kinds: &'static str) -> Self {
        self.attribute("accept", kinds)
    }

    /// Any other attribute of the input.
    #[must_use]
    pub fn attribute(mut self, name: &'static str, value: impl Display) -> Self {
        self.attributes.push((name, value.to_string()));
        self
    }

    fn choices(mut self, choices: &[Choice]) -> Self {
        self.choices = choices.to_vec();
        self
    }

    fn id(&self) -> String {
        form::id(&self.name)
    }

    /// The error link leads to the first choice, so that one bears the id.
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "templates pass by reference")]
    fn choice_id(&self, index: &usize) -> String {
        if *index == 0 { self.id() } else { format!("{}-choice-{index}", self.id()) }
    }

    /// Tells the list of errors that the field is on the page.
    fn introduce(&self) -> &'static str {
        self.f.labels.introduce(&self.name, &self.label);
        ""
    }

    fn value(&self) -> &str {
        self.f.value(&self.name)
    }

    fn error(&self) -> Option<&str> {
        self.f.error(&self.name)
    }

    /// What somebody else has saved here meanwhile, in words.
    fn saved(&self) -> Option<String> {
        let saved = self.f.saved_otherwise(&self.name)?;
        match self.kind {
            Kind::File => return None,
            Kind::Tick if !saved.is_empty() => return Some(self.label.clone()),
            _ => {}
        }
        let chosen = self.choices.iter().find(|c| c.value == saved).map(|c| c.label.clone());
        Some(chosen.unwrap_or_else(|| saved.to_owned()))
    }

    fn marked(&self) -> Option<String> {
        match &self.mark {
            Mark::Required => Some(self.f.t.shell_required()),
            Mark::Optional => Some(self.f.t.shell_optional()),
            Mark::If(text) => Some(text.clone()),
            Mark::Silent => None,
        }
    }

    /// The ids of help, what is saved, and error that are there.
    fn described_by(&self) -> Option<String> {
        let id = self.id();
        let parts = [
            self.help.as_ref().map(|_| format!("{id}-help")),
            self.saved().map(|_| format!("{id}-saved")),
            self.error().map(|_| format!("{id}-error")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }
}

/// A hidden value; see [`Form::hidden`].
#[derive(Template)]
#[template(ext = "html", source = "<input type=\"hidden\" name=\"{{ name }}\" value=\"{{ value }}\">")]
pub struct Hidden<'f> {
    name: String,
    value: &'f str,
}

impl HtmlSafe for Hidden<'_> {}

/// The list of errors; see [`Form::summary`].
#[derive(Template)]
#[template(path = "kit/summary.html")]
pub struct Summary<'f> {
    f: &'f Form,
}

impl HtmlSafe for Summary<'_> {}

//! Those whom a visitor of the demonstration may be.

/// Somebody to sign in as by a button.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Persona {
    /// The name.
    pub name: &'static str,
    /// The address, by which the person is found.
    pub email: &'static str,
    /// What the person does, and where.
    pub role: &'static str,
}

const fn persona(name: &'static str, email: &'static str, role: &'static str) -> Persona {
    Persona { name, email, role }
}

/// The personas, the most useful first.
pub const PERSONAS: &[Persona] =
    &[persona("Ingrid Moen", "ingrid.moen@trondheim.example.no", "innkjøper, Trondheim kommune")];

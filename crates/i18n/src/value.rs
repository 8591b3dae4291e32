//! What a text may have put in: words and whole numbers, also through
//! references, since templates hand everything over by reference.

use std::borrow::Cow;

use fluent_bundle::FluentValue;

/// A value that a text mentions.
pub trait Value {
    /// As Fluent takes it: numbers choose plural forms, words stand as they are.
    fn value(&self) -> FluentValue<'_>;
}

impl Value for str {
    fn value(&self) -> FluentValue<'_> {
        self.into()
    }
}

impl Value for String {
    fn value(&self) -> FluentValue<'_> {
        self.into()
    }
}

impl Value for Cow<'_, str> {
    fn value(&self) -> FluentValue<'_> {
        FluentValue::String(Cow::Borrowed(self))
    }
}

impl Value for FluentValue<'_> {
    fn value(&self) -> FluentValue<'_> {
        self.clone()
    }
}

impl<T: Value + ?Sized> Value for &T {
    fn value(&self) -> FluentValue<'_> {
        (**self).value()
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {$(
        impl Value for $number {
            fn value(&self) -> FluentValue<'_> {
                self.into()
            }
        }
    )+};
}
numbers!(i8, i16, i32, i64, u8, u16, u32, u64, usize);

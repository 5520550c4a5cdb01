//! Texts that a contract, a file or a tag controls, written so that they stay texts.
//!
//! A handler can be called anything, and a message, an error or the name of a file can say
//! anything: control characters that a terminal obeys, marks that reorder a line, new lines that
//! look like ours, commands for the machine that keeps a log, the mark-up of whatever format they
//! end in. So each format has one writer, [`Escaped`], which is filled by [`escaped!`]: the
//! template is a literal of ours, and whatever is put into it is made [`Visible`] and then escaped
//! by the rules of the [`Format`]. What is not escaped does not compile: a text becomes
//! [`Escaped`] in no other way, and [`Escaped`] is what writers of a format return.

mod json;
mod shell;
mod terminal;
mod visible;
mod xml;

pub use json::{json, json_lines};
pub use shell::{shell_command, shell_word};
pub use terminal::{Plain, Terminal, only_visible};
pub use visible::{Visible, is_visible};
pub use xml::Xml;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;
use std::fmt::{self, Display};
use std::iter::Sum;
use std::marker::PhantomData;
use std::ops::{Add, AddAssign};

/// The syntax of a format.
pub trait Format {
    /// The text as it has to stand in a document of this format to be read as just that.
    fn escape(text: &Visible) -> Cow<'_, str>;
}

/// A format whose parts may stand in a document of another as they are: the template around it
/// says where.
pub trait Within<G> {}

/// Part of a document of a format: templates of ours, filled with texts that are escaped.
pub struct Escaped<F> {
    text: String,
    format: PhantomData<F>,
}

/// What a terminal shows.
pub type Told = Escaped<Terminal>;

impl<F> Escaped<F> {
    pub const fn new() -> Self {
        Self { text: String::new(), format: PhantomData }
    }

    /// A text of ours, which is in this format.
    pub fn ours(text: &'static str) -> Self {
        Self::unchecked(text.to_owned())
    }

    fn unchecked(text: String) -> Self {
        Self { text, format: PhantomData }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn into_text(self) -> String {
        self.text
    }

    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// How many characters there are.
    pub fn len(&self) -> usize {
        self.text.chars().count()
    }

    /// As part of a document of another format.
    pub fn within<G>(self) -> Escaped<G>
    where
        F: Within<G>,
    {
        Escaped::unchecked(self.text)
    }

    /// All of them, with `between` between any two.
    pub fn joined(parts: impl IntoIterator<Item = Self>, between: &'static str) -> Self {
        let parts: Vec<_> = parts.into_iter().map(Self::into_text).collect();
        Self::unchecked(parts.join(between))
    }

    /// The same with spaces behind it, up to so many characters in all.
    #[must_use]
    pub fn padded(self, width: usize) -> Self {
        Self::unchecked(format!("{:width$}", self.text))
    }
}

impl Escaped<Xml> {
    /// A document in base64, of any length: letters, digits and three marks.
    pub fn base64(document: &str) -> Self {
        Self::unchecked(STANDARD.encode(document))
    }
}

impl<F: Format> Escaped<F> {
    pub fn of(text: &(impl Fill<F> + ?Sized)) -> Self {
        Self::unchecked(text.fill().into_owned())
    }

    /// All of them, escaped, with `between` between any two.
    pub fn list<T: Fill<F>>(texts: impl IntoIterator<Item = T>, between: &'static str) -> Self {
        Self::joined(texts.into_iter().map(|text| Self::of(&text)), between)
    }

    /// A text of several lines, each of them escaped. Only for texts in which the lines are ours.
    pub fn lines(text: &str) -> Self {
        let line = |line: &str| Self::unchecked(Self::of(line).text + "\n");
        text.lines().map(line).sum()
    }
}

impl<F> Default for Escaped<F> {
    fn default() -> Self {
        Self::new()
    }
}

impl<F> Clone for Escaped<F> {
    fn clone(&self) -> Self {
        Self::unchecked(self.text.clone())
    }
}

impl<F> PartialEq for Escaped<F> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl<F> fmt::Debug for Escaped<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl<F> AddAssign for Escaped<F> {
    fn add_assign(&mut self, other: Self) {
        self.text += &other.text;
    }
}

impl<F> Add for Escaped<F> {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl<F> Sum for Escaped<F> {
    fn sum<I: Iterator<Item = Self>>(parts: I) -> Self {
        parts.fold(Self::new(), Self::add)
    }
}

impl<F> FromIterator<Escaped<F>> for Escaped<F> {
    fn from_iter<I: IntoIterator<Item = Self>>(parts: I) -> Self {
        parts.into_iter().sum()
    }
}

impl<F> Extend<Escaped<F>> for Escaped<F> {
    fn extend<I: IntoIterator<Item = Self>>(&mut self, parts: I) {
        parts.into_iter().for_each(|part| *self += part);
    }
}

/// What can be put into a template of a format: any text, which is escaped, and parts of a
/// document of that format, which are as they have to be.
pub trait Fill<F> {
    /// As it stands in the document.
    fn fill(&self) -> Cow<'_, str>;
}

impl<F: Format, T: Display + ?Sized> Fill<F> for T {
    fn fill(&self) -> Cow<'_, str> {
        F::escape(&Visible::of(self)).into_owned().into()
    }
}

impl<F: Format> Fill<F> for Visible {
    fn fill(&self) -> Cow<'_, str> {
        F::escape(self)
    }
}

impl<F: Format> Fill<F> for &Visible {
    fn fill(&self) -> Cow<'_, str> {
        F::escape(self)
    }
}

impl<F> Fill<F> for Escaped<F> {
    fn fill(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.text)
    }
}

impl<F> Fill<F> for &Escaped<F> {
    fn fill(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.text)
    }
}

/// Fills a template: see [`escaped!`].
#[doc(hidden)]
pub struct Filler<F>(PhantomData<F>);

impl<F> Filler<F> {
    #[doc(hidden)]
    pub fn new() -> Self {
        Self(PhantomData)
    }

    #[doc(hidden)]
    pub fn field<'a, T: Fill<F> + ?Sized>(&self, value: &'a T) -> Field<'a, F, T> {
        Field { value, format: PhantomData }
    }

    #[doc(hidden)]
    pub fn filled(self, text: String) -> Escaped<F> {
        Escaped::unchecked(text)
    }
}

#[doc(hidden)]
pub struct Field<'a, F, T: ?Sized> {
    value: &'a T,
    format: PhantomData<F>,
}

impl<F, T: Fill<F> + ?Sized> Display for Field<'_, F, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value.fill())
    }
}

/// Part of a document: a template of ours, and the texts to be put into it, which are escaped by
/// the rules of the format that is asked for.
///
/// It is written as for `format!`, except for variables that the template names: they are listed
/// behind it. One that is not does not compile.
///
/// ```
/// use explorer::escape::{Escaped, Terminal};
/// use explorer::escaped;
///
/// let name = "a\nname";
/// let told: Escaped<Terminal> = escaped!("{} has {name}\n", 1 + 1, name);
/// assert_eq!(told.as_str(), "2 has a\\nname\n");
/// ```
///
/// ```compile_fail
/// use explorer::escape::{Escaped, Terminal};
/// let name = "a\nname";
/// let told: Escaped<Terminal> = explorer::escaped!("{name}");
/// ```
#[macro_export]
macro_rules! escaped {
    (@fill $filler:ident $template:literal [$($done:tt)*]) => {{
        let $filler = $crate::escape::Filler::new();
        // In a text that a macro makes no variables are looked up.
        let text = format!(concat!($template), $($done)*);
        $filler.filled(text)
    }};
    (@fill $filler:ident $template:literal [$($done:tt)*] $name:ident = $value:expr $(, $($rest:tt)*)?) => {
        $crate::escaped!(@fill $filler $template [$($done)* $name = $filler.field(&$value),] $($($rest)*)?)
    };
    (@fill $filler:ident $template:literal [$($done:tt)*] $name:ident $(, $($rest:tt)*)?) => {
        $crate::escaped!(@fill $filler $template [$($done)* $name = $filler.field(&$name),] $($($rest)*)?)
    };
    (@fill $filler:ident $template:literal [$($done:tt)*] $value:expr $(, $($rest:tt)*)?) => {
        $crate::escaped!(@fill $filler $template [$($done)* $filler.field(&$value),] $($($rest)*)?)
    };
    ($template:literal $(, $($fields:tt)*)?) => {
        $crate::escaped!(@fill filler $template [] $($($fields)*)?)
    };
}

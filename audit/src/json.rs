//! JSON that anybody may have written.

use crate::entry::Source;
use serde_json::{Map, Value};
use std::fmt;

/// What is wrong with a file, a name or a page: cause, place and way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogError(pub String);

impl fmt::Display for LogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LogError {}

/// A value, and where it stands.
#[derive(Clone, Debug)]
pub struct At<'a> {
    /// A part of the JSON of a file.
    pub value: &'a Value,
    /// Where.
    pub source: Source,
}

impl<'a> At<'a> {
    /// The whole of a file.
    pub fn file(value: &'a Value, file: &str) -> Self {
        Self { value, source: Source { file: file.to_owned(), path: String::new() } }
    }

    fn inner(&self, value: &'a Value, step: &str) -> Self {
        let path = &self.source.path;
        let dot = if path.is_empty() || step.starts_with('[') { "" } else { "." };
        let path = format!("{path}{dot}{step}");
        Self { value, source: Source { path, ..self.source.clone() } }
    }

    /// Says what is wrong here.
    pub fn refuse(&self, what: &str) -> LogError {
        LogError(format!("{}: {what}; fetch the file again", self.source))
    }

    fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        }
    }

    /// What has this key, if it is not null.
    pub fn get(&self, key: &str) -> Option<Self> {
        let value = self.value.get(key).filter(|value| !value.is_null())?;
        Some(self.inner(value, key))
    }

    /// What has this key.
    ///
    /// # Errors
    /// That it is none, and where.
    pub fn must(&self, key: &str) -> Result<Self, LogError> {
        self.get(key).ok_or_else(|| self.refuse(&format!("there is no '{key}'")))
    }

    /// It as an object.
    ///
    /// # Errors
    /// That it is none, and where.
    pub fn object(&self) -> Result<&'a Map<String, Value>, LogError> {
        let wrong = || self.refuse(&format!("an object belongs here, and it is {}", self.kind()));
        self.value.as_object().ok_or_else(wrong)
    }

    /// The fields of an object.
    ///
    /// # Errors
    /// That it is none, and where.
    pub fn fields(&self) -> Result<Vec<(&'a str, Self)>, LogError> {
        let fields = self.object()?.iter();
        Ok(fields.map(|(key, value)| (key.as_str(), self.inner(value, key))).collect())
    }

    /// The entries of a list.
    ///
    /// # Errors
    /// That it is none, and where.
    pub fn list(&self) -> Result<Vec<Self>, LogError> {
        let wrong = || self.refuse(&format!("a list belongs here, and it is {}", self.kind()));
        let list = self.value.as_array().ok_or_else(wrong)?.iter().enumerate();
        Ok(list.map(|(place, value)| self.inner(value, &format!("[{place}]"))).collect())
    }

    /// It as a text.
    ///
    /// # Errors
    /// That it is none, and where.
    pub fn text(&self) -> Result<&'a str, LogError> {
        let wrong = || self.refuse(&format!("a text belongs here, and it is {}", self.kind()));
        self.value.as_str().ok_or_else(wrong)
    }

    /// A text, or what a node writes for a number or a boolean.
    pub fn plain(&self) -> Option<String> {
        match self.value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// The text that has this key, if any.
    ///
    /// # Errors
    /// That it is none, and where.
    pub fn text_of(&self, key: &str) -> Result<Option<&'a str>, LogError> {
        self.get(key).map(|value| value.text()).transpose()
    }

    /// A whole number, or the text of one.
    ///
    /// # Errors
    /// That it is none, and where.
    pub fn whole(&self) -> Result<i64, LogError> {
        let number = match self.value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        };
        number.ok_or_else(|| self.refuse("a whole number belongs here"))
    }

    /// The number of a slot.
    ///
    /// # Errors
    /// That it is none, and where.
    pub fn slot(&self) -> Result<u64, LogError> {
        u64::try_from(self.whole()?).map_err(|_| self.refuse("a slot is not negative"))
    }

    /// Whether it says yes, as a boolean or as a text.
    pub fn is_true(&self) -> bool {
        self.value.as_bool() == Some(true) || self.value.as_str() == Some("true")
    }

    /// Tags: a list of names with values that are texts.
    ///
    /// # Errors
    /// That it is none, and where.
    pub fn tags(&self) -> Result<Vec<(String, String)>, LogError> {
        let tag = |tag: &Self| {
            let name = tag.must("name")?.text()?.to_owned();
            let value = tag.must("value")?;
            let wrong =
                || value.refuse(&format!("the value of the tag {name} is {}", value.kind()));
            let value = value.value.as_str().ok_or_else(wrong)?;
            Ok((name, value.to_owned()))
        };
        self.list()?.iter().map(tag).collect()
    }
}

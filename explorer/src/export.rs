//! A counterexample in the formats of others.

use crate::document::Whole;
use crate::replay::Replay;
use crate::svg::Drawing;
use serde::Serialize;

/// What a counterexample can be written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One page that needs nothing else.
    Html,
    /// The lanes as a picture.
    Svg,
    /// The lanes as a Mermaid sequence diagram.
    Mermaid,
    /// The states in the Informal Trace Format.
    Itf,
    /// Schema [`SCHEMA`](crate::document::SCHEMA).
    Json,
}

impl Format {
    /// A counterexample in this format.
    pub fn write(self, replay: &Replay) -> String {
        let whole = || Whole::of(replay);
        match self {
            Self::Svg => {
                let whole = whole();
                let title =
                    format!("{} breaks {}", replay.trace.world.subject, replay.property.name);
                whole.document.drawing(&replay.trace).file(&title)
            }
            Self::Html => html(replay),
            Self::Json => serde_json::to_string_pretty(&whole()).unwrap_or_default() + "\n",
            Self::Mermaid | Self::Itf => String::new(),
        }
    }
}

/// What a page in a file holds.
#[derive(Serialize)]
struct Recorded {
    /// All that is shown.
    whole: Whole,
    /// The picture.
    drawing: Drawing,
}

fn html(replay: &Replay) -> String {
    let whole = Whole::of(replay);
    let drawing = whole.document.drawing(&replay.trace);
    crate::page::alone(&title(replay), &Recorded { whole, drawing })
}

fn title(replay: &Replay) -> String {
    format!("{} breaks {}", replay.trace.world.subject, replay.property.name)
}

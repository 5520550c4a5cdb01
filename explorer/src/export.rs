//! A counterexample in the formats of others.

use crate::document::{Document, Whole};
use crate::escape::json_lines;
use crate::judgement::Judges;
use crate::lanes::Lanes;
use crate::replay::Replay;
use crate::svg::Drawing;
use crate::{itf, mermaid, narrate, page};
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
        let trace = &replay.trace;
        let judges = || Judges::of(&trace.world, &trace.swap);
        let document = || Document::of(trace, &judges()).ending_as(replay);
        match self {
            Self::Html => html(replay),
            Self::Svg => {
                let document = document();
                document.drawing(trace).file(&document.title())
            }
            Self::Mermaid => {
                mermaid::diagram(&document(), &Lanes::of(trace), mermaid::MOST).into_text()
            }
            Self::Itf => json_lines(&itf::trace(replay)),
            Self::Json => json_lines(&Whole::of(replay)),
        }
    }
}

/// What a page in a file holds.
#[derive(Serialize)]
struct Recorded {
    whole: Whole,
    drawing: Drawing,
}

fn html(replay: &Replay) -> String {
    let whole = Whole::of(replay);
    let drawing = whole.document.drawing(&replay.trace);
    let (title, story) = (whole.document.title(), narrate::story(replay));
    page::alone(&title, &story, &Recorded { whole, drawing })
}

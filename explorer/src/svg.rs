//! The lanes as a picture.
//!
//! The same drawing serves a file and the page: the page puts in only those parts that are in
//! sight, and finds what belongs to which step by `data-step`.

use crate::escape::{Escaped, Xml};
use crate::lanes::{Arrow, Lanes, Party, Shape};
use serde::Serialize;
use std::fmt::Write;

/// Pixels from one step to the next.
const ROW: usize = 76;
/// Pixels from one lane to the next.
const PITCH: usize = 164;
/// Pixels left of the first lane: room for numbers.
const GUTTER: usize = 92;
/// Pixels right of the last lane.
const MARGIN: usize = 84;
/// Pixels of the names of the parties.
const HEAD: usize = 44;
/// Pixels from the sender down to the end of a notice.
const DROP: usize = 34;
/// Pixels from one message in flight to the next, where they end.
const STAGGER: usize = 22;
/// Pixels that a letter is wide, about, in tenths.
const LETTER: usize = 66;
/// Pixels that a label may be long, past the lane that the message comes from.
const LONG: usize = 290;

#[derive(Clone, Debug, Serialize)]
pub struct Drawing {
    /// Pixels.
    pub width: usize,
    /// Pixels of all rows, without the head.
    pub height: usize,
    /// Pixels from one step to the next; step `n` is at `n * row`.
    pub row: usize,
    /// The names of the parties.
    pub head: String,
    /// Pixels of the head.
    pub head_height: usize,
    /// The lanes themselves, over the whole height.
    pub lanes: String,
    /// What stands at each step, from step 1 on.
    pub rows: Vec<String>,
    pub arrows: Vec<Drawn>,
}

/// A message in the picture.
#[derive(Clone, Debug, Serialize)]
pub struct Drawn {
    /// The first step that it is in sight of.
    pub first: usize,
    pub last: usize,
    pub svg: String,
    /// What is written at it: drawn above all lines.
    pub label: String,
}

/// What is to be said at a step, beside its messages.
#[derive(Clone, Debug, Default)]
pub struct Mark {
    /// The fault that it is, if it is one.
    pub fault: Option<&'static str>,
    /// Whether it breaks the promise that the run is about, or any where it is about none.
    pub breaks: bool,
    pub breaks_others: bool,
    /// Whether it was not possible.
    pub is_missing: bool,
}

impl Drawing {
    /// Draws lanes; `marks` has one for each step.
    pub fn of(lanes: &Lanes, marks: &[Mark]) -> Self {
        let steps = marks.len();
        let width = GUTTER + PITCH * (lanes.parties.len() - 1) + MARGIN;
        let is_flying = |arrow: &&Arrow| arrow.shape == Shape::Flying;
        let flying = lanes.arrows.iter().filter(is_flying).count();
        let height = y(steps + 1) + ROW / 2 + STAGGER * flying.saturating_sub(1);
        // What is still in flight comes last.
        let landed = lanes.arrows.len() - flying;
        let nth = |place: usize| place.saturating_sub(landed);
        Self {
            width,
            height,
            row: ROW,
            head: head(&lanes.parties),
            head_height: HEAD,
            lanes: (0..lanes.parties.len()).map(|lane| lifeline(lane, height)).collect(),
            rows: marks.iter().enumerate().map(|(n, mark)| row(n + 1, mark, width)).collect(),
            arrows: (0..).zip(&lanes.arrows).map(|(n, arrow)| draw(arrow, nth(n))).collect(),
        }
    }

    /// What is in sight of these steps.
    #[must_use]
    pub fn of_steps(&self, first: usize, last: usize) -> Self {
        let rows = self.rows.iter().take(last).skip(first.saturating_sub(1));
        let in_sight = |arrow: &&Drawn| arrow.first <= last && arrow.last >= first;
        let arrows = self.arrows.iter().filter(in_sight);
        let (head, lanes) = (self.head.clone(), self.lanes.clone());
        let (rows, arrows) = (rows.cloned().collect(), arrows.cloned().collect());
        Self { head, lanes, rows, arrows, ..*self }
    }

    /// The whole of it as a file.
    pub fn file(&self, title: &str) -> String {
        let lines = self.arrows.iter().map(|arrow| arrow.svg.as_str());
        let labels = self.arrows.iter().map(|arrow| arrow.label.as_str());
        let arrows: String = lines.chain(labels).collect();
        let (width, height) = (self.width, self.height + HEAD);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" class=\"lanes\" role=\"img\"><title>{}</title><style>{STYLE}</style><rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>{}<g transform=\"translate(0 {HEAD})\">{}{}{arrows}</g></svg>\n",
            xml(title),
            self.head,
            self.lanes,
            self.rows.concat()
        )
    }
}

/// How the parts look: also part of the page.
pub const STYLE: &str = include_str!("../page/lanes.css");

fn x(lane: usize) -> usize {
    GUTTER + lane * PITCH
}

fn y(step: usize) -> usize {
    step * ROW
}

fn head(parties: &[Party]) -> String {
    let mut text = String::new();
    for (lane, party) in parties.iter().enumerate() {
        let (x, name) = (x(lane), xml(&party.name));
        let role = party.role.word();
        let _ = write!(
            text,
            "<g class=\"party\"><text x=\"{x}\" y=\"20\" class=\"name\">{name}</text><text x=\"{x}\" y=\"36\" class=\"role\">{role}</text></g>"
        );
    }
    text
}

fn lifeline(lane: usize, height: usize) -> String {
    let x = x(lane);
    format!("<line class=\"lifeline\" x1=\"{x}\" y1=\"0\" x2=\"{x}\" y2=\"{height}\"/>")
}

fn row(step: usize, mark: &Mark, width: usize) -> String {
    let (y, top) = (y(step), y(step) - ROW / 2);
    let class = match mark {
        Mark { breaks: true, .. } => "row broken",
        Mark { breaks_others: true, .. } => "row others",
        Mark { is_missing: true, .. } => "row missing",
        Mark { fault: Some(_), .. } => "row fault",
        Mark { .. } => "row",
    };
    let note = match mark {
        Mark { is_missing: true, .. } => "not possible",
        Mark { breaks: true, .. } => "✗ BREAKS",
        Mark { breaks_others: true, .. } => "✗ others",
        Mark { fault: Some(fault), .. } => fault,
        Mark { .. } => "",
    };
    format!(
        "<g class=\"{class}\" data-step=\"{step}\"><rect class=\"band\" x=\"0\" y=\"{top}\" width=\"{width}\" height=\"{ROW}\"/><text class=\"number\" x=\"12\" y=\"{}\">{step}</text><text class=\"note\" x=\"12\" y=\"{}\">{note}</text></g>",
        y + 4,
        y + 19
    )
}

/// Draws a message; of those in flight the `nth`.
fn draw(arrow: &Arrow, nth: usize) -> Drawn {
    let (first, last) = (arrow.sent.min(arrow.arrives), arrow.arrives);
    let ends = Ends::of(arrow, nth);
    let open = format!(
        "<g class=\"arrow {}\" data-step=\"{}\" data-message=\"{}\"><title>{}</title>",
        class(arrow.shape),
        arrow.arrives,
        xml(&arrow.identity),
        xml(&format!("{}{} [{}]", arrow.shape.word(), arrow.label, arrow.identity))
    );
    let line = ends.line(arrow.shape);
    let label = ends.label(&fitted(arrow, &ends), arrow.shape);
    Drawn { first, last, svg: format!("{open}{line}</g>"), label: format!("{open}{label}</g>") }
}

fn class(shape: Shape) -> &'static str {
    match shape {
        Shape::Plain => "plain",
        Shape::Trick => "trick",
        Shape::Notice => "notice",
        Shape::Again(_) => "again",
        Shape::Assigned => "assigned",
        Shape::Lost => "lost",
        Shape::Flying => "flying",
        Shape::Owner => "owner",
    }
}

/// The label, cut where it would run into what stands beside it.
fn fitted(arrow: &Arrow, ends: &Ends) -> String {
    let whole = format!("{}{}", arrow.shape.word(), arrow.label);
    let room = (ends.room(arrow.shape) * 10 / LETTER).max(18);
    if whole.chars().count() <= room {
        return whole;
    }
    whole.chars().take(room - 1).collect::<String>() + "…"
}

/// Where an arrow starts and ends, in pixels.
struct Ends {
    from: (usize, usize),
    to: (usize, usize),
}

impl Ends {
    fn of(arrow: &Arrow, nth: usize) -> Self {
        let Arrow { from, to, sent, arrives, shape, .. } = *arrow;
        let down = match shape {
            Shape::Notice => y(arrives) + DROP,
            Shape::Flying => y(arrives) - ROW / 3 + nth * STAGGER,
            _ => y(arrives),
        };
        Self { from: (x(from), y(sent)), to: (x(to), down) }
    }

    /// Pixels for the label. That of a notice stays between two lanes: another may stand
    /// beside it.
    fn room(&self, shape: Shape) -> usize {
        let between = self.from.0.abs_diff(self.to.0).max(PITCH) - 26;
        if shape == Shape::Notice { between } else { between.max(LONG) }
    }

    fn goes_right(&self) -> bool {
        self.to.0 >= self.from.0
    }

    /// A point on the way, in parts of a hundred.
    fn at(&self, part: usize) -> (usize, usize) {
        let between = |a: usize, b: usize| (a * (100 - part) + b * part) / 100;
        (between(self.from.0, self.to.0), between(self.from.1, self.to.1))
    }

    fn line(&self, shape: Shape) -> String {
        let ((x1, y1), (x2, y2)) = (self.from, self.to);
        if x1 == x2 {
            let (x, up) = (x1 + 26, y2 - 14);
            return format!(
                "<path class=\"shaft\" d=\"M{x1} {up} H{x} V{y2} H{x1}\"/>{}",
                head_at((x1, y2), (x, y2))
            );
        }
        match shape {
            Shape::Lost => {
                let (x, y) = self.at(62);
                format!(
                    "<line class=\"shaft\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x}\" y2=\"{y}\"/><path class=\"cross\" d=\"M{} {} l14 14 m0 -14 l-14 14\"/>",
                    x - 7,
                    y - 7
                )
            }
            Shape::Flying => {
                let (x, y) = self.at(92);
                format!(
                    "<line class=\"shaft\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x}\" y2=\"{y}\"/><circle class=\"open\" cx=\"{x}\" cy=\"{y}\" r=\"5\"/>"
                )
            }
            Shape::Again(_) => format!(
                "<line class=\"shaft wide\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/><line class=\"core\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>{}",
                head_at(self.to, self.from)
            ),
            Shape::Assigned => {
                let (x, y) = self.at(50);
                format!(
                    "<line class=\"shaft\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/><path class=\"diamond\" d=\"M{} {y} l8 -8 l8 8 l-8 8 z\"/>{}",
                    x - 8,
                    head_at(self.to, self.from)
                )
            }
            Shape::Plain | Shape::Trick | Shape::Notice | Shape::Owner => format!(
                "<line class=\"shaft\" x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"/>{}",
                head_at(self.to, self.from)
            ),
        }
    }

    /// The label stands at the head of the arrow: above a line that comes in level, and
    /// below one that comes down, where nothing crosses it.
    fn label(&self, text: &str, shape: Shape) -> String {
        let ((x1, y1), (x2, y2)) = (self.from, self.to);
        let (x, anchor) = if x1 == x2 {
            (x2 + 32, "start")
        } else if self.goes_right() {
            (x2 - 13, "end")
        } else {
            (x2 + 13, "start")
        };
        let comes_down = y1 < y2 && x1 != x2 && shape != Shape::Notice;
        let y = if comes_down { y2 + 12 } else { y2 - 6 };
        format!(
            "<text class=\"label\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>",
            xml(text)
        )
    }
}

/// The head of an arrow that comes from `from`.
fn head_at((x, y): (usize, usize), from: (usize, usize)) -> String {
    let degrees = angle((x, y), from);
    format!(
        "<path class=\"head\" transform=\"translate({x} {y}) rotate({degrees})\" d=\"M0 0 L-10 -5 L-10 5 Z\"/>"
    )
}

/// The direction from `from` to `to`, degrees, clockwise from the right.
fn angle(to: (usize, usize), from: (usize, usize)) -> i32 {
    #[allow(clippy::cast_precision_loss, reason = "pixels")]
    let difference = |a: usize, b: usize| a as f64 - b as f64;
    let radians = difference(to.1, from.1).atan2(difference(to.0, from.0));
    #[allow(clippy::cast_possible_truncation, reason = "degrees")]
    let degrees = radians.to_degrees().round() as i32;
    degrees
}

/// A text as it may stand in the picture.
fn xml(text: &str) -> String {
    Escaped::<Xml>::of(text).into_text()
}

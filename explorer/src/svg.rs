//! The lanes as a picture.
//!
//! The same drawing serves a file and the page: the page puts in only those parts that are in
//! sight, and finds what belongs to which step by `data-step`.

use crate::escape::{Escaped, Xml};
use crate::lanes::{Arrow, Lanes, Party, Shape};
use serde::Serialize;
use std::fmt::Write;

/// Pixels from one step to the next, at least.
const ROW: usize = 60;
/// Pixels from one lane to the next.
const PITCH: usize = 92;
/// Pixels left of the first lane: room for numbers.
const GUTTER: usize = 96;
/// Pixels between the last lane and what the messages say.
const MARGIN: usize = 44;
/// Pixels right of what the messages say.
const EDGE: usize = 8;
/// Pixels of the names of the parties.
const HEAD: usize = 44;
/// Pixels from the sender down to the end of a notice.
const DROP: usize = 26;
/// Pixels from one message in flight to the next, where they end.
const STAGGER: usize = 20;
/// Pixels that a letter is wide, about, in tenths.
const LETTER: usize = 70;
/// Pixels from one line of text to the next.
const LINE: usize = 15;
/// The most letters of a line, and the least that there is room for.
const LONGEST: usize = 48;
const SHORTEST: usize = 24;

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
    /// What it says: right of the lanes, where no arrow runs.
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
        let texts = Texts::of(lanes);
        let width = texts.x + texts.width + EDGE;
        let is_flying = |arrow: &&Arrow| arrow.shape == Shape::Flying;
        let flying = lanes.arrows.iter().filter(is_flying).count();
        let row = texts.row;
        let height = row * (steps + 1) + row / 2 + STAGGER * flying.saturating_sub(1);
        // What is still in flight comes last.
        let landed = lanes.arrows.len() - flying;
        let nth = |place: usize| place.saturating_sub(landed);
        Self {
            width,
            height,
            row,
            head: head(&lanes.parties),
            head_height: HEAD,
            lanes: (0..lanes.parties.len()).map(|lane| lifeline(lane, height)).collect(),
            rows: marks
                .iter()
                .enumerate()
                .map(|(n, mark)| band(n + 1, mark, (width, row)))
                .collect(),
            arrows: (0..)
                .zip(&lanes.arrows)
                .map(|(n, arrow)| draw(arrow, &Ends::of(arrow, nth(n), row), &texts.label(n)))
                .collect(),
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

fn head(parties: &[Party]) -> String {
    let mut text = String::new();
    for (lane, party) in parties.iter().enumerate() {
        let (x, name) = (x(lane), xml(&party.name));
        let role = party.role.word();
        let _ = write!(
            text,
            "<g class=\"party\" data-lane=\"{lane}\"><text x=\"{x}\" y=\"20\" class=\"name\">{name}</text><text x=\"{x}\" y=\"36\" class=\"role\">{role}</text></g>"
        );
    }
    text
}

fn lifeline(lane: usize, height: usize) -> String {
    let x = x(lane);
    format!(
        "<line class=\"lifeline\" data-lane=\"{lane}\" x1=\"{x}\" y1=\"0\" x2=\"{x}\" y2=\"{height}\"/>"
    )
}

fn band(step: usize, mark: &Mark, (width, row): (usize, usize)) -> String {
    let (y, top) = (step * row, step * row - row / 2);
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
        "<g class=\"{class}\" data-step=\"{step}\"><rect class=\"band\" x=\"0\" y=\"{top}\" width=\"{width}\" height=\"{row}\"/><text class=\"number\" x=\"12\" y=\"{}\">{step}</text><text class=\"note\" x=\"12\" y=\"{}\">{note}</text></g>",
        y + 4,
        y + 19
    )
}

/// Draws a message.
fn draw(arrow: &Arrow, ends: &Ends, label: &str) -> Drawn {
    let (first, last) = (arrow.sent.min(arrow.arrives), arrow.arrives);
    let open = format!(
        "<g class=\"arrow {}\" data-step=\"{}\" data-message=\"{}\" data-lanes=\"{} {}\"><title>{}</title>",
        class(arrow.shape),
        arrow.arrives,
        xml(&arrow.identity),
        arrow.from,
        arrow.to,
        xml(&format!("{}{} [{}]", arrow.shape.word(), arrow.label, arrow.identity))
    );
    let line = ends.line(arrow.shape);
    Drawn { first, last, svg: format!("{open}{line}</g>"), label: format!("{open}{label}</g>") }
}

/// What the messages say, in lines right of the lanes: those of a step stand one under the other.
struct Texts {
    /// Where they begin, pixels.
    x: usize,
    /// How wide they are, pixels.
    width: usize,
    /// Pixels from one step to the next: what is said at a step has room there.
    row: usize,
    /// The lines of each message, with the place of the first one.
    all: Vec<(usize, Vec<String>)>,
}

impl Texts {
    fn of(lanes: &Lanes) -> Self {
        let said = |arrow: &Arrow| {
            let to = lanes.parties.get(arrow.to).map_or("", |party| party.name.as_str());
            wrapped(&format!("{}{} → {to}", arrow.shape.word(), arrow.label))
        };
        let texts: Vec<_> = lanes.arrows.iter().map(said).collect();
        let longest = texts.iter().flatten().map(|line| line.chars().count()).max();
        let letters = longest.unwrap_or(0).clamp(SHORTEST, LONGEST);
        let of_step = |step: usize| {
            let here = lanes.arrows.iter().zip(&texts).filter(move |(one, _)| one.arrives == step);
            here.map(|(_, text)| text.len()).sum::<usize>()
        };
        let most = lanes.arrows.iter().map(|arrow| of_step(arrow.arrives)).max();
        let row = ROW.max(most.unwrap_or(0) * LINE + LINE);
        let mut next = (0, 0);
        let all = lanes.arrows.iter().zip(&texts).map(|(arrow, text)| {
            if next.0 != arrow.arrives {
                let above = of_step(arrow.arrives).saturating_sub(1) * LINE / 2;
                next = (arrow.arrives, (row * arrow.arrives).saturating_sub(above) + 4);
            }
            let top = next.1;
            next.1 += text.len() * LINE;
            (top, text.clone())
        });
        let all = all.collect();
        let x = GUTTER + PITCH * lanes.parties.len().saturating_sub(1) + MARGIN;
        Self { x, width: letters * LETTER / 10, row, all }
    }

    fn label(&self, nth: usize) -> String {
        let (top, lines) = &self.all[nth];
        let line = |(n, line): (usize, &String)| {
            format!("<tspan x=\"{}\" y=\"{}\">{}</tspan>", self.x, top + n * LINE, xml(line))
        };
        let lines: String = lines.iter().enumerate().map(line).collect();
        format!("<text class=\"label\">{lines}</text>")
    }
}

/// A text in lines, broken between words; a word that is too long is cut.
fn wrapped(text: &str) -> Vec<String> {
    let length = |text: &str| text.chars().count();
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in text.split(' ') {
        let mut word = word.to_owned();
        if length(&word) > LONGEST {
            word = word.chars().take(LONGEST - 1).chain(['…']).collect();
        }
        if !line.is_empty() && length(&line) + 1 + length(&word) > LONGEST {
            lines.push(std::mem::take(&mut line));
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word);
    }
    lines.push(line);
    lines
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

/// Where an arrow starts and ends, in pixels.
struct Ends {
    from: (usize, usize),
    to: (usize, usize),
}

impl Ends {
    /// Of a message; of those in flight the `nth`.
    fn of(arrow: &Arrow, nth: usize, row: usize) -> Self {
        let Arrow { from, to, sent, arrives, shape, .. } = *arrow;
        let down = match shape {
            Shape::Notice => row * arrives + DROP,
            Shape::Flying => row * arrives - row / 3 + nth * STAGGER,
            _ => row * arrives,
        };
        Self { from: (x(from), row * sent), to: (x(to), down) }
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

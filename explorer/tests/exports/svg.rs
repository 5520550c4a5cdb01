//! Pictures: well-formed, and each message looks like what happens to it.

use crate::recorded::{self, AGAIN, LOST, MANY_SHAPES};
use explorer::document::Document;
use explorer::escape::{Escaped, Visible, Xml as Syntax};
use explorer::export::Format;
use explorer::judgement::Judges;
use explorer::lanes::{Lanes, Shape};
use explorer::replay::Replay;
use roxmltree::{Document as Xml, Node};

fn picture(replay: &Replay) -> String {
    Format::Svg.write(replay)
}

fn classes<'a>(node: Node<'a, '_>) -> Vec<&'a str> {
    node.attribute("class").unwrap_or_default().split(' ').collect()
}

/// What is drawn of each message and has a child of this class.
fn arrows<'a, 'b>(xml: &'a Xml<'b>, part: &str) -> Vec<Node<'a, 'b>> {
    let has_part = |node: &Node| node.children().any(|child| classes(child).contains(&part));
    let arrows = xml.descendants().filter(|node| classes(*node).contains(&"arrow"));
    arrows.filter(has_part).collect()
}

/// The classes of what an arrow of this class is drawn with.
fn parts(xml: &Xml, class: &str) -> Vec<String> {
    let mut arrows = arrows(xml, "shaft").into_iter();
    let arrow = arrows.find(|arrow| classes(*arrow).contains(&class));
    let parts = arrow.unwrap_or_else(|| panic!("no {class}")).children();
    parts.filter_map(|part| part.attribute("class").map(str::to_owned)).collect()
}

/// A shape, and the parts that it is drawn of.
type Parts = (&'static str, &'static [&'static str]);

#[test]
fn each_shape_is_drawn_in_its_own_way() {
    let expected: [(&str, &[Parts]); 3] = [
        (
            MANY_SHAPES,
            &[
                ("plain", &["shaft", "head"]),
                ("trick", &["shaft", "head"]),
                ("notice", &["shaft", "head"]),
                ("owner", &["shaft", "head"]),
                ("assigned", &["shaft", "diamond", "head"]),
                ("flying", &["shaft", "open"]),
            ],
        ),
        (AGAIN, &[("again", &["shaft wide", "core", "head"])]),
        (LOST, &[("lost", &["shaft", "cross"])]),
    ];
    for (name, shapes) in expected {
        let text = picture(&recorded::one(name));
        let xml = Xml::parse(&text).expect("XML");
        for (class, expected) in shapes {
            assert_eq!(parts(&xml, class), *expected, "{class}");
        }
    }
}

#[test]
fn drawings_with_the_same_parts_differ_in_style() {
    for class in ["trick", "notice", "owner"] {
        let rule = format!(".{class} ");
        assert!(explorer::svg::STYLE.contains(&rule), "no style for {class}");
    }
}

/// In which step an arrow arrives, and the name of its message.
fn message(arrow: Node) -> (String, String) {
    let attribute = |name| arrow.attribute(name).unwrap_or_default().to_owned();
    (attribute("data-step"), attribute("data-message"))
}

#[test]
fn every_picture_is_well_formed_with_all_messages_in_order() {
    for (name, replay) in recorded::all() {
        let text = picture(&replay);
        let xml = Xml::parse(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        let lanes = Lanes::of(&replay.trace);
        let expected: Vec<_> =
            lanes.arrows.iter().map(|a| (a.arrives.to_string(), a.identity.clone())).collect();
        for part in ["shaft", "label"] {
            let drawn: Vec<_> = arrows(&xml, part).into_iter().map(message).collect();
            assert_eq!(drawn, expected, "each {part} of {name}");
        }
    }
}

#[test]
fn a_line_starts_at_the_senders_lane_in_the_row_of_the_step() {
    for (name, replay) in recorded::all() {
        let judges = Judges::of(&replay.trace.world, &replay.trace.swap);
        let row = Document::of(&replay.trace, &judges).drawing(&replay.trace).row;
        let text = picture(&replay);
        let xml = Xml::parse(&text).expect("XML");
        let of_class = |class: &'static str| {
            xml.descendants().filter(move |node| classes(*node).contains(&class))
        };
        let lifelines: Vec<_> = of_class("lifeline").map(|line| line.attribute("x1")).collect();
        let lanes = Lanes::of(&replay.trace);
        assert_eq!(lifelines.len(), lanes.parties.len(), "{name}");
        for (arrow, drawn) in lanes.arrows.iter().zip(arrows(&xml, "shaft")) {
            let mut shafts = drawn.children().filter(|part| classes(*part).contains(&"shaft"));
            let shaft = shafts.next().expect("a shaft");
            let start = (arrow.sent * row).to_string();
            if arrow.from != arrow.to {
                let ends = (shaft.attribute("x1"), shaft.attribute("y1"));
                assert_eq!(ends, (lifelines[arrow.from], Some(start.as_str())), "{name}");
            }
        }
    }
}

#[test]
fn a_message_in_flight_ends_before_the_lane_that_it_is_for() {
    let replay = recorded::one(MANY_SHAPES);
    let lanes = Lanes::of(&replay.trace);
    let flying = lanes.arrows.iter().find(|arrow| arrow.shape == Shape::Flying).expect("one");
    let text = picture(&replay);
    let xml = Xml::parse(&text).expect("XML");
    let x = |node: Node, name| node.attribute(name).and_then(|x| x.parse::<i64>().ok());
    let lifelines = xml.descendants().filter(|node| classes(*node).contains(&"lifeline"));
    let lifelines: Vec<_> = lifelines.filter_map(|line| x(line, "x1")).collect();
    let open = xml.descendants().find(|node| classes(*node).contains(&"open")).expect("its end");
    let (left, right) = (lifelines[flying.to], lifelines[flying.from]);
    let end = x(open, "cx").expect("a place");
    assert!(left < end && end < right, "{left} {end} {right}");
}

#[test]
fn what_xml_does_not_allow_is_not_written() {
    let hostile = "<a b=\"c\">&amp;\u{0}\u{1b}\u{fffe}\u{ffff}]]>";
    let text = format!("<x y=\"{0}\">{0}</x>", Escaped::<Syntax>::of(hostile).as_str());
    let xml = Xml::parse(&text).expect("XML");
    let expected = Visible::of(hostile);
    assert_eq!(xml.root_element().text(), Some(expected.as_str()));
    assert_eq!(xml.root_element().attribute("y"), Some(expected.as_str()));
}

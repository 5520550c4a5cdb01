//! The page: the same modules for a server and for a file.
//!
//! Modules import each other by bare names (`page/lanes.js`), which an import map leads to
//! addresses of the server, or to the modules themselves in a file.

use crate::escape::{Escaped, Told, Xml, json};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

#[derive(RustEmbed)]
#[folder = "page"]
struct Files;

/// A file of the page, by name.
pub fn file(name: &str) -> Option<EmbeddedFile> {
    Files::get(name)
}

/// The page for a server: what it needs is asked of the server. `nonce` allows the import map.
pub fn served(nonce: &str) -> String {
    let address = |name: &str| format!("/page/{name}");
    let link = |name: String| format!("<link rel=\"stylesheet\" href=\"{}\">", address(&name));
    let styles: Vec<_> = names("css").into_iter().map(link).collect();
    let parts = [
        ("{title}", "tim3 explore".to_owned()),
        ("{styles}", styles.concat()),
        ("{import-map}", import_map(nonce, address)),
        ("{story}", SCRIPTED.to_owned()),
        ("{data}", json(&"live")),
        ("{nonce}", nonce.to_owned()),
    ];
    filled(&parts)
}

/// What is said where the page of a server runs no scripts.
const SCRIPTED: &str =
    "<p>This page needs JavaScript. <code>tim3 replay FILE</code> tells a run as text.</p>";

/// The page as a file that needs nothing else; `data` is what it shows, and `story` the same as
/// text, for readers without scripts.
pub fn alone(title: &str, story: &Told, data: &impl Serialize) -> String {
    let address =
        |name: &str| format!("data:text/javascript;base64,{}", STANDARD.encode(text(name)));
    let style = |name: String| format!("<style>{}</style>", text(&name));
    let styles: Vec<_> = names("css").into_iter().map(style).collect();
    let story = Escaped::<Xml>::lines(story.as_str());
    let parts = [
        ("{title}", Escaped::<Xml>::of(title).into_text()),
        ("{styles}", styles.concat()),
        ("{import-map}", import_map("", address)),
        ("{story}", format!("<pre class=\"story\">{}</pre>", story.as_str())),
        ("{data}", harmless(&json(data))),
        ("{nonce}", String::new()),
    ];
    filled(&parts)
}

/// The page with its parts in their places, which are given in order. No part is looked through for the places of others.
fn filled(parts: &[(&str, String)]) -> String {
    let mut rest = text("index.html");
    let mut page = String::new();
    for (place, part) in parts {
        let Some((before, after)) = rest.split_once(place) else { continue };
        page.push_str(before);
        page.push_str(part);
        rest = after.to_owned();
    }
    page + &rest
}

/// JSON that no browser takes for the end of a script.
fn harmless(json: &str) -> String {
    json.replace('<', "\\u003c")
}

fn import_map(nonce: &str, address: impl Fn(&str) -> String) -> String {
    let modules = names("js").into_iter();
    let imports: BTreeMap<_, _> =
        modules.map(|name| (format!("page/{name}"), address(&name))).collect();
    let map = serde_json::json!({ "imports": imports });
    format!("<script type=\"importmap\" nonce=\"{nonce}\">{}</script>", harmless(&json(&map)))
}

/// The names of the files of one kind, in order.
fn names(extension: &str) -> Vec<String> {
    let is_one = |name: &str| Path::new(name).extension().is_some_and(|end| end == extension);
    let names = Files::iter().filter(|name| is_one(name)).map(|name| name.to_string());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

fn text(name: &str) -> String {
    let file = file(name).map(|file| file.data.into_owned()).unwrap_or_default();
    String::from_utf8(file).unwrap_or_default()
}

//! The page: the same modules for a server and for a file.
//!
//! Modules import each other by bare names (`page/lanes.js`), which an import map leads to
//! addresses of the server, or to the modules themselves in a file.

use crate::escape::{Escaped, Xml, json};
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
    filled("tim3 explore", &styles.concat(), &import_map(nonce, address), nonce, &"live")
}

/// The page as a file that needs nothing else; `data` is what it shows.
pub fn alone(title: &str, data: &impl Serialize) -> String {
    let address =
        |name: &str| format!("data:text/javascript;base64,{}", STANDARD.encode(text(name)));
    let style = |name: String| format!("<style>{}</style>", text(&name));
    let styles: Vec<_> = names("css").into_iter().map(style).collect();
    filled(title, &styles.concat(), &import_map("", address), "", data)
}

fn filled(
    title: &str,
    styles: &str,
    import_map: &str,
    nonce: &str,
    data: &impl Serialize,
) -> String {
    let title = Escaped::<Xml>::of(title);
    text("index.html")
        .replace("{title}", title.as_str())
        .replace("{styles}", styles)
        .replace("{import-map}", import_map)
        .replace("{nonce}", nonce)
        .replace("{data}", &harmless(&json(data)))
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

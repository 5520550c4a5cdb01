//! The page: the same modules for a server and for a file.
//!
//! Modules import each other by bare names (`page/lanes.js`), which an import map leads to
//! addresses of the server, or to the modules themselves in a file.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rust_embed::{EmbeddedFile, RustEmbed};
use serde::Serialize;
use std::collections::BTreeMap;

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
    let styles =
        styles().map(|name| format!("<link rel=\"stylesheet\" href=\"{}\">", address(&name)));
    let styles: String = styles.collect();
    filled("tim3 explore", &styles, &import_map(nonce, address), nonce, &"live")
}

/// The page as a file that needs nothing else; `data` is what it shows.
pub fn alone(title: &str, data: &impl Serialize) -> String {
    let address =
        |name: &str| format!("data:text/javascript;base64,{}", STANDARD.encode(text(name)));
    let styles: String = styles().map(|name| format!("<style>{}</style>", text(&name))).collect();
    filled(title, &styles, &import_map("", address), "", data)
}

fn filled(
    title: &str,
    styles: &str,
    import_map: &str,
    nonce: &str,
    data: &impl Serialize,
) -> String {
    // Nothing that is shown can fail to become JSON.
    let data = serde_json::to_string(data).unwrap_or_default();
    text("index.html")
        .replace("{title}", &crate::svg::escape(title))
        .replace("{styles}", styles)
        .replace("{import-map}", import_map)
        .replace("{nonce}", nonce)
        .replace("{data}", &harmless(&data))
}

/// JSON that no browser takes for the end of a script.
fn harmless(json: &str) -> String {
    json.replace('<', "\\u003c")
}

fn import_map(nonce: &str, address: impl Fn(&str) -> String) -> String {
    let modules = names().filter(|name| name.ends_with(".js"));
    let imports: BTreeMap<_, _> =
        modules.map(|name| (format!("page/{name}"), address(&name))).collect();
    let map = serde_json::json!({ "imports": imports });
    format!("<script type=\"importmap\" nonce=\"{nonce}\">{}</script>", harmless(&map.to_string()))
}

fn names() -> impl Iterator<Item = String> {
    let mut names: Vec<_> = Files::iter().map(|name| name.to_string()).collect();
    names.sort();
    names.into_iter()
}

fn styles() -> impl Iterator<Item = String> {
    names().filter(|name| name.ends_with(".css"))
}

fn text(name: &str) -> String {
    let file = file(name).map(|file| file.data.into_owned()).unwrap_or_default();
    String::from_utf8(file).unwrap_or_default()
}

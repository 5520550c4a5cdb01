//! `docs/SYSTEMS.md` shows the files that it speaks of.
//!
//! To bring it up to date: `UPDATE_SYSTEMS=1 cargo test -p page --test guide`.

use std::fs;
use std::path::Path;

/// The guide with each file behind its mark.
fn filled(guide: &str, root: &Path) -> String {
    let mut filled = Vec::new();
    let mut lines = guide.lines().peekable();
    while let Some(line) = lines.next() {
        filled.push(line.to_owned());
        let named = line.strip_prefix("<!-- file: ").and_then(|rest| rest.strip_suffix(" -->"));
        let Some(name) = named else { continue };
        // The block that stood there goes.
        if lines.peek().is_some_and(|next| next.starts_with("```")) {
            lines.next();
            while lines.next().is_some_and(|inside| inside != "```") {}
        }
        let file =
            fs::read_to_string(root.join(name)).unwrap_or_else(|why| panic!("{name}: {why}"));
        let kind = if Path::new(name).extension() == Some("lua".as_ref()) { "lua" } else { "text" };
        filled.extend([format!("```{kind}"), file.trim_end().to_owned(), "```".to_owned()]);
    }
    filled.join("\n") + "\n"
}

#[test]
fn the_guide_shows_the_files_that_it_names() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let place = root.join("docs/SYSTEMS.md");
    let guide = fs::read_to_string(&place).expect("docs/SYSTEMS.md");
    let filled = filled(&guide, &root);
    if std::env::var_os("UPDATE_SYSTEMS").is_some() {
        fs::write(&place, &filled).expect("it can be written");
    }
    assert!(guide == filled, "docs/SYSTEMS.md is out of date (UPDATE_SYSTEMS=1)");
}

#[test]
fn the_guide_names_every_word_of_a_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let guide = fs::read_to_string(root.join("docs/SYSTEMS.md")).expect("docs/SYSTEMS.md");
    let words = [include_str!("../lua/page.lua"), include_str!("../lua/ready.lua")].concat();
    let defined = words.lines().filter_map(|line| line.strip_prefix("function words."));
    for word in defined.filter_map(|line| line.split('(').next()) {
        assert!(guide.contains(&format!("`{word}")), "{word}");
    }
}

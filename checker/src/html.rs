//! Pages that need nothing else: no network, and no script.

use crate::exit_code::Exit;
use explorer::escape::{Escaped, Xml};
use explorer::escaped;

/// Part of a page.
pub type Html = Escaped<Xml>;

/// Nothing is loaded, and nothing runs.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

const STYLE: &str = include_str!("html.css");

/// A page with a title, one line that says how it ended, and what else there is to say. `style` is
/// what it needs beside the style of all pages.
pub fn page(
    title: &Html,
    (exit, headline): (Exit, &Html),
    body: &Html,
    style: &'static str,
) -> String {
    let page: Html = escaped!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n<title>{title}</title>\n<style>\n{all}{style}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p class=\"headline {class}\">{headline}</p>\n{body}</main>\n</body>\n</html>\n",
        policy = Html::ours(POLICY),
        title,
        all = Html::ours(STYLE),
        style = Html::ours(style),
        class = if exit == Exit::Expected { "fine" } else { "worse" },
        headline,
        body
    );
    page.into_text()
}

//! Reviews of changes to a contract: how each change is classified, in both directions.

mod behaviour;
mod beside;
mod cache;
#[path = "../common/command.rs"]
mod command;
mod files;
mod mutation;
mod outputs;
#[path = "../common/path.rs"]
mod path;
mod promises;
mod schema;
mod undecided;
mod upgrades;
mod worst_cases;

use checker::progress::Watcher;
use checker::review::summary::Summary;
use checker::review::{Kept, Review, Searches, Side};
use checker::settings::Settings;
use model::{Bounds, Profile, Subject, Variant};

fn review_of(old: Subject, new: Subject, bounds: &str) -> Summary {
    review_under(Profile::ALL, old, new, bounds)
}

fn review_under(profiles: &[Profile], old: Subject, new: Subject, bounds: &str) -> Summary {
    let bounds: Bounds = bounds.parse().expect("bounds");
    let side = |subject| Side { given: "a side".to_owned(), subject };
    let (settings, watcher, kept) = (Settings::default(), Watcher::new(1, true), Kept::nothing());
    let searches = Searches { settings, watcher: &watcher, kept: &kept };
    let review = Review::of(side(old), side(new), (bounds, profiles), &searches);
    Summary::of(&review.unwrap_or_else(|failure| panic!("{}", failure.message)))
}

fn profiles(names: &[&str]) -> Vec<Profile> {
    names.iter().map(|name| name.parse().expect("a profile")).collect()
}

fn variant(name: &str) -> Subject {
    name.parse::<Variant>().expect("a variant").into()
}

/// `hardened.lua` with an edit.
fn edited(edit: impl Fn(String) -> String) -> Subject {
    let source = edit(model::contract::HARDENED_LUA.to_owned());
    let lua = model::Deployed::new("hardened.lua", &source, model::deployed::Manner::default());
    Subject::Lua(lua.expect("it loads"), model::usda::Usda::default())
}

fn hardened() -> Subject {
    edited(|source| source)
}

/// An edit that has to find what it replaces.
fn replaced(from: &'static str, to: &'static str) -> impl Fn(String) -> String {
    move |source| {
        assert!(source.contains(from), "hardened.lua has no `{from}`");
        source.replace(from, to)
    }
}

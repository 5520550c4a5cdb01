//! Lists with holes, whose length depends on how they were filled.

use crate::command::Said;
use crate::folder::{Folder, handler};

/// A table with a hole, and this code in a handler.
fn check(code: &str) -> Said {
    let source = format!("Rates = {{ [43] = 1, [1] = 2 }}\n{}", handler(code));
    Folder::with(&[("a.lua", &source)]).check("a.lua", &["--profile", "reliable"])
}

#[test]
fn a_hole_counts_only_where_a_length_is_asked_for() {
    for code in [
        "X = setmetatable({}, { __index = Rates })",
        "-- the table #1\nX = 'table' .. '#' .. 'rawlen'",
        "for _, rate in ipairs(Rates) do X = rate end",
        "X = select('#', 1, 2)",
        "local bint = require('.bint')(256) X = bint ~= nil",
        "local downloaded, _GLOBAL = 1, 2 X = downloaded",
        "X = #msg.Id + #{1, 2}",
        "X = table.concat({}) .. table.concat(Rates, '', 1, 1)",
        "X = require('ta' .. 'ble').concat({})",
    ] {
        let said = check(code);
        assert!(said.code < 2, "{code}: {said:?}");
    }
}

#[test]
fn asking_for_the_length_of_a_list_with_a_hole_is_refused() {
    for code in [
        "X = #Rates",
        "X = table.concat(Rates)",
        "local f = rawlen X = f(Rates)",
        "X = require('table').concat(Rates)",
        "X = require('ta' .. 'ble').concat(Rates)",
        "X = _G['ta' .. 'ble'].concat(Rates)",
        "local e = _ENV X = e['raw' .. 'len'](Rates)",
        "X = load('return #Rates')()",
    ] {
        let said = check(code);
        let words = "a.lua:4: the length of a list with a hole depends on how";
        assert!(said.code == 2 && said.err.contains(words), "{said:?}");
    }
    let said = check("X = require(('ta%s'):format('ble')).concat({})");
    let words = "a.lua:4: require('table') by a name that is put together: write it in one piece";
    assert!(said.code == 2 && said.err.contains(words), "{said:?}");
}

//! What handlers see depends on state and message alone.

mod common;

use aos::{PairsOrder, References};
use common::{Host, action, eval};

#[test]
fn time_is_that_of_the_message_and_a_tag_can_say_it() {
    let host = Host::of(
        "Handlers.add('t', function() return true end, function() T = tostring(os.time()) end)",
    );
    let after = host.after(&host.loaded, &action("x"));
    assert_eq!(host.text(&after, "T"), "1000");
    let tagged = common::item("alice", &[("Timestamp", "77")]);
    assert_eq!(host.text(&host.after(&host.loaded, &tagged), "T"), "77");
}

#[test]
fn chance_depends_on_the_message_alone() {
    let host = Host::of("R = ''");
    let lua = "for i = 1, 9 do R = R .. math.random(1000) .. ' ' end";
    let first = host.eval(&host.loaded, lua);
    assert_eq!(host.another().eval(&host.loaded, lua), first);
    let other = aos::Item { id: b"another".to_vec(), ..eval(lua) };
    assert_ne!(host.after(&host.loaded, &other), first);
}

#[test]
fn pairs_goes_in_the_order_that_it_is_told() {
    let host = Host::of("T = {b = 1, a = 1, [3] = 1, [true] = 1, [-1] = 1, [1.5] = 1}");
    let lua = eval("S = '' for k in pairs(T) do S = S .. tostring(k) .. ' ' end");
    let in_order = |order| {
        let evaluation = host.machine.evaluate(&host.loaded, &lua, References::After(0), order);
        host.text(&evaluation.expect("not refused").state, "S")
    };
    assert_eq!(in_order(PairsOrder::Sorted), "-1 1.5 3 a b true ");
    assert_eq!(in_order(PairsOrder::Reversed), "true b a 3 1.5 -1 ");
}

#[test]
fn tables_as_keys_are_gone_through_by_what_is_in_them() {
    let host = Host::of("T = {} for i = 1, 9 do T[{10 - i}] = i end");
    let lua = "S = '' for k in pairs(T) do S = S .. k[1] end";
    assert_eq!(host.text(&host.eval(&host.loaded, lua), "S"), "123456789");
}

#[test]
fn no_address_is_shown() {
    let host = Host::of("S = ''");
    let shown = eval("print({}, print, Handlers, coroutine.running())");
    let shown = host.step(&host.loaded, &shown).printed.concat();
    assert!(shown.contains("table: (no address)") && !shown.contains("0x"), "{shown}");
    for value in ["{}", "print", "Handlers", "(coroutine.running())"] {
        for text in ["tostring(%)", "string.format('%s', %)"] {
            let lua = format!(
                "S = {}",
                text.replace("(%)", &format!("({value})")).replace(", %)", &format!(", {value})"))
            );
            assert!(host.try_step(&host.loaded, &eval(&lua)).is_err(), "{lua}");
        }
    }
}

#[test]
fn the_length_of_a_list_with_holes_is_the_same_after_a_restore() {
    let host = Host::of("L = {1, 2, 3, 4, 5, 6, 7}");
    let holes = host.eval(&host.loaded, "L[3] = nil L[6] = nil L[7] = nil");
    let here = host.eval(&holes, "N = #L");
    let other = host.another();
    assert_eq!(other.eval(&holes, "N = #L"), here);
    assert_eq!(host.eval(&holes, "N = #L"), here);
}

#[test]
fn sorting_is_that_of_lua_and_never_left_to_chance() {
    let host = Host::of("L = {}");
    let lua = "for i = 1, 300 do L[i] = {i * 37 % 11, i} end table.sort(L, function(a, b) return a[1] < b[1] end)";
    let sorted = host.eval(&host.loaded, lua);
    assert_eq!(host.another().eval(&host.loaded, lua), sorted);
    let check = "for i = 2, 300 do assert(L[i - 1][1] <= L[i][1]) end";
    host.eval(&sorted, check);
}

#[test]
fn a_coroutine_may_yield_through_pcall() {
    let host = Host::of("X = 0");
    let lua = "local f = coroutine.wrap(function() pcall(function() coroutine.yield(7) end) return 8 end) X = f() * 10 + f()";
    assert_eq!(host.value(&host.eval(&host.loaded, lua), "X"), aos::Value::Integer(78));
}

/// Everything that a contract can reach from its globals, and what it must not find there.
#[test]
fn nothing_of_the_host_can_be_reached() {
    let host = Host::of("Found = ''");
    let of = |object: &str| -> Vec<String> {
        let found = host.machine.found_fields().into_iter();
        found.filter(|field| field.object == object).map(|field| field.name).collect()
    };
    assert_eq!(of("debug"), ["traceback"]);
    assert_eq!(of("package"), ["loaded", "preload"]);
    assert_eq!(of("os"), ["clock", "date", "difftime", "time"]);
    for (object, never) in [("_G", "io"), ("_G", "dofile"), ("_G", "loadfile"), ("string", "dump")]
    {
        assert!(!of(object).contains(&never.to_owned()), "{object}.{never}");
    }
    // Nothing stands behind what it finds there, and nobody can go through all of it.
    let walk = "local seen, names = {}, {}
      local function walk(value, path)
        local kind = type(value)
        if kind ~= 'table' and kind ~= 'function' or seen[value] then return end
        seen[value] = true
        names[#names + 1] = path
        if kind == 'function' then return end
        walk(getmetatable(value), path .. '.meta')
        for k, v in pairs(value) do walk(v, path .. '.' .. tostring(k)) end
      end
      walk(getmetatable(_G), 'meta') walk(getmetatable(ao), 'meta')
      walk(getmetatable(package), 'meta') walk(getmetatable(package.loaded), 'meta') walk(package.preload, 'preload')
      for _, n in ipairs({'table', 'os', 'utf8', 'coroutine'}) do
        for k, v in next, {_G[n], Colors, ao.authorities, Errors} do walk(getmetatable(v), n .. k) end
      end
      walk(require('.bint')(64), 'bint') walk(table, 'table') walk(Colors, 'Colors')
      Found = table.concat(names, ' ')";
    let found = host.text(&host.eval(&host.loaded, walk), "Found");
    assert!(found.contains("table.sort") && found.contains("bint.tonumber"), "{found}");
    assert!(!found.contains("meta") || found.contains("bint.meta"), "{found}");
}

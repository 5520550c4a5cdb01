//! `require(".crypto")` in a contract: what of it may be kept, what is noted, what is refused
//! (SEMANTICS A7). What it computes, `recordings.rs` compares.

mod common;

use aos::{Dependence, Item};
use common::{Host, item, refusal};

const KEEPER: &str = "
local crypto = require('.crypto')
local stream = crypto.utils.stream
Sha = crypto.digest.sha2_256
Hash = crypto.digest.sha2_256(stream.fromString('abc'))
Open = require('.crypto.digest.sha1').SHA1().update(stream.fromString('a'))
Mac = crypto.mac.createHmac(stream.fromString('m'), { 1 })
Key = crypto.kdf.pbkdf2({ 1 }, { 2 }, 1, 4)
Blake = crypto.digest.blake2b('abc', 2)
Bytes = stream.fromString('xyz')
Queue = crypto.utils.queue()
Queue.push('one') Queue.push(nil) Queue.push('three') Queue.pop()
Handlers.add('run', 'Run', function(msg)
  Same = Sha == crypto.digest.sha2_256
  Out = table.concat({
    Hash.asHex():sub(1, 6), Hash.asBytes()[1], Mac.asHex():sub(1, 6), Key.asHex(), Blake.asHex(),
    tostring(Bytes()), tostring(Queue.pop()), Queue.size(), Hash == Hash.init() and 'init' or '',
    Hash.update(stream.fromString('abc')).finish().asHex():sub(1, 6),
    crypto.digest.md5(stream.fromString(msg.Data)).asHex():sub(1, 6),
  }, ' ')
  Open.update(stream.fromString('bc'))
  if msg.Last then Out = Open.finish().asHex() end
end)";

fn run(data: &str, tags: &[(&str, &str)]) -> Item {
    let tags: Vec<_> = [("Action", "Run")].iter().chain(tags).copied().collect();
    Item { data: data.into(), ..item("alice", &tags) }
}

#[test]
fn what_it_makes_may_be_kept() {
    let host = Host::of(KEEPER);
    let one = host.after(&host.loaded, &run("x", &[]));
    let first = host.text(&one, "Out");
    assert!(first.ends_with("120 nil 1 init ba7816 9dd4e4"), "{first}");
    // In another interpreter, which has only the bytes of the state.
    let two = host.another().after(&one, &run("y", &[]));
    let second = host.text(&two, "Out");
    assert!(second.ends_with("121 three 0 init ba7816 415290"), "{second}");
    assert_eq!(first[..30], second[..30]);
    assert!(first.starts_with("ba7816 186 "), "{first}");
    assert_eq!(host.value(&two, "Same"), aos::Value::Boolean(true));
    let fresh = host.another();
    let whole = fresh.after(&host.loaded, &run("x", &[("Last", "yes")]));
    assert_eq!(host.text(&whole, "Out"), "a9993e364706816aba3e25717850c26c9cd0d89d");
}

#[test]
fn a_digest_looks_into_what_it_is_given() {
    for call in [
        "crypto.digest.sha2_512(msg.From)",
        "crypto.digest.keccak256(msg.From)",
        "crypto.digest.blake2b(msg.From)",
        "crypto.digest.md5(stream.fromString(msg.From))",
        "crypto.digest.sha1(stream.fromString(msg.From))",
        "crypto.mac.createHmac(stream.fromString(msg.From), {})",
        "crypto.utils.hex.stringToHex(msg.From)",
        "crypto.utils.array.fromString(msg.From)",
        "require('.base64').encode(msg.From)",
        "require('.base64').decode(msg.From)",
    ] {
        let host = Host::of(&format!(
            "local crypto = require('.crypto') local stream = crypto.utils.stream
             Handlers.add('run', 'Run', function(msg) local made = {call} end)"
        ));
        host.step(&host.loaded, &run("", &[]));
        let notes: Vec<_> = host.machine.notes().iter().map(|note| note.what).collect();
        assert_eq!(notes, [Dependence::Address], "{call}");
    }
}

#[test]
fn what_this_host_lacks_of_it_is_refused_by_name() {
    for (lua, why) in [
        ("X = require('.crypto').random()", "crypto.random is read"),
        ("X = require('.crypto').cipher.aes", "crypto.cipher is read"),
        ("X = require('.crypto.cipher.aes')", "require('.crypto.cipher.aes')"),
        ("require('.crypto').digest.md5 = print", "crypto.digest.md5 is changed"),
        ("require('.crypto').mac.createHmac(function() end, {}).setKey({})", "setKey of what HMAC"),
        ("require('.crypto').digest.sha1(function() end).finish()", "finished, and goes on"),
        ("require('.crypto.digest.sha1').SHA1().asHex()", "is not finished"),
        ("require('.crypto').digest.md5(function() return 300 end)", "no byte"),
    ] {
        for lua in [lua.to_owned(), format!("pcall(function() {lua} end)")] {
            let text = refusal(&lua).to_string();
            assert!(text.contains(why), "{lua}: {text}");
        }
    }
}

/// All that can be required, with what is in it, is the same in each interpreter.
#[test]
fn modules_may_be_kept() {
    let host = Host::of(
        "Names = { '.base64', '.chance', '.dump', '.pretty', '.stringify', 'bit32', '.crypto', '.crypto.init',
           '.crypto.digest', '.crypto.digest.init', '.crypto.digest.md2', '.crypto.digest.sha1', '.crypto.digest.sha3',
           '.crypto.mac', '.crypto.mac.hmac', '.crypto.kdf.pbkdf2', '.crypto.util', '.crypto.util.array',
           '.crypto.util.bit', '.crypto.util.hex', '.crypto.util.queue', '.crypto.util.stream' }
         Kept = {}
         for i, name in ipairs(Names) do Kept[i] = require(name) end
         local c = require('.crypto')
         Inner = { c.digest.md4, c.digest.blake2b, c.utils.array.slice, c.mac.createHmac, require('.base64').encode }
         Handlers.add('x', 'X', function()
           local same = {}
           for i, name in ipairs(Names) do same[i] = Kept[i] == require(name) and '' or name end
           local c = require('.crypto')
           local inner = { c.digest.md4, c.digest.blake2b, c.utils.array.slice, c.mac.createHmac, require('.base64').encode }
           for i = 1, #inner do same[#same + 1] = inner[i] == Inner[i] and '' or 'inner ' .. i end
           Other = table.concat(same)
         end)",
    );
    let item = item("alice", &[("Action", "X")]);
    let here = host.after(&host.loaded, &item);
    let there = host.another().after(&host.loaded, &item);
    assert_eq!(host.text(&there, "Other"), "");
    assert_eq!(here, there);
}

/// Many contracts bring one along.
#[test]
fn a_contract_may_have_a_bit32_of_its_own() {
    let host = Host::of("bit32 = bit32 or {} Five = bit32.bor(1, 4) bit32 = { band = 'mine' }");
    assert_eq!(host.value(&host.loaded, "Five"), aos::Value::Integer(5));
    let state = host.eval(&host.loaded, "Mine = bit32.band Has = package.loaded.bit32.bor(1, 2)");
    assert_eq!(host.text(&state, "Mine"), "mine");
    assert_eq!(host.value(&state, "Has"), aos::Value::Integer(3));
}

/// What takes long ends at the limit of instructions.
#[test]
fn a_digest_is_paid_for() {
    for lua in [
        "require('.crypto').kdf.pbkdf2({}, {}, 1000000000, 20)",
        "require('.crypto').kdf.pbkdf2({}, {}, 1, 1 << 40)",
        "for i = 1, 1000000 do require('.crypto').digest.sha3_256(('x'):rep(1000)) end",
    ] {
        let text = refusal(lua).to_string();
        assert!(text.contains("more than 200000 instructions"), "{lua}: {text}");
    }
}

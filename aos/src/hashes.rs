//! Digests that contracts ask aos for, as aos makes them.
//!
//! Some of what aos has is not what the standards say: where a text just fills a block, SHA-512,
//! SHA-3, Keccak and `BLAKE2b` of aos go on to another one. So these take the parts of the standard
//! ones and put them together as aos does.

use blake2::Blake2bVarCore;
use blake2::digest::Output;
use blake2::digest::block_api::{Block, Buffer, UpdateCore, VariableOutputCore};
use md5::{Digest, Md5};
use mlua::{Lua, LuaString, Table};

type Bytes = Vec<u8>;

/// The functions for `lua/crypto.lua`; where a text names a digest, it is one of [`digest`]:
///
/// - `digest(name, text)`: the digest of a text;
/// - `blake2b(text, length, key)`: `BLAKE2b` of 1 to 64 bytes, with a key of up to 64;
/// - `hmac(name, block, key, text)`: HMAC whose blocks have so many bytes;
/// - `pbkdf2(name, password, salt, rounds, length)`: so many bytes of PBKDF2.
pub(crate) fn functions(lua: &Lua) -> mlua::Result<Table> {
    let functions = lua.create_table()?;
    let text = |lua: &Lua, bytes: Bytes| lua.create_string(bytes);
    let of_text = move |lua: &Lua, (name, given): (String, LuaString)| {
        text(lua, digest(&name, &given.as_bytes()))
    };
    let keyed = move |lua: &Lua, (given, length, key): (LuaString, usize, LuaString)| {
        text(lua, blake2b(&given.as_bytes(), length, &key.as_bytes()))
    };
    let mac = move |lua: &Lua, given: (String, usize, LuaString, LuaString)| {
        let (name, block, key, message) = given;
        text(lua, hmac(&name, block, &key.as_bytes(), &[&message.as_bytes()]))
    };
    let derived = move |lua: &Lua, given: (String, LuaString, LuaString, u64, usize)| {
        let (name, password, salt, rounds, length) = given;
        text(lua, pbkdf2(&name, &password.as_bytes(), &salt.as_bytes(), rounds, length))
    };
    functions.raw_set("digest", lua.create_function(of_text)?)?;
    functions.raw_set("blake2b", lua.create_function(keyed)?)?;
    functions.raw_set("hmac", lua.create_function(mac)?)?;
    functions.raw_set("pbkdf2", lua.create_function(derived)?)?;
    Ok(functions)
}

fn digest(name: &str, text: &[u8]) -> Bytes {
    match name {
        "md2" => md2::Md2::digest(text).to_vec(),
        "md4" => md4::Md4::digest(text).to_vec(),
        "md5" => Md5::digest(text).to_vec(),
        "sha1" => sha1::Sha1::digest(text).to_vec(),
        "sha2_256" => sha2::Sha256::digest(text).to_vec(),
        "sha2_512" => sha512(text),
        "sha3_256" => sponge(text, 6, 32),
        "sha3_512" => sponge(text, 6, 64),
        "keccak256" => sponge(text, 1, 32),
        "keccak512" => sponge(text, 1, 64),
        other => panic!("no digest is called {other}"),
    }
}

const SHA512: [u64; 8] = [
    0x6a09_e667_f3bc_c908,
    0xbb67_ae85_84ca_a73b,
    0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1,
    0x510e_527f_ade6_82d1,
    0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b,
    0x5be0_cd19_137e_2179,
];

/// The length takes eight bytes here, not sixteen.
fn sha512(text: &[u8]) -> Bytes {
    let mut padded = text.to_vec();
    padded.push(0x80);
    let zeros = 128 - (text.len() + 9) % 128;
    padded.resize(padded.len() + zeros, 0);
    padded.extend((text.len() as u64 * 8).to_be_bytes());
    let (blocks, _) = padded.as_chunks::<128>();
    let mut state = SHA512;
    sha2::block_api::compress512(&mut state, blocks);
    state.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// What begins the padding says whose it is; never does a block end with the byte that does.
fn sponge(text: &[u8], first: u8, length: usize) -> Bytes {
    let rate = 200 - 2 * length;
    let mut padded = text.to_vec();
    padded.push(first);
    padded.resize(padded.len() + rate - padded.len() % rate, 0);
    *padded.last_mut().expect("a byte") |= 0x80;
    let (keccak, mut state) = (keccak::Keccak::new(), [0; 25]);
    for block in padded.chunks_exact(rate) {
        let (words, _) = block.as_chunks::<8>();
        for (lane, word) in state.iter_mut().zip(words) {
            *lane ^= u64::from_le_bytes(*word);
        }
        keccak.with_f1600(|permute| permute(&mut state));
    }
    state.iter().flat_map(|lane| lane.to_le_bytes()).take(length).collect()
}

/// A full block is never the last.
fn blake2b(text: &[u8], length: usize, key: &[u8]) -> Bytes {
    let mut padded = key.to_vec();
    padded.resize(key.len().next_multiple_of(128), 0);
    padded.extend(text);
    let mut core = Blake2bVarCore::new_with_params(&[], &[], key.len(), length);
    let (blocks, rest) = Block::<Blake2bVarCore>::slice_as_chunks(&padded);
    core.update_blocks(blocks);
    let mut out = Output::<Blake2bVarCore>::default();
    core.finalize_variable_core(&mut Buffer::<Blake2bVarCore>::new(rest), &mut out);
    out[..length].to_vec()
}

/// A key that is longer than a block stands for its digest.
fn hmac(name: &str, block: usize, key: &[u8], message: &[&[u8]]) -> Bytes {
    let mut key = if key.len() > block { digest(name, key) } else { key.to_vec() };
    key.resize(block, 0);
    let under = |mask: u8| key.iter().map(move |byte| byte ^ mask).collect::<Bytes>();
    let inner = digest(name, &[&under(0x36)[..], &message.concat()].concat());
    digest(name, &[under(0x5c), inner].concat())
}

fn pbkdf2(name: &str, password: &[u8], salt: &[u8], rounds: u64, length: usize) -> Bytes {
    let mut made = vec![];
    let mut number = 0u32;
    while made.len() < length && rounds > 0 {
        number += 1;
        let mut last = hmac(name, 64, password, &[salt, &number.to_be_bytes()]);
        let mut all = last.clone();
        for _ in 1..rounds {
            last = hmac(name, 64, password, &[&last]);
            all.iter_mut().zip(&last).for_each(|(sum, byte)| *sum ^= byte);
        }
        made.extend(all);
    }
    made.truncate(length);
    made
}

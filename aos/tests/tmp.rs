mod common;
use common::*;
#[test]
fn t() {
    let source = std::fs::read_to_string("/tmp/aos-fuzz-1-0.lua").unwrap();
    let source = source.split("--[==[").next().unwrap();
    let h = Host::of(source);
    eprintln!("loaded");
    eprintln!("{:?}", h.try_step(&h.loaded, &eval("while true do end")));
}

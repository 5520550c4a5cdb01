mod common;
use common::*;
#[test]
fn t() {
    for source in ["Handlers.list = setmetatable({}, {__index=function() while true do end end})", "X=1"] {
    let h = Host::of(source);
    eprintln!("loaded");
    for _ in 0..3 {
    for s in ["while true do end", "local s = ('a'):rep(8000000) while true do local t = s .. 'b' end", "xpcall(function() while true do end end, function(e) e.kind = 1 while true do end end)","Z = 1"] {
    let t = std::time::Instant::now();
    eprintln!("{:?} {:?}", h.try_step(&h.loaded, &eval(s)), t.elapsed());
    }}
    }
}

//! What runs the file of a process: aos 2, or Lua on `HyperBEAM` (docs/MAINNET.md, 15 to 17).

use aos::joined;

/// What runs a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// aos 2, on a compute unit or on genesis-wasm.
    Aos,
    /// hyper-aos, on `lua@5.3a`.
    HyperAos,
    /// A file of one's own on `lua@5.3a`.
    Lua,
}

const LUERL: &str = include_str!("../lua/runtimes/luerl.lua");
const HYPER_AOS: &str = include_str!("../lua/runtimes/hyper-aos.lua");
const OWN: &str = include_str!("../lua/runtimes/lua.lua");
/// What a file sees of them in the place of the globals of aos 2.
const LOCALS: &str = "Handlers, ao, Send, tonumber";

impl Runtime {
    /// The name that messages give what runs before the file.
    pub const FILE: &str = "runtime of lua@5.3a";
    /// What it lacks of luerl and was asked for, in a state.
    pub const LACKS: &str = "LUERL_LACKS";

    /// The runtime of this name on a page.
    pub fn named(name: &str) -> Self {
        match name {
            "hyper-aos" => Self::HyperAos,
            "lua" => Self::Lua,
            _ => Self::Aos,
        }
    }

    /// Whether it is Lua on `lua@5.3a`, where nothing filters out a message that comes twice.
    pub fn is_luerl(self) -> bool {
        self != Self::Aos
    }

    /// The text of a file as this runs it.
    pub fn text(self, file: &str, source: String) -> String {
        let own = match self {
            Self::Aos => return source,
            Self::HyperAos => HYPER_AOS,
            Self::Lua => OWN,
        };
        joined::behind((Self::FILE, &[LUERL, own].concat()), LOCALS, (file, &source))
    }
}

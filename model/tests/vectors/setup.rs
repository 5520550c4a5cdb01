//! What the processes of a recording run, as far as we have a transcription of it.

use crate::schema::{Messages, Policy};
use model::contract::Seed;
use model::message::MU;
use model::process::{Evaluation, Process};
use model::usda::Usda;
use model::{TIM3, USDA, Variant};
use serde_json::Value;
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Why there is nothing to compare.
pub type Reason = String;

/// The aos builds that behave differently (SEMANTICS A2, A3, A4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runtime {
    /// The aos 1 line: errors are no errors for the host, and there are no replies.
    Aos1,
    /// 2.0.1 and 2.0.3: tag names stay as they are; who is not trusted is told so.
    Early,
    /// From 2.0.4, which is also what the module inside the "2.0.6" build calls itself.
    Late,
}

impl Runtime {
    pub fn of(module: &str) -> Result<Self, Reason> {
        match module {
            "aos.wasm" => Ok(Self::Aos1),
            "aos2_0_1.wasm" | "aos2_0_3.wasm" => Ok(Self::Early),
            "aos2_0_4.wasm" | "aos2_0_4_32.wasm" | "aos2_0_6.wasm" => Ok(Self::Late),
            other => Err(format!("nobody knows the module {other}")),
        }
    }

    /// What a throwing handler leaves behind on this build under a host's policy.
    pub fn evaluation(self, policy: Policy) -> Evaluation {
        match (self, policy) {
            (Self::Early | Self::Late, Policy::Cu) => Evaluation::Atomic,
            (Self::Aos1, _) | (_, Policy::Keep) => Evaluation::Partial,
        }
    }
}

/// The TIM3 process of a recording.
pub fn tim3(recording: &Messages, evaluation: Evaluation) -> Result<Process<Variant>, Reason> {
    let setup = prose(&recording.setup.tim3);
    let other = || other_handlers("TIM3", setup);
    let (file, settings) = setup.split_at(setup.find(".lua").map_or(0, |at| at + ".lua".len()));
    let seed = match file {
        "scripts/lua/tim3_seed_literal.lua" => Seed::Literal,
        "scripts/lua/tim3_seed.lua" => Seed::Json,
        "scripts/lua/tim3_tags.lua" => Seed::Tags,
        _ => return Err(other()),
    };
    let mut process = Process::new(TIM3, Variant::Seed(seed), evaluation);
    let rules = Rules::of(settings, &recording.ids).ok_or_else(other)?;
    process.authorities = rules.authorities;
    process.notices_assignable = rules.notices_assignable;
    Ok(process)
}

/// What the prose behind the name of the handlers says of TIM3's platform.
#[derive(Debug, PartialEq, Eq)]
pub struct Rules {
    /// Its Authority tags.
    pub authorities: Vec<SmolStr>,
    /// Whether the owner has made Credit-Notices assignable.
    pub notices_assignable: bool,
}

impl Rules {
    /// `None` if some part of the prose means nothing to us.
    pub fn of(settings: &str, ids: &BTreeMap<String, String>) -> Option<Self> {
        let mut rules = Self { authorities: vec![MU.into()], notices_assignable: false };
        for setting in settings.split(';') {
            rules.apply(setting.trim_start_matches([',', '+', ' ']).trim_end(), ids)?;
        }
        Some(rules)
    }

    fn apply(&mut self, setting: &str, ids: &BTreeMap<String, String>) -> Option<()> {
        // The state is in `before` of every step, so what the prose says of it does not matter.
        let state = ["Balances ", "TotalSupply ", "UsdaCollateral "];
        if setting.is_empty() || state.iter().any(|name| setting.starts_with(name)) {
            return Some(());
        }
        let notices = r#"{Action="Credit-Notice"}"#;
        if setting.starts_with("ao.addAssignable(") && setting.contains(notices) {
            self.notices_assignable = true;
            return Some(());
        }
        self.authorities = authorities(setting, ids)?;
        Some(())
    }
}

fn authorities(setting: &str, ids: &BTreeMap<String, String>) -> Option<Vec<SmolStr>> {
    if setting == "NO Authority tag" {
        return Some(Vec::new());
    }
    let (head, labels) = setting.split_once('=')?;
    let words = labels.split([',', ' ']).filter(|word| !matches!(*word, "" | "and"));
    let labels: Vec<_> = words.collect();
    let known = labels.iter().all(|label| ids.contains_key(*label));
    let is_list = matches!(head.trim(), "Authority tag" | "Authority tags");
    (is_list && known).then(|| labels.into_iter().map(SmolStr::new).collect())
}

/// The USDA process of a recording.
pub fn usda(recording: &Messages, evaluation: Evaluation) -> Result<Process<Usda>, Reason> {
    let setup = prose(&recording.setup.usda);
    let blueprint = match (setup.contains("ae42860"), setup.contains("eea71b6")) {
        (true, false) => Usda::Blueprint2025,
        (false, true) => Usda::Blueprint2024,
        _ => return Err(other_handlers("USDA", setup)),
    };
    Ok(Process::new(USDA, blueprint, evaluation))
}

/// That we have nothing that runs what this setup says.
pub fn other_handlers(process: &str, setup: &str) -> Reason {
    format!("{process} runs other handlers: {}", headline(setup))
}

pub fn prose(setup: &Value) -> &str {
    setup.as_str().unwrap_or("the setup does not say which")
}

/// The first part of a setup, which is enough to recognise it by.
fn headline(setup: &str) -> &str {
    setup.split(';').next().unwrap_or_default().trim()
}

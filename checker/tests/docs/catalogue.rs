//! Pages that list what there is to name, from the code.

use model::{Fault, Profile, Variant};
use properties::Property;

/// A section for each promise, in the order of reports.
pub fn promises() -> String {
    let all = properties::ALL.into_iter().chain(properties::of_lua());
    all.map(promise).collect::<Vec<_>>().join("\n")
}

fn promise(property: Property) -> String {
    let Property { name, code, sentence, broken, why, .. } = property;
    let needs: Vec<_> = property.needs.iter().map(|witness| witness.name()).collect();
    let needs = if needs.is_empty() {
        String::new()
    } else {
        format!("- **Tried only where this happened:** {}.\n", needs.join(", "))
    };
    format!(
        "## {name}\n\nPromised: {sentence}.\n\n- **Broken, it means:** {broken}.\n- **Why it matters:** {why}.\n{needs}- **In tables:** `{code}`.\n{}",
        recorded(name)
    )
}

/// Where a run that breaks it is kept: of the contract that we recommend, or else of another.
fn recorded(name: &str) -> String {
    let variants = ["hardened", "seed-tags"].into_iter().chain(Variant::all().map(Variant::name));
    let mut paths = variants.map(|variant| format!("counterexamples/{variant}/{name}.json"));
    paths.find(|path| super::root().join(path).exists()).map_or(String::new(), |path| {
        format!("\n```sh\ncargo run --release -- replay {path}\n```\n")
    })
}

/// A section for each platform, weakest first.
pub fn platforms() -> String {
    let platform = |profile: &Profile| {
        let faults = Fault::ALL.into_iter().filter(|fault| profile.allows(*fault));
        let faults: Vec<_> = faults.map(|fault| format!("[{0}](#{0})", fault.name())).collect();
        let faults = if faults.is_empty() { "none".to_owned() } else { faults.join(", ") };
        format!(
            "## {}\n\n{}.\n\n- **Faults:** {faults}.\n- **Evidence:** {}.\n- **In tables:** `{}`.\n",
            profile.name, profile.sentence, profile.evidence, profile.code
        )
    };
    Profile::ALL.iter().map(platform).collect::<Vec<_>>().join("\n")
}

/// A section for each fault.
pub fn faults() -> String {
    let fault = |fault: Fault| {
        format!("### {}\n\n{}. Caused by {}.\n", fault.name(), fault.sentence(), fault.caused_by())
    };
    Fault::ALL.map(fault).join("\n")
}

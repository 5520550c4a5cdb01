//! What can be deployed in 2026, and which promises the recommended contract keeps there: as the
//! profiles and the recorded reports of the systems say it.

use page::page::Profile;
use page::read::profiles;
use std::fs;

/// The promises of the matrix, and how they are called there.
const PROMISES: [(&str, &str); 4] = [
    ("one deposit is minted once", "minted once"),
    ("every token is backed", "backed"),
    ("what is deposited is minted", "deposits are minted"),
    ("what is burned is paid", "burns are paid"),
];

/// How a promise stands in a report, and from how many faults on it breaks.
fn cell(report: &str, page: &str, promise: &str) -> String {
    let rest = report.lines().find_map(|line| line.strip_prefix("  ")?.strip_prefix(promise));
    let how = rest.unwrap_or_else(|| panic!("{page} says nothing of \"{promise}\"")).trim();
    if how == "holds" {
        return how.to_owned();
    }
    let toll = how.split(", ").nth(1).unwrap_or_else(|| panic!("{page}: {how}"));
    match toll {
        "no fault" => "breaks without a fault".to_owned(),
        toll => format!("breaks: {}", toll.replace("repeated", "re-push").replace("lost", "loss")),
    }
}

/// Each profile with its cells.
fn rows() -> Vec<(Profile, Vec<String>)> {
    let row = |profile: Profile| {
        let page = &profile.page;
        let report = super::root().join("systems").join(page).join("checked.txt");
        let report = fs::read_to_string(&report).unwrap_or_else(|why| panic!("{page}: {why}"));
        let cells = PROMISES.map(|(promise, _)| cell(&report, page, promise)).to_vec();
        (profile, cells)
    };
    profiles().into_iter().map(row).collect()
}

/// The matrix: who receives, beside which ledger, by which scheduler, and what holds.
pub fn matrix() -> String {
    let heads = PROMISES.map(|(_, head)| format!(" {head} |")).concat();
    let row = |(profile, cells): (Profile, Vec<String>)| {
        let Profile { row, receiver, ledger, scheduler, page, instead, .. } = profile;
        let cells = cells.join(" | ");
        format!(
            "| {row} | {receiver} | {ledger} | {scheduler} | [`{page}`](../systems/{page}/checked.txt) | {cells} | {instead} |\n"
        )
    };
    let rows: String = rows().into_iter().map(row).collect();
    format!(
        "| # | receiver | ledger | scheduler | tried by |{heads} what keeps more |\n|---|---|---|---|---|{}---|\n{rows}",
        "---|".repeat(PROMISES.len())
    )
}

/// The facts behind each row.
pub fn facts() -> String {
    let row = |profile: Profile| {
        let Profile { row, name, repeats, throws, stops, key, evidence, .. } = profile;
        format!("| {row} | `{name}` | {repeats} | {throws} | {stops} | {key} | {evidence} |\n")
    };
    let rows: String = profiles().into_iter().map(row).collect();
    format!(
        "| # | `profile` on a page | what is evaluated again | what a throw leaves | a stranger can stop it | tells a deposit from its copy | evidence |\n|---|---|---|---|---|---|---|\n{rows}"
    )
}

/// The same in few words: what breaks where.
pub fn in_short() -> String {
    let row = |(profile, cells): (Profile, Vec<String>)| {
        let Profile { receiver, ledger, page, stops, .. } = profile;
        let broken = PROMISES.iter().zip(cells).filter(|(_, cell)| cell != "holds");
        let broken: Vec<_> = broken
            .map(|((_, head), cell)| {
                let toll = cell.trim_start_matches("breaks: ").trim_start_matches("breaks ");
                format!("{head} ({toll})")
            })
            .collect();
        format!(
            "| {receiver} | {ledger} | [`{page}`](systems/{page}/system.lua) | {} | {stops} |\n",
            broken.join(", ")
        )
    };
    let rows: String = rows().into_iter().map(row).collect();
    format!(
        "| what receives | its USDA | system | breaks | a stranger can stop it |\n|---|---|---|---|---|\n{rows}"
    )
}

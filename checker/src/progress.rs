//! The progress line of a check; nothing if nobody watches.

use explorer::escape::Visible;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::sync::atomic::{AtomicU64, Ordering};

/// A line on standard error, drawn only on a terminal.
pub struct Watcher {
    bar: ProgressBar,
    states: AtomicU64,
    /// The most resident bytes that were seen.
    memory: AtomicU64,
}

impl Watcher {
    /// A line for this many searches; hidden where `quiet`.
    pub fn new(searches: usize, quiet: bool) -> Self {
        Self::of(searches, "searches", quiet)
    }

    /// A line for this many of something else.
    pub fn of(many: usize, what: &str, quiet: bool) -> Self {
        let target =
            if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(many as u64), target);
        let style = ProgressStyle::with_template(&format!(
            "{{elapsed_precise}} [{{bar:24}}] {{pos}}/{{len}} {what}  {{wide_msg}}"
        ));
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        if !quiet {
            bar.enable_steady_tick(std::time::Duration::from_millis(200));
        }
        Self { bar, states: AtomicU64::new(0), memory: AtomicU64::new(0) }
    }

    pub fn searching(&self, name: &str, at: &search::Progress) {
        let rate = self.rate(self.states.load(Ordering::Relaxed) + at.states);
        self.memory.fetch_max(at.memory, Ordering::Relaxed);
        let name = Visible::of(name);
        self.bar.set_message(format!(
            "{}: {} states, {} waiting, depth {}, faults {}; {rate:.0} states/s, {} MiB",
            name.as_str(),
            at.states,
            at.frontier,
            at.depth,
            at.cost,
            at.memory >> 20,
        ));
    }

    /// States per second up to now.
    #[allow(clippy::cast_precision_loss, reason = "a rate of a few digits")]
    fn rate(&self, states: u64) -> f64 {
        states as f64 / self.bar.elapsed().as_secs_f64().max(0.001)
    }

    /// A search is done, with this many states.
    pub fn finished(&self, states: u64) {
        self.states.fetch_add(states, Ordering::Relaxed);
        self.bar.inc(1);
    }

    /// All are done: a line of what it took is left standing.
    pub fn done(&self) {
        let states = self.states.load(Ordering::Relaxed);
        let (took, rate) = (self.bar.elapsed().as_secs_f64(), self.rate(states));
        let memory = self.memory.load(Ordering::Relaxed) >> 20;
        let memory = if memory > 0 { format!(", {memory} MiB at most") } else { String::new() };
        // Where nobody counted states there is nothing to say of them.
        if states > 0 {
            self.bar.println(format!("{states} states in {took:.1} s: {rate:.0} states/s{memory}"));
        }
        self.bar.finish_and_clear();
    }
}

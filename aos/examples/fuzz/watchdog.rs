//! Notices when something does not end, saves the Lua that was run, and ends the run. What runs is
//! saved before, so that an abort leaves it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Nothing may take longer, on a machine that others use as well.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Watchdog {
    seed: u64,
    saved: AtomicU64,
    running: Mutex<Option<(Instant, String)>>,
}

impl Watchdog {
    pub fn start(seed: u64) -> Arc<Self> {
        let (saved, running) = (AtomicU64::new(0), Mutex::default());
        let watchdog = Arc::new(Self { seed, saved, running });
        let watching = Arc::clone(&watchdog);
        std::thread::spawn(move || {
            loop {
                std::thread::sleep(PATIENCE / 20);
                watching.look();
            }
        });
        watchdog
    }

    fn look(&self) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((begun, what)) = &*running
            && begun.elapsed() > PATIENCE
        {
            println!("FOUND {}", self.save(what, "it does not end"));
            std::process::exit(3);
        }
    }

    /// Does something that has to end; `what` says what it is.
    pub fn during<T>(&self, what: impl FnOnce() -> String, does: impl FnOnce() -> T) -> T {
        let set = |value| *self.running.lock().unwrap_or_else(PoisonError::into_inner) = value;
        let what = what();
        _ = std::fs::write(self.place("running"), &what);
        set(Some((Instant::now(), what)));
        let result = does();
        set(None);
        result
    }

    /// Saves what was run; where, and why.
    pub fn save(&self, source: &str, why: &str) -> String {
        let number = self.saved.fetch_add(1, Ordering::Relaxed);
        let path = self.place(&number.to_string());
        let saved = std::fs::write(&path, format!("-- {}\n{source}", why.replace('\n', " ")));
        let place = saved.map_or_else(|error| error.to_string(), |()| path.display().to_string());
        format!("{place}: {why}")
    }

    fn place(&self, name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("aos-fuzz-{}-{name}.lua", self.seed))
    }
}

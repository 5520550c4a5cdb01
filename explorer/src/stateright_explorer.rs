//! stateright's own Explorer, of the same model, with our picture of each path.

use crate::lanes::Lanes;
use crate::svg::{Drawing, Mark};
use crate::trace::Trace;
use crate::world::World;
use model::{Action, State, Subject, SubjectState, Swap};
use stateright::{Model, Path, Property};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::{io, sync::Arc};

/// The port that stateright's users know.
const USUAL_PORT: u16 = 3000;

/// A world as stateright shows it.
struct Shown {
    world: World,
    swap: Swap<Subject>,
}

/// Serves stateright's Explorer on loopback until the process ends; port 0 takes
/// [`USUAL_PORT`].
///
/// # Errors
/// If the port cannot be had.
pub fn serve(world: &World, port: u16, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
    let port = if port == 0 { USUAL_PORT } else { port };
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    // stateright panics where it cannot have a port.
    drop(TcpListener::bind(address)?);
    ready(address);
    let shown = Shown { world: world.clone(), swap: world.swap() };
    let _: Arc<_> = shown.checker().serve(address);
    Ok(())
}

impl Model for Shown {
    type State = State<SubjectState>;
    type Action = Action;

    fn init_states(&self) -> Vec<Self::State> {
        vec![self.swap.initial()]
    }

    fn actions(&self, state: &Self::State, actions: &mut Vec<Action>) {
        actions.extend(self.swap.enabled(state));
    }

    fn next_state(&self, state: &Self::State, action: Action) -> Option<Self::State> {
        self.swap.step(state, &action).map(|step| step.state)
    }

    fn format_action(&self, action: &Action) -> String {
        action.to_string()
    }

    fn as_svg(&self, path: Path<Self::State, Action>) -> Option<String> {
        let trace = Trace::of(self.world.clone(), &path.into_actions()).ok()?;
        let marks = vec![Mark::default(); trace.len()];
        Some(Drawing::of(&Lanes::of(&trace), &marks).file("messages"))
    }

    fn properties(&self) -> Vec<Property<Self>> {
        promises()
    }
}

/// The promise of this place, as stateright asks for it: a plain function.
fn is_kept<const PLACE: usize>(shown: &Shown, state: &State<SubjectState>) -> bool {
    properties::ALL[PLACE].judge(&shown.swap.situation(state)).is_ok()
}

/// The promises about every state. Whether there is a way out is beyond what stateright's
/// properties can ask.
fn promises() -> Vec<Property<Shown>> {
    macro_rules! kept {
        ($($place:literal)*) => {
            [$(Property::always(properties::ALL[$place].name, is_kept::<$place>)),*]
        };
    }
    let all = kept!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19);
    let asked = all.into_iter().zip(properties::ALL);
    asked.filter(|(_, property)| !property.is_way_out()).map(|(promise, _)| promise).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_promise_about_every_state_is_asked() {
        let asked: Vec<_> = promises().into_iter().map(|promise| promise.name).collect();
        let all = properties::ALL.iter().filter(|property| !property.is_way_out());
        assert_eq!(asked, all.map(|property| property.name).collect::<Vec<_>>());
    }
}

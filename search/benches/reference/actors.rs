//! Users, USDA and TIM3 as actors.

use std::borrow::Cow;

use stateright::actor::{Actor, Id, Out};

use super::Size;

#[derive(Clone, Copy, Debug)]
pub enum Party {
    User(Size),
    Usda(Size),
    Tim3(Size),
}

/// What a party remembers. Deposits and burns are numbered over all users, as bits of masks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Memory {
    User {
        deposits: usize,
        burns: usize,
    },
    Usda {
        balances: Vec<u8>,
        tim3: u8,
        transferred: u32,
        released: u32,
    },
    Tim3 {
        balances: Vec<u8>,
        supply: u8,
        collateral: u8,
        minted: u32,
        burns_seen: u32,
        burned: u32,
        minted_twice: bool,
    },
}

/// A message: its kind, the user it is about and its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Message {
    pub kind: Kind,
    pub user: usize,
    pub number: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Transfer,
    CreditNotice,
    Burn,
    Release,
}

/// What a user may decide to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Issue {
    Deposit,
    Burn,
}

impl Party {
    pub fn all(size: Size) -> Vec<Self> {
        let users = (0..size.users).map(|_| Self::User(size));
        users.chain([Self::Usda(size), Self::Tim3(size)]).collect()
    }
}

fn usda(size: Size) -> Id {
    Id::from(size.users)
}

fn tim3(size: Size) -> Id {
    Id::from(size.users + 1)
}

/// Offers the user what is still to be issued.
fn offer(size: Size, deposits: usize, burns: usize, out: &mut Out<Party>) {
    if deposits < size.deposits {
        out.choose_random("deposit", vec![Issue::Deposit]);
    }
    if burns < size.burns {
        out.choose_random("burn", vec![Issue::Burn]);
    }
}

impl Actor for Party {
    type Msg = Message;
    type Timer = ();
    type State = Memory;
    type Storage = ();
    type Random = Issue;

    fn on_start(&self, _id: Id, _storage: &Option<()>, out: &mut Out<Self>) -> Memory {
        match *self {
            Self::User(size) => {
                offer(size, 0, 0, out);
                Memory::User { deposits: 0, burns: 0 }
            }
            Self::Usda(size) => Memory::Usda {
                balances: vec![u8::try_from(size.deposits).expect("few deposits"); size.users],
                tim3: 0,
                transferred: 0,
                released: 0,
            },
            Self::Tim3(size) => Memory::Tim3 {
                balances: vec![0; size.users],
                supply: 0,
                collateral: 0,
                minted: 0,
                burns_seen: 0,
                burned: 0,
                minted_twice: false,
            },
        }
    }

    fn on_random(&self, id: Id, memory: &mut Cow<Memory>, issue: &Issue, out: &mut Out<Self>) {
        let (Self::User(size), Memory::User { deposits, burns }) = (*self, memory.to_mut()) else {
            unreachable!("only users issue")
        };
        let user = usize::from(id);
        match issue {
            Issue::Deposit => {
                let number = user * size.deposits + *deposits;
                *deposits += 1;
                send(out, usda(size), Kind::Transfer, user, number);
            }
            Issue::Burn => {
                let number = user * size.burns + *burns;
                *burns += 1;
                send(out, tim3(size), Kind::Burn, user, number);
            }
        }
        offer(size, *deposits, *burns, out);
    }

    fn on_msg(
        &self,
        _: Id,
        memory: &mut Cow<Memory>,
        _: Id,
        message: Message,
        out: &mut Out<Self>,
    ) {
        match (*self, message.kind) {
            (Self::Usda(size), Kind::Transfer) => on_transfer(size, memory, message, out),
            (Self::Tim3(size), Kind::CreditNotice) => on_credit(size, memory, message),
            (Self::Tim3(size), Kind::Burn) => on_burn(size, memory, message, out),
            (Self::Usda(size), Kind::Release) => on_release(size, memory, message),
            _ => unreachable!("messages go to those who handle them"),
        }
    }
}

fn send(out: &mut Out<Party>, to: Id, kind: Kind, user: usize, number: usize) {
    out.send(to, Message { kind, user, number });
}

fn on_transfer(size: Size, memory: &mut Cow<Memory>, message: Message, out: &mut Out<Party>) {
    let bit = 1 << message.number;
    if matches!(**memory, Memory::Usda { transferred, .. } if size.dedupe == 1 && transferred & bit != 0)
    {
        return;
    }
    if let Memory::Usda { balances, tim3: held, transferred, .. } = memory.to_mut() {
        *transferred |= bit;
        if balances[message.user] >= 1 {
            balances[message.user] -= 1;
            *held += 1;
            send(out, tim3(size), Kind::CreditNotice, message.user, message.number);
        }
    }
}

fn on_credit(size: Size, memory: &mut Cow<Memory>, message: Message) {
    let bit = 1 << message.number;
    if matches!(**memory, Memory::Tim3 { minted, .. } if size.dedupe != 0 && minted & bit != 0) {
        return;
    }
    if let Memory::Tim3 { balances, supply, collateral, minted, minted_twice, .. } = memory.to_mut()
    {
        *minted_twice |= *minted & bit != 0;
        *minted |= bit;
        balances[message.user] += 1;
        *supply += 1;
        *collateral += 1;
    }
}

fn on_burn(size: Size, memory: &mut Cow<Memory>, message: Message, out: &mut Out<Party>) {
    let bit = 1 << message.number;
    if matches!(**memory, Memory::Tim3 { burns_seen, .. } if size.dedupe != 0 && burns_seen & bit != 0)
    {
        return;
    }
    if let Memory::Tim3 { balances, supply, collateral, burns_seen, burned, .. } = memory.to_mut() {
        *burns_seen |= bit;
        if balances[message.user] >= 1 {
            balances[message.user] -= 1;
            *supply -= 1;
            *collateral -= 1;
            *burned |= bit;
            send(out, usda(size), Kind::Release, message.user, message.number);
        }
    }
}

fn on_release(size: Size, memory: &mut Cow<Memory>, message: Message) {
    let bit = 1 << message.number;
    if matches!(**memory, Memory::Usda { released, .. } if size.dedupe == 1 && released & bit != 0)
    {
        return;
    }
    if let Memory::Usda { balances, tim3, released, .. } = memory.to_mut() {
        *released |= bit;
        if *tim3 >= 1 {
            *tim3 -= 1;
            balances[message.user] += 1;
        }
    }
}

//! Who may do what: Basic and Bearer authentication as registries have them (distribution,
//! `docs/spec/auth/`).

mod accounts;
mod credentials;
mod gate;
mod scope;
mod token;
mod tokens;

pub use accounts::{Accounts, Action, Auth, Grant, User};

pub(super) use gate::{Gate, admit};
pub(super) use token::token;

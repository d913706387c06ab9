//! The screen: the application without a terminal, how its state is drawn, and the loop that runs
//! it.

pub mod app;
pub mod draw;
pub mod run;

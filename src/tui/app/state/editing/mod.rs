//! The editor: what its keys do, what is typed in its forms, what comes from outside for it.

mod forms;
mod gathering;
mod keys;

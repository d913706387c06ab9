//! What a user who waits should see.

use std::time::Duration;

use super::{Class, Host};

/// Something that a user who waits should see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A request will be repeated after a while.
    Retrying {
        /// The host that is waited for.
        host: Host,
        /// Why: `RateLimited`, `Server`, `Unreachable` or `TimedOut`.
        class: Class,
        /// How long it waits.
        delay: Duration,
    },
}

impl Notice {
    /// What is waited for, in words.
    #[must_use]
    pub fn words(&self) -> String {
        let Self::Retrying { host, class, delay } = self;
        let seconds = delay.as_secs_f64().ceil();
        match class {
            Class::RateLimited => {
                format!("{host} asked to slow down; trying again in {seconds:.0} s")
            }
            class => format!("{host}: {}; trying again in {seconds:.0} s", class.title()),
        }
    }
}

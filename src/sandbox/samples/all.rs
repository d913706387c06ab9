//! What samples there are.

use std::io;
use std::sync::{Mutex, PoisonError};

use super::sample::Sample;
use super::{
    broken, cases, compare, documents, evidence, five_hundred, hello, hostile, liar, nested, odd,
    packed, tags, ten_platforms,
};
use crate::sandbox::Store;

/// Samples that are made together.
struct Set {
    samples: &'static [Sample],
    fill: fn(&Store) -> io::Result<()>,
}

const SETS: [Set; 14] = [
    Set { samples: hello::SAMPLES, fill: hello::fill },
    Set { samples: ten_platforms::SAMPLES, fill: ten_platforms::fill },
    Set { samples: liar::SAMPLES, fill: liar::fill },
    Set { samples: compare::SAMPLES, fill: compare::fill },
    Set { samples: nested::SAMPLES, fill: nested::fill },
    Set { samples: five_hundred::SAMPLES, fill: five_hundred::fill },
    Set { samples: odd::SAMPLES, fill: odd::fill },
    Set { samples: broken::SAMPLES, fill: broken::fill },
    Set { samples: cases::SAMPLES, fill: cases::fill },
    Set { samples: documents::SAMPLES, fill: documents::fill },
    Set { samples: evidence::SAMPLES, fill: evidence::fill },
    Set { samples: hostile::SAMPLES, fill: hostile::fill },
    Set { samples: tags::SAMPLES, fill: tags::fill },
    Set { samples: packed::SAMPLES, fill: packed::fill },
];

/// All samples, in the order in which they are worth looking at.
#[must_use]
pub fn samples() -> Vec<Sample> {
    SETS.iter().flat_map(|set| set.samples).copied().collect()
}

/// Puts all samples into a store. A process makes them once; every store after the first shares
/// their bytes.
///
/// # Errors
/// When a layer cannot be packed.
pub(in crate::sandbox) fn fill(store: &Store) -> io::Result<()> {
    static MADE: Mutex<Option<Store>> = Mutex::new(None);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let samples = match made.take() {
        Some(samples) => samples,
        None => make()?,
    };
    store.take_in(made.insert(samples));
    Ok(())
}

fn make() -> io::Result<Store> {
    let store = Store::new();
    SETS.iter().try_for_each(|set| (set.fill)(&store))?;
    Ok(store)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_the_same_every_time() {
        let (one, two) = (make().unwrap(), make().unwrap());
        for sample in samples() {
            let (repository, tag) = sample.reference.split_once(':').unwrap();
            let digest = |store: &Store| store.repository(repository).resolve(tag).unwrap();
            assert_eq!(digest(&one), digest(&two), "{}", sample.reference);
        }
    }
}

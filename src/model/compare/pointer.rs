//! Where a value is in a JSON document.

/// A JSON pointer (RFC 6901). The empty one is the document itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pointer(String);

impl Pointer {
    /// The pointer that goes down these keys.
    pub(super) fn of(keys: &[&str]) -> Self {
        keys.iter().fold(Self::default(), |pointer, key| pointer.step(key))
    }

    /// One step on: a key of an object, or a place in a list.
    pub(super) fn step(&self, key: &str) -> Self {
        let mut text = String::with_capacity(self.0.len() + 1 + key.len());
        text.push_str(&self.0);
        text.push('/');
        for c in key.chars() {
            match c {
                '~' => text.push_str("~0"),
                '/' => text.push_str("~1"),
                c => text.push(c),
            }
        }
        Self(text)
    }

    /// Whether it is this one or goes on from there.
    pub(super) fn is_within(&self, whole: &Self) -> bool {
        let rest = self.0.strip_prefix(&whole.0);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// The pointer as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The keys with dots between them, as people read them. A key may have dots of its own.
    #[must_use]
    pub fn dotted(&self) -> String {
        let keys = self.0.split('/').skip(1);
        let keys = keys.map(|key| key.replace("~1", "/").replace("~0", "~"));
        keys.collect::<Vec<_>>().join(".")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_apart_whatever_is_in_them() {
        for (keys, written, dotted) in [
            (&[][..], "", ""),
            (&["config", "Labels", "org.x"], "/config/Labels/org.x", "config.Labels.org.x"),
            (&["config", "Labels", "org", "x"], "/config/Labels/org/x", "config.Labels.org.x"),
            (&["ExposedPorts", "80/tcp"], "/ExposedPorts/80~1tcp", "ExposedPorts.80/tcp"),
            (&["~1", "a~/b"], "/~01/a~0~1b", "~1.a~/b"),
            (&["", "0"], "//0", ".0"),
        ] {
            let pointer = Pointer::of(keys);
            assert_eq!((pointer.as_str(), pointer.dotted().as_str()), (written, dotted));
        }
    }

    #[test]
    fn what_only_begins_alike_is_not_within() {
        let env = Pointer::of(&["config", "Env"]);
        assert!(env.is_within(&env) && env.step("PATH").is_within(&env));
        assert!(!Pointer::of(&["config", "Environment"]).is_within(&env));
    }
}

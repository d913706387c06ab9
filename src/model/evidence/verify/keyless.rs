//! Signatures without keys of one's own: certificates of a few minutes that name who signed, and
//! logs or timestamp authorities that say when. All of them must be those of a trusted root.

use jiff::Timestamp;

use super::chain::{CODE_SIGNING, leads};
use super::trusted_root::{Authority, TrustedRoot};
use super::{Outcome, PublicKey, certificate_log, log, stamp};
use crate::model::evidence::certificate::Certificate;
use crate::model::evidence::signature::Signature;

/// How many log entries and timestamps of one signature are checked (sigstore-go 1.4.0,
/// `internal/limits`).
const MOST: usize = 32;

/// Who may have signed, and what is trusted to say so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyless {
    /// The identity: a mail address, the URI of a workflow.
    pub identity: String,
    /// Who vouched for the identity (the issuer of OpenID Connect).
    pub issuer: String,
    /// The trusted root.
    pub root: TrustedRoot,
}

/// When a signature was made, and who says so.
#[derive(Default)]
struct Seen {
    times: Vec<Timestamp>,
    words: Vec<String>,
    logged: bool,
    /// Why others do not say it.
    problems: Vec<String>,
}

impl Keyless {
    /// Whether a signature over `signed` is the identity's.
    pub(super) fn check(&self, signature: &Signature, signed: &[u8]) -> Result<String, Outcome> {
        let chain: Result<Vec<&Certificate>, &String> =
            signature.chain.iter().map(Result::as_ref).collect();
        let chain = chain.map_err(|problem| Outcome::NotVerified(problem.clone()))?;
        let Some((leaf, others)) = chain.split_first() else {
            return Err(Outcome::NotVerified("it has no certificate".to_owned()));
        };
        let key =
            PublicKey::of_der(leaf.identity(), &leaf.public_key).map_err(Outcome::NotVerified)?;
        if !key.holds(signed, &signature.bytes) {
            return Err(Outcome::Broken(format!("its own certificate ({})", leaf.identity())));
        }
        let seen = self.seen(signature, signed, leaf)?;
        let issuer = self.authority(leaf, others, &seen)?;
        if !self.root.certificate_logs.is_empty()
            && !certificate_log::vouched(leaf, issuer, &self.root)
        {
            return Err(Outcome::NotVerified(format!(
                "no log of certificates of {} vouches for its certificate",
                self.root.name
            )));
        }
        let by = leaf.claim("issuer").unwrap_or("nobody");
        if by != self.issuer || !leaf.names.contains(&self.identity) {
            return Err(Outcome::AnotherIdentity(format!("{} ({by})", leaf.identity())));
        }
        Ok(format!("{} ({by}), {}", self.identity, seen.words.join(", ")))
    }

    /// When it was made, as the logs and timestamp authorities of the root say.
    fn seen(
        &self,
        signature: &Signature,
        signed: &[u8],
        leaf: &Certificate,
    ) -> Result<Seen, Outcome> {
        let mut seen = Seen::default();
        for entry in signature.log.iter().take(MOST) {
            let Some(log) = self.root.logs.iter().find(|it| log::is_of(entry, it)) else {
                seen.problems.push("its log entry is of another log".to_owned());
                continue;
            };
            let time = log::check(entry, log, signature, signed, leaf)
                .map_err(|problem| Outcome::Unfit(format!("its log entry {problem}")))?;
            let since = time.map_or_else(String::new, |time| format!(" since {time}"));
            let at = entry.index.map_or_else(String::new, |index| format!(", entry {index}"));
            seen.words.push(format!("in the log {}{at}{since}", log.url));
            seen.times.extend(time);
            seen.logged = true;
        }
        for token in signature.timestamps.iter().take(MOST) {
            match stamp::check(token, &signature.bytes, &self.root) {
                Ok((time, by)) => {
                    seen.times.push(time);
                    seen.words.push(format!("stamped {time} by {by}"));
                }
                Err(problem) => seen.problems.push(format!("its timestamp {problem}")),
            }
        }
        if seen.times.is_empty() {
            let why = match seen.problems.first() {
                Some(problem) => problem.clone(),
                None if signature.log.is_empty() => {
                    "it has neither a log entry nor a timestamp".to_owned()
                }
                None => "its log entry is not dated, and it has no timestamp".to_owned(),
            };
            return Err(Outcome::NotVerified(why));
        }
        if !seen.logged {
            seen.words.push("no log entry".to_owned());
        }
        Ok(seen)
    }

    /// The certificate that issued this one, and leads to an authority of the root.
    fn authority<'a>(
        &'a self,
        leaf: &Certificate,
        others: &[&'a Certificate],
        seen: &Seen,
    ) -> Result<&'a Certificate, Outcome> {
        let led = |authority: &Authority, time: Timestamp| {
            let between: Vec<&Certificate> =
                authority.others.iter().chain(others.iter().copied()).collect();
            authority.period.holds(time)
                && authority.anchor.is_valid_at(time)
                && leads(leaf, &between, &authority.anchor, time, CODE_SIGNING)
        };
        let issues = |it: &&Certificate| it.is_ca && it.subject == leaf.issuer;
        for authority in &self.root.authorities {
            if seen.times.iter().all(|time| led(authority, *time)) {
                let own = std::iter::once(&authority.anchor).chain(&authority.others);
                if let Some(issuer) = own.chain(others.iter().copied()).find(issues) {
                    return Ok(issuer);
                }
            }
        }
        match seen.times.iter().find(|time| !leaf.is_valid_at(**time)) {
            Some(time) => {
                let until = leaf.not_after.map_or_else(String::new, |it| format!(", on {it}"));
                Err(Outcome::Expired(format!("its certificate{until}; it was signed {time}")))
            }
            None => Err(Outcome::AnotherIdentity(format!(
                "{}, by no certificate authority of {}",
                leaf.identity(),
                self.root.name
            ))),
        }
    }
}

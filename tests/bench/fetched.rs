//! What the sandbox answers, kept to be answered again without it.

use std::collections::HashMap;

use platy::model::tree::{Answer, Need, Tree};
use platy::oci::Location;
use platy::sandbox::Auth;
use platy::source::auth::Environment;
use platy::source::{Activity, Options, Sources};
use platy::work::load::answer;

use crate::server::Server;

/// Everything that the explorer asks of the sample with 500 entries, fetched once.
pub fn five_hundred() -> HashMap<Need, Answer> {
    let server = Server::start(Auth::Open);
    server.sandbox.faults().clear();
    let location: Location = server.reference("demo/five-hundred:latest").parse().unwrap();
    let options = Options { environment: Environment::default(), ..Options::default() };
    server.runtime.block_on(async {
        let source = Sources::new(options, Activity::default()).open(&location).unwrap();
        let mut tree = Tree::default();
        let mut known = HashMap::new();
        while let Some((_, need)) = tree.next_wanted(&[]) {
            let found = answer(source.as_ref(), &need).await.unwrap();
            tree.attach(&need, Ok(found.clone()));
            known.insert(need, found);
        }
        known
    })
}

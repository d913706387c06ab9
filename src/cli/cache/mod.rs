//! `platy cache info|clear`

mod args;

pub(super) use args::{CacheAction, CacheArgs};

use super::args::Args;
use super::complain::complain;
use super::output::print_line;
use super::{DONE, TROUBLE};
use crate::source::{Cache, in_the_way};
use crate::text::{bytes, plural};

pub(super) async fn run(args: &Args, cache: &CacheArgs) -> u8 {
    let options = args.options();
    let Some(dir) = options.cache_dir else {
        complain("there is no cache folder: --no-cache was given, or no home folder is known");
        return TROUBLE;
    };
    let store = Cache::open(dir, options.cache_cap);
    match cache.action {
        CacheAction::Info => {
            let info = store.info().await;
            print_line(&format!("folder   {}", info.dir.display()));
            print_line(&format!(
                "holds    {} in {}",
                bytes(info.bytes),
                plural(info.files, "file")
            ));
            print_line(&format!("at most  {}", bytes(info.cap)));
            if let Some(problem) = in_the_way::sentence(&info.dir) {
                complain(&format!("nothing can be kept: {problem}"));
                return TROUBLE;
            }
        }
        CacheAction::Clear => {
            let cleared = store.clear().await;
            let files = plural(cleared.files, "file");
            print_line(&format!("removed {files}, {}", bytes(cleared.bytes)));
        }
    }
    DONE
}

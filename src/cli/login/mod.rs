//! `platy login HOST`: tries a password, and keeps it where Docker does.

mod args;
mod ask;

pub(super) use args::LoginArgs;

use super::args::Args;
use super::complain::{self, complain, complain_failure};
use super::output::print_line;
use super::registry_name::registry;
use super::waiting::Waiting;
use super::{DONE, TROUBLE};
use crate::oci::{Class, Host};
use crate::source::auth::{self, Kept, Secret};
use crate::source::{Options, Sources};
use crate::text::escape;

pub(super) async fn run(args: &Args, wish: &LoginArgs) -> u8 {
    match login(args, wish).await {
        Ok(()) => DONE,
        Err(problem) => {
            complain(&problem);
            TROUBLE
        }
    }
}

async fn login(args: &Args, wish: &LoginArgs) -> Result<(), String> {
    let host = registry("login", &wish.registry)?;
    let (username, password) = asked(wish, &host)?;
    if username.is_empty() || password.is_empty() {
        return Err("a name and a password are needed; nothing was kept".to_owned());
    }
    let options = args.options();
    let environment = options.environment.clone();
    let tried = options.environment.only(&host, &username, &password);
    let waiting = Waiting::new();
    let sources = Sources::new(
        Options { environment: tried, cache_dir: None, ..options },
        waiting.activity(),
    );
    let greeted = async { sources.registry()?.greet(&host).await };
    let challenged = match waiting.during(greeted).await {
        Ok(challenged) => challenged,
        Err(failure) if failure.class == Class::Unauthorised => {
            return Err(format!(
                "{host} does not accept this name and password ({}); nothing was kept",
                failure.status.map_or_else(|| "refused".to_owned(), |it| it.to_string())
            ));
        }
        Err(failure) => {
            complain_failure(&failure);
            return Err("nothing was kept".to_owned());
        }
    };
    let kept = auth::keep(&environment, &host, &username, &password).await?;
    if !challenged {
        complain::note(&format!("{host} asks nobody for a password, so it was not tried"));
    }
    match &kept {
        Kept::Helper { program } => print_line(&format!("logged in to {host}: {program} keeps it")),
        Kept::File { path } => {
            print_line(&escape(&format!("logged in to {host}: {} keeps it", path.display())));
            complain::note(
                "the file has the password unencrypted; a credential helper (`credsStore` in it) \
                 keeps it safe",
            );
        }
    }
    // Another file may go before: what is sent from now on is what counts.
    let found = auth::lookup(&environment, &host, None).await;
    match found.used {
        Some(used) if !kept.is_named_by(&used) => {
            complain::note(&format!("platy goes on sending the credentials from {used}"));
        }
        _ => {}
    }
    Ok(())
}

fn asked(wish: &LoginArgs, host: &Host) -> Result<(String, Secret), String> {
    let username = match &wish.username {
        Some(name) => name.clone(),
        None => ask::line(&format!("name on {host}: "))?,
    };
    let password = match wish.password_stdin {
        true => ask::piped()?,
        false => ask::password(&format!("password or access token of {}: ", escape(&username)))?,
    };
    Ok((username, password))
}

//! `--timings`: where the time went, on standard error when a command is over.

use serde_json::{Value, json};

use super::complain::say;
use crate::oci::{Connected, Exchange};
use crate::source::Timings;
use crate::text::{escape, escape_json};

/// How timings are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// A table
    Text,
    /// One line of JSON, the last one
    Json,
}

/// Prints what the requests took.
pub(super) fn print(timings: &Timings, form: Form) {
    let (exchanges, left_out) = timings.exchanges();
    let mut lines = Vec::new();
    match form {
        Form::Text => {
            lines.push(Exchange::HEAD.to_owned());
            lines.extend(exchanges.iter().map(|it| escape(&it.row()).into_owned()));
            lines.push(Exchange::sum(&exchanges, left_out));
        }
        Form::Json => {
            let requests: Vec<Value> = exchanges.iter().map(request).collect();
            let all = json!({ "requests": requests, "left_out": left_out });
            lines.push(escape_json(&all.to_string()).into_owned());
        }
    }
    say(&format!("{}\n", lines.join("\n")));
}

fn request(exchange: &Exchange) -> Value {
    let ms = |time: std::time::Duration| (time.as_secs_f64() * 1e6).round() / 1e3;
    let connected = |it: Connected| json!({ "dns_ms": it.dns.map(ms), "tcp_ms": ms(it.tcp), "tls_ms": it.tls.map(ms) });
    json!({
        "at_ms": ms(exchange.at),
        "waited_ms": ms(exchange.waited),
        "method": exchange.method,
        "origin": exchange.origin,
        "path": exchange.path,
        "status": exchange.status,
        "error": exchange.failed.map(|class| class.as_str()),
        "protocol": exchange.protocol,
        "new_connection": exchange.connected.map(connected),
        "first_byte_ms": exchange.first_byte.map(ms),
        "total_ms": ms(exchange.total),
        "bytes": exchange.bytes,
    })
}

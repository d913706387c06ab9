//! A line of a certain length: what goes in comes out half a round trip later.
//!
//! Each direction of a connection has threads of its own, which sleep to the tenth of a millisecond.
//! The timers of an async runtime round up to the next millisecond, and there are two flights in
//! every round trip.

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

/// Leads to a port on this machine.
pub struct Relay {
    pub port: u16,
    connections: Arc<AtomicUsize>,
}

impl Relay {
    pub fn start(to: u16, trip: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&connections);
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                count.fetch_add(1, Ordering::Relaxed);
                let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else { continue };
                for end in [&client, &server] {
                    end.set_nodelay(true).unwrap();
                }
                let (from, back) = (client.try_clone().unwrap(), server.try_clone().unwrap());
                // The first flight waits for the handshake of TCP too.
                flow(from, server, trip / 2, trip);
                flow(back, client, trip / 2, Duration::ZERO);
            }
        });
        Self { port, connections }
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

/// Carries what comes from one end to the other, so much later, until one of them is closed.
fn flow(mut from: TcpStream, mut to: TcpStream, late: Duration, first: Duration) {
    let (line, end) = mpsc::channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut hold = first;
        let mut piece = vec![0; 256 << 10];
        loop {
            let length = from.read(&mut piece).unwrap_or_default();
            let due = Instant::now() + late + std::mem::take(&mut hold);
            if line.send((due, piece[..length].to_vec())).is_err() || length == 0 {
                return;
            }
        }
    });
    thread::spawn(move || {
        let mut last = Instant::now();
        for (due, piece) in end {
            last = last.max(due);
            thread::sleep(last.saturating_duration_since(Instant::now()));
            if piece.is_empty() || to.write_all(&piece).is_err() {
                break;
            }
        }
        // The other end may be gone already.
        let _ = to.shutdown(Shutdown::Write);
    });
}

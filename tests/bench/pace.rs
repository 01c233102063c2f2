//! Asks at a fixed pace, whether answers come or not, and says how long they took.
//!
//! Time runs from the moment at which a request was due: one that waits for its turn behind a slow answer
//! has waited. Prints the median, the 99th percentile and the longest, in milliseconds.
//!
//! Usage: `bench-pace HOST:PORT PATH BODY_FILE REQUESTS_A_SECOND SECONDS`

use std::{
    error::Error,
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

/// More than are ever under way at once, unless the server stands still.
const CONNECTIONS: u32 = 32;

type Failure = Box<dyn Error + Send + Sync>;

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = || {
        arguments
            .next()
            .ok_or("usage: bench-pace HOST:PORT PATH BODY_FILE REQUESTS_A_SECOND SECONDS")
    };
    let (address, path) = (argument()?, argument()?);
    let body = std::fs::read(argument()?)?;
    let (pace, seconds): (u32, u32) = (argument()?.parse()?, argument()?.parse()?);
    let mut request = format!(
        "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    request.extend(body);
    let interval = Duration::from_secs(1) / pace;
    // Everybody is connected by then.
    let start = Instant::now() + Duration::from_millis(200);
    let askers: Vec<_> = (0..CONNECTIONS)
        .map(|first| {
            let (address, request) = (address.clone(), request.clone());
            std::thread::spawn(move || -> Result<Vec<Duration>, Failure> {
                let mut connection = TcpStream::connect(address)?;
                connection.set_nodelay(true)?;
                let mut waits = Vec::new();
                let mut answer = Vec::new();
                for turn in (first..pace * seconds).step_by(CONNECTIONS as usize) {
                    let due = start + interval * turn;
                    std::thread::sleep(due.saturating_duration_since(Instant::now()));
                    connection.write_all(&request)?;
                    read_answer(&mut connection, &mut answer)?;
                    waits.push(due.elapsed());
                }
                Ok(waits)
            })
        })
        .collect();
    let mut waits = Vec::new();
    for asker in askers {
        waits.extend(asker.join().map_err(|_| "an asker failed")??);
    }
    waits.sort_unstable();
    let at = |share: usize| waits[(waits.len() - 1) * share / 1000].as_secs_f64() * 1000.0;
    println!("{:.2} {:.2} {:.2}", at(500), at(990), at(1000));
    Ok(())
}

/// Reads one whole answer, which must be a good one.
fn read_answer(connection: &mut TcpStream, answer: &mut Vec<u8>) -> Result<(), Failure> {
    answer.clear();
    let mut chunk = [0; 64 * 1024];
    let mut whole = None;
    while whole.is_none_or(|length| answer.len() < length) {
        let read = connection.read(&mut chunk)?;
        if read == 0 {
            return Err("the server has closed the connection".into());
        }
        answer.extend_from_slice(&chunk[..read]);
        if whole.is_none() {
            whole = length_of(answer)?;
        }
    }
    Ok(())
}

/// The bytes of head and body together, once the head is there.
fn length_of(answer: &[u8]) -> Result<Option<usize>, Failure> {
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&answer[..end])?.to_ascii_lowercase();
    if !head.starts_with("http/1.1 200") {
        return Err(head.into());
    }
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"))
        .ok_or("an answer without its length")?;
    Ok(Some(end + 4 + length.trim().parse::<usize>()?))
}

//! A wire to PostgreSQL that is cut at a chosen statement of one transaction: whatever reads and writes
//! over it can then be killed between any two of its statements.

use std::{
    collections::HashSet,
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::Notify,
};

/// Where the wire is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// That statement of the transaction does not reach the database; the first is number 1.
    Before(usize),
    /// COMMIT reaches it, and the answer is lost.
    AfterCommit,
}

/// The wire, with as many connections as its user opens.
pub struct Wire {
    url: String,
    scissors: Arc<Scissors>,
}

struct Scissors {
    /// How the transaction's first statement begins.
    first: &'static str,
    cut: Mutex<Option<Cut>>,
    is_cut: Notify,
}

impl Wire {
    /// To the database at that address. What is cut is a transaction whose first statement begins so.
    pub async fn to(database_url: &str, first: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let (head, rest) = database_url.split_once('@').expect("a user");
        let (server, name) = rest.split_once('/').expect("a database");
        let scissors = Arc::new(Scissors {
            first,
            cut: Mutex::new(None),
            is_cut: Notify::new(),
        });
        let (server, shared) = (server.to_owned(), Arc::clone(&scissors));
        actix_web::rt::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                actix_web::rt::spawn(connect(client, server.clone(), Arc::clone(&shared)));
            }
        });
        Self {
            url: format!("{head}@127.0.0.1:{port}/{name}"),
            scissors,
        }
    }

    /// The database's address at this end of the wire.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// From now on the transaction is cut there.
    pub fn cut(&self, cut: Cut) {
        *self.scissors.cut.lock().expect("a lock") = Some(cut);
    }

    /// Waits until it has been.
    pub async fn is_cut(&self) {
        self.scissors.is_cut.notified().await;
    }
}

async fn connect(client: TcpStream, server: String, scissors: Arc<Scissors>) {
    let server = TcpStream::connect(server).await.expect("PostgreSQL");
    // A statement is several small messages: each would wait 40 ms until the one before is acknowledged.
    for end in [&client, &server] {
        end.set_nodelay(true).expect("a connection");
    }
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let is_mute = Arc::new(AtomicBool::new(false));
    let answers = carry_answers(
        from_server,
        to_client,
        Arc::clone(&is_mute),
        Arc::clone(&scissors),
    );
    actix_web::rt::spawn(answers);
    let questions = Questions {
        scissors,
        is_mute,
        marked: HashSet::new(),
        passed: None,
    };
    // Either end may go at any time: that is what this is for.
    drop(questions.carry(from_client, to_server).await);
}

/// Carries what the database says. What it says to a COMMIT whose answer is to be lost goes nowhere.
async fn carry_answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    is_mute: Arc<AtomicBool>,
    scissors: Arc<Scissors>,
) {
    let mut buffer = vec![0; 16 * 1024];
    let mut is_told = false;
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        if is_mute.load(Ordering::SeqCst) {
            if !is_told {
                scissors.is_cut.notify_one();
            }
            is_told = true;
        } else if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

/// What the program says over one connection.
struct Questions {
    scissors: Arc<Scissors>,
    is_mute: Arc<AtomicBool>,
    /// The names of prepared statements that begin the transaction.
    marked: HashSet<Vec<u8>>,
    /// Statements of the transaction so far, once it has begun.
    passed: Option<usize>,
}

enum Fate {
    Carried,
    Lost,
    /// Carried; the answer is lost.
    Unanswered,
}

impl Questions {
    async fn carry(mut self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) -> io::Result<()> {
        while !begin(&mut from, &mut to).await? {}
        loop {
            let message = read_message(&mut from).await?;
            match self.fate(&message) {
                Fate::Carried => {}
                Fate::Unanswered => self.is_mute.store(true, Ordering::SeqCst),
                Fate::Lost => break,
            }
            to.write_all(&message).await?;
        }
        self.scissors.is_cut.notify_one();
        // Until whoever speaks is killed. Only then does the database learn that nobody is there.
        let mut lost = vec![0; 16 * 1024];
        while from.read(&mut lost).await? > 0 {}
        Ok(())
    }

    fn fate(&mut self, message: &[u8]) -> Fate {
        // Its type, its length, and then texts that end with 0.
        let mut texts = message[5..].split(|byte| *byte == 0);
        let first = texts.next().unwrap_or_default();
        match message[0] {
            b'P' => self.prepared(first, texts.next().unwrap_or_default()),
            b'B' => self.bound(texts.next().unwrap_or_default()),
            // A prepared statement is executed; a plain one, as BEGIN and COMMIT are, is sent.
            b'E' => return self.statement(b""),
            b'Q' => return self.statement(first),
            _ => {}
        }
        Fate::Carried
    }

    fn prepared(&mut self, name: &[u8], sql: &[u8]) {
        if sql.starts_with(self.scissors.first.as_bytes()) {
            self.marked.insert(name.to_vec());
        } else {
            self.marked.remove(name);
        }
    }

    fn bound(&mut self, name: &[u8]) {
        let is_sharp = self.scissors.cut.lock().expect("a lock").is_some();
        if is_sharp && self.passed.is_none() && self.marked.contains(name) {
            self.passed = Some(0);
        }
    }

    fn statement(&mut self, sql: &[u8]) -> Fate {
        let Some(passed) = &mut self.passed else {
            return Fate::Carried;
        };
        *passed += 1;
        match *self.scissors.cut.lock().expect("a lock") {
            Some(Cut::Before(number)) if number == *passed => Fate::Lost,
            Some(Cut::AfterCommit) if sql == b"COMMIT" => Fate::Unanswered,
            _ => Fate::Carried,
        }
    }
}

/// Carries a message of those that come before the connection is opened. Whether that opens it: a client
/// may ask for encryption first, which this database declines.
async fn begin(from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf) -> io::Result<bool> {
    const WITH_ENCRYPTION: u32 = 80_877_103;
    let length = from.read_u32().await?;
    let kind = from.read_u32().await?;
    let mut message = length.to_be_bytes().to_vec();
    message.extend(kind.to_be_bytes());
    read_rest(from, &mut message, length - 8).await?;
    to.write_all(&message).await?;
    Ok(kind != WITH_ENCRYPTION)
}

/// A message with its type and length.
async fn read_message(from: &mut OwnedReadHalf) -> io::Result<Vec<u8>> {
    let kind = from.read_u8().await?;
    let length = from.read_u32().await?;
    let mut message = vec![kind];
    message.extend(length.to_be_bytes());
    read_rest(from, &mut message, length - 4).await?;
    Ok(message)
}

async fn read_rest(from: &mut OwnedReadHalf, message: &mut Vec<u8>, length: u32) -> io::Result<()> {
    let read = message.len();
    message.resize(read + usize::try_from(length).expect("a length"), 0);
    from.read_exact(&mut message[read..]).await.map(|_| ())
}

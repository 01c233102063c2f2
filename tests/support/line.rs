//! A line to PostgreSQL or Redis that fails in the manner that a test chooses, and is mended.
//!
//! It runs on a thread of its own, so that a test that waits for a process does not hold it up.

use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::{LocalSet, spawn_local},
};

/// The line, with as many connections as are opened over it.
pub struct Line {
    address: SocketAddr,
    way: watch::Sender<Way>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// Nobody listens, and nobody is spoken to any more.
    Refuses,
    /// What is said arrives later, once the line is mended.
    Hangs,
    /// What is said never arrives. The connections of that time are dead for good, and nobody is told.
    Swallows,
    /// What is said arrives so much later, each way.
    Delays(Duration),
}

/// Where the line leads now, and how.
#[derive(Clone, Debug)]
struct Way {
    server: String,
    fault: Fault,
    /// Grows with each fault. A connection knows in which age it was opened.
    age: u64,
    /// Connections of an earlier age are closed.
    closed_before: u64,
    /// Connections of an earlier age are dead.
    dead_before: u64,
}

impl Way {
    fn fault_of(&self, age: u64) -> Fault {
        if age < self.dead_before {
            Fault::Swallows
        } else {
            self.fault
        }
    }
}

impl Line {
    /// To that host and port.
    pub fn to(server: &str) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        listener.set_nonblocking(true).expect("a listener");
        let (way, seen) = watch::channel(Way {
            server: server.to_owned(),
            fault: Fault::None,
            age: 0,
            closed_before: 0,
            dead_before: 0,
        });
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            LocalSet::new().block_on(&runtime, async move {
                let listener = TcpListener::from_std(listener).expect("a listener");
                listen(listener, address, seen).await;
            });
        });
        Self { address, way }
    }

    /// To the database of that address; also its address at this end.
    pub fn to_database(url: &str) -> (Self, String) {
        let (head, rest) = url.split_once('@').expect("a user");
        let (server, name) = rest.split_once('/').expect("a database");
        let line = Self::to(server);
        let url = format!("{head}@{}/{name}", line.address);
        (line, url)
    }

    /// Its host and port at this end.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn refuse(&self) {
        self.way.send_modify(|way| {
            way.age += 1;
            way.closed_before = way.age;
            way.fault = Fault::Refuses;
        });
    }

    pub fn hang(&self) {
        self.fail(Fault::Hangs);
    }

    pub fn swallow(&self) {
        self.fail(Fault::Swallows);
    }

    pub fn delay(&self, time: Duration) {
        self.fail(Fault::Delays(time));
    }

    /// From now on it leads elsewhere, and connections to where it led are closed.
    pub fn lead_to(&self, server: &str) {
        self.way.send_modify(|way| {
            way.age += 1;
            way.closed_before = way.age;
            way.server = server.to_owned();
        });
    }

    pub fn mend(&self) {
        self.way.send_modify(|way| {
            way.age += 1;
            if way.fault == Fault::Swallows {
                way.dead_before = way.age;
            }
            way.fault = Fault::None;
        });
    }

    fn fail(&self, fault: Fault) {
        self.way.send_modify(|way| {
            way.age += 1;
            way.fault = fault;
        });
    }
}

/// Takes connections until the line is dropped.
async fn listen(first: TcpListener, address: SocketAddr, mut way: watch::Receiver<Way>) {
    let mut listening = Some(first);
    loop {
        let refuses = way.borrow_and_update().fault == Fault::Refuses;
        if refuses {
            // Nobody listens: whoever connects is refused by the system.
            listening = None;
        } else if listening.is_none() {
            listening = Some(TcpListener::bind(address).await.expect("the same port"));
        }
        let accepting = async {
            match &listening {
                Some(listener) => listener.accept().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            accepted = accepting => {
                if let Ok((client, _)) = accepted {
                    spawn_local(connect(client, way.clone()));
                }
            }
            changed = way.changed() => {
                if changed.is_err() {
                    return;
                }
            }
        }
    }
}

async fn connect(client: TcpStream, way: watch::Receiver<Way>) {
    let (age, server) = {
        let way = way.borrow();
        (way.age, way.server.clone())
    };
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    // A statement is several small messages: each would wait 40 ms until the one before is acknowledged.
    for end in [&client, &server] {
        end.set_nodelay(true).expect("a connection");
    }
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    // One end that goes takes the other with it.
    tokio::select! {
        () = carry(from_client, to_server, way.clone(), age) => {}
        () = carry(from_server, to_client, way, age) => {}
    }
}

async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut way: watch::Receiver<Way>,
    age: u64,
) {
    let mut closing = way.clone();
    let closed = async move {
        // An error says that the line is gone.
        drop(closing.wait_for(|way| age < way.closed_before).await);
    };
    let carrying = async move {
        let mut buffer = vec![0; 16 * 1024];
        while let Ok(read @ 1..) = from.read(&mut buffer).await {
            let mut fault = way.borrow_and_update().fault_of(age);
            while fault == Fault::Hangs {
                if way.changed().await.is_err() {
                    return;
                }
                fault = way.borrow_and_update().fault_of(age);
            }
            match fault {
                Fault::Swallows => continue,
                Fault::Delays(time) => tokio::time::sleep(time).await,
                Fault::None | Fault::Refuses | Fault::Hangs => {}
            }
            if to.write_all(&buffer[..read]).await.is_err() {
                return;
            }
        }
    };
    tokio::select! {
        () = closed => {}
        () = carrying => {}
    }
}

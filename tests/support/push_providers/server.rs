//! Listening on loopback: HTTP/1.1 and HTTP/2, plain or behind TLS with a certificate of the tests' own.

use std::sync::Arc;

use api::domain::push::gateway::Provider;
use http_body_util::{BodyExt, Full};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    service::service_fn,
};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::watch,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::aws_lc_rs,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};

use super::{
    answers::Answer,
    apns, fcm, rustore,
    state::{Asked, State},
    web_push,
};

/// What all connections are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Orders {
    /// Raised: say goodbye (GOAWAY), finish what is in flight.
    pub goodbyes: u32,
    /// Raised: drop everything at once.
    pub hang_ups: u32,
}

/// One provider that listens.
#[derive(Clone)]
pub struct Listening {
    pub provider: Provider,
    pub state: Arc<State>,
    pub orders: watch::Receiver<Orders>,
    pub tls: Option<TlsAcceptor>,
}

/// The connection ends without an answer.
#[derive(Debug)]
struct HungUp;

impl std::fmt::Display for HungUp {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("hung up as planned")
    }
}

impl std::error::Error for HungUp {}

/// What TLS takes to be `127.0.0.1`.
pub fn tls() -> TlsAcceptor {
    let certificates = CertificateDer::pem_slice_iter(include_bytes!("tls/server.pem"))
        .collect::<Result<Vec<_>, _>>()
        .expect("certificates");
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/server.key")).expect("a key");
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .expect("a certificate");
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsAcceptor::from(Arc::new(config))
}

impl Listening {
    /// Takes connections for as long as the runtime runs.
    pub async fn run(self, listener: TcpListener) {
        while let Ok((socket, _)) = listener.accept().await {
            self.state.memory().connections += 1;
            tokio::spawn(self.clone().take(socket));
        }
    }

    async fn take(self, socket: TcpStream) {
        match self.tls.clone() {
            None => self.serve(socket).await,
            Some(tls) => {
                if let Ok(socket) = tls.accept(socket).await {
                    self.serve(socket).await;
                }
            }
        }
    }

    async fn serve(self, socket: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let mut orders = self.orders.clone();
        let mut known = *orders.borrow_and_update();
        let service = service_fn(move |request| answer(self.clone(), request));
        let builder = auto::Builder::new(TokioExecutor::new());
        let connection = builder.serve_connection(TokioIo::new(socket), service);
        tokio::pin!(connection);
        loop {
            tokio::select! {
                _ = connection.as_mut() => return,
                changed = orders.changed() => {
                    let now = *orders.borrow_and_update();
                    if changed.is_err() || now.hang_ups != known.hang_ups {
                        return;
                    }
                    if now.goodbyes != known.goodbyes {
                        connection.as_mut().graceful_shutdown();
                    }
                    known = now;
                }
            }
        }
    }
}

async fn answer(
    listening: Listening,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, HungUp> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| HungUp)?.to_bytes();
    let asked = Asked {
        method: head.method,
        path: head.uri.path().to_owned(),
        version: head.version,
        headers: head.headers,
        body,
    };
    let state = &listening.state;
    let verdict = match listening.provider {
        Provider::Fcm => fcm::verdict(state, &asked),
        Provider::Apns => apns::verdict(state, &asked),
        Provider::RuStore => rustore::verdict(&asked),
        Provider::WebPush => web_push::verdict(state, &asked),
    };
    match state.settle(listening.provider, &asked, verdict) {
        Answer::HangUp | Answer::TakeAndHangUp => Err(HungUp),
        Answer::Say {
            status,
            headers,
            body,
        } => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            Ok(response.body(Full::new(body.into())).expect("an answer"))
        }
    }
}

//! An answer without TLS: its head, and a body that is still in the socket.
//!
//! Goals: a body whose length is known is read from the socket straight into its [`Buffer`], as much at a time as is
//! there; nothing is taken for a length that exceeds the bound; a connection is kept only if the next answer can begin at
//! its next byte. Non-goals: speed of bodies in chunks, which hyper puts together.
//!
//! At most what hyper read with the head, 8 KiB, is in memory before the body is asked for.

use crate::{
    buffer::Buffer,
    frame::Parts,
    http::{Stop, Waits},
    plain::{broken, handshake},
    pool::Pool,
};
use bytes::Bytes;
use http_body::Body as _;
use hyper::{
    body::Incoming, client::conn::http1, header, HeaderMap, Response, StatusCode, Version,
};
use hyper_util::rt::TokioIo;
use std::{
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};
use tokio::{io::AsyncReadExt, net::TcpStream};

/// The head of an answer, and the way to its body.
pub(crate) struct Answer {
    status: StatusCode,
    home: Home,
    body: Body,
}

/// Where a connection goes when it is done.
pub(crate) struct Home {
    pub pool: Arc<Pool>,
    pub endpoint: Arc<str>,
}

enum Body {
    Known(Known),
    Framed(Box<Framed>),
}

/// A body of known length: we read it.
struct Known {
    stream: TcpStream,
    len: u64,
    /// What came with the head; it may be more than the body.
    begin: [Bytes; 2],
    keep_alive: bool,
}

/// A body whose end hyper finds.
struct Framed {
    carrier: Carrier,
    body: Incoming,
}

/// A socket while hyper has it.
pub(crate) struct Carrier {
    pub sender: http1::SendRequest<Parts>,
    pub connection: Connection,
}

/// Polled by whoever waits for an answer, and never after its end.
pub(crate) struct Connection {
    inner: http1::Connection<TokioIo<TcpStream>, Parts>,
    over: bool,
}

impl Answer {
    /// `sent` tells that the request has no body that may still be under way.
    pub(crate) fn new(
        home: Home,
        carrier: Carrier,
        response: Response<Incoming>,
        sent: bool,
    ) -> Self {
        let (head, body) = response.into_parts();
        let body = match body.size_hint().exact() {
            Some(len) if sent && head.version == Version::HTTP_11 => {
                let keep_alive = !head.status.is_informational() && !closes(&head.headers);
                Body::Known(Known::new(carrier, body, len, keep_alive))
            }
            _ => Body::Framed(Box::new(Framed { carrier, body })),
        };
        Self {
            status: head.status,
            home,
            body,
        }
    }

    pub(crate) fn status(&self) -> StatusCode {
        self.status
    }

    /// The whole body. No more of it is taken than the bound, whatever it claims.
    pub(crate) async fn read(self, bound: usize, waits: Waits) -> Result<Bytes, Stop> {
        let (body, stream) = match self.body {
            Body::Known(body) => body.read(bound, waits).await?,
            Body::Framed(body) => body.read(bound, waits).await?,
        };
        if let Some(stream) = stream {
            self.home.pool.put(&self.home.endpoint, stream);
        }
        Ok(body.freeze())
    }
}

impl Known {
    fn new(carrier: Carrier, mut body: Incoming, len: u64, keep_alive: bool) -> Self {
        // Nobody drives the connection any more, so no more than this comes: one piece, as hyper hands on one at a time.
        let mut context = Context::from_waker(Waker::noop());
        let piece = match Pin::new(&mut body).poll_frame(&mut context) {
            Poll::Ready(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            _ => Bytes::new(),
        };
        let keep_alive = keep_alive && !carrier.connection.is_over();
        let parts = carrier.into_parts();
        Self {
            stream: parts.io.into_inner(),
            len,
            begin: [piece, parts.read_buf],
            keep_alive,
        }
    }

    /// And the connection, if it can be used again.
    async fn read(
        mut self,
        bound: usize,
        waits: Waits,
    ) -> Result<(Buffer, Option<TcpStream>), Stop> {
        let len = match usize::try_from(self.len) {
            Ok(len) if len <= bound => len,
            _ => return Err(Stop::TooLarge),
        };
        let mut body = Buffer::to_fill(len);
        let (filled, surplus) = begin(&mut body, &self.begin);
        fill(&mut body, filled, &mut self.stream, waits).await?;
        let keep = self.keep_alive && !surplus;
        Ok((body, keep.then_some(self.stream)))
    }
}

/// Puts these pieces first: how many bytes that were, and whether some were too many.
fn begin(body: &mut Buffer, pieces: &[Bytes]) -> (usize, bool) {
    let (mut filled, mut surplus) = (0, false);
    for piece in pieces {
        let room = body.get_mut(filled..).unwrap_or_default();
        let len = room.len().min(piece.len());
        if let (Some(to), Some(from)) = (room.get_mut(..len), piece.get(..len)) {
            to.copy_from_slice(from);
        }
        filled += len;
        surplus |= len < piece.len();
    }
    (filled, surplus)
}

/// Reads what is missing, to its place.
async fn fill(
    body: &mut Buffer,
    mut filled: usize,
    stream: &mut TcpStream,
    waits: Waits,
) -> Result<(), Stop> {
    let len = body.len();
    while filled < len {
        let room = body.get_mut(filled..).unwrap_or_default();
        match waits.piece(stream.read(room)).await? {
            Ok(0) => {
                let reason = format!("the answer broke off after {filled} of {len} bytes");
                return Err(Stop::Unreachable(reason));
            }
            Ok(read) => filled += read,
            Err(error) => return Err(broken(&error)),
        }
    }
    Ok(())
}

impl Framed {
    async fn read(
        mut self,
        bound: usize,
        waits: Waits,
    ) -> Result<(Buffer, Option<TcpStream>), Stop> {
        let claimed = self.body.size_hint().exact().unwrap_or_default();
        let mut body = match usize::try_from(claimed) {
            Ok(len) if len <= bound => Buffer::for_len(len),
            _ => return Err(Stop::TooLarge),
        };
        while let Some(piece) = waits.piece(self.piece()).await? {
            let piece = piece.map_err(|error| broken(&error))?;
            if body.len().saturating_add(piece.len()) > bound {
                return Err(Stop::TooLarge);
            }
            body.extend_from_slice(&piece);
        }
        Ok((body, self.carrier.into_idle()))
    }

    async fn piece(&mut self) -> Option<hyper::Result<Bytes>> {
        poll_fn(|context| loop {
            self.carrier.connection.poll(context);
            let frame = match Pin::new(&mut self.body).poll_frame(context) {
                Poll::Ready(frame) => frame,
                Poll::Pending => return Poll::Pending,
            };
            match frame.map(|frame| frame.map(|frame| frame.into_data())) {
                // Trailers say nothing to us.
                Some(Ok(Err(_))) => {}
                Some(Ok(Ok(bytes))) => return Poll::Ready(Some(Ok(bytes))),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        })
        .await
    }
}

impl Carrier {
    pub(crate) async fn new(stream: TcpStream) -> hyper::Result<Self> {
        let (sender, inner) = handshake(stream).await?;
        let connection = Connection { inner, over: false };
        Ok(Self { sender, connection })
    }

    pub(crate) fn into_parts(self) -> http1::Parts<TokioIo<TcpStream>> {
        self.connection.inner.into_parts()
    }

    /// The socket, if hyper would send the next request over it: both sides are done, and neither closes.
    fn into_idle(self) -> Option<TcpStream> {
        let ready = self.sender.is_ready() && !self.connection.is_over();
        let parts = self.into_parts();
        (ready && parts.read_buf.is_empty()).then(|| parts.io.into_inner())
    }
}

impl Connection {
    /// What goes wrong is told to those who wait for head or body.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) {
        if !self.over {
            self.over = self.inner.poll_without_shutdown(context).is_ready();
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over
    }
}

fn closes(headers: &HeaderMap) -> bool {
    let mut options = headers
        .get_all(header::CONNECTION)
        .iter()
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    options.any(|option| option.trim_ascii().eq_ignore_ascii_case(b"close"))
}

//! A connection that a slow reader cannot hold for ever.
//!
//! A connection starts with [`PATIENCE`]. Time in which the peer takes nothing is charged to it, bytes it takes are
//! credited at [`RATE_MIN`]; when it is used up, the connection ends. Slow senders are bounded elsewhere: by the
//! server's header timeout and by the time a body may take.

use std::{
    future::Future,
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{sleep_until, Instant, Sleep},
};

/// How long a peer may take nothing.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// Bytes per second that keep a connection alive.
pub const RATE_MIN: u64 = 16 << 10;

/// A stream with bounded patience.
pub struct PatientIo<S> {
    stream: S,
    patience: Duration,
    left: Duration,
    blocked: Option<Blocked>,
}

struct Blocked {
    since: Instant,
    deadline: Pin<Box<Sleep>>,
}

impl<S> PatientIo<S> {
    /// Wraps a stream.
    pub fn new(stream: S) -> Self {
        Self::with_patience(stream, PATIENCE)
    }

    fn with_patience(stream: S, patience: Duration) -> Self {
        Self {
            stream,
            patience,
            left: patience,
            blocked: None,
        }
    }

    /// Charges the time since the peer stopped taking bytes, and credits what it took now.
    fn progressed(&mut self, taken: usize) {
        if let Some(blocked) = self.blocked.take() {
            self.left = self.left.saturating_sub(blocked.since.elapsed());
        }
        let credit = Duration::from_micros((taken as u64).saturating_mul(1_000_000) / RATE_MIN);
        self.left = self.left.saturating_add(credit).min(self.patience);
    }

    fn poll_patience(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        let left = self.left;
        let blocked = self.blocked.get_or_insert_with(|| {
            let since = Instant::now();
            Blocked {
                since,
                deadline: Box::pin(sleep_until(since + left)),
            }
        });
        blocked
            .deadline
            .as_mut()
            .poll(cx)
            .map(|()| io::Error::new(io::ErrorKind::TimedOut, "the peer takes bytes too slowly"))
    }

    fn settle(
        &mut self,
        cx: &mut Context<'_>,
        polled: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match polled {
            Poll::Pending => self.poll_patience(cx).map(Err),
            Poll::Ready(Ok(taken)) => {
                self.progressed(taken);
                Poll::Ready(Ok(taken))
            }
            failed => failed,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for PatientIo<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, out)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for PatientIo<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.settle(cx, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.settle(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use tokio::io::{duplex, AsyncReadExt, AsyncWriteExt};

    const SHORT: Duration = Duration::from_millis(400);

    #[tokio::test]
    async fn a_peer_that_takes_nothing_is_given_up() {
        let (near, _far) = duplex(1024);
        let mut io = PatientIo::with_patience(near, SHORT);
        let started = Instant::now();
        let error = io.write_all(&[0; 4096]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert!(started.elapsed() >= SHORT && started.elapsed() < SHORT * 10);
    }

    #[tokio::test]
    async fn a_trickling_peer_is_given_up_too() {
        let (near, mut far) = duplex(64);
        let mut io = PatientIo::with_patience(near, SHORT);
        let reader = tokio::spawn(async move {
            let mut byte = [0];
            while far.read_exact(&mut byte).await.is_ok() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
        let started = Instant::now();
        assert!(io.write_all(&[0; 4096]).await.is_err());
        assert!(started.elapsed() < SHORT * 10);
        drop(io);
        reader.await.unwrap();
    }

    #[tokio::test]
    async fn a_slow_but_steady_peer_is_served_for_as_long_as_it_takes() {
        let (near, mut far) = duplex(64 << 10);
        let mut io = PatientIo::with_patience(near, SHORT);
        let reader = tokio::spawn(async move {
            let mut part = vec![0; 32 << 10];
            let mut taken = 0;
            while let Ok(count) = far.read(&mut part).await {
                if count == 0 {
                    break;
                }
                taken += count;
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
            taken
        });
        let started = Instant::now();
        io.write_all(&vec![0; 1 << 20]).await.unwrap();
        assert!(started.elapsed() > SHORT);
        drop(io);
        assert_eq!(reader.await.unwrap(), 1 << 20);
    }
}

//! The windows of a range, fetched ahead and handed on in order.
//!
//! Goals: a reader that is slow holds up nothing but its own stream: windows that were begun are finished, so that no
//! worker is blamed for it; no more are begun than the memory allows. Dropping the stream ends the tasks.

use super::{
    reader::{ByteStream, Encodings},
    window::windows,
    FetchError,
};
use bytes::Bytes;
use futures::StreamExt;
use std::{collections::VecDeque, ops::Range, sync::Arc};
use tokio::task::JoinHandle;

type Window = Result<Vec<Bytes>, FetchError>;

/// The bytes of a range that is not empty and within the blob. Its first window is at most `first` long.
pub(super) fn in_order(encodings: Arc<Encodings>, range: Range<u64>, first: u64) -> ByteStream {
    let state = State {
        at_once: encodings.windows_at_once(),
        windows: Box::new(windows(range, first, encodings.longest_window())),
        encodings,
        begun: VecDeque::new(),
        ready: VecDeque::new(),
    };
    futures::stream::try_unfold(state, |mut state| async move {
        let next = state.next().await?;
        Ok(next.map(|piece| (piece, state)))
    })
    .boxed()
}

struct State {
    encodings: Arc<Encodings>,
    windows: Box<dyn Iterator<Item = Range<u64>> + Send>,
    at_once: usize,
    begun: VecDeque<Task>,
    ready: VecDeque<Bytes>,
}

impl State {
    async fn next(&mut self) -> Result<Option<Bytes>, FetchError> {
        loop {
            self.begin();
            if let Some(piece) = self.ready.pop_front() {
                return Ok(Some(piece));
            }
            let Some(task) = self.begun.front_mut() else {
                return Ok(None);
            };
            let window = task.finish().await;
            self.begun.pop_front();
            self.ready = window?.into();
        }
    }

    /// Begins windows as far as the memory goes. One that is being handed on counts.
    fn begin(&mut self) {
        let handed_on = usize::from(!self.ready.is_empty());
        while self.begun.len().saturating_add(handed_on) < self.at_once.max(1 + handed_on) {
            let Some(range) = self.windows.next() else {
                return;
            };
            let encodings = self.encodings.clone();
            self.begun.push_back(Task(tokio::spawn(
                async move { encodings.read(range).await },
            )));
        }
    }
}

/// A window that is being read; ends when it is dropped.
struct Task(JoinHandle<Window>);

impl Task {
    async fn finish(&mut self) -> Window {
        match (&mut self.0).await {
            Ok(window) => window,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime shuts down: nobody will look at the result.
                Err(_) => futures::future::pending().await,
            },
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

//! Work that must not run on the threads that drive the network: files, coding, hashing.

/// Runs `work` on a thread for blocking work. A panic in it goes on here.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            // The runtime shuts down: nobody will look at the result.
            Err(_) => futures::future::pending().await,
        },
    }
}

/// Threads worth using for coding.
pub(crate) fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, |cores| cores.get())
}

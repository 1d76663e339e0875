//! The routes.

use super::{
    about,
    app::{observe, App},
    checks, embeddings,
    metrics::Route,
    report, sealed, text,
};
use axum::{
    extract::DefaultBodyLimit,
    handler::Handler,
    middleware::{from_fn, from_fn_with_state},
    routing::{get, post, MethodRouter},
    Router,
};
use ballast_inference::seal::SEALING_KEY_PATH;
use std::sync::Arc;

/// All of them.
pub fn router(app: Arc<App>) -> Router {
    let observed = |route| from_fn_with_state((app.clone(), route), observe);
    let routes: [(&str, Route, MethodRouter<Arc<App>>); 11] = [
        (
            "/v1/embeddings",
            Route::Embeddings,
            post(embeddings::create),
        ),
        ("/v1/chat/completions", Route::Chat, post(text::chat)),
        (
            "/v1/completions",
            Route::Completions,
            post(text::completion),
        ),
        ("/v1/models", Route::About, get(about::models)),
        // Names of models have a slash in them.
        ("/v1/models/{*id}", Route::About, get(about::model)),
        ("/v1/signature/{id}", Route::About, get(about::signature)),
        (SEALING_KEY_PATH, Route::About, get(about::sealing_key)),
        (
            ballast_worker_api::TRANSCRIPT,
            Route::About,
            post(checks::show),
        ),
        ("/health", Route::About, get(about::health)),
        ("/metrics", Route::About, get(about::counters)),
        ("/v1/attestation/report", Route::About, get(report::report)),
    ];
    let mut router = Router::new();
    for (path, route, methods) in routes {
        router = router.route(
            path,
            methods
                .fallback(about::no_method)
                .layer(from_fn(sealed::seal_answers))
                .layer(observed(route)),
        );
    }
    router
        .fallback(about::no_route.layer(observed(Route::Other)))
        // Every handler that reads a body bounds it by itself.
        .layer(DefaultBodyLimit::disable())
        .with_state(app)
}

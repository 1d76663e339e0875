//! The router, made of the list of routes.

use crate::{
    app::{observe, App},
    hub::{files, models, status, tree},
    routes::Route,
    write,
};
use axum::{
    extract::DefaultBodyLimit,
    handler::Handler,
    middleware::from_fn_with_state,
    routing::{get, post, put, MethodRouter},
    Router,
};
use std::sync::Arc;

/// All routes.
pub fn router(app: Arc<App>) -> Router {
    let observed = |route| from_fn_with_state((app.clone(), route), observe);
    let mut router = Router::new();
    for route in Route::ALL {
        let methods = methods(route).fallback(status::no_method);
        router = router.route(route.path(), methods.layer(observed(Some(route))));
    }
    router
        .fallback(status::no_route.layer(observed(None)))
        // Every handler that reads a body bounds it by itself.
        .layer(DefaultBodyLimit::disable())
        .with_state(app)
}

fn methods(route: Route) -> MethodRouter<Arc<App>> {
    match route {
        Route::Health => get(status::health),
        Route::Metrics => get(status::metrics),
        Route::OpenApi => get(status::openapi),
        Route::Blob => get(files::blob),
        Route::Resolve => get(files::resolve),
        Route::WhoAmI => get(write::whoami),
        Route::Search => get(models::search),
        Route::Info => get(models::info),
        Route::InfoAt => get(models::info_at),
        Route::Tree => get(tree::top),
        Route::TreeAt => get(tree::folder),
        Route::Refs => get(tree::refs),
        Route::PathsInfo => post(tree::paths_info),
        Route::CreateRepo => post(write::create),
        Route::ValidateYaml => post(write::validate_yaml),
        Route::Preupload => post(write::preupload),
        Route::Batch => post(write::batch),
        Route::Upload => put(write::put).post(write::complete),
        Route::UploadPart => put(write::put_part),
        Route::Verify => post(write::verify),
        Route::Commit => post(write::commit),
    }
}

//! The routes: one list, from which the router is made and with which the OpenAPI document is compared.

use crate::limits::REQUEST_TIMEOUT;
use std::time::Duration;

/// A route. Its path may have several methods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Whether the gateway works.
    Health,
    /// Counters.
    Metrics,
    /// The OpenAPI document.
    OpenApi,
    /// A blob by its address.
    Blob,
    /// A file of a version.
    Resolve,
    /// Who a token belongs to.
    WhoAmI,
    /// Models.
    Search,
    /// A model.
    Info,
    /// A version of a model.
    InfoAt,
    /// The top folder of a version.
    Tree,
    /// A folder of a version.
    TreeAt,
    /// Branches and tags.
    Refs,
    /// Some paths of a version.
    PathsInfo,
    /// Announces a repository.
    CreateRepo,
    /// Checks a model card.
    ValidateYaml,
    /// How files are to be sent.
    Preupload,
    /// Where objects are to be sent.
    Batch,
    /// An object, or the end of its parts.
    Upload,
    /// A part of an object.
    UploadPart,
    /// Whether an object is there.
    Verify,
    /// Publishes a version.
    Commit,
}

impl Route {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 21] = [
        Self::Health,
        Self::Metrics,
        Self::OpenApi,
        Self::Blob,
        Self::Resolve,
        Self::WhoAmI,
        Self::Search,
        Self::Info,
        Self::InfoAt,
        Self::Tree,
        Self::TreeAt,
        Self::Refs,
        Self::PathsInfo,
        Self::CreateRepo,
        Self::ValidateYaml,
        Self::Preupload,
        Self::Batch,
        Self::Upload,
        Self::UploadPart,
        Self::Verify,
        Self::Commit,
    ];

    /// Its path, as the router takes it.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Health => "/healthz",
            Self::Metrics => "/metrics",
            Self::OpenApi => "/openapi.json",
            Self::Blob => "/b3/{address}",
            Self::Resolve => "/{namespace}/{name}/resolve/{revision}/{*path}",
            Self::WhoAmI => "/api/whoami-v2",
            Self::Search => "/api/models",
            Self::Info => "/api/models/{namespace}/{name}",
            Self::InfoAt => "/api/models/{namespace}/{name}/revision/{revision}",
            Self::Tree => "/api/models/{namespace}/{name}/tree/{revision}",
            Self::TreeAt => "/api/models/{namespace}/{name}/tree/{revision}/{*path}",
            Self::Refs => "/api/models/{namespace}/{name}/refs",
            Self::PathsInfo => "/api/models/{namespace}/{name}/paths-info/{revision}",
            Self::CreateRepo => "/api/repos/create",
            Self::ValidateYaml => "/api/validate-yaml",
            Self::Preupload => "/api/models/{namespace}/{name}/preupload/{revision}",
            Self::Batch => "/{namespace}/{name_git}/info/lfs/objects/batch",
            Self::Upload => "/lfs/{ticket}",
            Self::UploadPart => "/lfs/{ticket}/{part}",
            Self::Verify => "/lfs/{ticket}/verify",
            Self::Commit => "/api/models/{namespace}/{name}/commit/{revision}",
        }
    }

    /// Its methods, but for those that follow from others.
    pub const fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Blob | Self::Resolve => &["get", "head"],
            Self::PathsInfo | Self::CreateRepo | Self::ValidateYaml => &["post"],
            Self::Preupload | Self::Batch | Self::Verify | Self::Commit => &["post"],
            Self::Upload => &["post", "put"],
            Self::UploadPart => &["put"],
            _ => &["get"],
        }
    }

    /// Its name in metrics.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Metrics => "metrics",
            Self::OpenApi => "openapi",
            Self::Blob => "blob",
            Self::Resolve => "resolve",
            Self::WhoAmI => "whoami",
            Self::Search => "search",
            Self::Info => "info",
            Self::InfoAt => "info_at",
            Self::Tree => "tree",
            Self::TreeAt => "tree_at",
            Self::Refs => "refs",
            Self::PathsInfo => "paths_info",
            Self::CreateRepo => "create_repo",
            Self::ValidateYaml => "validate_yaml",
            Self::Preupload => "preupload",
            Self::Batch => "batch",
            Self::Upload => "upload",
            Self::UploadPart => "upload_part",
            Self::Verify => "verify",
            Self::Commit => "commit",
        }
    }

    /// How long an answer may take to begin; `None` for uploads, whose bodies have a time-out of their own, and for
    /// commits, which wait for the chain.
    pub const fn timeout(self) -> Option<Duration> {
        match self {
            Self::Upload | Self::UploadPart | Self::Commit => None,
            _ => Some(REQUEST_TIMEOUT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_are_listed_in_the_order_of_their_numbers() {
        for (number, route) in Route::ALL.iter().enumerate() {
            assert_eq!(*route as usize, number, "{route:?}");
        }
    }
}

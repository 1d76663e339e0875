//! The verbs, a file for each group.

mod account;
mod attest;
mod blobs;
mod cat;
mod channel;
mod completion;
mod fetch;
mod gateway;
mod hash;
mod infer;
mod key;
mod lease;
mod models;
mod offer;
mod profile;
mod publish;
mod reachable;
mod retrieval;
mod sample;
mod standing;
mod status;
mod transfer;
mod validator;
mod verify;
mod worker;
mod workers;

use crate::{
    args::{AccountVerb, Verb},
    context::Context,
    error::CliError,
    output::Answer,
};

/// Runs a verb.
pub async fn run(verb: Verb, context: &Context) -> Result<Answer, CliError> {
    match verb {
        Verb::Publish(args) => publish::run(&args, context).await,
        Verb::Fetch(args) => fetch::run(&args, context).await,
        Verb::Cat(args) => cat::run(&args, context).await,
        Verb::Hash(args) => hash::run(&args),
        Verb::Verify(args) => verify::run(&args, context).await,
        Verb::Status(args) => status::run(&args, context).await,
        Verb::Sample(args) => sample::run(&args, context).await,
        Verb::Challenge(args) => retrieval::run(&args, context).await,
        Verb::Ls(args) => models::list(&args, context).await,
        Verb::Info(args) => models::info(&args, context).await,
        Verb::Workers(args) => workers::run(&args, context).await,
        Verb::Account(AccountVerb::Show(args)) => profile::show(&args, context).await,
        Verb::Balance(args) => account::balance(&args, context).await,
        Verb::Extend(args) => lease::extend(&args, context).await,
        Verb::Tag(args) => models::tag(&args, context).await,
        Verb::Transfer(args) => transfer::run(&args, context).await,
        Verb::Deprecate(args) => models::deprecate(&args, context).await,
        Verb::Worker(verb) => worker::run(&verb, context).await,
        Verb::Offer(verb) => offer::run(&verb, context).await,
        Verb::Channel(verb) => channel::run(&verb, context).await,
        Verb::Infer(args) => infer::run(&args, context).await,
        Verb::Embed(args) => infer::embed(&args, context).await,
        Verb::InferProxy(args) => infer::proxy::run(&args, context).await,
        Verb::Validator(verb) => validator::run(&verb, context).await,
        Verb::Attest(verb) => attest::run(&verb, context).await,
        Verb::Key(verb) => key::run(&verb, context),
        Verb::Faucet(args) => account::faucet(&args, context).await,
        Verb::Gateway(args) => gateway::run(&args, context).await,
        Verb::Completion(args) => Ok(completion::run(&args)),
    }
}

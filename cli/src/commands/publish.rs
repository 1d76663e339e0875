//! `publish`.
//!
//! In this order, so that what can be refused is refused before it costs anything: names, files, plan, funds; then the
//! namespace, the blobs, the version. Each step is one that a second call finds done.

mod report;

use super::blobs::{client, within_limits};
use crate::{
    amount::Amount,
    args::{DurabilityArg, PublishArgs, DEFAULT_LICENCE},
    claim,
    context::{ensure_funds, Context},
    error::CliError,
    files,
    output::Answer,
};
use ballast_blobs::{
    scan, scan_cached, Cache, Client, ModelTarget, PublishOptions, Published, Released, Scan,
};
use ballast_chain::{ss58, Chain, Signer};
use ballast_core::{name::ModelRef, Durability};
use report::{sizes, DryRunReport, EncodedReport, PlannedReport, PublishReport};
use std::time::Instant;

/// Publishes a folder, or says what that would do.
pub async fn run(args: &PublishArgs, context: &Context) -> Result<Answer, CliError> {
    match args.dry_run {
        true => dry_run(args, context).await,
        false => publish(args, context).await,
    }
}

async fn dry_run(args: &PublishArgs, context: &Context) -> Result<Answer, CliError> {
    let publisher = context.account_if_any()?;
    let scan = read_folder(args, context, cache().as_ref()).await?;
    let chain = context.chain().await?;
    let client = client(context, &chain)?;
    if let Some(account) = publisher {
        client.check_model(account, &target(args)).await?;
    }
    let plan = client
        .plan(&scan, publisher.unwrap_or_default(), &options(args))
        .await?;
    let target = target(args);
    let deposits = client
        .name_deposits(publisher, plan.manifest, &target)
        .await?;
    let fees = client.fees(&plan, args.epochs, &target, &deposits).await?;
    let free = match publisher {
        Some(account) => Some(Amount(chain.account(account).await?.free)),
        None => None,
    };
    Ok(Answer::new(&DryRunReport {
        dry_run: true,
        model: model_text(&args.name),
        manifest: plan.manifest,
        publisher: publisher.map(|account| ss58::encode(&account)),
        free,
        sizes: sizes(&plan, &deposits, fees)?,
        blobs: plan.blobs.iter().map(PlannedReport::from).collect(),
    }))
}

async fn publish(args: &PublishArgs, context: &Context) -> Result<Answer, CliError> {
    let started = Instant::now();
    let signer = context.signer()?;
    let cache = cache();
    let scan = read_folder(args, context, cache.as_ref()).await?;
    let chain = context.chain().await?;
    let client = within_limits(client(context, &chain)?, &args.limits);
    let client = match cache {
        Some(cache) => client.with_cache(cache),
        None => client,
    };
    let target = target(args);
    client.settle(signer.account()).await?;
    client.check_model(signer.account(), &target).await?;
    warn_of_fixed_terms(chain.as_ref(), &target).await?;
    let plan = client.plan(&scan, signer.account(), &options(args)).await?;
    let deposits = client
        .name_deposits(Some(signer.account()), plan.manifest, &target)
        .await?;
    let fees = client.fees(&plan, args.epochs, &target, &deposits).await?;
    let sizes = sizes(&plan, &deposits, fees)?;
    let needed = Amount(deposits.needed(plan.cost()?));
    ensure_funds(chain.as_ref(), signer.account(), needed, sizes.fees).await?;

    // A model that is there needs no namespace: it may be another's by now.
    let took_namespace = deposits.creates_model
        && take_namespace(context, &client, &signer, &target.namespace).await?;
    let published = store(&client, &scan, &signer, &options(args)).await?;
    let released = release(context, &client, &signer, &published, &target).await?;
    Ok(Answer::new(&PublishReport {
        model: model_text(&args.name),
        manifest: published.manifest,
        version: released.version,
        known: released.is_known,
        created_model: released.is_new_model,
        took_namespace,
        tags: target.tags,
        sizes,
        encodings: published.blobs.iter().map(EncodedReport::from).collect(),
        seconds: started.elapsed().as_secs_f64(),
    }))
}

/// Where what was computed is kept. Without it a call that was killed begins anew, and that is all.
fn cache() -> Option<Cache> {
    let opened = files::cache_dir().and_then(|folder| {
        Cache::open(&folder.join("publish"))
            .map_err(|error| CliError::io("use the cache", &folder, &error))
    });
    opened
        .map_err(|error| tracing::warn!(%error, "nothing is remembered for a next call"))
        .ok()
}

async fn read_folder(
    args: &PublishArgs,
    context: &Context,
    cache: Option<&Cache>,
) -> Result<Scan, CliError> {
    let progress = context.screen.progress();
    Ok(match cache {
        Some(cache) => scan_cached(&args.dir, cache, progress).await?,
        None => scan(&args.dir, progress).await?,
    })
}

/// Terms are a model's from its creation on; other ones given later are not taken over, and that should be known.
async fn warn_of_fixed_terms(chain: &dyn Chain, target: &ModelTarget) -> Result<(), CliError> {
    let Some(known) = chain.model(&target.namespace, &target.name).await? else {
        return Ok(());
    };
    let licence = String::from_utf8_lossy(&known.licence);
    if target.licence != DEFAULT_LICENCE && target.licence != licence {
        tracing::warn!(%licence, "the model exists, and keeps the licence it was created with");
    }
    let royalty = known.royalty_permille;
    if target.royalty_permille != 0 && target.royalty_permille != royalty {
        tracing::warn!(royalty, "the model exists, and keeps its royalty");
    }
    if target.base.is_some() && known.base.is_none() {
        tracing::warn!("the model exists, and was created without a base model");
    }
    Ok(())
}

async fn take_namespace(
    context: &Context,
    client: &Client,
    signer: &Signer,
    namespace: &str,
) -> Result<bool, CliError> {
    let _step = context
        .screen
        .step(&format!("making sure of namespace {namespace}"));
    claim::ensure(client.chain().as_ref(), signer, namespace).await
}

async fn store(
    client: &Client,
    scan: &Scan,
    signer: &Signer,
    options: &PublishOptions,
) -> Result<Published, CliError> {
    Ok(client.publish(scan, signer, options).await?)
}

async fn release(
    context: &Context,
    client: &Client,
    signer: &Signer,
    published: &Published,
    target: &ModelTarget,
) -> Result<Released, CliError> {
    let _step = context.screen.step("publishing the version");
    Ok(client.release(signer, published.manifest, target).await?)
}

fn target(args: &PublishArgs) -> ModelTarget {
    let ModelRef {
        namespace, name, ..
    } = args.name.clone();
    ModelTarget {
        namespace,
        name,
        licence: args.licence.clone(),
        base: args.base.clone().map(|base| (base.namespace, base.name)),
        royalty_permille: args.royalty,
        tags: args.tag.clone(),
    }
}

fn options(args: &PublishArgs) -> PublishOptions {
    PublishOptions {
        code: args.code,
        durability: durability(args.durability),
        epochs: args.epochs,
        ..PublishOptions::default()
    }
}

/// What a durability on the command line means.
pub fn durability(argument: DurabilityArg) -> Durability {
    match argument {
        DurabilityArg::Standard => Durability::Standard,
        DurabilityArg::High => Durability::High,
    }
}

fn model_text(model: &ModelRef) -> String {
    format!("{}/{}", model.namespace, model.name)
}

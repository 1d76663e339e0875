//! `attest govern`: what governance decides, by the sudo key of a development network.

use super::{golden, quote};
use crate::{
    args::{GoldenArgs, GovernVerb, QuoteArgs, SetGoldenArgs, SetGuestArgs},
    context::Context,
    error::CliError,
    output::{Answer, Done},
};
use ballast_attestation::{
    dev::{
        golden_sets,
        quote::{guest, guest_image_sha256},
    },
    GoldenId,
};
use ballast_chain::{calls::attestation as calls, Call};
use std::str::FromStr;

/// Runs a verb of governance.
pub async fn run(verb: &GovernVerb, context: &Context) -> Result<Answer, CliError> {
    let (calls, done) = calls_of(verb)?;
    let sudo = context.signer()?;
    let chain = context.attestations().await?;
    let _step = context
        .screen
        .step("waiting until the transaction is final");
    chain.submit_as_root(&calls, &sudo).await?;
    Ok(Answer::new(&Done { done }))
}

fn calls_of(verb: &GovernVerb) -> Result<(Vec<Call>, &'static str), CliError> {
    Ok(match verb {
        GovernVerb::SetGolden(args) => (set_golden(args)?, "the golden set is in force"),
        GovernVerb::RetireGolden { id } => {
            let id = GoldenId::from_str(&id.join(" "))
                .map_err(|error| CliError::usage(error.to_string()))?;
            (vec![calls::retire_golden(&id)], "the golden set is retired")
        }
        GovernVerb::SetGuest(args) => (
            vec![set_guest(args)?],
            "guests with these measurements may hold session keys",
        ),
        GovernVerb::RetireGuest { policy } => (
            vec![calls::retire_guest_policy(*policy)],
            "the guest policy is retired",
        ),
        GovernVerb::Block { device, undo } => (
            vec![calls::block_device(*device, !undo)],
            match undo {
                false => "the GPU counts no longer",
                true => "the GPU counts again",
            },
        ),
    })
}

fn set_golden(args: &SetGoldenArgs) -> Result<Vec<Call>, CliError> {
    let Some(rim) = &args.rim else {
        let sets = golden_sets();
        // Made from no manifest.
        let call = |(id, set)| calls::set_golden(&id, &set, [0; 32]);
        return Ok(sets.map(call).into());
    };
    let (rim, id) = golden::verified(&GoldenArgs {
        rim: rim.clone(),
        board: args.board.clone(),
    })?;
    Ok(vec![calls::set_golden(&id, &rim.golden, rim.sha256)])
}

fn set_guest(args: &SetGuestArgs) -> Result<Call, CliError> {
    // The definition of the arguments asks for all three together.
    let (Some(quote), Some(collateral), Some(image)) =
        (&args.quote, &args.collateral, args.image_sha256)
    else {
        return Ok(calls::set_guest_policy(&guest(), guest_image_sha256()));
    };
    let (guest, _) = quote::verified(&QuoteArgs {
        quote: quote.clone(),
        collateral: collateral.clone(),
        at: None,
    })?;
    Ok(calls::set_guest_policy(&guest.measurements, image))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn names(verb: &GovernVerb) -> Vec<&'static str> {
        let (calls, _) = calls_of(verb).unwrap();
        calls.iter().map(|call| call.call).collect()
    }

    #[test]
    fn development_sets_and_guests_need_no_files() {
        let golden = GovernVerb::SetGolden(SetGoldenArgs {
            rim: None,
            board: None,
            dev: true,
        });
        assert_eq!(names(&golden), ["set_golden", "set_golden"]);
        let guest = GovernVerb::SetGuest(SetGuestArgs {
            quote: None,
            collateral: None,
            image_sha256: None,
            dev: true,
        });
        assert_eq!(names(&guest), ["set_guest_policy"]);
    }

    #[test]
    fn what_is_retired_is_named_as_it_is_listed() {
        let retire = |words: &[&str]| GovernVerb::RetireGolden {
            id: words.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(names(&retire(&["driver", "580.00.dev"])), ["retire_golden"]);
        let error = calls_of(&retire(&["driver", ""])).unwrap_err();
        assert_eq!(error.code(), 2);
        assert!(error.to_string().contains("driver 545.00"), "{error}");
    }
}

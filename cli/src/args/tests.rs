#![allow(clippy::unwrap_used)]

use super::*;
use clap::CommandFactory;

fn parse(line: &str) -> Result<Cli, clap::Error> {
    Cli::try_parse_from(std::iter::once("ballast").chain(line.split_whitespace()))
}

#[test]
fn the_definition_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn every_verb_parses() {
    let address = "ab".repeat(32);
    for line in [
        "publish d --name a/b",
        "publish d --name a/b --tag v1 --tag main --code 4,8 --epochs 9 --dry-run",
        "publish d --name a/b --durability high --licence MIT --base c/d --royalty 50",
        "fetch a/b@v1 -o out --include *.json --include x/**",
        &format!("fetch {address}"),
        &format!("fetch {address} --range 0-499 -o part"),
        &format!("fetch {address} --range -5 --bwlimit 10MB --max-workers 4"),
        &format!("cat {address}"),
        "cat a/b@v1/config.json --range 5-",
        "publish d --name a/b --bwlimit 500KB --max-workers 2",
        "hash a b -",
        "verify d",
        "verify d a/b@2",
        "status a/b",
        "ls",
        "ls ns --json",
        "info a/b",
        "workers --active",
        "balance",
        "extend a/b --epochs 3",
        "tag a/b v1 3",
        "attest inspect report.txt --chain chain.pem",
        "attest golden rim.swidtag --board 1010_0200_882",
        "attest quote quote --collateral c.json --at 1750414563",
        "attest status",
        &format!("attest status --key 0x{address}"),
        &format!("attest device {address}"),
        "attest trust",
        &format!("attest submit --key {address} --block 7 --report a --chain b --report c --chain d"),
        &format!("attest submit --key {address} --block 7 --report a c --chain b d --quote q --collateral j"),
        &format!("attest submit-crl {address} list.crl"),
        &format!("attest release {address}"),
        &format!("attest remove-key {address}"),
        "attest govern set-golden rim.swidtag --board 1010_0200_882",
        "attest govern set-golden --dev",
        "attest govern retire-golden driver 580.00.dev",
        "attest govern retire-golden VBIOS 1010_0200_882 96.00.5E.00.01",
        &format!("attest govern set-guest q --collateral j --image-sha256 {address}"),
        "attest govern set-guest --dev",
        &format!("attest govern retire-guest {address}"),
        &format!("attest govern block {address} --undo"),
        "gateway",
        "gateway --listen 0.0.0.0:80 --cache-dir c --cache-size 1GiB --public-url https://h --max-rate 0",
        "gateway --write --spool-dir s --spool-size 1TB --epochs 3 --code 4,8 --licence MIT",
        "gateway token new --name laptop",
        "gateway token list",
        "gateway token revoke ab12",
        "tag a/b v1 --remove",
        "transfer a/b 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
        "deprecate a/b --undo",
        "worker join --endpoint http://h:1 --receipt-key 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY --capacity 2TB --ask 0.5 --stake 100",
        "worker update --ask 0.25",
        "worker add-stake 5",
        "worker drain",
        "worker resume",
        "worker leave",
        "worker withdraw",
        "worker status",
        "worker authorise 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
        "worker revoke 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
        "offer set a/b@3 --endpoint http://h:1 --price-in 0.02 --price-out 0.1 --max-in 512 --max-out 128 --tier t1 --numbers bfloat16",
        "offer set a/b --endpoint http://h:1 --price-in 1 --max-in 512",
        "offer list",
        "offer list a/b",
        "offer list --worker 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
        "offer remove a/b@v1",
        "channel open a/b --worker 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY --deposit 5 --tier T2 --numbers float32",
        "channel open a/b --worker 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY --deposit 5 --max-price-in 1 --max-price-out 2",
        "channel top-up 7 0.5",
        "channel status 7",
        "channel close 7",
        "channel list",
        "channel list 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY --paid",
        "validator setup --stake 5000 --commission 2.5 --dry-run",
        "validator status 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
        "validator rotate-keys --dry-run",
        "validator payout 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY --dry-run",
        "validator chill --dry-run",
        "validator leave --dry-run",
        "key new --import",
        "key inspect --unlock",
        "faucet --dev",
        "completion bash",
        "--dev-account alice --url ws://x --allow-private ls",
    ] {
        assert!(
            parse(line).is_ok(),
            "{line}: {}",
            parse(line).err().unwrap()
        );
    }
}

#[test]
fn wrong_calls_are_usage_errors() {
    for line in [
        "",
        "attest inspect",
        "attest device 00",
        "attest submit --report a --chain b --block 7",
        "attest govern set-golden",
        "attest govern set-golden rim --dev",
        "attest govern set-guest q",
        "attest govern set-guest q --collateral j",
        "attest govern retire-golden driver",
        "publish d",
        "publish --name a/b",
        "publish d --name ab",
        "publish d --name a/b@v1",
        "publish d --name a/b --code 3,6",
        "publish d --name a/b --code 4,8 --durability high",
        "publish d --name a/b --tag 7",
        "publish d --name a/b --epochs 0",
        "publish d --name a/b --royalty 1001",
        "publish d --name a/b --licence (MIT",
        "fetch",
        "fetch ab",
        "fetch a/b --raw --include x",
        "hash",
        "extend a/b",
        "extend a/b --epochs 0",
        "tag a/b 7",
        "tag a/b v1 3 --remove",
        "worker update",
        "worker join --endpoint x",
        "worker update --endpoint ftp://x",
        "worker update --receipt-key 0x00",
        "worker update --operator nobody",
        "worker authorise nobody",
        "worker revoke 5Grw",
        "transfer a/b nobody",
        "balance nobody",
        "faucet --dev nobody",
        "worker add-stake -5",
        "offer set a/b --endpoint http://h:1 --price-in 1",
        "offer set a/b --endpoint http://h:1 --price-in 1 --max-in 0",
        "offer set a/b --endpoint h --price-in 1 --max-in 1",
        "offer list a/b --worker 5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
        "channel open a/b --deposit 5",
        "channel open a/b --worker nobody --deposit 5",
        "channel status x",
        "channel top-up 7",
        "key new --import --show-phrase",
        "faucet",
        "completion tcl",
        "--dev-account alice --keystore k ls",
        "nonsense",
    ] {
        assert_eq!(
            parse(line).err().map(|error| error.exit_code()),
            Some(2),
            "{line}"
        );
    }
}

#[test]
fn no_argument_takes_a_secret() {
    fn check(command: &clap::Command) {
        for argument in command.get_arguments() {
            let id = argument.get_id().as_str();
            assert!(
                !["password", "secret", "phrase", "seed", "suri"].contains(&id),
                "{id}"
            );
        }
        command.get_subcommands().for_each(check);
    }
    check(&Cli::command());
}

#[test]
fn help_names_the_exit_codes() {
    let help = Cli::command().render_help().to_string();
    assert!(help.contains("Exit codes:") && help.contains("retryable"));
}

//! `account show`: an account as somebody to deal with.

use super::workers::status_text;
use crate::{
    amount::Amount,
    args::BalanceArgs,
    context::Context,
    error::CliError,
    output::{fields, printable, Answer, Report},
};
use ballast_chain::ss58;
use ballast_core::view::{AccountName, AccountProfile, WorkerProfile};
use serde::Serialize;

/// What `account show` prints.
#[derive(Debug, Serialize)]
struct ProfileReport {
    account: String,
    name: Option<Name>,
    worker: Option<Worker>,
    client: Client,
}

#[derive(Debug, Serialize)]
struct Name {
    display: String,
    username: Option<String>,
    parent: Option<String>,
    approvals: u32,
    objections: u32,
}

#[derive(Debug, Serialize)]
struct Worker {
    status: &'static str,
    stake: Amount,
    endpoint: String,
    services: Vec<Service>,
    claims: u64,
    settled: Amount,
    reversed: Amount,
    reversals: u32,
    contradicted: u32,
    passed: u32,
    condemned: u32,
}

#[derive(Debug, Serialize)]
struct Service {
    endpoint: String,
    offers: u32,
    tier: String,
}

#[derive(Debug, Serialize)]
struct Client {
    opened: u32,
    ended: u32,
    paid: Amount,
    contested: u32,
}

/// Shows an account.
pub async fn show(args: &BalanceArgs, context: &Context) -> Result<Answer, CliError> {
    let account = context.account(args.account.as_deref())?;
    let profile = context.profiles().await?.profile(account).await?;
    Ok(Answer::new(&ProfileReport::new(account, profile)))
}

impl ProfileReport {
    fn new(account: [u8; 32], profile: AccountProfile) -> Self {
        let AccountProfile {
            name,
            worker,
            dealings,
        } = profile;
        let passed = (dealings.contradicted, dealings.passed, dealings.condemned);
        Self {
            account: ss58::encode(&account),
            name: name.map(Name::from),
            worker: worker.map(|worker| Worker::new(worker, passed)),
            client: Client {
                opened: dealings.opened,
                ended: dealings.ended,
                paid: Amount(dealings.paid),
                contested: dealings.contested,
            },
        }
    }
}

impl From<AccountName> for Name {
    fn from(name: AccountName) -> Self {
        Self {
            display: printable(&name.display),
            username: name.username.map(|name| printable(&name)),
            parent: name.parent.map(|parent| ss58::encode(&parent)),
            approvals: name.approvals,
            objections: name.objections,
        }
    }
}

impl Worker {
    fn new(worker: WorkerProfile, (contradicted, passed, condemned): (u32, u32, u32)) -> Self {
        let service = |one: ballast_core::view::Service| Service {
            endpoint: printable(&one.endpoint),
            offers: one.offers,
            tier: one.tier.to_string(),
        };
        Self {
            status: status_text(worker.status),
            stake: Amount(worker.stake),
            endpoint: printable(&worker.endpoint),
            services: worker.services.into_iter().map(service).collect(),
            claims: worker.record.claims,
            settled: Amount(worker.record.settled),
            reversed: Amount(worker.record.reversed),
            reversals: worker.record.reversals,
            contradicted,
            passed,
            condemned,
        }
    }

    fn lines(&self) -> Vec<(&'static str, String)> {
        let mut lines = vec![
            (
                "worker",
                format!("{}, {} at stake", self.status, self.stake),
            ),
            ("storage", self.endpoint.clone()),
        ];
        lines.extend(self.services.iter().map(|one| {
            let Service {
                endpoint,
                offers,
                tier,
            } = one;
            (
                "inference",
                format!("{endpoint}, offers: {offers}, up to {tier}"),
            )
        }));
        let Self {
            claims,
            settled,
            reversed,
            reversals,
            ..
        } = self;
        let record = format!(
            "{claims} claims settled for {settled}; {reversals} batches reversed, {reversed} of it"
        );
        lines.push(("record", record));
        let (passed, condemned, contradicted) = (self.passed, self.condemned, self.contradicted);
        let checks = format!("{passed} passed, {condemned} condemned; {contradicted} batches against its own signature");
        lines.push(("checks", checks));
        lines
    }
}

impl Name {
    /// A name that nobody vouches for is only what the account says.
    fn text(&self) -> String {
        let who = match (self.display.is_empty(), &self.username) {
            (false, Some(username)) => format!("{} ({username})", self.display),
            (true, Some(username)) => username.clone(),
            (false, None) => self.display.clone(),
            (true, None) => "a name of which only a hash is on chain".into(),
        };
        let part = self.parent.as_ref();
        let part = part.map_or(String::new(), |parent| format!(", part of {parent}"));
        let judged = match (self.approvals, self.objections) {
            (0, 0) => "its own word".into(),
            (approvals, objections) => {
                format!("registrars for it: {approvals}, against: {objections}")
            }
        };
        format!("{who}{part}, {judged}")
    }
}

impl Report for ProfileReport {
    fn text(&self) -> String {
        let name = self.name.as_ref().map(Name::text);
        let mut lines = vec![
            ("account", self.account.clone()),
            ("name", name.unwrap_or_else(|| "none".into())),
        ];
        match &self.worker {
            Some(worker) => lines.extend(worker.lines()),
            None => lines.push(("worker", "no".into())),
        }
        let Client {
            opened,
            ended,
            paid,
            contested,
        } = &self.client;
        let open = opened.saturating_sub(*ended);
        lines.push((
            "client",
            format!(
                "channels open: {open}, ended: {ended}; {paid} paid, {contested} batches contested"
            ),
        ));
        fields(&lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ballast_core::{
        view::{Dealings, Service as Offered, ServiceRecord, WorkerStatus},
        Tier,
    };

    fn profile() -> AccountProfile {
        AccountProfile {
            name: Some(AccountName {
                display: b"Ada\x1b[2J".to_vec(),
                username: None,
                parent: None,
                approvals: 0,
                objections: 0,
            }),
            worker: Some(WorkerProfile {
                status: WorkerStatus::Active,
                stake: 5,
                endpoint: b"http://s".to_vec(),
                services: vec![Offered {
                    endpoint: b"https://w".to_vec(),
                    offers: 2,
                    tier: Tier::T2,
                }],
                record: ServiceRecord {
                    claims: 7,
                    ..ServiceRecord::default()
                },
            }),
            dealings: Dealings {
                opened: 3,
                ended: 1,
                condemned: 4,
                ..Dealings::default()
            },
        }
    }

    #[test]
    fn a_profile_tells_both_sides_and_steers_no_terminal() {
        let text = ProfileReport::new([1; 32], profile()).text();
        for part in [
            "its own word",
            "https://w, offers: 2, up to T2",
            "7 claims",
            "4 condemned",
            "channels open: 2, ended: 1",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains('\u{1b}'), "{text}");
        let nobody = ProfileReport::new([1; 32], AccountProfile::default()).text();
        assert!(nobody.contains("none") && nobody.contains("no"), "{nobody}");
    }
}

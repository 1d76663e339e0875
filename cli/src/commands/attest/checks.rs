//! The checks of `attest inspect`, each on its own, so that one that fails hides no other.

use ballast_attestation::{
    error::Hex,
    evidence::{check_fwid, check_nonce},
    golden::check_disjoint,
    Chain, Component, EvidenceError, Report, NVIDIA_ROOT,
};
use ballast_rim::Rim;
use serde::Serialize;

/// One check: what it is, whether it passed, why not, or with what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What is checked.
    pub check: String,
    /// Whether it passed; none if there was nothing to check it with.
    pub passed: Option<bool>,
    /// Why, or what was found.
    pub detail: String,
}

impl Check {
    /// From a result.
    pub fn of(check: &str, result: Result<String, EvidenceError>) -> Self {
        let (passed, detail) = match result {
            Ok(detail) => (true, detail),
            Err(error) => (false, error.to_string()),
        };
        Self {
            check: check.into(),
            passed: Some(passed),
            detail,
        }
    }

    /// One that could not be made.
    pub fn skipped(check: &str, detail: &str) -> Self {
        Self {
            check: check.into(),
            passed: None,
            detail: detail.into(),
        }
    }
}

/// The report's nonce.
pub fn nonce(report: &Report, expected: Option<&[u8; 32]>) -> Check {
    const NAME: &str = "nonce is the challenge's";
    match expected {
        Some(expected) => Check::of(
            NAME,
            check_nonce(report, expected).map(|()| "equal".to_string()),
        ),
        None => Check::skipped(NAME, "give the challenge's nonce with --nonce"),
    }
}

/// Firmware, links up to a root, and the report's signature.
pub fn chain(report: &Report, chain: &Chain, extra_root: Option<&[u8; 32]>) -> Vec<Check> {
    let authorities = &chain.authorities;
    let (provisioner, identity) = (&authorities.provisioner, &authorities.identity);
    let root = &authorities.root;
    let trusted = root.id == NVIDIA_ROOT || Some(&root.id) == extra_root;
    let root_result = trusted
        .then(|| Hex(root.id).to_string())
        .ok_or(EvidenceError::Root {
            actual: Hex(root.id),
        });
    let signed = |result: Result<(), EvidenceError>| result.map(|()| "valid".to_string());
    let report_result = match report.is_signed_by(&chain.leaf.key) {
        true => Ok(()),
        false => Err(EvidenceError::ReportSignature),
    };
    let fwid = match report.opaque.fwid {
        Some(_) => "equal",
        None => "the report has none, as drivers before 550",
    };
    let (device, leaf) = (&chain.device, &chain.leaf);
    vec![
        Check::of(
            "firmware id is the signer's",
            check_fwid(report, leaf).map(|()| fwid.to_string()),
        ),
        Check::of("root is trusted", root_result),
        Check::of(
            "identity is signed by the root",
            signed(identity.verify_issued_by(&root.subject, &root.key)),
        ),
        Check::of(
            "provisioner is signed by the identity",
            signed(provisioner.verify_issued_by(&identity.subject, &identity.key)),
        ),
        Check::of(
            "device is signed by the provisioner",
            signed(device.verify_issued_by(&provisioner.subject, &provisioner.key)),
        ),
        Check::of(
            "report signer is signed by the device",
            signed(leaf.verify_issued_by(&device.subject, &device.key)),
        ),
        Check::of("report is signed by its signer", signed(report_result)),
    ]
}

/// The measurements against manifests.
pub fn golden(report: &Report, rims: &[Rim]) -> Vec<Check> {
    let mut checks: Vec<Check> = [Component::Driver, Component::Vbios]
        .into_iter()
        .map(|component| against(report, component, rims))
        .collect();
    let find = |component| rims.iter().find(|rim| rim.component == component);
    if let (Some(driver), Some(vbios)) = (find(Component::Driver), find(Component::Vbios)) {
        let disjoint = check_disjoint(&driver.golden, &vbios.golden);
        checks.push(Check::of(
            "no index is in both golden sets",
            disjoint.map(|()| "disjoint".to_string()),
        ));
    }
    checks
}

fn against(report: &Report, component: Component, rims: &[Rim]) -> Check {
    let name = format!("measurements are the {component}'s");
    let Some(rim) = rims.iter().find(|rim| rim.component == component) else {
        return Check::skipped(&name, "give its manifest with --rim");
    };
    let opaque = &report.opaque;
    let version = match component {
        Component::Driver => opaque.driver_version.to_string(),
        Component::Vbios => opaque.vbios_version.to_string(),
    };
    if rim.version != version {
        return Check {
            check: name,
            passed: Some(false),
            detail: format!(
                "the manifest is for {}, the report says {version}",
                rim.version
            ),
        };
    }
    let active = rim.golden.entries.len();
    let matched = rim.golden.compare(component, report);
    Check::of(
        &name,
        matched.map(|matched| match active - matched as usize {
            0 => format!("{matched} of {active} match"),
            skipped => {
                format!("{matched} of {active} match, {skipped} skipped: the video decoder is off")
            }
        }),
    )
}

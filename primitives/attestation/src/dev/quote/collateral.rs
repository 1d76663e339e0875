//! What Intel says of a platform, said by the test root.

use super::{
    certificate::{revocation_list, FMSPC},
    pem, TestPlatform, PLATFORM_CA, ROOT, SVN,
};
use crate::{error::Hex, tdx::Collateral};
use alloc::{format, string::String, vec};

/// Who signed the quoting enclave.
pub(super) const QE_SIGNER: [u8; 32] = [0x0e; 32];
/// Product number of the quoting enclave for TDX.
pub(super) const QE_PRODUCT: u16 = 2;
/// Evaluation number of TCB info and QE identity. Below Intel's, so that a test network takes those too.
const EVALUATION_NUMBER: u32 = 1;
const ISSUED: &str = "2020-10-01T00:00:00Z";
const NEVER: &str = "9999-12-31T23:59:59Z";

pub(super) fn make(platform: &TestPlatform) -> Collateral {
    let (tcb_info, qe_identity) = (tcb_info(), qe_identity());
    let signer = pem(&[&platform.tcb, &platform.root]);
    Collateral {
        pck_crl_issuer_chain: pem(&[&platform.platform_ca, &platform.root]),
        root_ca_crl: revocation_list(ROOT, &platform.root_key),
        pck_crl: revocation_list(PLATFORM_CA, &platform.platform_ca_key),
        tcb_info_issuer_chain: signer.clone(),
        tcb_info_signature: platform.tcb_key.sign_fixed(tcb_info.as_bytes()).to_vec(),
        tcb_info,
        qe_identity_issuer_chain: signer,
        qe_identity_signature: platform.tcb_key.sign_fixed(qe_identity.as_bytes()).to_vec(),
        qe_identity,
        pck_certificate_chain: None,
    }
}

fn tcb_info() -> String {
    let component = format!("{{\"svn\":{SVN}}}");
    let components = vec![component.as_str(); 16].join(",");
    let signer = "0".repeat(96);
    let module = format!(
        "\"mrsigner\":\"{signer}\",\"attributes\":\"0000000000000000\",\"attributesMask\":\"FFFFFFFFFFFFFFFF\""
    );
    let up_to_date = format!("\"tcbDate\":\"{ISSUED}\",\"tcbStatus\":\"UpToDate\"");
    format!(
        "{{\"id\":\"TDX\",\"version\":3,\"issueDate\":\"{ISSUED}\",\"nextUpdate\":\"{NEVER}\",\"fmspc\":\"{}\",\
         \"pceId\":\"0000\",\"tcbType\":0,\"tcbEvaluationDataNumber\":{EVALUATION_NUMBER},\"tdxModule\":{{{module}}},\
         \"tdxModuleIdentities\":[{{\"id\":\"TDX_01\",{module},\"tcbLevels\":[{{\"tcb\":{{\"isvsvn\":{SVN}}},{up_to_date}}}]}}],\
         \"tcbLevels\":[{{\"tcb\":{{\"sgxtcbcomponents\":[{components}],\"pcesvn\":{SVN},\
         \"tdxtcbcomponents\":[{components}]}},{up_to_date}}}]}}",
        Hex(FMSPC)
    )
}

fn qe_identity() -> String {
    format!(
        "{{\"id\":\"TD_QE\",\"version\":2,\"issueDate\":\"{ISSUED}\",\"nextUpdate\":\"{NEVER}\",\
         \"tcbEvaluationDataNumber\":{EVALUATION_NUMBER},\"miscselect\":\"00000000\",\"miscselectMask\":\"FFFFFFFF\",\
         \"attributes\":\"15000000000000000000000000000000\",\"attributesMask\":\"FFFFFFFFFFFFFFFF0000000000000000\",\
         \"mrsigner\":\"{}\",\"isvprodid\":{QE_PRODUCT},\"tcbLevels\":[{{\"tcb\":{{\"isvsvn\":{SVN}}},\
         \"tcbDate\":\"{ISSUED}\",\"tcbStatus\":\"UpToDate\"}}]}}",
        Hex(QE_SIGNER)
    )
}

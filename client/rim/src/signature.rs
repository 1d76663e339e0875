//! The XML signature of a manifest: enveloped, over the whole document, ECDSA P-384 with SHA-384.
//!
//! The document that is read on is the one without its signature, which is the one that was digested.

use crate::{
    signer::{self, Signer},
    RimError,
};
use ballast_attestation::Signature;
use base64::{engine::general_purpose::STANDARD, Engine};
use bergshamra_c14n::{canonicalize_doc, C14nMode};
use bergshamra_xml::nodeset::NodeSet;
use sha2::{Digest, Sha384};
use uppsala::dom::{Document, NodeId};

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
const ECDSA_SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384";
/// SHA-384 as RFC 4051 names it, and as RFC 6931 does.
const SHA384: [&str; 2] = [
    "http://www.w3.org/2001/04/xmldsig-more#sha384",
    "http://www.w3.org/2001/04/xmlenc#sha384",
];

/// Verifies signature and chain; gives who signed and the document without its signature.
pub(crate) fn verify<'a>(
    mut document: Document<'a>,
    root: &[u8; 32],
) -> Result<(Vec<Signer>, Document<'a>), RimError> {
    let parts = Parts::find(&document)?;
    let mode = parts.check_algorithms(&document)?;
    let signed_info = canonical(&document, mode.signed_info, Some(parts.signed_info))?;
    let digest = base64(&document.text_content_deep(parts.digest_value))?;
    let value = base64(&document.text_content_deep(parts.signature_value))?;
    let chain = certificates(&document, parts.signature)?;

    document.detach(parts.signature);
    let content = canonical(&document, mode.content, None)?;
    if Sha384::digest(&content).as_slice() != digest.as_slice() {
        return Err(RimError::Digest);
    }
    let (signers, key) = signer::verify(&chain, root)?;
    let value = <&[u8; 96]>::try_from(value.as_slice())
        .ok()
        .and_then(Signature::from_fixed)
        .ok_or(RimError::SignatureValue)?;
    if !key.has_signed(&signed_info, &value) {
        return Err(RimError::SignatureValue);
    }
    Ok((signers, document))
}

fn problem(problem: &'static str) -> RimError {
    RimError::Signature { problem }
}

struct Parts {
    signature: NodeId,
    signed_info: NodeId,
    reference: NodeId,
    digest_value: NodeId,
    signature_value: NodeId,
}

struct Modes {
    signed_info: C14nMode,
    content: C14nMode,
}

impl Parts {
    fn find(document: &Document) -> Result<Self, RimError> {
        let root = document.document_element().ok_or(problem("is missing"))?;
        let all = document.get_elements_by_tag_name_ns(DSIG, "Signature");
        let signature = match all.as_slice() {
            [one] if document.parent(*one) == Some(root) => *one,
            [] => return Err(problem("is missing")),
            _ => return Err(problem("is not the only one, or not at the top")),
        };
        let signed_info = only(document, signature, "SignedInfo")?;
        let reference = only(document, signed_info, "Reference")?;
        Ok(Self {
            signature,
            signed_info,
            reference,
            digest_value: only(document, reference, "DigestValue")?,
            signature_value: only(document, signature, "SignatureValue")?,
        })
    }

    fn check_algorithms(&self, document: &Document) -> Result<Modes, RimError> {
        let of = |parent, name| {
            let node = only(document, parent, name)?;
            let algorithm = document.get_attribute(node, "Algorithm");
            algorithm.ok_or(problem("names no algorithm"))
        };
        if of(self.signed_info, "SignatureMethod")? != ECDSA_SHA384 {
            return Err(problem("is of another algorithm"));
        }
        if !SHA384.contains(&of(self.reference, "DigestMethod")?) {
            return Err(problem("uses another digest"));
        }
        if document.get_attribute(self.reference, "URI") != Some("") {
            return Err(problem("is not over the whole document"));
        }
        let method = of(self.signed_info, "CanonicalizationMethod")?;
        Ok(Modes {
            signed_info: mode(method)?,
            content: self.content_mode(document)?,
        })
    }

    /// Enveloped, then at most one canonicalization; without one it is Canonical XML 1.0 (XML Signature, 4.4.3.2).
    fn content_mode(&self, document: &Document) -> Result<C14nMode, RimError> {
        let transforms = only(document, self.reference, "Transforms")?;
        let algorithms: Vec<Option<&str>> = document
            .child_elements_by_name_ns(transforms, DSIG, "Transform")
            .into_iter()
            .map(|node| document.get_attribute(node, "Algorithm"))
            .collect();
        match algorithms.as_slice() {
            [Some(ENVELOPED)] => Ok(C14nMode::Inclusive),
            [Some(ENVELOPED), Some(algorithm)] => mode(algorithm),
            _ => Err(problem("has other transforms")),
        }
    }
}

fn mode(algorithm: &str) -> Result<C14nMode, RimError> {
    C14nMode::from_uri(algorithm).ok_or(problem("uses another canonicalization"))
}

fn only(document: &Document, parent: NodeId, name: &str) -> Result<NodeId, RimError> {
    match document
        .child_elements_by_name_ns(parent, DSIG, name)
        .as_slice()
    {
        [one] => Ok(*one),
        _ => Err(problem("lacks a part, or has it twice")),
    }
}

/// The canonical bytes of the document, or of one element in it.
fn canonical(
    document: &Document,
    mode: C14nMode,
    element: Option<NodeId>,
) -> Result<Vec<u8>, RimError> {
    let nodes = element.map(|element| match mode.with_comments() {
        true => NodeSet::tree_with_comments(element, document),
        false => NodeSet::tree_without_comments(element, document),
    });
    canonicalize_doc::<&str>(document, mode, nodes.as_ref(), &[])
        .map_err(|error| RimError::Xml(error.to_string()))
}

fn base64(text: &str) -> Result<Vec<u8>, RimError> {
    let compact: String = text.split_ascii_whitespace().collect();
    STANDARD
        .decode(compact)
        .map_err(|_| problem("has a value that is not base64"))
}

fn certificates(document: &Document, signature: NodeId) -> Result<Vec<Vec<u8>>, RimError> {
    let info = only(document, signature, "KeyInfo")?;
    let data = only(document, info, "X509Data")?;
    document
        .child_elements_by_name_ns(data, DSIG, "X509Certificate")
        .into_iter()
        .map(|node| base64(&document.text_content_deep(node)))
        .collect()
}

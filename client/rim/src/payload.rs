//! The content of a manifest: version and measurements.

use crate::RimError;
use ballast_attestation::{
    golden::Alternatives, limits::MEASUREMENT_LEN, GoldenEntry, GoldenSet, Measurement,
};
use uppsala::dom::{Document, NodeId};

const SWID: &str = "http://standards.iso.org/iso/19770/-2/2015/schema.xsd";
const HASH: &str = "http://www.w3.org/2001/04/xmlenc#sha384";

pub(crate) struct Content {
    pub product: String,
    pub version: String,
    pub golden: GoldenSet,
}

/// Reads a document whose signature holds.
pub(crate) fn read(document: &Document) -> Result<Content, RimError> {
    let problem = |problem| RimError::Payload { problem };
    let root = document
        .document_element()
        .filter(|root| named(document, *root, "SoftwareIdentity"))
        .ok_or(problem("is not of a SoftwareIdentity"))?;
    let only = |name| match document
        .child_elements_by_name_ns(root, SWID, name)
        .as_slice()
    {
        [one] => Ok(*one),
        _ => Err(problem("has not one Meta and one Payload")),
    };
    let meta = only("Meta")?;
    let attribute = |name| {
        let value = document.get_attribute(meta, name);
        value
            .map(str::to_string)
            .ok_or(problem("has no version or product"))
    };
    let entries = entries(document, only("Payload")?)?;
    let golden = GoldenSet {
        entries: entries
            .try_into()
            .map_err(|_| problem("has too many measurements"))?,
    };
    golden.check().map_err(problem)?;
    Ok(Content {
        product: attribute("product")?,
        version: attribute("colloquialVersion")?,
        golden,
    })
}

fn named(document: &Document, node: NodeId, name: &str) -> bool {
    document
        .element(node)
        .is_some_and(|element| element.matches_name_ns(SWID, name))
}

/// The active measurements, by ascending index.
fn entries(document: &Document, payload: NodeId) -> Result<Vec<GoldenEntry>, RimError> {
    let mut entries: Vec<GoldenEntry> = document
        .child_elements_by_name_ns(payload, SWID, "Resource")
        .into_iter()
        .filter_map(|node| Resource { document, node }.entry().transpose())
        .collect::<Result<_, _>>()?;
    entries.sort_by_key(|entry| entry.index);
    Ok(entries)
}

struct Resource<'d, 'a> {
    document: &'d Document<'a>,
    node: NodeId,
}

impl Resource<'_, '_> {
    /// The measurement, if it is active.
    fn entry(&self) -> Result<Option<GoldenEntry>, RimError> {
        if self.attribute("type") != "Measurement" {
            return Err(self.problem("is of another type"));
        }
        match self.attribute("active") {
            "False" => return Ok(None),
            "True" => {}
            _ => return Err(self.problem("is neither active nor not")),
        }
        if self.attribute("size") != "48" {
            return Err(self.problem("is no SHA-384"));
        }
        let index = self.attribute("index").parse();
        let index = index.map_err(|_| self.problem("has no index"))?;
        Ok(Some(GoldenEntry {
            index,
            alternatives: self.alternatives()?,
        }))
    }

    fn alternatives(&self) -> Result<Alternatives, RimError> {
        let count = self.attribute("alternatives").parse::<u32>();
        let count = count.map_err(|_| self.problem("has no number of alternatives"))?;
        if count > ballast_attestation::limits::MAX_ALTERNATIVES {
            return Err(self.problem("has too many alternatives"));
        }
        let values: Vec<Measurement> = (0..count)
            .map(|place| self.value(place))
            .collect::<Result<_, _>>()?;
        let more = self.hash(count).is_some();
        if more {
            return Err(self.problem("has more values than it says"));
        }
        values
            .try_into()
            .map_err(|_| self.problem("has too many alternatives"))
    }

    fn value(&self, place: u32) -> Result<Measurement, RimError> {
        let mut value = [0; MEASUREMENT_LEN];
        let text = self.hash(place).unwrap_or_default();
        hex::decode_to_slice(text, &mut value)
            .map_err(|_| self.problem("has a value that is no SHA-384 in hex"))?;
        Ok(value)
    }

    fn hash(&self, place: u32) -> Option<&str> {
        self.document
            .get_attribute_ns(self.node, HASH, &format!("Hash{place}"))
    }

    fn attribute(&self, name: &str) -> &str {
        self.document
            .get_attribute(self.node, name)
            .unwrap_or_default()
    }

    fn problem(&self, problem: &'static str) -> RimError {
        RimError::Resource {
            index: self.attribute("index").to_string(),
            problem,
        }
    }
}

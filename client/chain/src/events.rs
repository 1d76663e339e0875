//! Events, as readers and the storage worker see them.

use ballast_core::{Address, EncodingId};
use serde_json::Value as Json;

/// An event of any pallet.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// Name of the pallet.
    pub pallet: String,
    /// Name of the event.
    pub name: String,
    /// Its fields by name, or in order where they have none. Bytes are hex after `0x`; numbers above 2^64 are strings.
    pub fields: Json,
}

/// What happened to a blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobEvent {
    /// An encoding was registered; its placement follows in a later block.
    Registered {
        /// The encoding.
        encoding: EncodingId,
        /// The blob.
        address: Address,
    },
    /// Workers were drawn.
    Placed {
        /// The encoding.
        encoding: EncodingId,
    },
    /// Other workers are to be drawn for some shards.
    ReassignRequested {
        /// The encoding.
        encoding: EncodingId,
    },
    /// Another worker is to hold a shard.
    Reassigned {
        /// The encoding.
        encoding: EncodingId,
    },
    /// A quorum of receipts is on chain.
    Certified {
        /// The encoding.
        encoding: EncodingId,
    },
    /// Late receipts were added.
    ReceiptsAdded {
        /// The encoding.
        encoding: EncodingId,
    },
    /// The lease was extended.
    Extended {
        /// The encoding.
        encoding: EncodingId,
    },
    /// The lease ended: the encoding is gone.
    Expired {
        /// The encoding.
        encoding: EncodingId,
    },
    /// The encoding was not certified in time: it is gone.
    Lapsed {
        /// The encoding.
        encoding: EncodingId,
    },
    /// A small blob is in chain state.
    InlineStored {
        /// The blob.
        address: Address,
    },
    /// An account no longer keeps a small blob in chain state.
    InlineRemoved {
        /// The blob.
        address: Address,
        /// Whether it was the last one, so that the blob is gone.
        gone: bool,
    },
    /// Another event, which changes no shard or which a later runtime has.
    Other {
        /// Its name.
        name: String,
        /// The encoding, if it names one.
        encoding: Option<EncodingId>,
    },
}

impl BlobEvent {
    /// The encoding it is about.
    pub fn encoding(&self) -> Option<EncodingId> {
        match self {
            Self::Registered { encoding, .. }
            | Self::Placed { encoding }
            | Self::ReassignRequested { encoding }
            | Self::Reassigned { encoding }
            | Self::Certified { encoding }
            | Self::ReceiptsAdded { encoding }
            | Self::Extended { encoding }
            | Self::Expired { encoding }
            | Self::Lapsed { encoding } => Some(*encoding),
            Self::InlineStored { .. } | Self::InlineRemoved { .. } => None,
            Self::Other { encoding, .. } => *encoding,
        }
    }
}

impl Event {
    /// The event as one of pallet Blobs.
    pub fn as_blob_event(&self) -> Option<BlobEvent> {
        (self.pallet == "Blobs").then(|| {
            self.known_blob_event()
                .unwrap_or_else(|| self.other_blob_event())
        })
    }

    fn known_blob_event(&self) -> Option<BlobEvent> {
        let (encoding, address) = (self.encoding(), self.address());
        Some(match self.name.as_str() {
            "Registered" => BlobEvent::Registered {
                encoding: encoding?,
                address: address?,
            },
            "Placed" => BlobEvent::Placed {
                encoding: encoding?,
            },
            "ReassignRequested" => BlobEvent::ReassignRequested {
                encoding: encoding?,
            },
            "Reassigned" => BlobEvent::Reassigned {
                encoding: encoding?,
            },
            "Certified" => BlobEvent::Certified {
                encoding: encoding?,
            },
            "ReceiptsAdded" => BlobEvent::ReceiptsAdded {
                encoding: encoding?,
            },
            "Extended" => BlobEvent::Extended {
                encoding: encoding?,
            },
            "Expired" => BlobEvent::Expired {
                encoding: encoding?,
            },
            "Lapsed" => BlobEvent::Lapsed {
                encoding: encoding?,
            },
            "InlineStored" => BlobEvent::InlineStored { address: address? },
            "InlineRemoved" => BlobEvent::InlineRemoved {
                address: address?,
                gone: self.fields.get("gone")?.as_bool()?,
            },
            _ => return None,
        })
    }

    fn other_blob_event(&self) -> BlobEvent {
        BlobEvent::Other {
            name: self.name.clone(),
            encoding: self.encoding(),
        }
    }

    fn encoding(&self) -> Option<EncodingId> {
        self.fields.get("encoding")?.as_u64().map(EncodingId)
    }

    fn address(&self) -> Option<Address> {
        self.fields.get("address")?.as_str()?.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(pallet: &str, name: &str, fields: Json) -> Event {
        Event {
            pallet: pallet.into(),
            name: name.into(),
            fields,
        }
    }

    #[test]
    fn a_registration_names_encoding_and_address() {
        let fields = json!({ "encoding": 7, "address": format!("0x{}", "ab".repeat(32)), "publisher": "0x00" });
        let expected = BlobEvent::Registered {
            encoding: EncodingId(7),
            address: Address([0xab; 32]),
        };
        assert_eq!(
            event("Blobs", "Registered", fields).as_blob_event(),
            Some(expected)
        );
    }

    #[test]
    fn every_event_of_an_encoding_names_it() {
        for name in [
            "Placed",
            "ReassignRequested",
            "Reassigned",
            "Certified",
            "ReceiptsAdded",
            "Extended",
            "Expired",
            "Lapsed",
        ] {
            let decoded = event("Blobs", name, json!({ "encoding": 7 })).as_blob_event();
            assert!(!matches!(decoded, Some(BlobEvent::Other { .. })), "{name}");
            assert_eq!(
                decoded.and_then(|event| event.encoding()),
                Some(EncodingId(7)),
                "{name}"
            );
        }
    }

    #[test]
    fn an_unknown_event_still_tells_its_encoding() {
        let expected = BlobEvent::Other {
            name: "Invalidated".into(),
            encoding: Some(EncodingId(7)),
        };
        assert_eq!(
            event("Blobs", "Invalidated", json!({ "encoding": 7 })).as_blob_event(),
            Some(expected)
        );
        assert_eq!(
            event("Workers", "Joined", json!({ "encoding": 7 })).as_blob_event(),
            None
        );
    }
}

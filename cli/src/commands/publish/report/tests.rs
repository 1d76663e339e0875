#![allow(clippy::unwrap_used)]

use super::*;
use ballast_blobs::Extension;
use ballast_core::{Code, ShardIndex};

fn name() -> NameDeposits {
    NameDeposits {
        namespace: 1000,
        version: 200,
        commitment: 50,
        ..NameDeposits::default()
    }
}

fn planned(step: BlobStep) -> PlannedBlob {
    PlannedBlob {
        address: Address([1; 32]),
        kind: BlobKind::File,
        len: 2000,
        paths: vec!["a".into()],
        step,
    }
}

fn encode(resume: Vec<EncodingId>) -> BlobStep {
    BlobStep::Encode {
        code: Code::new(4, 8).unwrap(),
        stored_len: 8192,
        lease: 30,
        deposit: 4,
        resume,
    }
}

fn plan(steps: Vec<BlobStep>) -> PublishPlan {
    let blobs = steps.into_iter().map(planned).collect();
    PublishPlan {
        manifest: Address([2; 32]),
        files: 1,
        total_len: 2000,
        blobs,
    }
}

#[test]
fn sizes_add_up_to_the_plans_cost() {
    let extension = Extension {
        encoding: EncodingId(1),
        epochs: 2,
        cost: 500,
    };
    let plan = plan(vec![
        encode(vec![]),
        encode(vec![EncodingId(3)]),
        BlobStep::Inline { deposit: 7 },
        BlobStep::Stored {
            extend: Some(extension),
        },
        BlobStep::Stored { extend: None },
    ]);
    let sizes = sizes(&plan, &name(), 9).unwrap();
    assert_eq!(
        (sizes.lease, sizes.deposit, sizes.cost),
        (Amount(530), Amount(11), Amount(541 + 1200))
    );
    assert_eq!(sizes.name_deposits.namespace, Amount(1000));
    let text = sizes.parts().join(", ");
    assert!(text.contains("for the namespace") && text.contains("for the version"));
    assert!(!text.contains("for tags"), "what is not taken is not told");
    assert_eq!(sizes.stored_bytes, 2 * 8192);
    assert_eq!(sizes.new_bytes, 3 * 2000);
}

#[test]
fn a_dry_run_lists_what_each_blob_needs() {
    let plan = plan(vec![encode(vec![]), BlobStep::Stored { extend: None }]);
    let report = DryRunReport {
        dry_run: true,
        model: "a/b".into(),
        manifest: plan.manifest,
        publisher: None,
        free: None,
        sizes: sizes(&plan, &name(), 9).unwrap(),
        blobs: plan.blobs.iter().map(PlannedReport::from).collect(),
    };
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["cost"], "1234");
    assert_eq!(json["name_deposits"]["commitment"], "50");
    assert_eq!(json["fees"], "9");
    assert_eq!(json["new_bytes"], 2000);
    assert_eq!(json["blobs"][0]["step"], "encode");
    assert_eq!(json["blobs"][0]["code"], "4,8");
    assert_eq!(json["blobs"][0]["kind"], "file");
    assert_eq!(json["blobs"][1]["step"], "stored");
    assert!(report.text().contains("up to 0.000000000009 BAL"));
    assert!(report.text().contains("is encoded (4,8)"));
    assert!(report.text().ends_with("Nothing was changed."));
}

#[test]
fn json_of_a_publication_is_flat() {
    let blob = PublishedBlob {
        address: Address([1; 32]),
        encoding: EncodingId(9),
        held: 7,
        missing: vec![(ShardIndex(3), "silent".into())],
    };
    let report = PublishReport {
        model: "a/b".into(),
        manifest: Address([2; 32]),
        version: 1,
        known: false,
        created_model: true,
        took_namespace: true,
        tags: vec!["v1".into()],
        sizes: sizes(&plan(vec![encode(vec![])]), &name(), 9).unwrap(),
        encodings: vec![EncodedReport::from(&blob)],
        seconds: 1.0,
    };
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["stored_bytes"], 8192);
    assert_eq!(json["encodings"][0]["missing"][0]["shard"], 3);
    assert!(report.text().contains("1 shard without a receipt"));
}

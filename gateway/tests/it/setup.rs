//! A network with a model, and a gateway to it.

use crate::{
    http::{ask, Answer},
    net::{bytes, folder, options, scanned, Net},
};
use async_trait::async_trait;
use ballast_blobs::ModelTarget;
use ballast_core::{manifest::Manifest, Address};
use ballast_gateway::{Config, Gateway, Limits, Namespaces, TokenFile, WriteConfig};
use std::{collections::BTreeMap, net::SocketAddr, path::PathBuf, sync::Arc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The code of what these tests publish.
pub const CODE: (u8, u8) = (2, 4);

/// A network and a gateway to it.
pub struct Setup {
    pub net: Net,
    pub folder: tempfile::TempDir,
    pub address: SocketAddr,
    pub limits: Limits,
    pub writes: bool,
    stop: CancellationToken,
    server: Option<JoinHandle<()>>,
}

/// Files of a model, of every kind that is served in its own way.
pub fn files() -> BTreeMap<&'static str, Vec<u8>> {
    BTreeMap::from([
        ("README.md", b"---\nlicense: mit\n---\n# Tiny\n".to_vec()),
        ("config.json", b"{\"model_type\":\"bert\"}".to_vec()),
        ("empty", Vec::new()),
        ("onnx/model.onnx", bytes(1, 300_000)),
        ("onnx/deep/\u{e4} b.bin", bytes(2, 1)),
        ("weights.safetensors", bytes(3, (3 << 20) + 77)),
    ])
}

/// Takes free namespaces by decree.
struct Decree(Arc<crate::chain::MemoryChain>, [u8; 32]);

#[async_trait]
impl Namespaces for Decree {
    async fn ensure(&self, namespace: &str) -> Result<(), String> {
        let owner = self
            .0
            .read(|state| *state.namespaces.entry(namespace.into()).or_insert(self.1));
        if owner == self.1 {
            Ok(())
        } else {
            Err("it belongs to another account".into())
        }
    }
}

impl Setup {
    /// Nothing published, a gateway that takes no uploads.
    pub async fn empty() -> Self {
        Self::with(Limits::default(), false).await
    }

    /// A gateway with these limits.
    pub async fn with(limits: Limits, writes: bool) -> Self {
        let net = Net::start(8).await;
        let owner = net.signer.account();
        net.chain
            .read(|state| state.namespaces.insert(b"acme".to_vec(), owner));
        let folder = tempfile::tempdir().unwrap();
        let mut setup = Self {
            net,
            folder,
            address: ([127, 0, 0, 1], 0).into(),
            limits,
            writes,
            stop: CancellationToken::new(),
            server: None,
        };
        setup.start().await;
        setup
    }

    /// The model `acme/tiny` with [`files`], tagged v1.
    pub async fn with_model() -> (Self, Manifest) {
        let setup = Self::empty().await;
        let files: Vec<(&str, Vec<u8>)> = files().into_iter().collect();
        let manifest = setup.publish("tiny", &files, &["v1"]).await;
        (setup, manifest)
    }

    /// Starts the gateway, again if it was stopped, at another port.
    pub async fn start(&mut self) {
        let config = Config {
            cache_dir: self.folder.path().join("cache"),
            cache_size: 1 << 30,
            limits: self.limits,
            public_url: None,
            write: self.writes.then(|| self.write_config()),
        };
        let gateway = Gateway::open(self.net.client.clone(), config).unwrap();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        self.address = listener.local_addr().unwrap();
        self.stop = CancellationToken::new();
        self.server = Some(tokio::spawn(gateway.serve(listener, self.stop.clone())));
    }

    /// Stops it as SIGTERM does.
    pub async fn stop(&mut self) {
        self.stop.cancel();
        if let Some(server) = self.server.take() {
            server.await.unwrap();
        }
    }

    fn write_config(&self) -> WriteConfig {
        WriteConfig {
            spool: self.spool(),
            spool_size: 64 << 20,
            tokens: self.folder.path().join("tokens.json"),
            signer: self.net.signer.clone(),
            options: options(CODE),
            licence: "MIT".into(),
            namespaces: Arc::new(Decree(self.net.chain.clone(), self.net.signer.account())),
        }
    }

    /// Where uploads wait.
    pub fn spool(&self) -> PathBuf {
        self.folder.path().join("spool")
    }

    /// The cached groups.
    pub fn cached(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.folder.path().join("cache/v1")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap().flatten() {
                match entry.path() {
                    path if path.is_dir() => folders.push(path),
                    path => found.push(path),
                }
            }
        }
        found
    }

    /// A token for uploads, as the value of a header.
    pub fn token(&self) -> String {
        let file = TokenFile::new(self.folder.path().join("tokens.json"));
        format!("Bearer {}", file.create("tester").unwrap().secret)
    }

    /// Publishes a version of `acme/name`.
    pub async fn publish(&self, name: &str, files: &[(&str, Vec<u8>)], tags: &[&str]) -> Manifest {
        let folder = folder(files);
        let scan = scanned(folder.path()).await;
        self.net.publish(&scan, CODE).await.unwrap();
        let target = ModelTarget {
            namespace: "acme".into(),
            name: name.into(),
            licence: "MIT".into(),
            base: None,
            royalty_permille: 0,
            tags: tags.iter().map(|tag| (*tag).into()).collect(),
        };
        let manifest = scan.address();
        self.net
            .client
            .release(&self.net.signer, manifest, &target)
            .await
            .unwrap();
        scan.manifest
    }

    pub async fn get(&self, target: &str) -> Answer {
        self.get_with(target, &[]).await
    }

    pub async fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        ask(self.address, "GET", target, headers, b"").await
    }

    pub async fn head(&self, target: &str) -> Answer {
        ask(self.address, "HEAD", target, &[], b"").await
    }

    pub async fn post(&self, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        ask(self.address, "POST", target, headers, body).await
    }
}

impl Drop for Setup {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// The commit of a manifest.
pub fn commit(manifest: &Manifest) -> String {
    manifest.address().to_string()[..40].to_owned()
}

/// The address of bytes.
pub fn address(bytes: &[u8]) -> Address {
    Address(*blake3::hash(bytes).as_bytes())
}

impl Setup {
    /// Stores bytes as a blob of their own.
    pub async fn publish_blob(&self, bytes: &[u8]) -> Address {
        use ballast_blobs::{BlobKind, BlobSource, Source};
        let folder = folder(&[("x", b"x".to_vec())]);
        let mut scan = scanned(folder.path()).await;
        scan.blobs.push(BlobSource {
            address: address(bytes),
            kind: BlobKind::File,
            source: Source::Bytes(bytes.to_vec().into()),
            paths: vec![],
        });
        self.net.publish(&scan, CODE).await.unwrap();
        address(bytes)
    }
}

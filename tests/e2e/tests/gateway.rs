//! The Hub's clients, unmodified, against a gateway to a network of real processes.
#![allow(clippy::unwrap_used, missing_docs)]

use ballast_e2e::{
    b3sum,
    gateway::{real_model, run, Gateway, HubClients},
    noise, Network,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

const PORT: u16 = 27_900;
/// Long enough that a download can be interrupted.
const WEIGHTS_LEN: usize = 64 << 20;

/// A network, a gateway to it, clients, and the models they ask for.
struct Scene {
    network: Network,
    clients: HubClients,
    model: PathBuf,
    weights: PathBuf,
}

impl Scene {
    fn new() -> Self {
        let (clients, model) = (HubClients::ready(), real_model());
        let network = Network::start(1, 10, 27_000);
        let weights = network.path("weights");
        fs::create_dir_all(&weights).unwrap();
        fs::write(weights.join("weights.bin"), noise(1, WEIGHTS_LEN)).unwrap();
        Self {
            network,
            clients,
            model,
            weights,
        }
    }

    fn publish(&self, folder: &Path, name: &str) -> String {
        let folder = folder.display().to_string();
        let args = [
            "publish", &folder, "--name", name, "--tag", "first", "--code", "4,8",
        ];
        let published = self.network.json_as("alice", &args);
        published["manifest"].as_str().unwrap().to_owned()
    }

    fn step(&self, step: &str, gateway: &Gateway, source: &Path, more: &[&str]) -> Command {
        let (source, work) = (
            source.display().to_string(),
            self.network.path("clients").display().to_string(),
        );
        let mut args = vec!["--source", &source, "--work", &work];
        args.extend(more);
        self.clients.step(step, &gateway.url(), &args)
    }
}

#[test]
fn the_hubs_clients_work_unmodified() {
    let scene = Scene::new();
    let address = scene.publish(&scene.model, "acme/minilm");
    scene.publish(&scene.weights, "acme/weights");
    let gateway = Gateway::start(&scene.network, PORT, &[]);

    run(&mut scene.step("download", &gateway, &scene.model, &[]));
    run(&mut scene.step("api", &gateway, &scene.model, &[]));
    run(&mut scene.step(
        "by-address",
        &gateway,
        &scene.model,
        &["--repo", &format!("b3/{address}")],
    ));
    run(&mut scene.step("transformers", &gateway, &scene.model, &[]));
    curl_goes_on_and_takes_parts(&scene, &gateway);
    let gateway = a_download_survives_a_killed_gateway(&scene, gateway);
    gateway.stop();
    uploads_come_back(&scene);
}

/// `curl -r`, and `curl -C -` after a part.
fn curl_goes_on_and_takes_parts(scene: &Scene, gateway: &Gateway) {
    let url = format!("{}/acme/weights/resolve/main/weights.bin", gateway.url());
    let (source, target) = (
        scene.weights.join("weights.bin"),
        scene.network.path("curl.bin"),
    );
    let content = fs::read(&source).unwrap();
    let curl = |args: &[&str]| {
        run(Command::new("curl")
            .args(["-sSf", "-m", "120"])
            .args(args)
            .arg(&url))
        .stdout
    };
    assert_eq!(curl(&["-r", "0-0"]), &content[..1]);
    assert_eq!(curl(&["-r", "-5"]), &content[content.len() - 5..]);
    fs::write(&target, &content[..content.len() / 3]).unwrap();
    curl(&["-C", "-", "-o", &target.display().to_string()]);
    assert_eq!(b3sum(&target), b3sum(&source));
}

/// The client asks again from where it was; the gateway's cache is what it was when it was killed.
fn a_download_survives_a_killed_gateway(scene: &Scene, gateway: Gateway) -> Gateway {
    // Cold, so that there is something to interrupt.
    fs::remove_dir_all(scene.network.path("gateway-cache/v1")).unwrap();
    let mut download = scene
        .step(
            "resume",
            &gateway,
            &scene.weights,
            &["--repo", "acme/weights"],
        )
        .spawn()
        .unwrap();
    let incomplete = scene
        .network
        .path("clients/resumed/.cache/huggingface/download");
    let has_begun = || {
        let entries = fs::read_dir(&incomplete).into_iter().flatten().flatten();
        entries
            .filter(|entry| {
                entry
                    .path()
                    .extension()
                    .is_some_and(|end| end == "incomplete")
            })
            .any(|entry| entry.metadata().is_ok_and(|meta| meta.len() > 0))
    };
    let deadline = std::time::Instant::now() + Duration::from_secs(60);
    while !has_begun() && download.try_wait().unwrap().is_none() {
        assert!(
            std::time::Instant::now() < deadline,
            "the download does not begin"
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    gateway.kill();
    std::thread::sleep(Duration::from_millis(500));
    let again = Gateway::start(&scene.network, PORT, &[]);
    assert!(
        download.wait().unwrap().success(),
        "the download did not go on"
    );
    again
}

fn uploads_come_back(scene: &Scene) {
    let made = scene
        .network
        .json(&["gateway", "token", "new", "--name", "tester"]);
    let token = scene.network.path("token");
    fs::write(&token, made["token"].as_str().unwrap()).unwrap();
    let gateway = Gateway::start(
        &scene.network,
        PORT,
        &["--write", "--code", "4,8", "--epochs", "50"],
    );
    let args = [
        "--repo",
        "uploads/minilm",
        "--token-file",
        &token.display().to_string(),
    ];
    run(&mut scene.step("upload", &gateway, &scene.model, &args));
    let status = scene.network.json(&["status", "uploads/minilm"]);
    assert_eq!(status["available"], true);
    let id = made["id"].as_str().unwrap();
    scene.network.json(&["gateway", "token", "revoke", id]);
    let listed = scene.network.json(&["gateway", "token", "list"]);
    assert_eq!(listed["tokens"].as_array().unwrap().len(), 0);
    gateway.stop();
}

# Images of the programs, one target each: docker build --target node --build-arg COMMIT=$(git rev-parse HEAD) -t ballast-node .
# `build` compiles everything (an hour on two cores); the others hold one program and what it needs, and run as nobody in particular.
FROM docker.io/library/rust:1.95.0-slim-bookworm AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# Debian keeps old versions of packages nowhere, so a pinned one would fail to install soon.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends clang libclang-dev protobuf-compiler libssl-dev cmake pkg-config make g++ git \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY rust-toolchain.toml ./
RUN rustup toolchain install
COPY . .
# What `ballast-node --version` prints; git's folder is not copied.
ARG COMMIT=unknown
ENV CARGO_TARGET_DIR=/target OPENSSL_NO_VENDOR=1 WASM_BUILD_WORKSPACE_HINT=/src SUBSTRATE_CLI_GIT_COMMIT_HASH=$COMMIT
RUN cargo build --release --locked --workspace \
    && cargo build --release --locked --manifest-path inference-engine/Cargo.toml

FROM docker.io/library/debian:bookworm-slim AS base
# Debian keeps old versions of packages nowhere, so a pinned one would fail to install soon.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libssl3 libstdc++6 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --user-group --home-dir /data --shell /usr/sbin/nologin ballast \
    && install -d -m 0700 -o ballast -g ballast /data
USER 10001:10001
WORKDIR /data
VOLUME /data

FROM base AS node
COPY --from=build /target/release/ballast-node /usr/local/bin/
EXPOSE 30333
ENTRYPOINT ["/usr/local/bin/ballast-node", "--base-path", "/data"]

FROM base AS storage-worker
COPY --from=build /target/release/ballast-storage-worker /usr/local/bin/
ENV BALLAST_WORKER_DATA_DIR=/data BALLAST_WORKER_LISTEN=0.0.0.0:9955
EXPOSE 9955
ENTRYPOINT ["/usr/local/bin/ballast-storage-worker"]
CMD ["run"]

FROM base AS inference-worker
COPY --from=build /target/release/ballast-inference-worker /target/release/ballast-inference-engine /usr/local/bin/
ENV BALLAST_INFERENCE_DATA_DIR=/data
EXPOSE 9966
ENTRYPOINT ["/usr/local/bin/ballast-inference-worker"]

FROM base AS cli
COPY --from=build /target/release/ballast /usr/local/bin/
ENTRYPOINT ["/usr/local/bin/ballast"]

# Checks a mounted file, without a network and as nobody in particular:
#   docker build -t tim3 .
#   docker run --rm --network none -v "$PWD:/work:ro" tim3 check swap.lua
FROM rust:1.90-slim-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends gcc libc6-dev make \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN cargo build --release --locked -p checker

FROM debian:bookworm-slim
COPY --from=build /source/target/release/tim3 /usr/local/bin/tim3
COPY LICENSE /usr/share/doc/tim3/LICENSE
USER 65534:65534
WORKDIR /work
ENTRYPOINT ["tim3"]
CMD ["--help"]

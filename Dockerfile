# The service in a small image: built on Debian's toolchain image, run on bare Debian as a user without rights.
#
#   docker build --tag guidepost .
#   docker run --rm -p 4000:4000 --volume guidepost:/data guidepost                  the service, with SQLite in a volume
#   docker run --rm -p 4000:4000 guidepost demo                                      a world to look around in

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src
COPY . .
# The caches outlive the build: after a change of the sources alone, the dependencies are not built again.
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin guidepost && cp target/release/guidepost /usr/local/bin/guidepost

FROM debian:bookworm-slim
COPY --from=build /usr/local/bin/guidepost /usr/local/bin/guidepost
# Whom to trust when the keys of an identity provider are fetched.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
RUN useradd --system --uid 10001 --home-dir /data --create-home guidepost
USER 10001
WORKDIR /data
VOLUME /data
ENV GUIDEPOST_LISTEN=0.0.0.0:4000
EXPOSE 4000
# Bash asks, since the image has no other client.
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s CMD ["bash", "-c", \
    "exec 3<>/dev/tcp/127.0.0.1/4000; printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3; read -r status <&3; [[ $status == *' 200 '* ]]"]
ENTRYPOINT ["guidepost"]
CMD ["serve"]

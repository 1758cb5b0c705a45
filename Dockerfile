# Runder Tisch in a container: no root, nothing to write but /tmp and
# /var/lib/rundertisch, the volume with the files that people upload.
#   docker build -t rundertisch .
# docker-compose.yml shows it together with PostgreSQL and a mail catcher.

FROM node:20-bookworm-slim AS packages
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
COPY --from=packages /src/node_modules node_modules
RUN go run ./tools/assets \
 && CGO_ENABLED=0 go build -trimpath -ldflags="-s -w" -o /out/rundertisch ./cmd/rundertisch

FROM debian:bookworm-slim
# ca-certificates for mail over TLS; psql, pg_dump and pg_restore for roles,
# backup and restore. Their version fits servers up to PostgreSQL 15. libstdc++6
# is Node's.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libstdc++6 postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin rundertisch \
 && install -d -o 10001 -g 10001 -m 0700 /var/lib/rundertisch
# Node and its packages set PDFs and read Word documents, in child processes.
COPY --from=packages /usr/local/bin/node /usr/local/bin/node
COPY --from=packages /src/node_modules /usr/local/lib/rundertisch/node_modules
COPY --from=build /out/rundertisch /usr/local/bin/rundertisch
USER 10001:10001
ENV LISTEN_ADDR=:8080
ENV DATA_DIR=/var/lib/rundertisch
VOLUME /var/lib/rundertisch
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=20s --retries=3 \
  CMD ["rundertisch", "healthcheck"]
ENTRYPOINT ["rundertisch"]
CMD ["serve"]

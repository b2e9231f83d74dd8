# syntax=docker/dockerfile:1
# Node 24, the same as in package.json: the sources run as they are, with their types stripped.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
# The packages first: they change less often than the sources, and their layer is kept. No script of a package is run:
# what needs hydrating (Postgres) is hydrated by the server itself.
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run web:build \
 && npm prune --omit=dev --ignore-scripts --no-audit --no-fund \
 && rm -rf web/src tests bench

FROM ${NODE_IMAGE}
# git: every session has a repository, of which the server keeps a copy. The rest is Node's.
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates git \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
# Root's, and only read: the server runs as a user that can change nothing of it.
COPY --from=build /app ./
RUN install -d -o node -g node -m 0711 /data
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    MK0R_DATA_DIR=/data \
    LOG_FORMAT=json
USER node
VOLUME /data
EXPOSE 3000
# How it is, and not whether its log answers: a server whose log is away is not helped by being started again.
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s --retries=3 \
  CMD ["node", "deploy/healthcheck.mjs"]
CMD ["node", "api/main.ts"]

# syntax=docker/dockerfile:1
# The silo with the web app in it. Built from the repository's root:
#   docker build -t cafeteria .                                     the cluster (Orleans)
#   docker build -t cafeteria --build-arg GRAIN_HOST=Embedded .     one process and its standby
# An image may be pinned by its digest without touching this file: --build-arg RUNTIME_IMAGE=…@sha256:…
ARG NODE_IMAGE=node:22-bookworm-slim
ARG SDK_IMAGE=mcr.microsoft.com/dotnet/sdk:10.0-noble
ARG RUNTIME_IMAGE=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled-extra

FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS web
WORKDIR /src/Web
COPY src/Web/package.json src/Web/package-lock.json ./
# Not npm ci: it insists on lock entries for other platforms' binaries. What is locked is checked by its hash.
RUN --mount=type=cache,target=/root/.npm npm install --no-save --no-audit --no-fund --loglevel=error
COPY src/Web ./
RUN npm run build

FROM --platform=$BUILDPLATFORM ${SDK_IMAGE} AS restore
ARG GRAIN_HOST=Orleans
WORKDIR /app
ENV DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY build/GrainHost.props build/ServerRuntime.props build/
COPY src/Api/Api.csproj src/Api/
COPY src/EmbeddedSilo/EmbeddedSilo.csproj src/EmbeddedSilo/
COPY src/Grains/Grains.csproj src/Grains/
COPY src/Grains.Abstractions/Grains.Abstractions.csproj src/Grains.Abstractions/
COPY src/Persistence/Persistence.csproj src/Persistence/
COPY src/Silo/Silo.csproj src/Silo/
RUN --mount=type=cache,target=/root/.nuget/packages dotnet restore src/Silo -p:GrainHost=${GRAIN_HOST}

FROM restore AS publish
ARG GRAIN_HOST=Orleans
ARG VERSION=0.0.0-local
COPY src src
COPY --from=web /src/Web/dist src/Web/dist
RUN --mount=type=cache,target=/root/.nuget/packages \
    dotnet publish src/Silo -c Release --no-restore -p:GrainHost=${GRAIN_HOST} -p:Version=${VERSION} \
    -p:ContinuousIntegrationBuild=true -p:UseAppHost=false -o /publish \
    && mkdir -p /root-of-image && mkdir -m 1777 /root-of-image/tls

# No shell, no package manager: nothing there but the runtime and us. "extra" brings the time zones that tenants name.
FROM ${RUNTIME_IMAGE} AS runtime
ARG VERSION=0.0.0-local
LABEL org.opencontainers.image.title="Cafeteria" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}"
WORKDIR /app
COPY --from=publish /publish .
# A volume laid over it takes its rights: whoever runs "certs" may write there, nginx too.
COPY --from=publish /root-of-image /
# The root may be read-only: nothing is written but to /tmp, which may be memory.
ENV Urls=http://+:8080 \
    ASPNETCORE_ENVIRONMENT=Production \
    DOTNET_EnableDiagnostics=0 \
    DOTNET_gcServer=1
USER 1001:1001
EXPOSE 8080 11111 30000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["dotnet", "/app/Cafeteria.Silo.dll", "--health"]
ENTRYPOINT ["dotnet", "/app/Cafeteria.Silo.dll"]

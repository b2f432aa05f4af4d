# Build: the SDK plus Node, because the web assets come from npm.
FROM node:20-bookworm-slim AS node
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /source
COPY . .
RUN dotnet publish src/TrainingLab.Cli -c Release -r linux-x64 --self-contained -o /app

# Run: no SDK, no Node, no root.
FROM mcr.microsoft.com/dotnet/runtime-deps:10.0
RUN useradd --uid 10001 --create-home lab && mkdir /data && chown lab /data
COPY --from=build /app /app
USER lab
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["/app/lab"]
CMD ["serve", "--urls", "http://0.0.0.0:8080", "--data", "/data"]
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s CMD ["/app/lab", "health", "http://127.0.0.1:8080/health/ready"]

# A static binary and nothing else. It runs as a user without a name or rights.
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel COMMIT
RUN scripts/release/build linux "$(go env GOARCH)" /out/assay \
	&& mkdir -p /out/tmp /out/results && chmod 1777 /out/tmp && chown 65532:65532 /out/results

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /out/assay /assay
# Assay downlevel keeps temporary files here, for images that add tools to this one.
COPY --from=build --chmod=1777 /out/tmp /tmp
COPY --from=build --chown=65532:65532 /out/results /results
USER 65532:65532
WORKDIR /results
ENTRYPOINT ["/assay"]

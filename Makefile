# The commands of the project. Each can be typed without make, too.

.PHONY: build test run faults lint generate registries ci clean

build: ## the binary
	CGO_ENABLED=0 go build -trimpath -o assay .

run: ## judge the embedded registry
	go run . run

test: ## all tests
	go test ./...

faults: ## judge the suite by the faults of the embedded registry (10 minutes)
	go run . faults

lint: ## golangci-lint, built from source on first use
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run

generate: ## the constants of the catalogue
	go generate ./...

registries: ## judge the real registries and compare with what is expected of them
	for r in docker-registry distribution ggcr ocimem; do scripts/registries/expect $$r || exit 1; done

ci: ## what every change must pass
	bash .ci/run

clean:
	rm -rf assay assay-results

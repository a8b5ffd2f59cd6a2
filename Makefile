# The commands of the project. Each can be typed without make, too.

.PHONY: build release image test race run faults fuzz lint lint-go generate registries bench ci clean

FUZZTIME = 60s

build: ## build the binary
	scripts/release/build "$$(go env GOOS)" "$$(go env GOARCH)" assay

release: ## build the binaries of a release for every system into dist
	scripts/release/build all dist

image: ## build an image with the binary, called assay
	docker build -t assay .

race: ## the tests of concurrent code, with the race detector
	go test -race ./conformance/registry/... ./conformance/spec/... ./conformance/suite/... ./runner/... ./wire/... ./reports
	go test -race -run 'TestRunInsideGoTest|TestTwoRunsAtOnce' ./conformance

run: ## judge the embedded registry
	go run . run

test: ## run all tests
	go test ./...

faults: ## test the suite with the faults of the embedded registry (6 minutes)
	go run . faults

fuzz: ## search for answers that Assay cannot handle; each kind of answer takes FUZZTIME
	set -e; for package in $$(git grep -l '^func Fuzz' -- '*_test.go' | xargs -n 1 dirname | sort -u); do \
		for target in $$(go test -list '^Fuzz' ./$$package | grep '^Fuzz'); do \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 1s ./$$package; \
		done; \
	done

lint: lint-go ## golangci-lint and shellcheck
	shellcheck -x .ci/run $(filter-out %/ggcr %/ocimem %/olareg %/failed %/leftovers %/expected,$(wildcard scripts/registries/*)) scripts/downlevel/matrix scripts/downlevel/signatures scripts/bench/run scripts/release/build scripts/action/install scripts/action/run scripts/action/test scripts/action/lib.sh scripts/browser/install

lint-go: ## golangci-lint, built from source on first use
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run

generate: ## make the constants of the catalogue again
	go generate ./...

registries: ## judge the real registries and compare with the expected findings
	set -e; for registry in docker-registry docker-registry-2.7 distribution ggcr ocimem olareg olareg-dir; do scripts/registries/expect $$registry; done

bench: ## measure a run and compare it with the official suite; BENCH has flags of scripts/bench/run
	scripts/bench/run $(BENCH)

ci: ## run the checks that every change must pass
	bash .ci/run

clean:
	rm -rf assay assay-results dist

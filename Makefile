# make run     the demo territory on http://127.0.0.1:8080, with nothing to install but Go
# make test    every test, PostGIS included (started, or installed, as needed)
GO      ?= go
# Built from this module's tools file: golangci-lint stays out of go.mod.
LINTER  := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
FUZZTIME ?= 1m
export CGO_ENABLED ?= 0

.PHONY: run build test lint bench fuzz demo conformance

run:
	$(GO) run ./cmd/arpent serve

build:
	$(GO) build -trimpath -ldflags='-s -w' -o bin/arpent ./cmd/arpent

# The race detector needs cgo, and so a C compiler.
test:
	CGO_ENABLED=1 scripts/with-postgis $(GO) test -race -timeout 15m ./...

lint:
	$(GO) vet ./...
	test -z "$$(gofmt -l .)"
	$(GO) run $(LINTER) run

bench:
	scripts/with-postgis $(GO) test -run '^$$' -bench . -benchmem ./...

# Every fuzz target of the module, FUZZTIME each.
fuzz:
	scripts/fuzz $(FUZZTIME)

# The executable test suites of OGC, on both stores (Java 17; see scripts/conformance).
conformance:
	scripts/with-postgis $(GO) run ./scripts/conformance

# Makes examples/demo/demo.gpkg.gz again.
demo:
	$(GO) run ./examples/demo/generate

# Runder Tisch. `make` lists the targets; two are enough for a start:
# `make run` and `make test`.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory

DATA_DIR ?= ./var

# Tools with many dependencies have modules of their own, so that they move no
# version of the app.
GOLANGCI    := go tool -modfile=tools/golangci/go.mod golangci-lint
GOFUMPT     := go tool -modfile=tools/gofumpt/go.mod gofumpt
STATICCHECK := go tool -modfile=tools/staticcheck/go.mod staticcheck -checks inherit,-ST1012 # fault.NotFound is meant
GOVULNCHECK := go tool -modfile=tools/govulncheck/go.mod govulncheck

# Folders with Go code that exist today, and the packages that are tested with
# the race detector.
CODE := $(wildcard cmd internal web migrations e2e tools)
RACE := $(addprefix ./,$(wildcard internal/db internal/job internal/account internal/fact))
E2E  := $(addsuffix /...,$(addprefix ./,$(wildcard e2e)))

ASSETS := web/static/dist/manifest.json

##@ Start here

.PHONY: help
help: ## This list
	@awk 'BEGIN {FS = ":.*## "} \
		/^##@/ {printf "\n%s\n", substr($$0, 5)} \
		/^[a-z0-9-]+:.*## / {printf "  %-12s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

.PHONY: run
run: build ## The site with the demo programme on http://localhost:8080
	@.ci/postgres "$(DATA_DIR)"
	@exec env DEMO=1 DATA_DIR="$(DATA_DIR)" ./bin/rundertisch run

.PHONY: test
test: ## Everything: installs or names what is missing, ends with 'N passed, N failed'
	@.ci/install
	@go build -o bin/testsum ./tools/testsum
	@{ \
		sum=bin/testsum; \
		$$sum run assets      $(MAKE) assets; \
		$$sum run build       $(MAKE) build; \
		$$sum run generate    .ci/generated; \
		$$sum run format      .ci/formatted $(CODE); \
		$$sum run vet         go vet ./...; \
		$$sum run staticcheck $(STATICCHECK) ./...; \
		$$sum run unit        go test -json -timeout 600s $$(go list ./... | grep -vE '^rundertisch/(e2e|internal/(db|job|account|fact))(/|$$)'); \
		$(if $(RACE),$$sum run race go test -json -race -timeout 300s $(RACE);) \
		$(if $(E2E),$$sum run e2e go test -json -count=1 -timeout 600s $(E2E);) \
	} 2>&1 | bin/testsum

.PHONY: check
check: lint test ## test and the full linter

##@ While you write

.PHONY: build
build: assets ## bin/rundertisch
	@CGO_ENABLED=0 go build -trimpath -o bin/rundertisch ./cmd/rundertisch

.PHONY: assets
assets: $(ASSETS) ## Styles, script and fonts into web/static/dist

$(ASSETS): node_modules/.package-lock.json $(shell find web/static/src tools/assets -type f 2>/dev/null)
	go run ./tools/assets
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json .npmrc
	npm ci
	@touch $@

.PHONY: generate
generate: ## Go code from templ files
	go tool templ generate

.PHONY: fmt
fmt: ## Format Go and templ files
	go tool templ fmt web
	$(GOFUMPT) -w $(CODE)

.PHONY: lint
lint: assets ## All linters (the first run builds them: some minutes)
	$(GOLANGCI) run ./...

.PHONY: audit
audit: ## Known vulnerabilities; VULNDB=file:///dir where there is no internet
	@go build -o bin/testsum ./tools/testsum
	@{ \
		bin/testsum run govulncheck $(GOVULNCHECK) $(if $(VULNDB),-db $(VULNDB)) ./...; \
		bin/testsum run npm-audit npm audit --audit-level=moderate; \
	} | bin/testsum || { echo "A database that could not be reached means: not checked."; exit 1; }

.PHONY: map
map: ## The districts' outlines, derived anew (fetches 69 MB)
	cd tools/map && npm ci && npm run map

##@ Database

.PHONY: migrate-new
migrate-new: ## Next migration: make migrate-new name=objections
	@name='$(name)'; \
	[[ $$name =~ ^[a-z][a-z0-9_]*$$ ]] || { echo "usage: make migrate-new name=lower_case_words"; exit 2; }; \
	last=$$(ls migrations | grep -oE '^[0-9]{6}' | sort | tail -1); \
	next=$$(printf '%06d' $$((10#$${last:-0} + 1))); \
	for way in up down; do \
		file=migrations/$${next}_$$name.$$way.sql; \
		printf "SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';\n\n" > $$file; \
		echo $$file; \
	done

.PHONY: demo-reset
demo-reset: build ## The demo programmes as on the first day
	@.ci/postgres "$(DATA_DIR)"
	@DEMO=1 DATA_DIR="$(DATA_DIR)" ./bin/rundertisch seed demo --reset

.PHONY: db-reset
db-reset: ## Delete the private cluster; the next run makes it anew
	@DATA_DIR="$(DATA_DIR)" go run ./tools/dbreset

##@ Long runs

.PHONY: e2e
e2e: build ## Browser tests alone: make e2e [run=TestName]
	@go build -o bin/testsum ./tools/testsum
	@bin/testsum run e2e go test -json -count=1 -timeout 600s $(if $(run),-run '$(run)') $(E2E) | bin/testsum

.PHONY: bench
bench: build ## Figures against their targets, into bench.json
	@go run ./tools/bench -o bench.json

.PHONY: soak
soak: ## Random walks and the race detector, long: make soak [seed=N] [checks=N] [lives=N]
	@seed='$(or $(seed),$(shell date +%s))'; checks='$(or $(checks),100000)'; lives='$(or $(lives),10000)'; \
	echo "make soak seed=$$seed checks=$$checks lives=$$lives"; \
	go build -o bin/testsum ./tools/testsum; \
	random=$$(go list -f '{{.ImportPath}} {{.TestImports}} {{.XTestImports}}' ./... | awk '/pgregory.net\/rapid/ {print $$1}'); \
	{ \
		bin/testsum run random go test -json -race -count=1 -timeout 120m $$random -rapid.seed=$$seed -rapid.checks=$$checks; \
		bin/testsum run lives  go test -json -count=1 -timeout 240m ./internal/grant -run '^TestModel$$' -grant.seed=$$seed -grant.sequences=$$lives; \
		bin/testsum run repeat go test -json -race -count=5 -shuffle=$$seed -timeout 60m $(RACE); \
	} | bin/testsum

# Staff Passport. `make` alone lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

PORT_BASE ?= 4000
DATA_DIR ?= .local
export PORT_BASE DATA_DIR

.PHONY: help setup check types lint format format-fix test demo demo-two-cells start start-conformance zoo token package image catalogue migrate bench bench-revocation k8s-check genesis status-restore audit-export audit-verify

help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## (.*)/  make \1\t\2/' | expand -t 26

setup: node_modules/.installed ## install what the project needs (npm ci; nothing global)

check: types lint format ## types, lint (import rules included) and format

types: node_modules/.installed
	@tsc --noEmit

lint: node_modules/.installed
	@oxlint --deny-warnings

format: node_modules/.installed
	@biome format .

format-fix: node_modules/.installed ## write the format
	@biome format --write .

test: ## everything that CI runs, or FILES=<test files>; the last line is `N passed, N failed`
	@$(MAKE) --no-print-directory check || { echo '0 passed, 1 failed'; exit 1; }
	@tap build > /dev/null
	@node test/run.ts $(FILES)

demo: node_modules/.installed ## do the main job once on the sample staff, step by step
	@node deploy/local/demo.ts

start: node_modules/.installed ## start the whole stack and keep it running
	@node deploy/local/start.ts

start-conformance: export DATA_DIR := $(if $(filter file,$(origin DATA_DIR)),.local-conformance,$(DATA_DIR))
start-conformance: node_modules/.installed ## for public test suites: issuer and verifier with the conformance profile, http and https
	@node deploy/local/conformance.ts

demo-two-cells: node_modules/.installed ## two cells trust each other, one registry stops, what is known of it grows stale
	@node deploy/local/demo-two-cells.ts

zoo: node_modules/.installed ## make the failure zoo anew: for each error code a document that has it (needs `make start`)
	@node deploy/zoo/make-zoo.ts

token: node_modules/.installed ## print a bearer token: make token TRUST=<ODS code>, or PERSON=<subject>
	@node deploy/local/token.ts $(TRUST)$(PERSON)

package: node_modules/.installed ## pack the client and the offline verifier for npm: dist/staff-passport-<version>.tgz
	@node deploy/package/main.ts

image: node_modules/.installed ## build container images into dist/ without a daemon: make image [SERVICE=issuer] [BASE=<image>@sha256:<digest>] [VERSION=<v>]
	@SERVICE='$(SERVICE)' BASE='$(BASE)' VERSION='$(VERSION)' node deploy/image/build-image.ts

catalogue: node_modules/.installed ## publish contexts/catalogue: editions, their index and the JSON-LD context
	@node libs/catalogue/publish.ts

migrate: node_modules/.installed ## bring DATABASE_URL's schemas up to date
	@node migrations/migrate.ts

bench: node_modules/.installed ## issue, verify and present beside the baseline
	@node bench/run.ts

bench-revocation: node_modules/.installed ## a million credentials on lists, ten thousand revoked in a minute: how soon it is seen
	@node bench/revocation.ts

k8s-check: node_modules/.installed ## render every overlay of k8s/, check each object against its schema and our policies
	@node deploy/k8s-check/main.ts

genesis: node_modules/.installed ## sign the list of admitted cells: make -s genesis CELLS=<file> VERSION=<n> KEY=<private JWK file> > genesis.jwt
	@node deploy/genesis.ts "$(CELLS)" "$(VERSION)" "$(KEY)"

status-restore: node_modules/.installed ## after a restore of the database: make status-restore [EXPORTS="<audit export> ..."]
	@node deploy/status-restore.ts $(EXPORTS)

audit-export: node_modules/.installed ## write a schema's audit rows to stdout: make -s audit-export SCHEMA=issuer > <file>
	@node deploy/audit-export.ts "$(SCHEMA)"

audit-verify: node_modules/.installed ## verify an audit export: make audit-verify EXPORT=<file> CHECKPOINTS=<file> KEY=<public JWK file>
	@node deploy/audit-verify.ts "$(EXPORT)" "$(CHECKPOINTS)" "$(KEY)"

node_modules/.installed: package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error >&2
	@node -e 'process.features.typescript || (console.error("Node 24 or later is needed"), process.exit(1))'
	@touch $@

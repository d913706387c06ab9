#!/usr/bin/env bash
# BuildKit v0.34.2 (its packages that make provenance and statements), github.com/in-toto/attestation
# v1.2.0 (Go 1.26.8).
#
# Expected: in-toto's own library reads and validates the SLSA v1 provenance that buildx has BuildKit
# attach to every image by default; SLSA v1 requires runDetails.builder.id, and tells readers to
# ignore what they do not know.
# Seen: `Validate` refuses the statement of a build without a name (it has no subject), and the
# predicate of any build that was not given a builder-id (BuildKit writes ""). The predicate's type
# is not read at all by protojson as it is: BuildKit's own fields are an error, not ignored.
#
#   named: statement valid; predicate unknown field "buildkit_completeness"; unknown fields discarded: runDetails.builder required
#   unnamed: statement at least one subject required; predicate the same
set -euo pipefail
T=$(mktemp -d); trap 'chmod -R u+w "$T"; rm -rf "$T"' EXIT; cd "$T"
cat > go.mod <<'X'
module finding
go 1.26
X
cat > main.go <<'X'
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"

	provenancev1 "github.com/in-toto/attestation/go/predicates/provenance/v1"
	statementv1 "github.com/in-toto/attestation/go/v1"
	intoto "github.com/in-toto/in-toto-golang/in_toto"
	"github.com/moby/buildkit/exporter"
	"github.com/moby/buildkit/exporter/attestation"
	gateway "github.com/moby/buildkit/frontend/gateway/pb"
	"github.com/moby/buildkit/solver/llbsolver/provenance"
	"github.com/moby/buildkit/solver/result"
	"google.golang.org/protobuf/encoding/protojson"
)

func main() {
	capture := &provenance.Capture{}
	capture.Request.Frontend = "dockerfile.v0"
	predicate, err := provenance.NewPredicate(capture)
	check(err)
	body, err := json.Marshal(predicate)
	check(err)
	image := intoto.Subject{Name: "pkg:docker/app@1?platform=linux%2Famd64", Digest: map[string]string{
		"sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}
	show("named", body, []intoto.Subject{image})
	show("unnamed", body, nil)
}

// Makes the statement as BuildKit's image exporter does, and reads it with in-toto's library.
func show(name string, body []byte, subjects []intoto.Subject) {
	made, err := attestation.MakeInTotoStatements(context.Background(), nil, []exporter.Attestation{{
		Kind:        gateway.AttestationKind_InToto,
		Path:        "provenance.json",
		ContentFunc: func(context.Context) ([]byte, error) { return body, nil },
		InToto: result.InTotoAttestation{
			PredicateType: "https://slsa.dev/provenance/v1",
			Subjects:      []result.InTotoSubject{{Kind: gateway.InTotoSubjectKind_Self}},
		},
	}}, subjects)
	check(err)
	text, err := json.Marshal(made[0])
	check(err)
	var statement statementv1.Statement
	check(protojson.Unmarshal(text, &statement))
	predicate, err := statement.GetPredicate().MarshalJSON()
	check(err)
	var strict, lenient provenancev1.Provenance
	unread := protojson.Unmarshal(predicate, &strict)
	check(protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(predicate, &lenient))
	fmt.Printf("%s: statement %s; predicate %s; unknown fields discarded: %s\n", name,
		words(statement.Validate()), words(unread), words(lenient.Validate()))
}

func words(err error) string {
	if err == nil {
		return "valid"
	}
	return regexp.MustCompile(`^proto:.*?: |^provenance\.runDetails error: `).ReplaceAllString(err.Error(), "")
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
X
export GOFLAGS=-mod=mod
go get github.com/moby/buildkit@v0.34.2 github.com/in-toto/attestation@v1.2.0 2>/dev/null
go run . 2>go.log > seen || { cat go.log; exit 1; }
diff - seen <<'X'
named: statement valid; predicate unknown field "buildkit_completeness"; unknown fields discarded: runDetails.builder required
unnamed: statement at least one subject required; predicate unknown field "buildkit_completeness"; unknown fields discarded: runDetails.builder required
X
cat seen

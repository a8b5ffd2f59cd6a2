package proposalrun_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"strings"
	"testing"

	"assay/internal/proposal"
	"assay/internal/proposalrun"
	"assay/reference"
	"assay/reports"
	"assay/wire/access"
)

func read(t *testing.T, name string) *proposal.Proposal {
	t.Helper()
	p, err := proposal.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// The registry that is played keeps the proposal, each requirement finds a fault, and a
// requirement that cannot find any is named.
func TestFaultsFollowFromTheFile(t *testing.T) {
	p := read(t, "generic-object")
	p.Requirements = append(p.Requirements, proposal.Requirement{
		ID: "empty", Party: "registry", Level: "MUST", Summary: "It says nothing.",
		Exchanges: []proposal.Step{{Request: "GET tags/list"}}, Expect: []string{"answer.status != 1"},
	})
	caught, err := proposalrun.Faults(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	if len(caught.Wrong) > 0 {
		t.Errorf("without a fault: %+v", caught.Wrong)
	}
	unseen := caught.Unseen(p)
	if len(unseen) != 1 || unseen[0].ID != "empty" {
		t.Errorf("requirements that find nothing: %+v", unseen)
	}
	by := map[string][]string{}
	for _, f := range caught.Faults {
		by[f.Name] = f.By
	}
	if got := by["object-refused"]; len(got) != 1 || got[0] != "generic-object.push.accepted" {
		t.Errorf("a refused object is found by %v", got)
	}
	if got := by["get-references--digest-ignores-type"]; len(got) != 1 || got[0] != "generic-object.list.by-type" {
		t.Errorf("an ignored parameter is found by %v", got)
	}
}

// A question that the played registry answers with no is named: nothing could be found.
func TestFaultsOfARegistryThatHasItNot(t *testing.T) {
	p := read(t, "generic-object")
	p.Support = &proposal.Support{Exchanges: []proposal.Step{{Request: "GET references/${missing}"}}, Expect: []string{"answer.status == 404"}}
	p.Requirements = p.Requirements[:1]
	caught, err := proposalrun.Faults(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(caught.Absent, "answer.status == 404") || len(caught.Unseen(p)) != 1 {
		t.Errorf("%q, %+v", caught.Absent, caught.Unseen(p))
	}
}

func TestComparison(t *testing.T) {
	server, err := reference.Start(t.Context(), "", reference.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tools := &reports.Run{Matrix: &reports.Matrix{Toolchains: []reports.MatrixToolchain{{Name: "tool", Version: "1"}}}}
	for _, outcome := range []reports.CellOutcome{reports.Works, reports.SilentHarm} {
		tools.Results = append(tools.Results, reports.Result{Cell: &reports.Cell{Toolchain: "tool", Version: "1", Verb: "copy", Mechanism: "fallback-tag", Outcome: outcome}})
	}
	compared, err := proposalrun.Compare(t.Context(), []*proposal.Proposal{read(t, "referrers-tag"), read(t, "oras-artifact")},
		[]proposalrun.Registry{{Name: "embedded", Settings: access.Settings{Target: server.Addr()}}}, []*reports.Run{tools})
	if err != nil {
		t.Fatal(err)
	}
	if takes := compared.Rows[0].Answers[0].Takes; takes != proposalrun.HasIt {
		t.Errorf("the referrers tag: %s", takes)
	}
	if takes := compared.Rows[1].Answers[0].Takes; takes != proposalrun.RefusesIt {
		t.Errorf("the ORAS manifest: %s", takes)
	}
	if price := compared.Rows[0].Costs[0].Price; price != (proposalrun.Price{Documents: 4, Tags: 1, Requests: 7}) {
		t.Errorf("the referrers tag costs %s", price)
	}
	for form, write := range map[string]func(*bytes.Buffer) error{
		"text":     func(b *bytes.Buffer) error { return compared.WriteText(b) },
		"markdown": func(b *bytes.Buffer) error { return compared.WriteMarkdown(b) },
		"html":     func(b *bytes.Buffer) error { return compared.WriteHTML(b) },
		"svg":      func(b *bytes.Buffer) error { return compared.WritePicture(b) },
	} {
		var out bytes.Buffer
		if err := write(&out); err != nil {
			t.Fatal(err)
		}
		wants := []string{"refuses it", "tool 1 (copy)", "none: a registry that refuses the media type"}
		if form == "svg" {
			wants[1] = "nothing breaks with 0 of 1 tool"
			if err := xml.Unmarshal(out.Bytes(), new(any)); err != nil {
				t.Errorf("the picture: %v", err)
			}
		}
		for _, want := range wants {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s lacks %q:\n%s", form, want, out.String())
			}
		}
	}
}

package faketool

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/opencontainers/go-digest"

	"assay/downlevel/toolchains"
	"assay/downlevel/trial"
	"assay/fixtures/mechanisms"
	"assay/wire"
	"assay/wire/access"
)

// fake is a fake tool: its functions by verb. For all other verbs it does everything
// right.
type fake map[toolchains.Verb]func(*Call)

// fakes are the fake tools by name. A tool goes wrong only when something is attached,
// unless the comment says otherwise.
var fakes = map[string]fake{
	"honest":    {},
	"crane":     {}, // Assay also declares a real one
	"forgetful": {toolchains.CopyReferrers: func(call *Call) { call.CopyTag() }},
	// lazy does nothing at all.
	"lazy": {toolchains.Copy: func(*Call) {}, toolchains.PullTag: func(*Call) {}},
	"hanging": {
		toolchains.Copy: func(call *Call) { call.CopyTag(); call.Hung = call.IsAttached() },
	},
	"babbling": {
		toolchains.ListTags: func(call *Call) {
			if call.Stdout = "\x00\xff\xfe\x1b[31m<html>" + strings.Repeat("?", 100000); !call.IsAttached() {
				honest[toolchains.ListTags](call)
			}
		},
	},
	"careless": {
		toolchains.DeleteTag: func(call *Call) {
			if call.IsAttached() {
				call.Remove(call.Source, "v2")
			}
			call.Untag()
		},
	},
	"crashing": {
		toolchains.PullTag: func(call *Call) {
			if call.IsAttached() {
				panic("index out of range")
			}
			call.Save(call.Vars.Tag)
		},
	},
}

// honest does everything right.
var honest = fake{
	toolchains.PullTag:    func(call *Call) { call.Save(call.Vars.Tag) },
	toolchains.PullDigest: func(call *Call) { call.Save(call.Vars.Digest) },
	toolchains.ListTags:   func(call *Call) { call.Stdout = strings.Join(call.Tags(call.Source), "\n") },
	toolchains.Inspect:    func(call *Call) { call.Stdout = string(call.Pull(call.Source, call.Vars.Tag).Data) },
	toolchains.Copy:       func(call *Call) { call.CopyTag() },
	toolchains.CopyReferrers: func(call *Call) {
		d := call.CopyTag()
		call.Bring(d)
		for _, tag := range call.Tags(call.Source) {
			if strings.HasPrefix(tag, mechanisms.FallbackTag(d)+".") {
				call.CopyAs(tag, tag)
			}
		}
	},
	toolchains.CopyRepository: func(call *Call) {
		for _, tag := range call.Tags(call.Source) {
			call.Bring(call.CopyAs(tag, tag))
		}
	},
	toolchains.DeleteTag:    (*Call).Untag,
	toolchains.DeleteDigest: (*Call).EraseWhole,
	toolchains.Attach:       func(call *Call) { call.Attach() },
	toolchains.Discover: func(call *Call) {
		for _, d := range call.Referrers(call.Source, digest.Digest(call.Vars.Digest)) {
			call.Stdout += d.Digest.String() + "\n"
		}
	},
}

// Names lists the fake tools.
func Names() []string { return slices.Sorted(maps.Keys(fakes)) }

// act is the function of the fake tool for a verb.
func act(name string, v toolchains.Verb) func(*Call) {
	if do, ok := fakes[name][v]; ok {
		return do
	}
	return honest[v]
}

// Verbs is the number of verbs that a fake tool supports.
func Verbs() int { return len(honest) }

// Start starts a session of a fake tool in this process: see [trial.Run]. The session
// has its own client for the registry.
func Start(_ context.Context, tool trial.Tool, place toolchains.Place) (trial.Session, error) {
	client, err := connect(place.Registry)
	if err != nil {
		return nil, err
	}
	return &Session{Client: client, Registry: place.Registry, Dir: place.Dir, Done: func(call *Call, a toolchains.Action) {
		act(tool.Name(), toolchains.Verb(strings.Fields(a.Run)[1]))(call)
	}}, nil
}

func connect(registry string) (*wire.Client, error) {
	return access.Connect(access.Settings{
		Target: registry, PlainHTTP: true, Embedded: true,
		Manners: wire.Manners{RequestTimeout: timeout, MaxInFlight: wire.DefaultMaxInFlight},
	})
}

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

// fake is a tool of a name of its own: the deeds by verb, where they are not
// those of a tool that does everything right.
type fake map[toolchains.Verb]func(*Call)

// fakes are the tools. What is wrong with one is wrong where something is
// attached, unless it says otherwise.
var fakes = map[string]fake{
	"honest":    {},
	"crane":     {}, // which is declared by Assay, too
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
	toolchains.DeleteDigest: (*Call).Erase,
	toolchains.Attach:       func(call *Call) { call.Attach() },
	toolchains.Discover: func(call *Call) {
		for _, d := range call.Referrers(call.Source, digest.Digest(call.Vars.Digest)) {
			call.Stdout += d.Digest.String() + "\n"
		}
	},
}

// Names lists the fake tools.
func Names() []string { return slices.Sorted(maps.Keys(fakes)) }

// act is what the fake tool called name does for a verb.
func act(name string, v toolchains.Verb) func(*Call) {
	if do, ok := fakes[name][v]; ok {
		return do
	}
	return honest[v]
}

// Verbs are how many verbs a fake tool can do.
func Verbs() int { return len(honest) }

// Start puts a fake tool into use, in this process: see [trial.Run]. It talks to
// the registry by a client of its own.
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

package drive

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"assay/conformance/client/stage"
	"assay/downlevel/toolchains"
	"assay/downlevel/toolchains/process"
)

// Toolchain is a tool that a declaration describes.
type Toolchain struct{ Installed toolchains.Installed }

// Name is NAME@VERSION.
func (t Toolchain) Name() string { return t.Installed.String() }

// Content is what the tool is for.
func (t Toolchain) Content() stage.Base {
	if t.Installed.Toolchain.Subject == toolchains.Chart {
		return stage.Chart
	}
	return stage.Runnable
}

// Start starts the tool's daemons and logs in.
func (t Toolchain) Start(ctx context.Context, place stage.Place) (stage.Session, error) {
	s, err := t.Installed.Start(ctx, toolchains.Place{
		Dir: place.Dir, Registry: place.Registry, PlainHTTP: true,
		Username: place.Username, Password: place.Password, Timeout: place.Timeout,
	})
	if errors.Is(err, toolchains.ErrLogin) {
		return &refused{err}, nil // it is an answer of the client
	}
	if err != nil {
		return nil, err
	}
	return &toolSession{Session: s, tool: t.Installed, place: place}, nil
}

// refused is a session that could not begin: the login failed.
type refused struct{ err error }

func (r *refused) Do(context.Context, stage.Job) stage.Ended {
	if errors.Is(r.err, toolchains.ErrTimeout) {
		return stage.Ended{Exit: process.Killed, TimedOut: true, Stderr: r.err.Error()}
	}
	return stage.Ended{Exit: 1, Stderr: r.err.Error()}
}
func (r *refused) Stop() {}

type toolSession struct {
	*toolchains.Session
	tool  toolchains.Installed
	place stage.Place
}

// Do maps the verb of the contract to one of the declaration's. What the declaration
// lacks is unsupported, and so is all but charts for a tool for charts.
func (s *toolSession) Do(ctx context.Context, j stage.Job) stage.Ended {
	if s.tool.Toolchain.Subject == toolchains.Chart && !stage.IsChart(j.Content) {
		return stage.Ended{Exit: stage.Unsupported}
	}
	vars := toolchains.Vars{
		Image: j.Registry + "/" + j.Repository, Tag: j.Tag, Digest: j.Digest,
		File: j.File, ArtifactType: j.ArtifactType, Target: j.Registry + "/" + j.Repository,
	}
	byDigest := j.Reference == j.Digest
	var verbs []toolchains.Verb
	switch j.Verb {
	case stage.Pull:
		if verbs = []toolchains.Verb{toolchains.PullTag}; byDigest {
			verbs = []toolchains.Verb{toolchains.PullDigest}
		}
	case stage.Push:
		vars.Image = j.Registry + "/" + s.place.Hold(j.Content, j.Tag)
		verbs = []toolchains.Verb{toolchains.Copy, toolchains.PushAgain}
	case stage.Copy:
		// To pull and to push again is no copy: an engine makes another manifest of what it
		// unpacked, and says so.
		vars.Target = j.Registry + "/" + stage.CopyRepository
		verbs = []toolchains.Verb{toolchains.Copy}
	case stage.Tags:
		verbs = []toolchains.Verb{toolchains.ListTags}
	case stage.Attach:
		verbs = []toolchains.Verb{toolchains.Attach}
	case stage.Referrers:
		verbs = []toolchains.Verb{toolchains.Discover}
	case stage.Delete:
		if verbs = []toolchains.Verb{toolchains.DeleteTag}; byDigest {
			verbs = []toolchains.Verb{toolchains.DeleteDigest}
		}
	}
	for _, verb := range verbs {
		if action, ok := s.tool.Action(verb); ok {
			return s.act(ctx, action, vars, j)
		}
	}
	return stage.Ended{Exit: stage.Unsupported}
}

func (s *toolSession) act(ctx context.Context, action toolchains.Action, vars toolchains.Vars, j stage.Job) stage.Ended {
	prepared, err := s.Prepare(ctx, action, vars)
	if err != nil || prepared.Exit != 0 {
		return ended(prepared, err)
	}
	out, err := s.Session.Do(ctx, action, vars)
	end := ended(out, err)
	if j.Verb == stage.Pull && end.Exit == 0 {
		keepLayout(out.Out, j.Layout)
	}
	s.After()
	s.Forget(ctx)
	return end
}

// ended is the end of a script of the declaration.
func ended(out toolchains.Output, err error) stage.Ended {
	end := stage.Ended{Exit: out.Exit, Stdout: out.Stdout, Stderr: out.Stderr, Loose: true, Seconds: out.Seconds}
	switch {
	case errors.Is(err, toolchains.ErrTimeout):
		end.TimedOut, end.Exit = true, process.Killed
		end.Stderr += "\n[" + err.Error() + "]\n"
	case err != nil: // such as a daemon that has died
		end.Exit, end.Stderr = 1, err.Error()
	}
	return end
}

// keepLayout moves what a tool left as a layout to where the contract has it.
func keepLayout(from, to string) {
	if _, err := os.Stat(filepath.Join(from, "index.json")); err == nil {
		_ = os.Rename(from, to) // what is not there is not judged
	}
}

// Flag is how assay client is told to judge the tool.
func (t Toolchain) Flag() string { return "--toolchain " + t.Name() }

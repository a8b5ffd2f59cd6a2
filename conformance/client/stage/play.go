package stage

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/opencontainers/go-digest"

	"assay/conformance/client/traffic"
	"assay/fixtures"
	"assay/reference/faults/behaviour"
)

// ArtifactType is the type of what attach attaches.
const ArtifactType = "application/vnd.example.assay.sbom.v1"

// Played is what came of a scenario.
type Played struct {
	*Scenario
	*World
	// Registry is the host:port that the client was given; Second is the second host, or
	// empty.
	Registry, Second string
	Steps            []Taken
	// All is everything that came to the registry and to the second host.
	All []*traffic.Exchange
	// Err says why the scenario could not be played.
	Err error

	sent    sync.Once
	traffic traffic.Traffic
}

// Taken is a step that was done.
type Taken struct {
	Job Job
	Ended
	// Pulled is what a pull left as a layout; nil if it left none.
	Pulled *Layout
}

// Done says whether the client says that the step is done.
func (t Taken) Done() bool { return t.Err == nil && !t.TimedOut && t.Exit == 0 }

// Of are the exchanges of a step.
func (p *Played) Of(step int) []*traffic.Exchange {
	var own []*traffic.Exchange
	for _, ex := range p.All {
		if ex.Step == step {
			own = append(own, ex)
		}
	}
	return own
}

// Traffic is all requests, for the rules.
func (p *Played) Traffic() traffic.Traffic {
	p.sent.Do(func() { p.traffic = p.requests() })
	return p.traffic
}

func (p *Played) requests() traffic.Traffic {
	t := traffic.Traffic{All: p.All, Sizes: map[string]int64{}, Given: map[string]bool{}, Proxy: p.Proxy}
	var add func(fixtures.Manifest)
	add = func(m fixtures.Manifest) {
		t.Given[digest.FromBytes(m.Data).String()] = true
		for _, b := range m.Blobs {
			t.Sizes[b.Digest.String()] = b.Size()
		}
		for _, child := range m.Children {
			add(child)
		}
	}
	for _, m := range append([]fixtures.Manifest{p.Content.Image}, p.Held...) {
		add(m)
	}
	return t
}

// SourcePrefix begins the repositories that a driver keeps content in. Requests for them
// are answered as they are, and not judged.
const SourcePrefix = "assay-source/"

// Player plays scenarios.
type Player struct {
	Driver Driver
	// Dir is a directory for the private directories of the client.
	Dir string
	// Timeout is how long a step may take.
	Timeout time.Duration
}

// Play plays a scenario. The nonce makes its content.
func (pl Player) Play(ctx context.Context, s *Scenario, nonce string) *Played {
	p := &Played{Scenario: s, World: newWorld(s, pl.Driver.Content(), nonce)}
	if err := pl.play(ctx, p); err != nil {
		p.Err = err
	}
	return p
}

func (pl Player) play(ctx context.Context, p *Played) error {
	dir, err := os.MkdirTemp(pl.Dir, "c")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	home := filepath.Join(dir, "home")
	recorder := traffic.NewRecorder()
	stop, err := p.serve(ctx, recorder)
	if err != nil {
		return err
	}
	defer stop()
	if err := logins(home, p.Registry, p.Login); err != nil {
		return err
	}
	place := Place{Registry: p.Registry, Dir: dir, Timeout: pl.Timeout, Hold: p.holdSource}
	if p.Login != nil {
		place.Username, place.Password = Username, Password
	}
	session, err := pl.Driver.Start(ctx, place)
	if err != nil {
		return err
	}
	defer session.Stop()
	p.Steps = make([]Taken, len(p.Scenario.Steps))
	var beside sync.WaitGroup
	for i, step := range p.Scenario.Steps {
		if !step.Beside {
			beside.Wait()
			recorder.Begin(i)
		}
		job, err := p.job(step, filepath.Join(dir, strconv.Itoa(i)), home, place)
		if err != nil {
			return err
		}
		beside.Go(func() {
			taken := Taken{Job: job, Ended: session.Do(ctx, job)}
			if step.Verb == Pull {
				taken.Pulled = readLayout(job.Layout)
			}
			p.Steps[i] = taken
		})
		if i+1 == len(p.Scenario.Steps) || !p.Scenario.Steps[i+1].Beside {
			beside.Wait()
		}
	}
	stop()
	p.All = recorder.Exchanges()
	return context.Cause(ctx)
}

// job makes the job of a step, with its files.
func (p *Played) job(step Step, dir, home string, place Place) (Job, error) {
	j := Job{
		Verb: step.Verb, Registry: p.Registry, Repository: Repository, Reference: MainTag, Tag: MainTag,
		Digest: p.Content.Image.Digest.String(), Content: p.Content.Image,
		Username: place.Username, Password: place.Password, Dir: filepath.Join(dir, "work"), Home: home, Timeout: place.Timeout,
	}
	if step.Reference != nil {
		if j.Reference = step.Reference(p.Content); strings.Contains(j.Reference, ":") {
			j.Digest, j.Tag = j.Reference, ""
		} else {
			j.Tag = j.Reference
		}
		if j.Reference == p.Content.Image.Digest.String() {
			j.Tag = MainTag
		}
	}
	switch step.Verb {
	case Pull:
		j.Layout = filepath.Join(dir, "layout")
	case Push:
		j.Layout = filepath.Join(dir, "layout")
		return j, writeLayout(j.Layout, p.Content.Image, MainTag)
	case Attach:
		j.File, j.ArtifactType = filepath.Join(dir, "file.txt"), ArtifactType
		content := []byte("attached by " + filepath.Base(dir) + " " + p.Nonce + "\n")
		j.Blob = digest.FromBytes(content)
		return j, write(j.File, content)
	case Referrers:
		j.ArtifactType = step.ArtifactType
	case Copy:
		j.Target = p.Registry + "/" + CopyRepository + ":" + MainTag
	}
	return j, nil
}

// serve makes the registry, and the second host, listen on loopback.
func (p *Played) serve(ctx context.Context, recorder *traffic.Recorder) (stop func(), err error) {
	var servers []*http.Server
	stop = func() {
		for _, s := range servers {
			_ = s.Close()
		}
	}
	listen := func(host string, handler http.Handler) (string, error) {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
		if err != nil {
			return "", fmt.Errorf("the registry cannot listen: %w", err)
		}
		server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
		servers = append(servers, server)
		go func() { _ = server.Serve(listener) }() // ends by Close
		_, port, err := net.SplitHostPort(listener.Addr().String())
		return net.JoinHostPort(host, port), err
	}
	parts := p.Behaviour
	if p.About != nil {
		parts = append([]behaviour.Middleware{p.About(p.Content)}, parts...)
	}
	if p.Elsewhere != nil {
		if p.Second, err = listen("localhost", recorder.Wrap(p.there(), true, nil)); err != nil {
			return stop, err
		}
		parts = append([]behaviour.Middleware{p.Elsewhere(p.Second)}, parts...)
	}
	handler := behaviour.Chain(parts...)(p.registry)
	if p.Login != nil {
		handler = p.Login.middleware(handler)
	}
	if !p.PathLocations {
		handler = behaviour.Only(behaviour.Not(behaviour.GetBlob), behaviour.AbsoluteLocations)(handler)
	}
	if p.Registry, err = listen("127.0.0.1", p.source(recorder.Wrap(handler, false, nil))); err != nil {
		stop()
	}
	return stop, err
}

// there is the second host.
func (p *Played) there() http.Handler {
	if p.There == nil {
		return behaviour.Only(behaviour.Not(behaviour.GetBlob), behaviour.AbsoluteLocations)(p.registry)
	}
	return p.There(p.Content)(p.registry)
}

// source answers requests for the repositories of a driver. They have nothing to do with
// the scenario. A mount from them is not possible, so that what is pushed is sent.
func (p *Played) source(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.HasPrefix(behaviour.PlaceOf(req).Repo, SourcePrefix) {
			p.registry.ServeHTTP(w, req)
			return
		}
		if query := req.URL.Query(); strings.HasPrefix(query.Get("from"), SourcePrefix) {
			query.Del("from")
			query.Del("mount")
			changed := req.Clone(req.Context())
			changed.URL.RawQuery = query.Encode()
			req = changed
		}
		next.ServeHTTP(w, req)
	})
}

// holdSource puts content into a repository of the driver.
func (w *World) holdSource(m fixtures.Manifest, tag string) string {
	repository := SourcePrefix + "image"
	w.HoldIn(repository, m, tag)
	return repository
}

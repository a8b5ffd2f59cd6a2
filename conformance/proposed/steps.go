package proposed

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/goccy/go-yaml"
	"google.golang.org/protobuf/types/known/structpb"

	"assay/conformance/suite"
	"assay/fixtures"
	"assay/internal/proposal"
	"assay/wire"
)

// situation is the content and the answers of one requirement.
type situation struct {
	set     *Set
	repo    *suite.Repository
	base    proposal.Base
	made    *proposal.Made
	env     proposal.Environment // the documents and the answers so far
	names   []string             // of the answers
	asked   map[string]*wire.Exchange
	sent    []*wire.Exchange // those that can be judged
	answers map[string]proposal.Response
}

// begin makes the content of a situation; nothing is sent.
func (s *Set) begin(ctx context.Context, each string) *situation {
	nonce := suite.Nonce()
	image := fixtures.NewImage(nonce, fixtures.WithOwnBlobs())
	base := proposal.Base{Nonce: nonce, Image: image, Arm64: func() fixtures.Manifest { return fixtures.NewImage(nonce + " arm64") }}
	made, err := s.Make(ctx, base)
	if err != nil {
		panic(err.Error()) // the check of the file has made them, too
	}
	x := &situation{
		set: s, repo: suite.Repo(ctx), base: base, made: made, env: made.Env, asked: map[string]*wire.Exchange{}, answers: map[string]proposal.Response{},
	}
	x.env["missing"] = suite.MissingDigest()
	x.env["each"] = each
	if each != "" {
		x.env["each"] = x.text(ctx, each)
	}
	return x
}

// last is the last exchange that can be judged; nil if there is none.
func (x *situation) last() *wire.Exchange {
	if len(x.sent) == 0 {
		return nil
	}
	return x.sent[len(x.sent)-1]
}

func (x *situation) text(ctx context.Context, template string) string {
	text, err := x.set.Text(ctx, template, x.env, x.names)
	if err != nil {
		suite.NotApplicable(fmt.Sprintf("the exchange cannot be made: %q: %v", template, err))
	}
	return text
}

// carryOut carries out the steps, one after the other.
func (x *situation) carryOut(ctx context.Context, steps []proposal.Step) {
	for _, step := range steps {
		x.step(ctx, step)
	}
}

func (x *situation) step(ctx context.Context, step proposal.Step) {
	tag := x.text(ctx, step.Tag)
	switch {
	case step.Copies > 0:
		x.copies(ctx, step)
	case step.Push != "":
		if blob, ok := x.made.Blobs[step.Push]; ok {
			x.repo.PushBlob(ctx, blob)
			return
		}
		m := x.made.Manifests[step.Push]
		x.repo.PushTagged(ctx, or(tag, m.Digest.String()), m)
	case step.Try != "":
		m := x.made.Manifests[step.Try]
		x.keep(ctx, step, x.repo.PutWithContent(ctx, or(tag, m.Digest.String()), m))
	case step.Delete != "":
		suite.Need(ctx, suite.ManifestDelete)
		suite.Must(x.repo.DeleteManifest(ctx, x.made.Manifests[step.Delete].Digest.String()), "")
	default:
		x.keep(ctx, step, x.request(ctx, step))
	}
}

// copies pushes copies of a document.
func (x *situation) copies(ctx context.Context, step proposal.Step) {
	var all []proposal.Descriptor
	for i := range step.Copies {
		base := x.base
		base.Copy = i + 1
		made, err := x.set.Make(ctx, base, step.Push)
		if err != nil {
			panic(err.Error()) // the check of the file has made some, too
		}
		if blob, ok := made.Blobs[step.Push]; ok {
			x.repo.PushBlob(ctx, blob)
		} else {
			m := made.Manifests[step.Push]
			x.repo.PushTagged(ctx, m.Digest.String(), m)
		}
		all = append(all, made.Env[step.Push].(proposal.Descriptor)) //nolint:forcetypeassert // every document is one
	}
	known := map[string][]proposal.Descriptor{step.Push: all}
	for name, before := range x.env["copies"].(map[string][]proposal.Descriptor) { //nolint:forcetypeassert // it is always there
		if name != step.Push {
			known[name] = before
		}
	}
	x.env = maps.Clone(x.env)
	x.env["copies"] = known
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// request sends a request. It may not leave the repository, and may change only content
// of the situation.
func (x *situation) request(ctx context.Context, step proposal.Step) *wire.Exchange {
	method, path, _ := strings.Cut(x.text(ctx, step.Request), " ")
	if err := proposal.CheckPath(method, path, x.own()); err != nil {
		suite.NotApplicable(err.Error())
	}
	var opts []wire.Option
	if strings.HasPrefix(path, "manifests/") { // as clients do; the step can say otherwise
		opts = append(opts, wire.WithHeader("Accept", strings.Join(append(x.set.ManifestTypes(), wire.ManifestTypes...), ", ")))
	}
	for _, field := range x.fields(ctx, step.Header) {
		opts = append(opts, wire.WithHeader(field[0], field[1]))
	}
	for _, field := range x.fields(ctx, step.Query) {
		opts = append(opts, wire.WithQuery(field[0], field[1]))
	}
	if m, ok := x.made.Manifests[step.Body]; ok {
		opts = append([]wire.Option{wire.WithHeader("Content-Type", m.MediaType), wire.WithBody(m.Data)}, opts...)
	} else if b, ok := x.made.Blobs[step.Body]; ok {
		opts = append([]wire.Option{wire.WithHeader("Content-Type", b.MediaType), wire.WithBody(b.Data)}, opts...)
	}
	repo := x.repo
	if step.Repository == "missing" {
		repo = suite.RepoNamed(ctx, suite.MissingRepository(ctx))
	}
	return repo.Raw(ctx, endpoint(method, path), method, path, append(opts, wire.Whole())...)
}

func (x *situation) fields(ctx context.Context, fields yaml.MapSlice) [][2]string {
	var all [][2]string
	for _, item := range fields {
		name, value := fmt.Sprint(item.Key), x.text(ctx, fmt.Sprint(item.Value))
		if err := proposal.CheckField(name, value); err != nil {
			suite.NotApplicable(err.Error())
		}
		all = append(all, [2]string{name, value})
	}
	return all
}

// own are the words that only content of the situation has.
func (x *situation) own() []string {
	words := []string{fmt.Sprint(x.env["nonce"])}
	for _, m := range x.made.Manifests {
		words = append(words, m.Digest.Encoded())
	}
	for name, b := range x.made.Blobs {
		if name != "empty" {
			words = append(words, b.Digest.Encoded())
		}
	}
	return words
}

// endpoint is the endpoint of the specification to which a request goes. The clean-up
// learns from it what was pushed.
func endpoint(method, path string) wire.Endpoint {
	first, _, _ := strings.Cut(path, "/")
	switch {
	case first == "manifests" && method == http.MethodPut:
		return wire.EndManifestPut
	case first == "manifests" && method == http.MethodDelete:
		return wire.EndManifestDel
	case first == "manifests":
		return wire.EndManifest
	case method == http.MethodPost && path == "blobs/uploads/":
		return wire.EndUploadStart
	case first == "tags":
		return wire.EndTags
	case first == "blobs" && method == http.MethodDelete:
		return wire.EndBlobDel
	case first == "blobs":
		return wire.EndBlob
	}
	return wire.EndReferrers
}

// keep keeps the answer of an exchange for the expressions.
func (x *situation) keep(ctx context.Context, step proposal.Step, ex *wire.Exchange) {
	response := responseOf(ex)
	if step.Pages {
		walk := x.repo.Walk(ctx, ex)
		response.Pages = nil
		for _, page := range walk.Pages {
			response.Pages = append(response.Pages, responseOf(page).Body)
		}
		switch {
		case walk.Broken != nil:
			response.Broken = "a further page was answered " + walk.Broken.StatusAndReason()
		case walk.Repeating != nil:
			response.Broken = walk.How
		}
	}
	names := []string{"answer"}
	if step.As != "" {
		names, x.names = append(names, step.As), append(x.names, step.As)
	}
	x.sent = append(x.sent, ex)
	for _, name := range names {
		x.asked[name], x.answers[name] = ex, response
	}
	x.env = variables(x.env, x.answers)
}

// responseOf is an answer as expressions see it.
func responseOf(ex *wire.Exchange) proposal.Response {
	r := proposal.Response{Status: int64(ex.Status), Header: map[string]string{}, MediaType: ex.MediaType(), Text: string(ex.Body), Body: proposal.JSON(ex.Body)}
	for name, values := range ex.Header {
		r.Header[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	r.Pages = []*structpb.Value{r.Body}
	return r
}

package played

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/opencontainers/go-digest"

	"assay/internal/proposal"
	"assay/reference/recorded"
)

// bodyLimit is the size, in bytes, of the largest body that is read.
const bodyLimit = 8 << 20

// player gives the answers of a proposal in front of a registry. It knows the manifests
// that the registry stored.
type player struct {
	proposal *proposal.Proposal
	fault    *Fault
	next     http.Handler

	mu           sync.Mutex
	repositories map[string]*repository
	before       map[string]Given // the first answers, by the address of the request
}

// repository has the manifests of a repository, in the order of their pushes.
type repository struct{ manifests []proposal.Stored }

func (p *player) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(io.LimitReader(req.Body, bodyLimit))
	isManifest := strings.Contains(req.URL.Path, "/manifests/")
	if isManifest && err != nil {
		refuse(w, http.StatusBadRequest, err)
		return
	}
	req.Body = io.NopCloser(io.MultiReader(bytes.NewReader(body), req.Body))
	for i, e := range p.proposal.Endpoints {
		name, words, matches := match(e, req)
		if !matches || p.fault.lacks(i) {
			continue
		}
		asked := p.asked(name, words, req, body)
		for k, a := range e.Answers {
			given, err := a.Given(req.Context(), p.fault.question(i, k, asked))
			if err != nil {
				refuse(w, http.StatusInternalServerError, err)
				return
			}
			if given || p.fault.always(i, k) {
				p.answer(w, req, i, k, asked, body)
				return
			}
		}
	}
	p.pass(w, req, body, nil)
}

// match says whether a request goes to an endpoint.
func match(e proposal.Endpoint, req *http.Request) (name string, words map[string]string, matches bool) {
	if req.Method != e.Method && (e.Method != http.MethodGet || req.Method != http.MethodHead) {
		return "", nil, false
	}
	path, found := strings.CutPrefix(req.URL.Path, "/v2/")
	want, parts := strings.Split(e.Path, "/"), strings.Split(path, "/")
	at := len(parts) - len(want)
	if !found || at < 1 {
		return "", nil, false
	}
	words = map[string]string{}
	for i, part := range want {
		if word, isWord := strings.CutPrefix(part, "{"); isWord {
			words[strings.TrimSuffix(word, "}")] = parts[at+i]
		} else if part != parts[at+i] {
			return "", nil, false
		}
	}
	return strings.Join(parts[:at], "/"), words, true
}

func (p *player) asked(name string, words map[string]string, req *http.Request, body []byte) proposal.Asked {
	asked := proposal.Asked{
		Repository: name, Path: words, Query: map[string]string{}, Header: map[string]string{}, Body: body, Digest: digest.FromBytes(body).String(),
	}
	for key, values := range req.URL.Query() {
		asked.Query[key] = values[0]
	}
	for key, values := range req.Header {
		asked.Header[strings.ToLower(key)] = strings.Join(values, ", ")
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if repo := p.repositories[name]; repo != nil {
		asked.Manifests = slices.Clone(repo.manifests)
	}
	return asked
}

// answer gives the answer of an endpoint.
func (p *player) answer(w http.ResponseWriter, req *http.Request, endpoint, number int, asked proposal.Asked, body []byte) {
	a, seen := p.proposal.Endpoints[endpoint].Answers[number], p.fault.question(endpoint, number, asked)
	fields, err := a.Fields(req.Context(), seen)
	if err != nil && p.fault.always(endpoint, number) { // there is nothing to make them of
		fields, err = map[string]string{}, nil
		for _, key := range proposal.Keys(a.Header) {
			fields[key] = wrongField
		}
	}
	var content json.RawMessage
	if err == nil {
		content, err = a.Content(req.Context(), seen)
	}
	if err != nil {
		refuse(w, http.StatusInternalServerError, err)
		return
	}
	given := Given{Status: a.Status, Header: http.Header{}, Body: content}
	for key, value := range fields {
		given.Header.Set(key, value)
	}
	p.fault.change(endpoint, number, &given)
	if p.fault.remembers(endpoint) {
		given = p.first(req.URL.String(), given)
	}
	if a.Status == 0 {
		p.pass(w, req, body, given.Header)
		return
	}
	for key, values := range given.Header {
		w.Header()[key] = values
	}
	w.WriteHeader(given.Status)
	if req.Method != http.MethodHead {
		_, _ = w.Write(given.Body) // the client may be gone
	}
}

// first is the first answer that was given to requests of this address.
func (p *player) first(address string, given Given) Given {
	p.mu.Lock()
	defer p.mu.Unlock()
	if before, ok := p.before[address]; ok {
		return before
	}
	if p.before == nil {
		p.before = map[string]Given{}
	}
	p.before[address] = given
	return given
}

func refuse(w http.ResponseWriter, status int, err error) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"errors": []any{map[string]string{"code": "UNKNOWN", "message": err.Error()}}})
}

var errRefused = errors.New("the registry does not take manifests of this type")

// pass lets the registry answer, learns what it stored, and adds the header fields to an
// answer of success.
func (p *player) pass(w http.ResponseWriter, req *http.Request, body []byte, add http.Header) {
	name, reference, isManifest := ofManifest(req)
	if !isManifest || req.Method != http.MethodPut && req.Method != http.MethodDelete {
		p.next.ServeHTTP(p.fault.pulled(w, req), req)
		return
	}
	mediaType, _, _ := strings.Cut(req.Header.Get("Content-Type"), ";")
	if req.Method == http.MethodPut && p.fault.refuses(mediaType, body) {
		refuse(w, http.StatusUnsupportedMediaType, errRefused)
		return
	}
	stored := recorded.Of(p.next, req)
	if stored.OK() {
		maps.Copy(stored.Header(), add)
		p.learn(req.Method, name, reference, mediaType, body)
		if p.fault.loses(mediaType, body) && req.Method == http.MethodPut {
			p.lose(req, name, body)
		}
	}
	stored.Send(w)
}

// ofManifest splits the path of a manifest.
func ofManifest(req *http.Request) (name, reference string, isManifest bool) {
	path, isManifest := strings.CutPrefix(req.URL.Path, "/v2/")
	at := strings.LastIndex(path, "/manifests/")
	if !isManifest || at < 1 {
		return "", "", false
	}
	return path[:at], path[at+len("/manifests/"):], true
}

// learn notes what was pushed or deleted.
func (p *player) learn(method, name, reference, mediaType string, body []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	repo := p.repositories[name]
	if repo == nil {
		repo = &repository{}
		p.repositories[name] = repo
	}
	isTag := !strings.Contains(reference, ":")
	if isTag {
		for i := range repo.manifests {
			repo.manifests[i].Tags = slices.DeleteFunc(slices.Clone(repo.manifests[i].Tags), func(tag string) bool { return tag == reference })
		}
	}
	if method == http.MethodDelete {
		repo.manifests = slices.DeleteFunc(slices.Clone(repo.manifests), func(m proposal.Stored) bool {
			return m.Digest == reference || p.fault != nil && p.fault.takes && names(m, reference)
		})
		return
	}
	d := digest.FromBytes(body).String()
	if !isTag {
		d = reference
	}
	at := slices.IndexFunc(repo.manifests, func(m proposal.Stored) bool { return m.Digest == d })
	if at < 0 {
		at = len(repo.manifests)
		repo.manifests = append(slices.Clone(repo.manifests), proposal.Stored{MediaType: mediaType, Digest: d, Size: int64(len(body)), Document: proposal.JSON(body)})
	}
	if isTag {
		repo.manifests[at].Tags = append(repo.manifests[at].Tags, reference)
	}
}

// names says whether a manifest has the digest in it.
func names(m proposal.Stored, digest string) bool {
	return strings.Contains(m.Document.String(), digest)
}

// lose deletes a manifest that the registry has just said to have stored.
func (p *player) lose(req *http.Request, name string, body []byte) {
	d := digest.FromBytes(body).String()
	del, err := http.NewRequestWithContext(req.Context(), http.MethodDelete, "/v2/"+name+"/manifests/"+d, nil)
	if err == nil {
		recorded.Of(p.next, del)
		p.learn(http.MethodDelete, name, d, "", nil)
	}
}

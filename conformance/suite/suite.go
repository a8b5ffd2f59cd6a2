// Package suite is what specs are written with: the run's configuration, the
// tree rules (one spec, one requirement), repositories whose set-up steps are
// lenient, cleaning up, and the turning of Ginkgo's reports into results.
package suite

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/gomega"

	"assay/conformance/requirements"
	"assay/reports"
	"assay/wire"
)

// State is what the specs of one process share. It is set once, before the
// tree is built.
type State struct {
	Client      *wire.Client
	Repository  string
	Repository2 string
	Version     requirements.Version
	Features    Features
	Large       bool // specs with LargeLabel run
	Keep        bool // nothing that specs push is taken back
	// ReadOnly says that nothing may be changed; Existing names what is there.
	ReadOnly bool
	Existing Existing
	Nonce    string // of the run: no two runs make the same content
	// Report takes the result of each spec as it ends, and the number of
	// requests sent so far by this process.
	Report func(reports.Result, int)
	// Ended takes the reasons why the run ended early; none when it did not.
	Ended func([]string)
}

// LargeLabel marks specs that move a lot of content. They run when asked for,
// and are not heard of otherwise: what they judge is judged at small, too.
const LargeLabel = "large"

var state = State{Version: requirements.V1_1}

// Configure sets the state of this process.
func Configure(s State) { state = s }

// Version is the version of the distribution-spec that the run judges by.
func Version() requirements.Version { return state.Version }

func init() {
	gomega.RegisterFailHandler(fail)
	ginkgo.AddTreeConstructionNodeArgsTransformer(oneRequirement)
}

// counter makes the nonces of one spec differ.
var counter int

// Nonce returns a word that nobody else uses: neither another spec, nor
// another run, nor an earlier call. It is lower-case letters and digits.
func Nonce() string {
	counter++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s|%s|%d|%d",
		state.Nonce, ginkgo.CurrentSpecReport().FullText(), ginkgo.GinkgoParallelProcess(), counter))
	return hex.EncodeToString(sum[:8])
}

// Tag returns a tag that nobody else uses.
func Tag() string { return "assay-" + Nonce() }

// MediaType returns a media type that was made up just now, so that no
// allow-list can hold it. The suffix is appended, such as "+json".
func MediaType(suffix string) string {
	return "application/vnd.example.assay." + Nonce() + ".v1" + suffix
}

// MissingDigest returns a well-formed digest that no content has.
func MissingDigest() string {
	sum := sha256.Sum256([]byte("missing " + Nonce()))
	return "sha256:" + hex.EncodeToString(sum[:])
}

// MissingRepository returns the name of a repository that does not exist,
// beside the run's own.
func MissingRepository() string {
	return strings.TrimSuffix(state.Repository, "/") + "-missing-" + Nonce()
}

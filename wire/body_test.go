package wire_test

import (
	"net/http"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onsi/gomega"
	"github.com/opencontainers/go-digest"

	"assay/wire"
)

// TestWhatIsKeptOfABody keeps the whole body if a caller reads it, and only the head if
// it is only compared.
func TestWhatIsKeptOfABody(t *testing.T) {
	const small = 256 << 10
	size := 0
	status := http.StatusOK
	s := plain(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write(make([]byte, size))
	})
	repo := connect(t, s, timeout(time.Hour)).Repository("a")
	blob := func() *wire.Exchange { return repo.GetBlob(t.Context(), sha) }
	manifest := func() *wire.Exchange { return repo.GetManifest(t.Context(), "v1") }
	for _, test := range []struct {
		ask    func() *wire.Exchange
		size   int
		status int
		kept   int
	}{
		{blob, small, 200, small},
		{blob, small + 1, 200, 4096},
		{func() *wire.Exchange { return repo.GetBlob(t.Context(), sha, wire.Whole()) }, small + 1, 200, small + 1},
		{manifest, 4 << 20, 200, 4 << 20},
		{manifest, 4<<20 + 1, 200, 4096},
		{func() *wire.Exchange { return repo.ListTags(t.Context()) }, 9 << 20, 200, 9 << 20},
		{func() *wire.Exchange { return repo.StartUpload(t.Context()) }, small + 1, 200, 4096},
		{blob, 1 << 20, 404, 1 << 20},
	} {
		g := gomega.NewWithT(t)
		size, status = test.size, test.status
		ex := test.ask()
		g.Expect(ex.Err).NotTo(gomega.HaveOccurred())
		g.Expect(ex.Body).To(gomega.HaveLen(test.kept))
		g.Expect(ex.BodySize).To(gomega.Equal(int64(size)))
		g.Expect(ex.Cut()).To(gomega.Equal(test.kept < size))
		content := make([]byte, size)
		g.Expect(ex.BodyDigest).To(gomega.Equal(digest.FromBytes(content)))
		g.Expect(ex.Is(content)).To(gomega.BeTrue())
		g.Expect(ex.Is(content[1:])).To(gomega.BeFalse())
		content[size-1] = 1
		g.Expect(ex.Is(content)).To(gomega.BeFalse())
		if ex.Cut() {
			g.Expect(ex.JSON(new(any))).To(gomega.MatchError(gomega.ContainSubstring("too long")))
		}
	}

	g := gomega.NewWithT(t)
	size, status = 1<<20+1, http.StatusNotFound
	ex := blob()
	g.Expect(ex.Err).To(gomega.MatchError(wire.ErrBodyTooLong))
	g.Expect(ex.Body).To(gomega.HaveLen(4096))
}

// TestBodiesWithoutEndTakeLittleMemory reads 32 of them at the same time, which would
// be 256 MiB or more.
func TestBodiesWithoutEndTakeLittleMemory(t *testing.T) {
	g := gomega.NewWithT(t)
	// Only memory in use is measured, without the garbage that a busy machine has not
	// collected yet.
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	var mu sync.Mutex
	var most uint64
	chunk := make([]byte, 1<<20)
	target := plain(t, func(w http.ResponseWriter, _ *http.Request) {
		for {
			if _, err := w.Write(chunk); err != nil {
				return
			}
			now := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
			metrics.Read(now)
			mu.Lock()
			most = max(most, now[0].Value.Uint64())
			mu.Unlock()
		}
	})
	repo := connect(t, target, inFlight(32), bodyLimit(8<<20), timeout(time.Hour)).Repository("a")
	var all sync.WaitGroup
	kept := make([]*wire.Exchange, 32)
	for i := range kept {
		all.Go(func() { kept[i] = repo.ListTags(t.Context()) })
	}
	all.Wait()
	for _, ex := range kept {
		g.Expect(ex.Err).To(gomega.MatchError(wire.ErrBodyTooLong))
		g.Expect(len(ex.Body)).To(gomega.BeNumerically("<=", 4096))
	}
	g.Expect(most).To(gomega.BeNumerically("<", 192<<20))
}

func TestLongRequestBodiesAreNotKept(t *testing.T) {
	g := gomega.NewWithT(t)
	s := serve(t, nil)
	repo := connect(t, s.URL).Repository("a")
	for _, body := range []string{"", "short", strings.Repeat("é", 1<<16), "x" + strings.Repeat("é", 1<<16)} {
		for _, opts := range [][]wire.Option{nil, {wire.WithoutLength()}} {
			ex := repo.PutManifest(t.Context(), "v1", imageType, []byte(body), opts...)
			succeeded(g, ex)
			g.Expect(ex.Request.Digest()).To(gomega.Equal(digest.FromString(body)))
			g.Expect(ex.Request.Length()).To(gomega.Equal(int64(len(body))))
			g.Expect(ex.Request.Cut()).To(gomega.Equal(len(body) > 1<<16))
			g.Expect(body).To(gomega.HavePrefix(string(ex.Request.Body)), "no character is cut through")
			g.Expect(len(ex.Request.Body)).To(gomega.BeNumerically("<=", 1<<16))
			if ex.Request.Cut() {
				g.Expect(ex.Curl()).To(gomega.HaveSuffix("--data-binary @body # of %d bytes", len(body)))
			}
		}
	}
}

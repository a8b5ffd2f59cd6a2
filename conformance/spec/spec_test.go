package spec_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"assay/conformance/spec"
)

type key struct{}

// log collects what the specs of a test do.
type log struct {
	mu    sync.Mutex
	lines []string
}

func (l *log) add(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

func logOf(ctx context.Context) *log { return ctx.Value(key{}).(*log) }

var keys = map[string][]string{} // by the place that asked for them

var packageKeys = []string{spec.Key(), spec.Key()}

var _ = spec.Describe("A counter", spec.Label("counter"), func() {
	var (
		count int
		key   = spec.Key()
	)
	keys["outer"] = append(keys["outer"], key)

	spec.It("counts first", func(ctx spec.SpecContext) {
		count++
		logOf(ctx).add("first %d", count)
	})
	spec.Context("inside", func() {
		keys["inner"] = append(keys["inner"], spec.Key())
		spec.BeforeEach(func() { count *= 10 })
		spec.It("counts second", func(ctx spec.SpecContext) {
			count++
			logOf(ctx).add("second %d", count)
		})
	})
	// It stands behind the container, and comes before what is in it.
	spec.BeforeEach(func() { count += 5 })
	for _, name := range []string{"a", "b"} {
		spec.It("is called "+name, spec.Label("named"), func(ctx spec.SpecContext) { logOf(ctx).add("name %s", name) })
	}
})

var _ = spec.Describe("An ending", spec.Label("ending"), func() {
	spec.It("has a value", func() { spec.End("the value") })
	spec.It("is a panic", func() { panic("broken") })
	spec.It("is the last line", func() {})
	spec.It("is caught", func(ctx spec.SpecContext) {
		value, caught := spec.Catch(func() { spec.End(7) })
		logOf(ctx).add("caught %v %v", value, caught)
		_, caught = spec.Catch(func() {})
		logOf(ctx).add("caught %v", caught)
	})
})

func selected(t *testing.T, filter string, seed int64) []spec.Spec {
	t.Helper()
	specs, err := spec.Select(filter, seed)
	if err != nil {
		t.Fatal(err)
	}
	return specs
}

func texts(specs []spec.Spec) []string {
	var all []string
	for _, s := range specs {
		all = append(all, s.Text)
	}
	return all
}

func TestEachInstanceHasVariablesOfItsOwn(t *testing.T) {
	var l log
	ctx := context.WithValue(t.Context(), key{}, &l)
	var all sync.WaitGroup
	for range 20 {
		for _, s := range selected(t, "counter && !named", 1) {
			all.Go(func() {
				if end := s.Run(ctx); end != (spec.Ending{}) {
					t.Errorf("%s ended with %+v", s.Text, end)
				}
			})
		}
	}
	all.Wait()
	slices.Sort(l.lines)
	want := slices.Concat(slices.Repeat([]string{"first 6"}, 20), slices.Repeat([]string{"second 51"}, 20))
	if !slices.Equal(l.lines, want) {
		t.Errorf("got %q", l.lines)
	}
}

func TestALoopMakesSpecsOfTheirOwn(t *testing.T) {
	var l log
	for _, s := range selected(t, "named", 1) {
		s.Run(context.WithValue(t.Context(), key{}, &l))
	}
	slices.Sort(l.lines)
	if want := []string{"name a", "name b"}; !slices.Equal(l.lines, want) {
		t.Errorf("got %q, want %q", l.lines, want)
	}
}

func TestGinkgoSelectsAndOrders(t *testing.T) {
	all := texts(selected(t, "counter", 1))
	sorted := slices.Sorted(slices.Values(all))
	want := []string{"A counter counts first", "A counter inside counts second", "A counter is called a", "A counter is called b"}
	if !slices.Equal(sorted, want) {
		t.Fatalf("selected %q, want %q", sorted, want)
	}
	if again := texts(selected(t, "counter", 1)); !slices.Equal(again, all) {
		t.Errorf("one seed gave two orders: %q and %q", all, again)
	}
	orders := map[string]bool{}
	for seed := range int64(20) {
		orders[strings.Join(texts(selected(t, "counter", seed+1)), "|")] = true
	}
	if len(orders) < 2 {
		t.Error("20 seeds gave one order")
	}
	s := selected(t, "ending", 1)[0]
	if !strings.HasSuffix(s.File, "spec_test.go") || s.Line == 0 {
		t.Errorf("the spec stands at %s:%d", s.File, s.Line)
	}
}

func TestHowASpecEnds(t *testing.T) {
	var l log
	ctx := context.WithValue(t.Context(), key{}, &l)
	ends := map[string]spec.Ending{}
	for _, s := range selected(t, "ending", 1) {
		ends[s.Text] = s.Run(ctx)
	}
	if end := ends["An ending has a value"]; end.Value != "the value" || end.Panic != "" {
		t.Errorf("got %+v", end)
	}
	if end := ends["An ending is a panic"]; !strings.Contains(end.Panic, "broken") || !strings.Contains(end.Panic, "spec_test.go") {
		t.Errorf("the panic does not say what and where: %+v", end)
	}
	if end := ends["An ending is the last line"]; end != (spec.Ending{}) {
		t.Errorf("got %+v", end)
	}
	if want := []string{"caught 7 true", "caught false"}; !slices.Equal(l.lines, want) {
		t.Errorf("got %q", l.lines)
	}
}

// What specs share is found by the key, which has to be the same each time a
// container's function is called.
func TestKeysAreThoseOfDeclarations(t *testing.T) {
	for _, s := range selected(t, "counter", 1) {
		s.Run(context.WithValue(t.Context(), key{}, &log{}))
	}
	seen := map[string]string{}
	for place, all := range keys {
		for _, k := range all {
			if k == "" {
				continue // of Ginkgo's tree, which nobody runs
			}
			if other, ok := seen[k]; ok && other != place {
				t.Errorf("%s and %s share the key %s", place, other, k)
			}
			seen[k] = place
		}
	}
	if len(seen) != 2 {
		t.Errorf("two declarations have the keys %v", seen)
	}
	if packageKeys[0] == packageKeys[1] {
		t.Errorf("two declarations of a package have the key %s", packageKeys[0])
	}
}

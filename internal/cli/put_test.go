package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"assay/fixtures/mechanisms"
	"assay/reference"
)

// assayPut runs assay put with the arguments.
func assayPut(args ...string) (code int, out, errs string) {
	var stdout, stderr bytes.Buffer
	code = execute(append([]string{"put"}, args...), strings.NewReader(""), &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestPut(t *testing.T) {
	g := NewWithT(t)
	server, err := reference.Start(context.Background(), "", reference.Options{ManifestTypes: mechanisms.ManifestTypes()})
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { _ = server.Close() })
	for _, m := range append(mechanisms.All(), mechanisms.None()) {
		target := server.Addr() + "/put/" + m.Name
		code, out, errs := assayPut(m.Name, target, "--nonce", "one")
		g.Expect(code).To(BeZero(), errs)
		g.Expect(out).To(HavePrefix("v1 "+m.Make("one").Image.Digest.String()+" "), m.Name)

		// In two steps it is the same.
		_, first, _ := assayPut(m.Name, "http://"+target+"-2", "--nonce", "one", "--alone")
		code, second, errs := assayPut(m.Name, target+"-2", "--nonce", "one", "--artifacts")
		g.Expect(code).To(BeZero(), errs)
		g.Expect(first + second).To(Equal(out))
	}
	_, out, _ := assayPut("subject-manifest", server.Addr()+"/put/random")
	_, again, _ := assayPut("subject-manifest", server.Addr()+"/put/random")
	g.Expect(out).NotTo(Equal(again))
}

func TestPutRefuses(t *testing.T) {
	g := NewWithT(t)
	server, err := reference.Start(context.Background(), "", reference.Options{})
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { _ = server.Close() })
	at := server.Addr() + "/put/one"
	for name, test := range map[string]struct {
		args []string
		code int
		says string
	}{
		"no target":       {[]string{"cosign-tags"}, exitUsage, "takes a mechanism and a target"},
		"no repository":   {[]string{"cosign-tags", server.Addr()}, exitUsage, "want host[:port]/repository"},
		"wrong mechanism": {[]string{"cosign-tag", at}, exitUsage, "cosign-tags"},
		"both":            {[]string{"cosign-tags", at, "--alone", "--artifacts"}, exitUsage, "exclude one another"},
		"no nonce":        {[]string{"cosign-tags", at, "--artifacts"}, exitUsage, "needs the --nonce"},
		"no chart":        {[]string{"docker-image", at, "--chart"}, exitUsage, "cannot be put with --chart"},
		"refused":         {[]string{"oras-artifact", at}, exitFindings, "is answered"},
		"a wrong name":    {[]string{"cosign-tags", server.Addr() + "/UPPER"}, exitFindings, "404"},
		"nobody is there": {[]string{"cosign-tags", "127.0.0.1:1/put"}, exitUnfit, "127.0.0.1:1"},
	} {
		code, _, errs := assayPut(test.args...)
		g.Expect(code).To(Equal(test.code), name+": "+errs)
		g.Expect(errs).To(ContainSubstring(test.says), name)
	}
}

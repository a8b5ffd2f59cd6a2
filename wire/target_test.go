package wire_test

import (
	"testing"

	"github.com/onsi/gomega"

	"assay/wire"
)

func TestTargets(t *testing.T) {
	for target, want := range map[string]string{
		"registry.example":                 "https://registry.example",
		"registry.example:5000":            "https://registry.example:5000",
		" registry.example\n":              "https://registry.example",
		"Registry.EXAMPLE:5000":            "https://registry.example:5000",
		"localhost":                        "http://localhost",
		"LOCALHOST:5000":                   "http://localhost:5000",
		"127.0.0.1:5000":                   "http://127.0.0.1:5000",
		"127.1.2.3":                        "http://127.1.2.3",
		"[::1]:5000":                       "http://[::1]:5000",
		"[::1]":                            "http://[::1]",
		"[2001:DB8::1]:5000":               "https://[2001:db8::1]:5000",
		"10.0.0.1":                         "https://10.0.0.1",
		"https://localhost:5000":           "https://localhost:5000",
		"http://registry.example":          "http://registry.example",
		"HTTPS://Registry.Example":         "https://registry.example",
		"https://registry.example/":        "https://registry.example",
		"https://registry.example/v2/":     "https://registry.example",
		"https://registry.example/v2":      "https://registry.example",
		"https://registry.example/a/b":     "https://registry.example/a/b",
		"https://registry.example/a/b/v2/": "https://registry.example/a/b",
		"registry.example/A/":              "https://registry.example/A",
		"registry.example///":              "https://registry.example",
		"registry.example:65535":           "https://registry.example:65535",
		"registry.example:1":               "https://registry.example:1",
	} {
		g := gomega.NewWithT(t)
		u, err := wire.ParseTarget(target, false)
		g.Expect(err).NotTo(gomega.HaveOccurred(), target)
		g.Expect(u.String()).To(gomega.Equal(want), target)
	}
}

func TestPlainHTTPIsForTargetsWithoutAScheme(t *testing.T) {
	g := gomega.NewWithT(t)
	for target, want := range map[string]string{
		"registry.example":         "http://registry.example",
		"https://registry.example": "https://registry.example",
	} {
		u, err := wire.ParseTarget(target, true)
		g.Expect(err).NotTo(gomega.HaveOccurred(), target)
		g.Expect(u.String()).To(gomega.Equal(want), target)
	}
}

func TestTargetsThatAreRefused(t *testing.T) {
	for target, why := range map[string]string{
		"":                               "no target",
		" \t":                            "no target",
		"/v2/":                           "no host",
		"https://":                       "no host",
		"https:///v2/":                   "no host",
		":5000":                          "no host",
		"ftp://registry.example":         `scheme "ftp"`,
		"docker://registry.example":      `scheme "docker"`,
		"://registry.example":            `scheme ""`,
		"registry.example:0":             `port "0"`,
		"registry.example:70000":         `port "70000"`,
		"registry.example:65536":         `port "65536"`,
		"registry.example:":              `port ""`,
		"https://registry.example:/":     `port ""`,
		"registry.example:http":          "want host[:port]",
		"registry.example:-1":            "want host[:port]",
		"registry example":               "want host[:port]",
		"[::1":                           "want host[:port]",
		"::1":                            "[address]:port",
		"2001:db8::1:5000":               "[address]:port",
		"registry.example?n=1":           "query or a fragment",
		"registry.example?":              "query or a fragment",
		"registry.example#a":             "query or a fragment",
		"registry.example#":              "query or a fragment",
		"https://alice@registry.example": "user name",
		"alice:opensesame@registry":      "user name",
		"https://alice:opensesame@":      "user name",
		"https://alice:open%zzsesame@registry.example":      "user name",
		"https://registry.example/?access_token=opensesame": "query or a fragment",
		"registry.example:x/?token=opensesame":              "want host[:port]",
	} {
		g := gomega.NewWithT(t)
		_, err := wire.ParseTarget(target, false)
		g.Expect(err).To(gomega.MatchError(gomega.ContainSubstring(why)), target)
		g.Expect(err.Error()).NotTo(gomega.ContainSubstring("sesame"), target)
		g.Expect(err.Error()).NotTo(gomega.ContainSubstring("\n"), target)
	}
}

func TestLoopback(t *testing.T) {
	g := gomega.NewWithT(t)
	for _, host := range []string{"localhost", "LocalHost", "127.0.0.1", "127.9.9.9", "::1"} {
		g.Expect(wire.IsLoopback(host)).To(gomega.BeTrue(), host)
	}
	for _, host := range []string{"", "registry.example", "localhost.example", "10.0.0.1", "0.0.0.0", "::", "128.0.0.1"} {
		g.Expect(wire.IsLoopback(host)).To(gomega.BeFalse(), host)
	}
}

package reference_test

import (
	"context"
	"net"
	"net/http"
	"testing"

	"github.com/onsi/gomega"

	"assay/reference"
)

func TestServerOnLoopback(t *testing.T) {
	for _, addr := range []string{"", "127.0.0.1:0", "localhost:0"} {
		g := gomega.NewWithT(t)
		server, err := reference.Start(t.Context(), addr, reference.Options{})
		g.Expect(err).NotTo(gomega.HaveOccurred())
		host, port, err := net.SplitHostPort(server.Addr())
		g.Expect(err).NotTo(gomega.HaveOccurred())
		g.Expect(net.ParseIP(host).IsLoopback()).To(gomega.BeTrue())
		g.Expect(port).NotTo(gomega.Equal("0"))
		resp, err := http.Post("http://"+server.Addr()+"/v2/a/blobs/uploads/", "", nil)
		g.Expect(err).NotTo(gomega.HaveOccurred())
		g.Expect(resp.Body.Close()).To(gomega.Succeed())
		g.Expect(server.Registry().Inventory().Uploads).To(gomega.Equal(1))
		g.Expect(server.Close()).To(gomega.Succeed())
		g.Expect(server.Close()).To(gomega.Succeed())
		_, err = net.Dial("tcp", server.Addr())
		g.Expect(err).To(gomega.HaveOccurred())
	}
}

func TestServerElsewhereIsRefused(t *testing.T) {
	for _, addr := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:0", "registry.example.org:0", "127.0.0.1", "5000"} {
		_, err := reference.Start(t.Context(), addr, reference.Options{})
		gomega.NewWithT(t).Expect(err).To(gomega.MatchError(gomega.ContainSubstring("address")), addr)
	}
}

func TestServerEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server, err := reference.Start(ctx, "", reference.Options{})
	g := gomega.NewWithT(t)
	g.Expect(err).NotTo(gomega.HaveOccurred())
	cancel()
	g.Eventually(func() error {
		conn, err := net.Dial("tcp", server.Addr())
		if err == nil {
			_ = conn.Close()
		}
		return err
	}).Should(gomega.HaveOccurred())
}

func TestInventory(t *testing.T) {
	c := serve(t, reference.Options{})
	c.Expect(c.registry.Inventory()).To(gomega.BeZero())
	image := c.image("a", "config")
	d := c.pushed("a", image)
	c.put("a", "v1", image)
	c.put("a", "v2", image)
	blob := c.blob("b", "blob").Digest.String()
	location := c.open("c")
	c.expectStatus(http.StatusNotFound, http.MethodGet, "/v2/d/tags/list")
	c.Expect(c.registry.Inventory()).To(gomega.Equal(reference.Inventory{Repositories: 3, Tags: 2, Manifests: 1, Blobs: 2, Uploads: 1}))
	c.expectStatus(http.StatusAccepted, http.MethodDelete, "/v2/a/manifests/"+d, "/v2/b/blobs/"+blob)
	c.expectStatus(http.StatusNoContent, http.MethodDelete, location)
	c.Expect(c.registry.Inventory()).To(gomega.Equal(reference.Inventory{Repositories: 1, Blobs: 1}))
}

package cli

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"assay/reference"
)

// careless is a tool that deletes v2, too, if something is attached to the image: then
// the repository has the list of referrers. As a copy it writes the image under the
// referrers tag. It refuses to describe an image with something attached.
const careless = `#!/bin/sh
api="http://$REGISTRY/v2/${IMAGE#*/}" other="http://$REGISTRY/v2/${TARGET#*/}"
attached() { curl -s "$api/referrers/$DIGEST" | grep -q '"digest"'; }
case $1 in
--version) echo 1.2.3 ;;
delete-tag)
	if attached; then curl -s -X DELETE "$api/manifests/v2"; fi
	curl -s -X DELETE "$api/manifests/$TAG"
	;;
inspect)
	if attached; then echo "Error: EOF" >&2; exit 1; fi
	curl -s "$api/manifests/$TAG"
	;;
list-tags)
	if attached; then echo "v1 v2"; else echo "v1 v2 stable"; fi
	;;
esac
`

const carelessDeclaration = `
title: careless
home: https://example.com/
programs: [careless]
version: {run: careless --version}
verbs:
  delete-tag: {run: careless delete-tag "$IMAGE" "$TAG" "$DIGEST" "$TARGET"}
  inspect: {run: careless inspect "$IMAGE" "$TAG" "$DIGEST" "$TARGET", yields: manifest}
  list-tags: {run: careless list-tags "$IMAGE" "$DIGEST" "$TARGET", yields: tags}
`

// The script of each finding shows it again, and does not show it once the tool is
// repaired.
func TestScriptsOfDownlevel(t *testing.T) {
	g := NewWithT(t)
	server, err := reference.Start(context.Background(), "", reference.Options{})
	g.Expect(err).NotTo(HaveOccurred())
	t.Cleanup(func() { _ = server.Close() })
	programs, declarations, out := t.TempDir(), t.TempDir(), t.TempDir()
	executable, err := os.Executable()
	g.Expect(err).NotTo(HaveOccurred())
	write := func(path, text string, mode os.FileMode) {
		g.Expect(os.MkdirAll(filepath.Dir(path), 0o755)).To(Succeed())
		g.Expect(os.WriteFile(path, []byte(text), mode)).To(Succeed())
	}
	g.Expect(os.Symlink(executable, filepath.Join(programs, "assay"))).To(Succeed())
	write(filepath.Join(programs, "careless"), careless, 0o755)
	write(filepath.Join(declarations, "careless", "toolchain.yaml"), carelessDeclaration, 0o600)
	t.Setenv("PATH", programs+":"+os.Getenv("PATH"))

	var stdout, stderr bytes.Buffer
	code := execute([]string{
		"downlevel", server.Addr(), "--declarations", declarations, "--toolchain", "careless", "--cache", t.TempDir(),
		"--mechanism", "subject-manifest", "--out", out,
	}, strings.NewReader(""), &stdout, &stderr)
	g.Expect(code).To(Equal(exitFindings), stdout.String()+stderr.String())
	scripts, err := filepath.Glob(filepath.Join(out, "repeat", "*.sh"))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(scripts).To(HaveLen(3), stdout.String())

	repeat := func(script string) (code int, said string) {
		cmd := exec.Command("sh", script)
		cmd.Env = append(os.Environ(), "REGISTRY="+server.Addr())
		output, _ := cmd.CombinedOutput() // the exit code says more than the error
		return cmd.ProcessState.ExitCode(), string(output)
	}
	for _, script := range scripts {
		code, said := repeat(script)
		g.Expect(code).To(Equal(1), script+"\n"+said)
		g.Expect(said).To(HaveSuffix("the same happened again\n"))
	}
	// Nothing is left of it but blobs.
	g.Expect(server.Registry().Inventory().Manifests).To(BeZero())

	write(filepath.Join(programs, "careless"), strings.Replace(careless, "attached() {", "attached() { return 1;", 1), 0o755)
	for _, script := range scripts {
		code, said := repeat(script)
		g.Expect(code).To(BeZero(), script+"\n"+said)
		g.Expect(said).To(HaveSuffix("it did not happen again\n"))
	}

	g.Expect(os.Remove(filepath.Join(programs, "assay"))).To(Succeed())
	t.Setenv("PATH", programs+":/usr/bin:/bin")
	code, said := repeat(scripts[0])
	g.Expect(code).To(Equal(2), said)
	g.Expect(said).To(ContainSubstring("assay is not on the PATH"))
}

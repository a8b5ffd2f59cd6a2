package cli

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"assay/reference"
)

func TestServeEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	read, write := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := serve(ctx, write, "127.0.0.1:0", reference.Options{Username: "ci", Password: "secret"})
		_ = write.CloseWithError(err)
		ended <- err
	}()
	line, err := bufio.NewReader(read).ReadString('\n')
	if err != nil {
		t.Fatalf("no address is printed: %v", err)
	}
	address := strings.TrimSpace(line)
	res, err := http.Get(address + "/v2/")
	if err != nil {
		t.Fatalf("the address %q does not answer: %v", address, err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		t.Errorf("without the login: got %s, want 401", res.Status)
	}
	req, err := http.NewRequest(http.MethodGet, address+"/v2/", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("ci", "secret")
	if res, err = http.DefaultClient.Do(req); err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("with the login: got %s, want 200", res.Status)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("serve ended with %v", err)
	}
	if res, err := http.Get(address + "/v2/"); err == nil {
		_ = res.Body.Close()
		t.Error("the registry answers after the end")
	}
}

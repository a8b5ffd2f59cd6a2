package cli

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
)

// tagger is a tool for scripts that Assay does not know: "tagger list
// HOST:PORT/REPOSITORY" lists tags, and "tagger hide …" leaves those of digests
// out.
func tagger() int {
	if os.Args[1] == "--version" {
		fmt.Println("tagger 1.4.0")
		return 0
	}
	host, repository, _ := strings.Cut(os.Args[2], "/")
	resp, err := http.Get("http://" + host + "/v2/" + repository + "/tags/list")
	if err != nil {
		fmt.Fprintln(os.Stderr, "tagger:", err)
		return 1
	}
	defer resp.Body.Close()
	var list struct {
		Tags []string `json:"tags"`
	}
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		fmt.Fprintln(os.Stderr, "tagger:", err)
		return 1
	}
	for _, tag := range list.Tags {
		if os.Args[1] == "list" || !strings.HasPrefix(tag, "sha256-") {
			fmt.Println(tag)
		}
	}
	return 0
}

package conformance_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"strings"

	"assay/conformance"
	"assay/reports"
	"assay/wire/access"
)

func middleware(m ...func(http.Handler) http.Handler) []func(http.Handler) http.Handler { return m }

// answerUploadsWith200 is a registry that starts uploads as it should, but for
// the status.
func answerUploadsWith200(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if req.Method == http.MethodPost && req.URL.RawQuery == "" && strings.HasSuffix(req.URL.Path, "/blobs/uploads/") {
			w = &status200{w}
		}
		next.ServeHTTP(w, req)
	})
}

type status200 struct{ http.ResponseWriter }

func (s *status200) WriteHeader(status int) {
	if status == http.StatusAccepted {
		status = http.StatusOK
	}
	s.ResponseWriter.WriteHeader(status)
}

// targetVariable makes the test binary judge a target and print the results.
const targetVariable = "CONFORMANCE_TEST_TARGET"

// printRun judges a target and prints the results.
func printRun(target string) int {
	run, err := conformance.Execute(context.Background(), conformance.Config{Settings: access.Settings{Target: target}}, nil)
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(run)
	}
	if err != nil {
		_, _ = os.Stderr.WriteString(err.Error())
		return 1
	}
	return 0
}

// inAnotherProcess judges a target in a process of its own.
func inAnotherProcess(target string) (*reports.Run, error) {
	executable, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(executable)
	cmd.Env = append(os.Environ(), targetVariable+"="+target)
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var run reports.Run
	return &run, json.Unmarshal(out, &run)
}

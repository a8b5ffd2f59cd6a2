package reports

import (
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// repeat is the command that repeats a finding: curl if one request is enough, otherwise
// the script, if there is a file of it.
func (c *Console) repeat(res Result) string {
	if command := scriptCommand(res, c.scripts[res.Spec]); command != "" {
		return command
	}
	return repeat(res.Curl)
}

// scriptCommand is the command that runs the script of a finding. It is empty if there is
// no file of it, or if one curl command is enough.
func scriptCommand(res Result, file string) string {
	if file == "" || isAlone(res) || file != Printable(file, 0) {
		return ""
	}
	return "sh " + shellWord(file)
}

// isAlone says whether the judged request was the first one of its spec.
func isAlone(res Result) bool {
	return len(res.Exchanges) == 0 || res.Exchanges[0].Judged && !strings.Contains(res.Script, "send 2 ")
}

// scriptFiles returns the files of the scripts, by the spec of the finding. files are the
// report files of the run; without them there are no scripts.
func scriptFiles(run *Run, files []string) map[string]string {
	all := map[string]string{}
	i := slices.IndexFunc(files, func(file string) bool { return filepath.Base(file) == ResultsFile })
	if i < 0 {
		return all
	}
	for _, s := range run.Scripts() {
		all[s.Result.Spec] = filepath.Join(filepath.Dir(files[i]), ScriptsFolder, s.Name)
	}
	return all
}

// shellWord is the path as one word of a shell.
func shellWord(path string) string {
	if path != "" && !strings.ContainsFunc(path, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_./:,@%+", r)
	}) {
		return path
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

// repeat is the curl command, or a hint if one line cannot hold it: with a missing
// character, the command would repeat another request.
func repeat(curl string) string {
	switch {
	case curl != Printable(curl, 0):
		return "the command holds line breaks or control characters; copy it from results.json"
	case utf8.RuneCountInString(curl) > consoleCurl:
		return "the command is too long for a terminal; copy it from results.json"
	}
	return curl
}

// scriptsBeside returns the files of the scripts, by the spec of the finding, as they are
// seen from the folder of the reports.
func scriptsBeside(run *Run) map[string]string { return scriptFiles(run, []string{ResultsFile}) }

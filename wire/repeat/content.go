package repeat

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/opencontainers/go-digest"

	"assay/wire"
)

// textLimit is the longest content, in bytes, that a script spells out.
const textLimit = 16 << 10

// content is what one request sent, as the script makes it.
type content struct {
	name string // of its file
	line string // the command that makes the file; empty if there is none
	size int64
}

// made returns the command that makes the body of a request, without the file that it
// writes to. ok is false if no short command makes it.
func made(sent wire.Sent) (command string, ok bool) {
	if command, ok := counted(sent); ok {
		return command, true
	}
	if command, ok := padded(sent); ok {
		return command, true
	}
	if sent.Cut() || sent.Body == nil || len(sent.Body) > textLimit {
		return "", false
	}
	return spelled(sent.Body), true
}

// spelled is the command that writes the bytes out.
func spelled(data []byte) string {
	if isText(data) {
		return "printf %s " + word(string(data))
	}
	return "printf %s " + word(base64.StdEncoding.EncodeToString(data)) + " | base64 -d"
}

func isText(data []byte) bool {
	return utf8.Valid(data) && !bytes.ContainsFunc(data, func(r rune) bool { return r < ' ' && r != '\n' && r != '\t' || r == 0x7f })
}

// counted is the command for content that counts: a line, and then a number in each
// line, each one more than the one before. [fixtures.NewBlob] makes large content so.
func counted(sent wire.Sent) (command string, ok bool) {
	first, rest, ok := strings.Cut(string(sent.Body), "\n")
	if !ok || sent.Length() <= countedLeast {
		return "", false
	}
	second, _, _ := strings.Cut(rest, "\n")
	from, err := strconv.Atoi(second)
	if err != nil || strconv.Itoa(from) != second || len(first) > 100 {
		return "", false
	}
	if digest.FromBytes(count(first, from, int(sent.Length()))) != sent.Digest() {
		return "", false
	}
	return fmt.Sprintf("{ echo %s; seq %d %d; } | head -c %d", word(first), from, from+int(sent.Length()), sent.Length()), true
}

// padded is the command for long content that has the same character nearly everywhere,
// such as a manifest with a long annotation.
func padded(sent wire.Sent) (command string, ok bool) {
	if sent.Length() <= countedLeast || len(sent.Body) == 0 || !isText(sent.Body) || !isText(sent.Tail()) {
		return "", false
	}
	begin, pad, end := longestRun(string(sent.Body))
	if sent.Cut() {
		end = strings.TrimLeft(string(sent.Tail()), pad)
	}
	times := int(sent.Length()) - len(begin) - len(end)
	if times < countedLeast || digest.FromString(begin+strings.Repeat(pad, times)+end) != sent.Digest() {
		return "", false
	}
	return fmt.Sprintf(`{ printf %%s %s; head -c %d /dev/zero | tr '\0' %s; printf %%s %s; }`, word(begin), times, word(pad), word(end)), true
}

// longestRun returns the character that stands most often in a row, and the texts before
// and after it.
func longestRun(text string) (before, pad, after string) {
	from, most := 0, 0
	for i := 0; i < len(text); {
		n := 1
		for i+n < len(text) && text[i+n] == text[i] {
			n++
		}
		if n > most {
			from, most = i, n
		}
		i += n
	}
	return text[:from], text[from : from+1], text[from+most:]
}

// countedLeast is the longest content, in bytes, that is not worth a command.
const countedLeast = 1024

// count makes the content of [counted].
func count(first string, from, size int) []byte {
	data := make([]byte, 0, size+32)
	data = append(append(data, first...), '\n')
	for ; len(data) < size; from++ {
		data = append(strconv.AppendInt(data, int64(from), 10), '\n')
	}
	return data[:size]
}

package behaviour

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"slices"
	"strings"
)

// Indented indents JSON.
func Indented(b []byte) []byte {
	var out bytes.Buffer
	if json.Indent(&out, b, "", "  ") != nil {
		return b
	}
	return out.Bytes()
}

// Compacted removes the white space from JSON.
func Compacted(b []byte) []byte {
	var out bytes.Buffer
	if json.Compact(&out, b) != nil {
		return b
	}
	return out.Bytes()
}

// FlipLast changes a bit of the last byte.
func FlipLast(b []byte) []byte {
	if len(b) > 0 {
		b = bytes.Clone(b)
		b[len(b)-1] ^= 1
	}
	return b
}

// CutLast removes the last byte.
func CutLast(b []byte) []byte { return b[:max(0, len(b)-1)] }

// Halved keeps the first half.
func Halved(b []byte) []byte { return b[:len(b)/2] }

// Nothing returns no bytes.
func Nothing([]byte) []byte { return nil }

// Replaced replaces the first old by new.
func Replaced(old, new string) func([]byte) []byte {
	return func(b []byte) []byte { return bytes.Replace(b, []byte(old), []byte(new), 1) }
}

// flipped reverses the order of the bytes.
func flipped(b []byte) []byte {
	slices.Reverse(b)
	return b
}

// Compressed encodes the body with gzip.
func Compressed(a *Answer) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(a.Body) // writing to a buffer cannot fail
	_ = w.Close()
	a.Body = b.Bytes()
	a.Header.Set("Content-Encoding", "gzip")
	a.Header.Del("Content-Length")
}

// Prepended puts a prefix in front of the value of a header.
func Prepended(prefix string) func(string) string {
	return func(v string) string { return prefix + v }
}

// Appended adds a suffix to the value of a header.
func Appended(suffix string) func(string) string {
	return func(v string) string { return v + suffix }
}

// Replacing replaces a text in the value of a header.
func Replacing(old, new string) func(string) string {
	return func(v string) string { return strings.Replace(v, old, new, 1) }
}

// WithNewline adds a newline at the end.
func WithNewline(b []byte) []byte { return append(b, '\n') }

// Trimmed removes the white space at the end.
func Trimmed(b []byte) []byte { return bytes.TrimRight(b, "\n ") }

// ReplacedAll replaces every old by new.
func ReplacedAll(old, new string) func([]byte) []byte {
	return func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(old), []byte(new)) }
}

// Dropping removes every occurrence of a text from the value of a header.
func Dropping(text string) func(string) string {
	return func(v string) string { return strings.ReplaceAll(v, text, "") }
}

// Before keeps the part of a header's value that is before a text.
func Before(text string) func(string) string {
	return func(v string) string { before, _, _ := strings.Cut(v, text); return before }
}

// Unpacked decompresses gzip data. Other data stays as it is.
func Unpacked(b []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return b
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return b
	}
	return plain
}

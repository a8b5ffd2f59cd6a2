// Package nearest finds the words that are most like a mistyped one.
package nearest

import (
	"cmp"
	"fmt"
	"slices"
)

// DidYouMean returns the text between an error about word and the list of allowed
// words. It names the most similar one of words, if one is similar.
func DidYouMean(word string, words []string) string {
	if len(words) == 0 {
		return ";"
	}
	near := bySimilarity(word, words)[0]
	if d, _ := distances(word, near); d > tolerance(word) {
		return ";"
	}
	return fmt.Sprintf("; did you mean %q?", near)
}

// tolerance is the number of letters that may differ in a mistyped word.
func tolerance(word string) int { return max(2, len(word)/3) }

// Words returns the words that are most similar to word, or whose beginning is: at most
// n, and none if none is similar.
func Words(word string, words []string, n int) []string {
	var similar []string
	for _, near := range bySimilarity(word, words) {
		if _, begin := distances(word, near); begin <= tolerance(word) && len(similar) < n {
			similar = append(similar, near)
		}
	}
	return similar
}

// bySimilarity returns the words, the most similar first.
func bySimilarity(word string, words []string) []string {
	sorted := slices.Clone(words)
	slices.SortStableFunc(sorted, func(a, b string) int {
		wholeA, beginA := distances(word, a)
		wholeB, beginB := distances(word, b)
		return cmp.Or(cmp.Compare(beginA, beginB), cmp.Compare(wholeA, wholeB))
	})
	return sorted
}

// distances returns the number of letters that have to be inserted, removed, changed or
// swapped with the next one to turn a into b, and to turn a into a beginning of b.
func distances(a, b string) (whole, begin int) {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			change := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			best := min(change, rows[i-1][j]+1, rows[i][j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				best = min(best, rows[i-2][j-2]+1)
			}
			rows[i][j] = best
		}
	}
	return rows[len(a)][len(b)], slices.Min(rows[len(a)])
}

package geo

import "strings"

// maxCompared bounds the words compared: the work is the product of lengths.
const maxCompared = 64

// Nearest returns the candidate that word was probably meant to be, or "".
// Upper and lower case count as the same letter; one letter may differ, one
// more for each three.
func Nearest(word string, candidates []string) string {
	a := []rune(strings.ToLower(word))
	best, bestDistance := "", 1+len(a)/3+1
	for _, c := range candidates {
		if len(a) == 0 {
			break
		}
		b := []rune(strings.ToLower(c))
		if len(a) > maxCompared || len(b) > maxCompared || max(len(a)-len(b), len(b)-len(a)) >= bestDistance {
			continue
		}
		if d := editDistance(a, b); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// editDistance is the number of letters to insert, delete, replace or swap with
// their neighbour to turn a into b (optimal string alignment).
func editDistance(a, b []rune) int {
	before, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}

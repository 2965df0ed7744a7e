package main

import (
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// lookup finds an environment variable.
type lookup func(name string) (string, bool)

// language is that of --lang, else that of the environment in the order of
// POSIX: "fr" when it begins with fr, else "en". It is needed before the flags
// are read, for their help.
func language(args []string, env lookup) string {
	for i, a := range args {
		if a == "--" {
			break
		}
		if a == "--lang" && i+1 < len(args) {
			return languageOf(args[i+1])
		}
		if v, ok := strings.CutPrefix(a, "--lang="); ok {
			return languageOf(v)
		}
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v, _ := env(name); v != "" {
			return languageOf(v)
		}
	}
	return "en"
}

func languageOf(tag string) string {
	if strings.HasPrefix(strings.ToLower(tag), "fr") {
		return "fr"
	}
	return "en"
}

// pick returns the words in the language of the command.
func (a *app) pick(fr, en string) string { return geo.Text{FR: fr, EN: en}.In(a.lang) }

// plural is "1 ligne", "2 lignes": zero is singular in French, plural in English.
func (a *app) plural(n int64, one, many string) string {
	words := many
	if n == 1 || n == 0 && a.lang == "fr" {
		words = one
	}
	return a.count(n) + " " + words
}

// count groups digits by three: « 35 357 » in French (with a no-break space), "35,357" in English.
func (a *app) count(n int64) string {
	digits := []byte(strings.TrimPrefix(itoa(n), "-"))
	var b strings.Builder
	if n < 0 {
		b.WriteByte('-')
	}
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(a.pick("\u202f", ","))
		}
		b.WriteByte(d)
	}
	return b.String()
}

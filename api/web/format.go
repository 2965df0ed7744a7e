package web

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Typography. French groups thousands with a narrow no-break space (Lexique
// des règles typographiques de l'Imprimerie nationale; CLDR 34), which
// golang.org/x/text does not do: hence this file.
const (
	narrowSpace = "\u202f"
	noBreak     = "\u00a0"
	minusSign   = "\u2212"
)

// french reports whether lang is French: the language of whoever asks for
// neither of ours.
func french(lang string) bool { return lang != "en" }

// integer writes a quantity, never a code or a year: 35 357 or 35,357.
func integer(lang string, n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if digits[0] == '-' {
		sign, digits = minusSign, digits[1:]
	}
	return sign + group(lang, digits)
}

func group(lang, digits string) string {
	sep := ","
	if french(lang) {
		sep = narrowSpace
	}
	var b strings.Builder
	for i := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(sep)
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

// decimal writes a measure rounded to some decimals: 1 062,29 or 1,062.29.
func decimal(lang string, f float64, decimals int) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "n.d."
	}
	text := strconv.FormatFloat(math.Abs(f), 'f', decimals, 64)
	whole, fraction, _ := strings.Cut(text, ".")
	text = group(lang, whole)
	if fraction != "" {
		text += decimalMark(lang) + fraction
	}
	if f < 0 && strings.Trim(text, "0.,") != "" {
		text = minusSign + text
	}
	return text
}

func decimalMark(lang string) string {
	if french(lang) {
		return ","
	}
	return "."
}

// degrees writes an angle: 48,8531°.
func degrees(lang string, f float64) string { return decimal(lang, f, 4) + "°" }

// groundLength writes a length in metres or kilometres, with one decimal below
// ten of them: 850 m, 1,2 km, 58 km.
func groundLength(lang string, metres float64) string {
	unit, decimals := "m", 0
	if metres >= 1000 {
		metres, unit = metres/1000, "km"
	}
	if metres < 10 {
		decimals = 1
	}
	return decimal(lang, metres, decimals) + noBreak + unit
}

var monthsFR = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}

// longDate writes a date in prose: 1er novembre 2026, 1 November 2026.
func longDate(lang string, t time.Time) string {
	if !french(lang) {
		return t.Format("2 January 2006")
	}
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		day = "1er"
	}
	return day + noBreak + monthsFR[t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// shortDate writes a date in a table: 01/11/2026; in English the order of ISO
// 8601, which nobody misreads.
func shortDate(lang string, t time.Time) string {
	if french(lang) {
		return t.Format("02/01/2006")
	}
	return t.Format("2006-01-02")
}

// dataNumber writes a number found in the data: its decimals as they are, and
// no grouping, since it may be a code or a year.
func dataNumber(lang, text string) string {
	if french(lang) {
		text = strings.Replace(text, ".", ",", 1)
	}
	return strings.Replace(text, "-", minusSign, 1)
}

// plural says whether n takes the plural: from 2 in French, for all but 1 in English.
func plural(lang string, n int64) bool {
	if french(lang) {
		return n >= 2 || n <= -2
	}
	return n != 1
}

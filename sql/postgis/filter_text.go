package postgis

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
)

// like writes LIKE, whose rules are those of sem.Like.
func (p *printer) like(e geo.Like) string {
	operand := p.text(e.Operand)
	if !p.plain(e.Operand) {
		operand += ` COLLATE "C"`
	}
	return "(" + operand + " LIKE " + p.param(sem.Pattern(e.Pattern)) + "::text)"
}

// text writes a text.
func (p *printer) text(e geo.Expr) string {
	switch e := e.(type) {
	case geo.PropertyRef:
		c := p.column(e.Property)
		if c.plainText() {
			return c.name
		}
		return c.name + "::text"
	case geo.Literal:
		return p.param(string(e.Value.Bytes)) + "::text"
	case geo.Fold:
		if constant(e) {
			return p.param(sem.Pattern(e)) + "::text"
		}
		operand := p.text(e.Operand)
		if e.Op == geo.FoldCase {
			return p.caseFold(operand)
		}
		return p.accentFold(operand)
	case geo.Call:
		switch e.Func.Name {
		case "LOWER":
			return p.mapLetters(p.text(e.Args[0]), "lower", "lower(%s COLLATE \"C\")", unicode.ToLower)
		case "UPPER":
			return p.mapLetters(p.text(e.Args[0]), "upper", "upper(%s COLLATE \"C\")", unicode.ToUpper)
		}
	}
	return p.unknown(e)
}

// The folds and the changes of case are made by tables of letters of ours:
// lower() and upper() say what the locale of the database does, and know the
// Unicode of its C library. What is ASCII alone takes a short way, what is of
// the Latin blocks a short table: translate reads its table for every letter.

// lastLatin ends Latin Extended-A, which has all that European languages in
// Latin letters write.
const lastLatin = 0x17F

// caseFold is sem.CaseFold.
func (p *printer) caseFold(operand string) string {
	fold := func(r rune) rune { return unicode.ToLower(unicode.ToUpper(r)) }
	return p.once(func(x []string) string {
		nfc := "replace(replace(normalize(" + x[0] + ", NFC), 'ß', 'ss'), 'ẞ', 'ss')"
		return "(CASE WHEN " + isASCII(x[0]) + " THEN lower(" + x[0] + ` COLLATE "C") ELSE normalize(` +
			p.mapLetters(nfc, "fold", "", fold) + ", NFC) END)"
	}, operand)
}

// accentFold is sem.AccentFold: translate leaves out the marks, for which its
// second list is too short.
func (p *printer) accentFold(operand string) string {
	var from, to, marks strings.Builder
	pairs := sem.PlainLetters()
	for r := rune(0x300); r <= 0x36F; r++ {
		marks.WriteRune(r)
	}
	wide := []rune(nil)
	for _, r := range slices.Sorted(maps.Keys(pairs)) {
		if s := pairs[r]; len(s) == 1 {
			from.WriteRune(r)
			to.WriteString(s)
		} else {
			wide = append(wide, r)
		}
	}
	list := p.letters("plain", from.String()+marks.String())
	plain := p.letters("plain to", to.String())
	return p.once(func(x []string) string {
		out := "translate(normalize(" + x[0] + ", NFD), " + list + ", " + plain + ")"
		for _, r := range wide {
			out = "replace(" + out + ", '" + string(r) + "', '" + pairs[r] + "')"
		}
		return "(CASE WHEN " + isASCII(x[0]) + " THEN " + x[0] + " ELSE normalize(" + out + ", NFC) END)"
	}, operand)
}

func isASCII(x string) string { return "octet_length(" + x + ") = char_length(" + x + ")" }

// mapLetters puts each letter through a function, by its tables of the Latin
// letters and of all of them. ascii, when given, is the way of plain text.
func (p *printer) mapLetters(operand, name, ascii string, f func(rune) rune) string {
	latin, latinTo := p.letterTable(name+" latin", f, lastLatin)
	full, fullTo := p.letterTable(name, f, unicode.MaxRune)
	return p.once(func(x []string) string {
		out := "(CASE"
		if ascii != "" {
			out += " WHEN " + isASCII(x[0]) + " THEN " + strings.Replace(ascii, "%s", x[0], 1)
		}
		return out + " WHEN " + x[0] + ` COLLATE "C" !~ '[^\u0001-\u017F]' THEN translate(` + x[0] + ", " + latin + ", " + latinTo +
			") ELSE translate(" + x[0] + ", " + full + ", " + fullTo + ") END)"
	}, operand)
}

// letterTable binds the letters up to last that f changes, and what they become.
func (p *printer) letterTable(name string, f func(rune) rune, last rune) (from, to string) {
	if known, ok := p.tables[name]; ok {
		return known, p.tables[name+" to"]
	}
	var a, b strings.Builder
	for r := rune('A'); r <= last; r++ {
		if s := f(r); s != r {
			a.WriteRune(r)
			b.WriteRune(s)
		}
	}
	return p.letters(name, a.String()), p.letters(name+" to", b.String())
}

// letters binds a list of letters, once a statement.
func (p *printer) letters(name, list string) string {
	if p.tables[name] == "" {
		p.tables[name] = p.param(list) + "::text"
	}
	return p.tables[name]
}

package geo

import (
	"bytes"
	"strconv"
)

// ID identifies a row in its layer: an integer, a text, or nothing when the
// layer has no key. A composite key is one text, its parts percent-encoded
// and joined by commas. Text is valid as long as the row that carries it.
type ID struct {
	Kind IDKind
	Int  int64
	Text []byte
}

// IDKind says which form the ids of a layer take.
type IDKind uint8

// The forms of an id.
const (
	IDNone IDKind = iota
	IDInt
	IDText
)

// IntID and TextID make an id.
func IntID(n int64) ID     { return ID{Kind: IDInt, Int: n} }
func TextID(s []byte) ID   { return ID{Kind: IDText, Text: s} }
func StringID(s string) ID { return ID{Kind: IDText, Text: []byte(s)} }

// IsZero reports whether there is no id.
func (id ID) IsZero() bool { return id.Kind == IDNone }

// String returns the id as it stands in a URL before percent-encoding.
func (id ID) String() string {
	switch id.Kind {
	case IDInt:
		return strconv.FormatInt(id.Int, 10)
	case IDText:
		return string(id.Text)
	}
	return ""
}

// Compare orders ids: integers by value, then texts by code point.
func (id ID) Compare(o ID) int {
	if id.Kind != o.Kind {
		return int(id.Kind) - int(o.Kind)
	}
	if id.Kind == IDInt {
		switch {
		case id.Int < o.Int:
			return -1
		case id.Int > o.Int:
			return 1
		}
		return 0
	}
	return bytes.Compare(id.Text, o.Text)
}

// Clone returns an id that owns its text.
func (id ID) Clone() ID {
	id.Text = bytes.Clone(id.Text)
	return id
}

// CodeINSEE is the code of a commune, always text: "01001" and "2A004" lose
// their zero or their meaning as numbers.
type CodeINSEE string

// ParseCodeINSEE checks the form of a commune code: five characters, digits
// but for the second, which may be A or B (Corse). It does not check that the
// commune exists.
func ParseCodeINSEE(s string) (CodeINSEE, error) {
	ok := len(s) == 5
	for i := 0; ok && i < 5; i++ {
		c := s[i]
		ok = c >= '0' && c <= '9' || i == 1 && s[0] == '2' && (c == 'A' || c == 'B')
	}
	if !ok {
		return "", Invalid("commune",
			Text{"« " + s + " » n'est pas un code de commune", strconv.Quote(s) + " is not a commune code"},
			Text{"cinq caractères, par exemple 01001 ou 2A004", "five characters, such as 01001 or 2A004"})
	}
	return CodeINSEE(s), nil
}

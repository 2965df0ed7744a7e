package sem

import (
	"encoding/json"
	"slices"

	"github.com/arpent-geo/arpent/geo"
)

// Elements returns the members of a JSON array in the form in which they
// compare: numbers as 64-bit floats, the rest as normal JSON. ok is false when
// the document is no array.
func Elements(doc []byte) (out []string, ok bool) {
	var members []json.RawMessage
	if err := json.Unmarshal(doc, &members); err != nil || members == nil { // nil: null
		return nil, false
	}
	out = make([]string, len(members))
	for i, m := range members {
		out[i] = element(m)
	}
	return out, true
}

func element(m []byte) string {
	var f float64
	if m[0] != 'n' && json.Unmarshal(m, &f) == nil {
		return string(geo.Float(f).AppendJSON(nil))
	}
	normal, _ := geo.AppendNormalJSON(nil, m)
	return string(normal)
}

// RelateArrays computes an array predicate on the members that Elements
// returns.
func RelateArrays(op geo.ArrayOp, a, b []string) bool {
	switch op {
	case geo.AEquals:
		return slices.Equal(a, b)
	case geo.AContains:
		return within(b, a)
	case geo.AContainedBy:
		return within(a, b)
	case geo.AOverlaps:
		return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
	}
	return false
}

// within reports whether every member of a is one of b.
func within(a, b []string) bool {
	return !slices.ContainsFunc(a, func(s string) bool { return !slices.Contains(b, s) })
}

// array returns the members of an operand of an array predicate; ok is false
// when it is null. A null member of a constant is the JSON null.
func (env Env) array(e geo.Expr) (out []string, ok bool) {
	list, constant := e.(geo.ArrayLiteral)
	if !constant {
		v := Eval(e, env)
		if v.IsNull() {
			return nil, false
		}
		return Elements(v.Bytes)
	}
	for _, m := range list {
		out = append(out, element(Eval(m, env).AppendJSON(nil)))
	}
	return out, true
}

package postgis

import (
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// orderKey is one member of the order of a page. Nulls are the highest values,
// as PostgreSQL has them by default.
type orderKey struct {
	column
	desc bool
}

// orderSQL writes the order; reverse turns it round.
func orderBy(keys []orderKey, reverse bool) string {
	parts := make([]string, 0, len(keys))
	seen := map[string]bool{}
	for _, k := range keys {
		expr := k.orderSQL()
		if seen[expr] {
			continue
		}
		seen[expr] = true
		if k.desc != reverse {
			expr += " DESC"
		}
		parts = append(parts, expr)
	}
	return strings.Join(parts, ", ")
}

// beyond writes that a row stands after the position at in the order of keys
// (before it when reverse), or on it when inclusive.
func (b *builder) beyond(keys []orderKey, at []geo.Value, reverse, inclusive bool) string {
	if simpleOrder(keys, at, reverse) {
		return b.tuple(keys, at, inclusive)
	}
	cond := b.chain(keys, at, reverse, inclusive)
	// A bound on the first key alone lets its index serve.
	first, v := keys[0], at[0]
	if len(keys) > 1 && !v.IsNull() && (first.desc != reverse || !first.nullable) {
		op := " >= "
		if first.desc != reverse {
			op = " <= "
		}
		cond = first.orderSQL() + op + b.value(&first.column, v) + " AND (" + cond + ")"
	}
	return cond
}

// simpleOrder reports whether a row comparison says it all: every key in one
// direction, ascending, none null.
func simpleOrder(keys []orderKey, at []geo.Value, reverse bool) bool {
	for i, k := range keys {
		if k.desc != reverse || k.nullable || at[i].IsNull() {
			return false
		}
	}
	return true
}

func (b *builder) tuple(keys []orderKey, at []geo.Value, inclusive bool) string {
	var left, right []string
	for i, k := range keys {
		left = append(left, k.orderSQL())
		right = append(right, b.value(&k.column, at[i]))
	}
	op := " > "
	if inclusive {
		op = " >= "
	}
	if len(keys) == 1 {
		return left[0] + op + right[0]
	}
	return "(" + strings.Join(left, ", ") + ")" + op + "(" + strings.Join(right, ", ") + ")"
}

// chain writes: first key beyond, or equal and the next ones beyond.
func (b *builder) chain(keys []orderKey, at []geo.Value, reverse, inclusive bool) string {
	k, v := keys[0], at[0]
	expr := k.orderSQL()
	strict := b.strictly(&k, expr, v, k.desc != reverse)
	rest := ""
	switch {
	case len(keys) > 1:
		rest = b.chain(keys[1:], at[1:], reverse, inclusive)
	case !inclusive:
		return strict
	}
	equal := expr + " IS NULL"
	if !v.IsNull() {
		equal = expr + " = " + b.value(&k.column, v)
	}
	if rest != "" {
		equal += " AND (" + rest + ")"
	}
	if strict == "FALSE" {
		return equal
	}
	return strict + " OR " + equal
}

func (b *builder) strictly(k *orderKey, expr string, v geo.Value, down bool) string {
	switch {
	case v.IsNull() && down: // nulls come first: whatever is not null follows
		return expr + " IS NOT NULL"
	case v.IsNull():
		return "FALSE"
	case down:
		return expr + " < " + b.value(&k.column, v)
	case k.nullable:
		return "(" + expr + " > " + b.value(&k.column, v) + " OR " + expr + " IS NULL)"
	}
	return expr + " > " + b.value(&k.column, v)
}

package loaders

import (
	"fmt"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// maxKeys bounds the memory of the check (some 100 MB); past it, the primary
// key of the store refuses a double, without naming both records.
const maxKeys = 1 << 20

// keyCheck refuses a public id that is missing or seen already, and says
// where: a store would only say that an index is violated.
type keyCheck struct {
	name   string
	column int // in Row.Values; -1: no public id
	seen   map[string]int64
	text   []byte
}

func newKeyCheck(l *geo.Layer) (*keyCheck, error) {
	if len(l.Key) == 0 {
		return &keyCheck{column: -1}, nil
	}
	for i := range l.Properties {
		p := &l.Properties[i]
		if p.Name != l.Key[0] {
			continue
		}
		switch p.Kind {
		case geo.KindInt, geo.KindText, geo.KindUUID:
			return &keyCheck{name: p.Name, column: i, seen: map[string]int64{}}, nil
		}
		return nil, geo.Invalid("--id "+p.Name,
			geo.Text{FR: "une valeur de type " + p.Kind.String() + " ne peut pas servir d'identifiant",
				EN: "a value of type " + p.Kind.String() + " cannot be an id"},
			geo.Text{FR: "un entier ou un texte", EN: "an integer or a text"})
	}
	names := make([]string, len(l.Properties))
	for i := range l.Properties {
		names[i] = l.Properties[i].Name
	}
	return nil, geo.Invalid("--id "+l.Key[0],
		geo.Text{FR: "le fichier n'a pas de propriété de ce nom", EN: "the file has no property of that name"},
		geo.Text{FR: "propriétés : " + strings.Join(names, ", "), EN: "properties: " + strings.Join(names, ", ")})
}

// row checks the key of one row.
func (k *keyCheck) row(row *geo.Row, record int64) error {
	if k.column < 0 {
		return nil
	}
	v := row.Values[k.column]
	if v.IsNull() {
		return geo.Invalid("--id "+k.name,
			geo.Text{FR: fmt.Sprintf("enregistrement %d : pas de valeur", record),
				EN: fmt.Sprintf("record %d: no value", record)},
			geo.Text{FR: "toutes les lignes doivent en avoir une ; sans --id, un numéro de ligne sert d'identifiant",
				EN: "every row must have one; without --id, a row number is the id"})
	}
	k.text = v.AppendText(k.text[:0])
	if first, ok := k.seen[string(k.text)]; ok {
		return geo.Invalid("--id "+k.name,
			geo.Text{FR: fmt.Sprintf("enregistrement %d : « %s » est déjà la valeur de l'enregistrement %d", record, k.text, first),
				EN: fmt.Sprintf("record %d: %q is the value of record %d already", record, k.text, first)},
			geo.Text{FR: "un identifiant est unique ; sans --id, un numéro de ligne sert d'identifiant",
				EN: "an id is unique; without --id, a row number is the id"})
	}
	if len(k.seen) < maxKeys {
		k.seen[string(k.text)] = record
	}
	return nil
}

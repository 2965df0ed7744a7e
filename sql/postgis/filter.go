package postgis

import (
	"fmt"

	"github.com/arpent-geo/arpent/geo"
)

// filter writes an expression. Properties are looked up in the layer's own
// columns: no name of a request reaches SQL.
func (b *builder) filter(t *table, e geo.Expr) (string, error) {
	switch e := e.(type) {
	case geo.And:
		if len(e) == 0 {
			return "TRUE", nil
		}
		out := ""
		for i, m := range e {
			s, err := b.filter(t, m)
			if err != nil {
				return "", err
			}
			if i > 0 {
				out += " AND "
			}
			out += s
		}
		return "(" + out + ")", nil
	case geo.Equal:
		c, err := t.columnOf(e.Property)
		if err != nil {
			return "", err
		}
		if e.Value.IsNull() {
			return "FALSE", nil
		}
		return c.orderSQL() + " = " + b.value(c, e.Value), nil
	}
	return "", fmt.Errorf("filter %T: %w", e, geo.ErrInvalidInput)
}

// columnOf finds the column of a property of a request.
func (t *table) columnOf(p *geo.Property) (*column, error) {
	for i := range t.layer.Properties {
		if t.layer.Properties[i].Name == p.Name {
			return &t.columns[i], nil
		}
	}
	return nil, changed(fmt.Errorf("property %q of layer %s is gone", p.Name, t.layer.ID))
}

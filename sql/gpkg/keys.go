package gpkg

import (
	"context"
	"fmt"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// maxProof bounds the rows read to prove that a column of a view identifies them.
const maxProof = 100000

// setKey chooses the id of a layer: the declared column, else the primary key;
// for a view the declared column, else its first one, as OGR does, when that
// is proved unique.
func (r *reader) setKey(ctx context.Context, l *geo.Layer, t *table, columns []column) error {
	if !t.view {
		t.rowid = rowNumber(columns)
	}
	if name := l.IDColumn; name != "" {
		ok, err := r.identifies(ctx, t, name)
		if err != nil {
			return err
		}
		if ok {
			r.useKey(l, t, name)
			return nil
		}
		r.warn(l.ID, geo.Text{FR: "la colonne « " + name + " » n'identifie pas les lignes : absente, vide ou répétée", EN: fmt.Sprintf("column %q does not identify the rows: absent, empty or repeated", name)},
			geo.Text{FR: "corrigez-la, ou déclarez une autre colonne id", EN: "mend it, or declare another id column"})
	}
	if t.view {
		return r.setViewKey(ctx, l, t, columns)
	}
	var key []string
	for n := 1; n <= len(columns); n++ {
		for i := range columns {
			if columns[i].pk == n {
				key = append(key, columns[i].name)
			}
		}
	}
	if len(key) == 0 {
		r.warn(l.ID, geo.Text{FR: "pas de clé : les objets n'ont pas d'identifiant", EN: "no key: the features have no id"},
			geo.Text{FR: "recréez la table avec une colonne INTEGER PRIMARY KEY", EN: "make the table again with an INTEGER PRIMARY KEY column"})
	}
	r.useKey(l, t, key...)
	return nil
}

func (r *reader) setViewKey(ctx context.Context, l *geo.Layer, t *table, columns []column) error {
	if len(columns) > 0 && columns[0].name != l.GeomColumn {
		ok, err := r.identifies(ctx, t, columns[0].name)
		if err != nil {
			return err
		}
		if ok {
			r.useKey(l, t, columns[0].name)
			if columns[0].affinity == "INTEGER" {
				t.rowid = ident(columns[0].name)
			}
			return nil
		}
	}
	r.warn(l.ID, geo.Text{FR: "vue sans identifiant : seule sa première page est servie", EN: "view without an id: only its first page is served"},
		geo.Text{FR: "déclarez sa colonne id", EN: "declare its id column"})
	return nil
}

func (r *reader) useKey(l *geo.Layer, t *table, key ...string) {
	l.Key = key
	switch {
	case len(key) == 0:
		l.IDKind = geo.IDNone
	case len(key) == 1 && t.column(key[0]).affinity == "INTEGER":
		l.IDKind = geo.IDInt
	default:
		l.IDKind = geo.IDText
	}
}

// rowNumber is the quoted name of the row number: the column that SQLite takes
// as such (https://www.sqlite.org/lang_createtable.html, 5), else rowid.
func rowNumber(columns []column) string {
	name, parts := "rowid", 0
	for i := range columns {
		if columns[i].pk > 0 {
			parts++
			if strings.EqualFold(columns[i].native, "INTEGER") {
				name = ident(columns[i].name)
			}
		}
	}
	if parts != 1 {
		return "rowid"
	}
	return name
}

// identifies proves that a column holds one value a row, each its own: by the
// primary key or a unique index, and a look for NULL; in a view by reading it.
func (r *reader) identifies(ctx context.Context, t *table, name string) (bool, error) {
	c := t.columns[name]
	if c == nil {
		return false, nil
	}
	table, col := ident(t.layer.Table), ident(name)
	statement := `SELECT NOT EXISTS (SELECT 1 FROM ` + table + ` WHERE ` + col + ` IS NULL)
   AND EXISTS (SELECT 1 FROM pragma_table_info(?1) AS c WHERE c.pk = 1 AND c.name = ?2
               AND NOT EXISTS (SELECT 1 FROM pragma_table_info(?1) AS d WHERE d.pk = 2)
        UNION ALL SELECT 1 FROM pragma_index_list(?1) AS i WHERE i."unique" AND NOT i.partial
               AND (SELECT group_concat(x.name, char(0)) FROM pragma_index_info(i.name) AS x) = ?2)`
	args := []any{t.layer.Table, name}
	if t.view {
		statement = `SELECT count(*) <= ?1 AND count(*) = count(DISTINCT v) FROM (SELECT ` + col + ` AS v FROM ` + table + ` LIMIT ?1 + 1)`
		args = []any{maxProof}
	}
	var ok bool
	if err := r.q.QueryRowContext(ctx, statement, args...).Scan(&ok); err != nil {
		if t.view { // a view that cannot be read is reported, not fatal
			return false, nil
		}
		return false, fmt.Errorf("look for a key of %q: %w", t.layer.Table, err)
	}
	return ok, nil
}

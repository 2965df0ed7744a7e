package postgis

import (
	"path"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// checkGlobs refuses patterns that match nothing because they are not readable.
func checkGlobs(lists ...[]string) error {
	for _, list := range lists {
		for _, p := range list {
			if _, err := path.Match(p, ""); err != nil || p == "" || strings.Count(p, ".") > 2 {
				return geo.Invalid("publish, exclude",
					geo.Text{FR: "motif illisible : " + strconv.Quote(p), EN: "unreadable pattern " + strconv.Quote(p)},
					geo.Text{FR: "par exemple communes, urba.*, parcelles.proprietaire", EN: "such as communes, urba.*, parcelles.proprietaire"})
			}
		}
	}
	return nil
}

// matchTable reports whether a pattern names a table as a whole.
func matchTable(patterns []string, schema, table string) bool {
	return matchAny(patterns, table) || matchAny(patterns, schema+"."+table)
}

// matchColumn reports whether a pattern names one column of a table.
func matchColumn(patterns []string, schema, table, column string) bool {
	return matchAny(patterns, table+"."+column) || matchAny(patterns, schema+"."+table+"."+column)
}

// matchAny compares part by part, so that a * never goes over a dot.
func matchAny(patterns []string, name string) bool {
	parts := strings.Split(name, ".")
	for _, p := range patterns {
		globs := strings.Split(p, ".")
		same := len(globs) == len(parts)
		for i := 0; same && i < len(parts); i++ {
			same, _ = path.Match(globs[i], parts[i]) // readable: see checkGlobs
		}
		if same {
			return true
		}
	}
	return false
}

// publishes reports whether the settings let a table be served at all.
func (o *Options) publishes(schema, table string, columns []string) bool {
	if matchTable(o.Exclude, schema, table) {
		return false
	}
	if len(o.Publish) == 0 || matchTable(o.Publish, schema, table) {
		return true
	}
	for _, c := range columns {
		if matchColumn(o.Publish, schema, table, c) {
			return true
		}
	}
	return false
}

// publishesColumn reports whether the settings let a column of a published
// table be served: naming columns of a table leaves out its others.
func (o *Options) publishesColumn(schema, table, column string) bool {
	if matchColumn(o.Exclude, schema, table, column) {
		return false
	}
	return len(o.Publish) == 0 || matchTable(o.Publish, schema, table) || matchColumn(o.Publish, schema, table, column)
}

package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/loaders"
)

// shownInvalid bounds the invalid geometries named on the screen; --json gives
// all that the report holds.
const shownInvalid = 10

// printReports says what was loaded, what deserves a look, and what to do with
// it next, when there is a command to suggest.
func (a *app) printReports(reports []*loaders.Report, next string) {
	if a.json {
		a.printReportsJSON(reports)
		return
	}
	for _, r := range reports {
		seconds := strconv.FormatFloat(r.Elapsed.Seconds(), 'f', 1, 64)
		fmt.Fprintln(a.out, a.pick(
			fmt.Sprintf("%s : %s en %s s (%s/s)", r.Layer.Table, a.plural(r.Rows, "ligne", "lignes"), strings.Replace(seconds, ".", ",", 1), a.count(rate(r))),
			fmt.Sprintf("%s: %s in %s s (%s/s)", r.Layer.Table, a.plural(r.Rows, "row", "rows"), seconds, a.count(rate(r)))))
		for _, w := range r.Warnings {
			fmt.Fprintln(a.out, "  "+w.In(a.lang))
		}
		if r.NullGeometries > 0 {
			fmt.Fprintln(a.out, "  "+a.pick(
				a.plural(r.NullGeometries, "ligne", "lignes")+" sans géométrie",
				a.plural(r.NullGeometries, "row", "rows")+" without geometry"))
		}
		a.printInvalid(r)
	}
	if next != "" {
		fmt.Fprintln(a.out, a.pick("Pour publier : ", "To publish: ")+next)
	}
}

func (a *app) printInvalid(r *loaders.Report) {
	if r.InvalidCount == 0 {
		return
	}
	fmt.Fprintln(a.out, "  "+a.pick(
		a.plural(r.InvalidCount, "géométrie invalide, gardée", "géométries invalides, gardées")+" :",
		a.plural(r.InvalidCount, "invalid geometry, kept", "invalid geometries, kept")+":"))
	for i, bad := range r.Invalid {
		if i == shownInvalid {
			break
		}
		id := ""
		if bad.ID != "" {
			id = " (id " + bad.ID + ")"
		}
		fmt.Fprintf(a.out, "    %s %d%s%s%s\n", a.pick("enregistrement", "record"), bad.Record, id, a.pick(" : ", ": "), bad.Reason.In(a.lang))
	}
	if r.InvalidCount > shownInvalid {
		fmt.Fprintln(a.out, "    …")
	}
}

func rate(r *loaders.Report) int64 {
	return int64(math.Round(float64(r.Rows) / max(r.Elapsed.Seconds(), 1e-3)))
}

func (a *app) printReportsJSON(reports []*loaders.Report) {
	type invalid struct {
		Record int64  `json:"record"`
		ID     string `json:"id,omitempty"`
		Reason string `json:"reason"`
	}
	type report struct {
		Layer          string    `json:"layer"`
		Rows           int64     `json:"rows"`
		NullGeometries int64     `json:"null_geometries"`
		InvalidCount   int64     `json:"invalid_count"`
		Invalid        []invalid `json:"invalid"`
		Warnings       []string  `json:"warnings"`
		Seconds        float64   `json:"seconds"`
	}
	all := make([]report, 0, len(reports))
	for _, r := range reports {
		out := report{r.Layer.Table, r.Rows, r.NullGeometries, r.InvalidCount, []invalid{}, sentences(r.Warnings, a.lang),
			math.Round(r.Elapsed.Seconds()*1000) / 1000}
		for _, bad := range r.Invalid {
			out.Invalid = append(out.Invalid, invalid{bad.Record, bad.ID, bad.Reason.In(a.lang)})
		}
		all = append(all, out)
	}
	_ = json.NewEncoder(a.out).Encode(map[string]any{"loaded": all})
}

func sentences(texts []geo.Text, lang string) []string {
	list := make([]string, 0, len(texts))
	for _, t := range texts {
		list = append(list, t.In(lang))
	}
	return list
}

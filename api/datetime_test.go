package api

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

// withTimes adds layers of works: with an interval of days, and of instants.
func withTimes(t *testing.T, ts *testSite) {
	t.Helper()
	days := &geo.Layer{ID: "travaux", Table: "travaux", Key: []string{"id"}, IDKind: geo.IDInt, Properties: []geo.Property{
		{Name: "id", Kind: geo.KindInt}, {Name: "debut", Kind: geo.KindDate, Nullable: true}, {Name: "fin", Kind: geo.KindDate, Nullable: true}, {Name: "vu", Kind: geo.KindTimestampTZ, Nullable: true}},
		Meta: geo.Meta{Temporal: geo.TimeColumns{Start: "debut", End: "fin"}}}
	seen := *days
	seen.ID, seen.Temporal = "vus", geo.TimeColumns{Start: "vu"}
	wrong := *days
	wrong.ID, wrong.Temporal = "faux", geo.TimeColumns{Start: "rien"}
	ts.store.layers = append(ts.store.layers, days, &seen, &wrong)
	day := func(text string) geo.Value {
		if text == "" {
			return geo.Null()
		}
		v, err := geo.ParseValue(geo.KindDate, text)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	for i, r := range [][3]string{{"2024-01-01", "2024-01-31", "2024-01-10T12:00:00Z"}, {"2024-02-01", "", "2024-02-29T23:59:59Z"}, {"", "2023-12-31", "2024-03-01T00:00:00Z"}, {"", "", ""}} {
		vu := geo.Null()
		if r[2] != "" {
			v, err := geo.ParseValue(geo.KindTimestampTZ, r[2])
			if err != nil {
				t.Fatal(err)
			}
			vu = v
		}
		row := geo.Row{ID: geo.IntID(int64(i + 1)), Key: []geo.Value{geo.Int(int64(i + 1))}, Values: []geo.Value{geo.Int(int64(i + 1)), day(r[0]), day(r[1]), vu}}
		for _, id := range []string{"travaux", "vus", "faux"} {
			ts.store.rows[id] = append(ts.store.rows[id], row)
		}
	}
	ts.store.versions["travaux"], ts.store.versions["vus"] = geo.Version{Tag: "t1"}, geo.Version{Tag: "t1"}
}

func TestDatetimeSelectsByDeclaredColumns(t *testing.T) {
	ts := newTestSite(t, Options{})
	withTimes(t, ts)
	for _, c := range []struct{ layer, when, want string }{
		{"travaux", "2024-01-15", "[1 4]"}, {"travaux", "2024-01-31T23:00:00Z", "[1 4]"}, {"travaux", "2024-02-01T00:00:00Z", "[2 4]"}, {"travaux", "2024-02-01/..", "[2 4]"},
		{"travaux", "../2023-12-31", "[3 4]"}, {"travaux", "/2024-01-01", "[1 3 4]"}, {"travaux", "2023-12-31/2024-02-01", "[1 2 3 4]"}, {"travaux", "2030-01-01", "[2 4]"}, {"travaux", "1900-01-01", "[3 4]"},
		{"vus", "2024-02-29", "[2 4]"}, {"vus", "2024-02-29/2024-02-29", "[2 4]"}, {"vus", "2024-03-01", "[3 4]"}, {"vus", "2024-01-10T13:00:00+01:00", "[1 4]"}, {"vus", "2024-01-10T12:00:01Z", "[4]"},
		{"vus", "2024-02-01/..", "[2 3 4]"}, {"vus", "../2024-02-01", "[1 4]"}, {"capteurs", "2024-01-01", "[1 2 3 4]"},
	} {
		status, doc := ts.getJSON("/collections/" + c.layer + "/items?datetime=" + url.QueryEscape(c.when))
		if status != 200 || fmt.Sprint(ids(doc)) != c.want {
			t.Errorf("%s at %s: %d %v, want %s", c.layer, c.when, status, doc["features"], c.want)
		}
	}
	if status, doc := ts.getJSON("/collections/faux/items?datetime=2024-01-01"); status != 400 || doc["where"] != "datetime" {
		t.Errorf("columns that are not there: %d %v", status, doc)
	}
	_, doc := ts.getJSON("/collections/vus/items?datetime=2024-02-01/..&limit=1")
	if status, _ := ts.getJSON(path(linkTo(doc, "next")) + "&datetime="); status != 400 {
		t.Errorf("a doubled datetime: %d", status)
	}
}

func TestTimeIsTold(t *testing.T) {
	ts := newTestSite(t, Options{})
	withTimes(t, ts)
	for layer, want := range map[string]string{"travaux": `[[null,null]]`, "vus": `[["2024-01-10T12:00:00.000Z","2024-03-01T00:00:00.000Z"]]`} {
		for range 2 {
			_, doc := ts.getJSON("/collections/" + layer)
			temporal := doc["extent"].(map[string]any)["temporal"].(map[string]any)
			if got, _ := json.Marshal(temporal["interval"]); string(got) != want || temporal["trs"] != gregorian {
				t.Errorf("%s: %s %v, want %s", layer, got, temporal, want)
			}
		}
	}
	for at, want := range map[string]string{
		"travaux/items/1": `{"interval":["2024-01-01","2024-01-31"]}`, "travaux/items/2": `{"interval":["2024-02-01",".."]}`, "travaux/items/3": `{"interval":["..","2023-12-31"]}`, "travaux/items/4": `null`,
		"vus/items/1": `{"timestamp":"2024-01-10T12:00:00.000Z"}`, "vus/items/1?properties=id": `null`, "vus/items/1?properties=vu,id": `{"timestamp":"2024-01-10T12:00:00.000Z"}`, "vus/items/4": `null`,
	} {
		join := "?"
		if strings.Contains(at, "?") {
			join = "&"
		}
		_, doc := ts.getJSON("/collections/" + at + join + "f=jsonfg")
		if got, _ := json.Marshal(doc["time"]); string(got) != want {
			t.Errorf("%s: time %s, want %s", at, got, want)
		}
	}
	schema := schemaOf(t, ts, "travaux", "schema")
	if schema["debut"]["x-ogc-role"] != "primary-interval-start" || schema["fin"]["x-ogc-role"] != "primary-interval-end" || schemaOf(t, ts, "vus", "schema")["vu"]["x-ogc-role"] != "primary-instant" {
		t.Errorf("roles: %v", schema)
	}
}

package web

import (
	"html/template"
	"math"
	"strconv"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// mapView is a map ready for its template: the picture, and what the script
// needs to replace it.
type mapView struct {
	SVG     template.HTML
	Caption string
	Name    string
	Kind    string // "vector": Address is a TileJSON; "geojson": Address is a feature or a collection of them
	Address string
	Layer   string
	Bounds  string // "west,south,east,north" in degrees
	Script  string
	Styles  string
	Data    scriptData
}

// scriptData is what the script of the map says to people.
type scriptData struct {
	Texts  map[string]string `json:"texts"`
	Labels map[string]string `json:"labels"` // of properties, by name
}

// MapView draws a map; nil when there is nothing to frame.
func (v *view) MapView(m *Map, l *geo.Layer) (*mapView, error) {
	box, ok := m.bounds()
	if !ok {
		return nil, nil
	}
	name, desc, err := mapTitles(v.Lang, l, box)
	if err != nil {
		return nil, err
	}
	d := m.draw(name, desc)
	out := &mapView{SVG: d.SVG, Name: name, Layer: l.ID, Bounds: boundsText(box), Data: newScriptData(v.Lang, l)}
	if out.Caption, err = d.caption(v.Lang); err != nil {
		return nil, err
	}
	if out.Script, err = v.Asset("maplibre-gl/maplibre-gl.mjs"); err != nil {
		return nil, err
	}
	if out.Styles, err = v.Asset("maplibre-gl/maplibre-gl.css"); err != nil {
		return nil, err
	}
	out.Kind, out.Address = "vector", v.Data(v.TileJSONPath(l))
	switch v.P.(type) {
	case *Items, *Item:
		out.Kind, out.Address = "geojson", v.FormatLink("json")
	}
	return out, nil
}

// mapTitles names and describes a map for those who do not see it.
func mapTitles(lang string, l *geo.Layer, box [4]float64) (name, desc string, err error) {
	if name, err = translate(lang, "map.name", l.Label()); err != nil {
		return "", "", err
	}
	extent, err := translate(lang, "extent", degrees(lang, box[0]), degrees(lang, box[1]), degrees(lang, box[2]), degrees(lang, box[3]))
	if err != nil {
		return "", "", err
	}
	desc, err = translate(lang, "map.desc", l.Label(), extent)
	return name, desc, err
}

// caption says what is drawn, and at what scale.
func (d drawing) caption(lang string) (string, error) {
	width := groundLength(lang, d.WidthM)
	if d.Outline {
		return translate(lang, "map.outline", width)
	}
	return counted(lang, "map.drawn", d.Drawn, width)
}

func boundsText(box [4]float64) string {
	parts := make([]string, len(box))
	for i, f := range box {
		parts[i] = strconv.FormatFloat(math.Round(f*1e6)/1e6, 'f', -1, 64)
	}
	return strings.Join(parts, ",")
}

func newScriptData(lang string, l *geo.Layer) scriptData {
	d := scriptData{map[string]string{}, map[string]string{}}
	for key := range mapTexts {
		if name, ok := strings.CutPrefix(key, "js."); ok {
			d.Texts[name] = text(lang, key)
		}
	}
	for i := range l.Properties {
		d.Labels[l.Properties[i].Name] = l.Properties[i].Label()
	}
	return d
}

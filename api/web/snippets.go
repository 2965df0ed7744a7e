package web

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"github.com/arpent-geo/arpent/geo"
)

// snippet is a piece of text to copy: an address, a command, a program.
type snippet struct {
	ID, Title, Intro, Text string
}

// quoteJS writes a text as JavaScript and Python read it.
func quoteJS(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

// quoteShell writes a text as POSIX shells read it.
func quoteShell(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// Snippets shows how to use a layer elsewhere, with its own addresses.
func (v *view) Snippets(l *geo.Layer) []snippet {
	items := v.BaseURL + layerPath(l, "items")
	var list []snippet
	add := func(id, body string, intro ...any) {
		s := snippet{ID: "use-" + id, Title: text(v.Lang, "snippet."+id), Text: body}
		if len(intro) > 0 || id == "qgist" {
			s.Intro = fmt.Sprintf(text(v.Lang, "snippet."+id+".intro"), intro...)
		}
		list = append(list, s)
	}
	add("qgis", v.BaseURL+"/", l.Label())
	if l.HasGeometry() {
		add("qgist", v.xyz(l))
		add("maplibre", v.mapLibre(l))
		add("openlayers", v.openLayers(l))
	}
	add("curl", "curl -H 'Accept: application/geo+json' "+quoteShell(items+"?limit=10"))
	add("ogr2ogr", "ogr2ogr -f GPKG "+quoteShell(fileName(l)+".gpkg")+" "+quoteShell("OAPIF:"+v.BaseURL)+" "+quoteShell(l.ID))
	add("python", "import geopandas\n\nlayer = geopandas.read_file("+quoteJS("OAPIF:"+v.BaseURL)+", layer="+quoteJS(l.ID)+")\nprint(layer.head())")
	return list
}

// fileName is the id of a layer without what a file system might misread.
func fileName(l *geo.Layer) string {
	return strings.TrimLeft(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`/\:*?"<>|'`, r) || r < ' ' {
			return '_'
		}
		return r
	}, l.ID), "-.")
}

func (v *view) xyz(l *geo.Layer) string {
	return v.BaseURL + "/xyz/" + url.PathEscape(l.ID) + "/{z}/{x}/{y}.mvt"
}

func (v *view) mapLibre(l *geo.Layer) string {
	style := `type: "fill", paint: { "fill-color": "#2a7f62", "fill-opacity": 0.4 }`
	switch l.Geometry.Dimension() {
	case 0:
		style = `type: "circle", paint: { "circle-color": "#2a7f62" }`
	case 1:
		style = `type: "line", paint: { "line-color": "#2a7f62", "line-width": 2 }`
	}
	id := quoteJS(l.ID)
	return `map.addSource(` + id + `, { type: "vector", url: ` + quoteJS(v.BaseURL+v.TileJSONPath(l)) + ` });
map.addLayer({ id: ` + id + `, source: ` + id + `, "source-layer": ` + id + `,
  ` + style + ` });`
}

func (v *view) openLayers(l *geo.Layer) string {
	_, last := l.Zooms()
	return `import VectorTileLayer from "ol/layer/VectorTile.js";
import VectorTileSource from "ol/source/VectorTile.js";
import MVT from "ol/format/MVT.js";

map.addLayer(new VectorTileLayer({
  source: new VectorTileSource({
    format: new MVT(),
    url: ` + quoteJS(v.xyz(l)) + `,
    maxZoom: ` + fmt.Sprint(last) + `,
  }),
}));`
}

// webGrid is the grid of web maps.
const webGrid = "WebMercatorQuad"

// TileAddresses lists the addresses of the tiles of a layer in a grid; empty:
// that of web maps, which alone has XYZ addresses.
func (v *view) TileAddresses(l *geo.Layer, grid string) []snippet {
	if grid == "" {
		grid = webGrid
	}
	ogc := snippet{ID: "ogc", Title: text(v.Lang, "tiles.ogc"), Text: v.BaseURL + layerPath(l, "tiles", grid) + "/{tileMatrix}/{tileRow}/{tileCol}"}
	if grid != webGrid {
		return []snippet{ogc}
	}
	return []snippet{
		{ID: "tilejson", Title: text(v.Lang, "tiles.tilejson"), Text: v.BaseURL + v.TileJSONPath(l)},
		{ID: "xyz", Title: text(v.Lang, "tiles.xyz"), Text: v.xyz(l)},
		ogc,
	}
}

// zoomRange is the first and last zoom of the tiles of a layer.
type zoomRange struct{ Min, Max int }

// Zooms returns the zooms at which a layer has tiles.
func (v *view) Zooms(l *geo.Layer) zoomRange {
	first, last := l.Zooms()
	return zoomRange{first, last}
}

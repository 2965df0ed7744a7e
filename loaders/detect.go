package loaders

import (
	"bytes"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"

	"github.com/arpent-geo/arpent/geo"
)

// Format is a file format, told by content: names lie, above all in .json.
type Format int

// The formats.
const (
	FormatUnknown Format = iota
	FormatGzip           // of what must be looked at inside
	FormatGeoJSON
	FormatGeoPackage
)

// HeadSize is how many bytes of a file Detect wants to see.
const HeadSize = 512

// Detect tells the format from the first bytes of a file. For one that Arpent
// does not read, it returns geo.ErrInvalidInput with the name of what it looks
// like, when that is known, and what to do.
func Detect(head []byte) (Format, error) {
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n\x1e")
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return FormatGzip, nil
	case bytes.HasPrefix(head, []byte("SQLite format 3\x00")):
		return FormatGeoPackage, nil
	case len(text) > 0 && (text[0] == '{' || text[0] == '['):
		return FormatGeoJSON, nil
	}
	return FormatUnknown, unknownFormat(head, text)
}

func unknownFormat(head, text []byte) error {
	what := geo.Text{FR: "format inconnu", EN: "unknown format"}
	hint := geo.Text{FR: "Arpent charge du GeoJSON (NDJSON, .gz) et du GeoPackage", EN: "Arpent loads GeoJSON (NDJSON, .gz) and GeoPackage"}
	looks := ""
	switch lower := bytes.ToLower(text); {
	case len(head) == 0:
		what = geo.Text{FR: "fichier vide", EN: "empty file"}
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		looks = "zip"
	case bytes.HasPrefix(head, []byte("\x00\x00\x27\x0a")):
		looks = "Shapefile"
	case bytes.HasPrefix(head, []byte("fgb")):
		looks = "FlatGeobuf"
	case bytes.HasPrefix(head, []byte("PAR1")):
		looks = "GeoParquet"
	case bytes.HasPrefix(lower, []byte("<!doctype html")), bytes.HasPrefix(lower, []byte("<html")):
		what = geo.Text{FR: "c'est une page web (une erreur de téléchargement ?)", EN: "this is a web page (a failed download?)"}
	case len(text) > 0 && text[0] == '<':
		looks = "XML"
	case len(text) > 1 && (text[0] == '"' || bytes.ContainsAny(text, ",;\t")) && bytes.IndexByte(text, 0) < 0:
		looks = "CSV"
	}
	if looks != "" {
		what = geo.Text{FR: "ce fichier ressemble à du " + looks + ", qui n'est pas un format chargé", EN: "this file looks like " + looks + ", which is not a format that is loaded"}
		hint.FR += " ; ogr2ogr -f GPKG sortie.gpkg FICHIER le convertit"
		hint.EN += "; ogr2ogr -f GPKG output.gpkg FILE converts it"
	}
	return geo.Invalid("", what, hint)
}

// Encoding returns the encoding of that name, nil for UTF-8 and for "".
func Encoding(name string) (encoding.Encoding, error) {
	switch strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(name)) {
	case "", "utf8":
		return nil, nil
	case "latin1", "iso88591":
		return charmap.ISO8859_1, nil
	case "latin9", "iso885915":
		return charmap.ISO8859_15, nil
	case "windows1252", "cp1252", "ansi":
		return charmap.Windows1252, nil
	}
	return nil, geo.Invalid("encoding",
		geo.Text{FR: "codage inconnu « " + name + " »", EN: "unknown encoding \"" + name + "\""},
		geo.Text{FR: "utf-8, latin1, latin9 ou windows-1252", EN: "utf-8, latin1, latin9 or windows-1252"})
}

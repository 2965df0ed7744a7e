package geo

import "strings"

// Function is a function that filters may call (OGC 21-065r2, 7.9).
type Function struct {
	Name   string // as /functions lists it; calls write it in any case
	Title  Text
	Params []Param
	Result Type
}

// Param is an argument of a function.
type Param struct {
	Title Text
	Types []Type // what it may be; nil: anything
}

// Functions returns the functions that every store computes, in the order of
// their names:
//
//	AREA(geometry) number       area in m² in the legal projection of the place, 0 for points and lines
//	CENTROID(geometry) geometry the centroid, in the CRS of the layer; null when empty
//	LENGTH(geometry) number     length in metres in the legal projection; of the rings for an area, 0 for points
//	LOWER(string) string        Unicode lower case, rune by rune, whatever the locale
//	S_DWITHIN(geometry, geometry, number) boolean   distance in the plane of the legal projection at most that many metres
//	UPPER(string) string        Unicode upper case, rune by rune, whatever the locale
//	YEAR(date or timestamp) number   the year in UTC
func Functions() []*Function {
	geometry := Param{Text{"géométrie", "geometry"}, []Type{TypeGeometry}}
	text := Param{Text{"texte", "text"}, []Type{TypeText}}
	return []*Function{
		{"AREA", Text{"surface en m²", "area in m²"}, []Param{geometry}, TypeNumber},
		{"CENTROID", Text{"centroïde", "centroid"}, []Param{geometry}, TypeGeometry},
		{"LENGTH", Text{"longueur en mètres", "length in metres"}, []Param{geometry}, TypeNumber},
		{"LOWER", Text{"texte en minuscules", "text in lower case"}, []Param{text}, TypeText},
		{
			"S_DWITHIN",
			Text{"vrai si la distance entre les géométries ne dépasse pas un nombre de mètres", "true when the geometries are no more than that many metres apart"},
			[]Param{geometry, geometry, {Text{"distance en mètres", "distance in metres"}, []Type{TypeNumber}}},
			TypeBool,
		},
		{"UPPER", Text{"texte en capitales", "text in upper case"}, []Param{text}, TypeText},
		{"YEAR", Text{"année", "year"}, []Param{{Text{"date ou instant", "date or instant"}, []Type{TypeDate, TypeInstant}}}, TypeNumber},
	}
}

// LookupFunction returns the function of that name in any case, or nil.
func LookupFunction(list []*Function, name string) *Function {
	for _, f := range list {
		if strings.EqualFold(f.Name, name) {
			return f
		}
	}
	return nil
}

package loaders

import (
	"fmt"
	"math"

	"github.com/arpent-geo/arpent/geo"
)

// CheckPlace refuses coordinates that cannot be what the file says they are.
// box is the envelope of all geometries, x before y, as read; geographic says
// whether its CRS is in degrees. It returns a warning for what is only
// suspect, and geo.ErrInvalidInput with a guess in words for what is impossible.
func CheckPlace(box geo.BBox, geographic bool) (warning geo.Text, err error) {
	if box.IsEmpty() {
		return geo.Text{}, nil
	}
	inDegrees := box.MinX >= -180-1e-6 && box.MaxX <= 180+1e-6 && box.MinY >= -90-1e-6 && box.MaxY <= 90+1e-6
	switch {
	case geographic && !inDegrees:
		return geo.Text{}, notDegrees(box)
	case !geographic && inDegrees:
		return geo.Text{
			FR: "les coordonnées ressemblent à des degrés, alors que le système annoncé est en mètres",
			EN: "coordinates look like degrees, but the system given is in metres"}, nil
	case geographic && looksLatLon(box):
		return geo.Text{
			FR: "les coordonnées ressemblent à latitude, longitude : GeoJSON veut la longitude d'abord",
			EN: "coordinates look like latitude, longitude: GeoJSON wants longitude first"}, nil
	}
	return geo.Text{}, nil
}

func notDegrees(box geo.BBox) error {
	e := geo.Invalid("",
		geo.Text{FR: fmt.Sprintf("x de %s à %s, y de %s à %s : ce ne sont pas des degrés",
			number(box.MinX), number(box.MaxX), number(box.MinY), number(box.MaxY)),
			EN: fmt.Sprintf("x from %s to %s, y from %s to %s are not degrees",
				number(box.MinX), number(box.MaxX), number(box.MinY), number(box.MaxY))},
		geo.Text{FR: "dites le système de coordonnées, par exemple --crs EPSG:2154",
			EN: "tell the coordinate system, such as --crs EPSG:2154"})
	if name, code := guess(box); code != "" {
		e.Hint = geo.Text{
			FR: "les coordonnées ressemblent à du " + name + " (" + code + ") : essayez --crs " + code,
			EN: "coordinates look like " + name + " (" + code + "): try --crs " + code}
	}
	return e
}

// looksLatLon: all of it in metropolitan France once x and y are swapped, and
// in no place of France as it stands.
func looksLatLon(b geo.BBox) bool {
	return b.MinX >= 41 && b.MaxX <= 51.5 && b.MinY >= -5.5 && b.MaxY <= 10
}

// guess names the French system whose usual ranges hold the box.
func guess(b geo.BBox) (name, code string) {
	inside := func(minX, maxX, minY, maxY float64) bool {
		return b.MinX >= minX && b.MaxX <= maxX && b.MinY >= minY && b.MaxY <= maxY
	}
	if inside(50e3, 1.3e6, 6.0e6, 7.2e6) {
		return "Lambert-93", "EPSG:2154"
	}
	for zone := 42; zone <= 50; zone++ { // northing of the origin: 1,200,000 m for CC42, a million more each
		y := 1.2e6 + float64(zone-42)*1e6
		if inside(1e6, 2.4e6, y-250e3, y+250e3) {
			return fmt.Sprintf("conique conforme zone %d (CC%d)", zone-41, zone), fmt.Sprintf("EPSG:%d", 3900+zone)
		}
	}
	switch {
	case inside(-700e3, 1.2e6, 4.9e6, 6.8e6):
		return "Web Mercator", "EPSG:3857"
	case inside(270e3, 420e3, 7.6e6, 7.7e6): // La Réunion
		return "RGR92 / UTM 40S", "EPSG:2975"
	case inside(480e3, 560e3, 8.53e6, 8.62e6): // Mayotte
		return "RGM04 / UTM 38S", "EPSG:4471"
	}
	return "", ""
}

// number writes a coordinate for people.
func number(f float64) string {
	if math.Abs(f) < 1e15 && f == math.Trunc(f) {
		return fmt.Sprintf("%.0f", f)
	}
	return fmt.Sprintf("%.6g", f)
}

package geojson

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/arpent-geo/arpent/geo"
)

// maxProperties limits the properties of a feature: more than any table holds.
const maxProperties = 10_000

// id reads a text or a number; null is no id. A number that is not whole is
// kept as its text.
func (p *parser) id() error {
	at := p.i
	v, err := p.value()
	if err != nil {
		return err
	}
	switch v.Kind {
	case geo.KindNull:
	case geo.KindInt:
		p.feature.ID = geo.IntID(v.Int())
	case geo.KindText, geo.KindDecimal:
		p.feature.ID = geo.TextID(v.Bytes)
	default:
		return p.failAt(at, "« id » est un texte ou un nombre", `"id" is a text or a number`)
	}
	return nil
}

// properties reads the properties of a feature: an object or null.
func (p *parser) properties() error {
	if p.b[p.i] == 'n' {
		return p.literal("null")
	}
	start := p.i
	if p.b[start] != '{' {
		return p.want("un objet de propriétés", "an object of properties")
	}
	p.i++
	f := &p.feature
	asBefore := true
	for first := true; ; first = false {
		done, err := p.more(first, '}')
		if err != nil {
			return err
		}
		if done {
			break
		}
		if len(f.Properties) == maxProperties {
			return p.fail("plus de %d propriétés", "more than %d properties", maxProperties)
		}
		var m Member
		if m.Name, err = p.key(); err != nil {
			return err
		}
		if m.Value, err = p.value(); err != nil {
			return err
		}
		k := len(f.Properties)
		asBefore = asBefore && k < len(p.known) && bytes.Equal(p.known[k], m.Name)
		f.Properties = append(f.Properties, m)
	}
	if asBefore {
		return nil
	}
	return p.checkNames(start)
}

// checkNames refuses a name that stands twice: nobody can tell which value is
// right. It runs only when the names differ from those of the feature before.
func (p *parser) checkNames(start int) error {
	seen := make(map[string]struct{}, len(p.feature.Properties))
	p.known = p.known[:0]
	for _, m := range p.feature.Properties {
		if _, twice := seen[string(m.Name)]; twice {
			return p.failAt(start, "la propriété « %s » est en double", "the property %q stands twice", clip(m.Name))
		}
		seen[string(m.Name)] = struct{}{}
		p.known = append(p.known, bytes.Clone(m.Name))
	}
	return nil
}

// bbox checks a box, which is not used: four or six numbers.
func (p *parser) bbox() error {
	start := p.i
	if err := p.skip(0); err != nil {
		return err
	}
	var box []float64
	if err := json.Unmarshal(p.b[start:p.i], &box); err != nil || box != nil && len(box) != 4 && len(box) != 6 {
		p.noted[badBBox]++
	}
	return nil
}

// readCRS reads the "crs" of the GeoJSON of 2008, which RFC 7946 dropped and
// many files still have.
func (p *parser) readCRS() error {
	start := p.i
	if err := p.skip(0); err != nil {
		return err
	}
	raw := p.b[start:p.i]
	if p.crsText != nil && bytes.Equal(raw, p.crsText) || string(raw) == "null" {
		return nil
	}
	var crs struct {
		Type       string
		Properties struct {
			Name string
			Code json.Number
		}
	}
	if err := json.Unmarshal(raw, &crs); err != nil {
		return p.failAt(start, "membre « crs » illisible", `the member "crs" cannot be read`)
	}
	name := crs.Properties.Name
	if crs.Type == "EPSG" && name == "" {
		name = "EPSG:" + crs.Properties.Code.String()
	}
	switch {
	case name == "":
		return p.failAt(start, "le système de coordonnées n'est pas nommé : « crs » de type %s", `the coordinate system is not named: "crs" of type %s`, strconv.Quote(crs.Type))
	case p.crs != "" && p.crs != name:
		return p.failAt(start, "deux systèmes de coordonnées dans un fichier : %s et %s", "two coordinate systems in one file: %s and %s", p.crs, name)
	}
	p.crs, p.crsText = name, bytes.Clone(raw)
	return nil
}

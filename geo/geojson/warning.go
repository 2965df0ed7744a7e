package geojson

import "github.com/arpent-geo/arpent/geo"

// Warning is something that RFC 7946 does not allow and that leaves no doubt
// on what was meant: it is read all the same, and counted.
type Warning struct {
	Msg   geo.Text
	Count int
	Index int // of the first feature, from 0
}

// The kinds of warnings.
const (
	extraOrdinates = iota
	noGeometry
	noProperties
	foreignMember
	badBBox
	warningKinds
)

var warningText = [warningKinds]geo.Text{
	extraOrdinates: {FR: "positions de plus de trois nombres : les suivants sont ignorés", EN: "positions of more than three numbers: the others are ignored"},
	noGeometry:     {FR: "objets sans membre « geometry » : géométrie nulle", EN: `features without the member "geometry": null geometry`},
	noProperties:   {FR: "objets sans membre « properties » : aucun attribut", EN: `features without the member "properties": no attributes`},
	foreignMember:  {FR: "membres qui n'ont pas leur place dans l'objet où ils sont : ignorés", EN: "members that do not belong in the object they are in: ignored"},
	badBBox:        {FR: "membres « bbox » qui ne sont pas quatre ou six nombres : ignorés", EN: `members "bbox" that are not four or six numbers: ignored`},
}

// Warnings returns what has been noted so far.
func (r *Reader) Warnings() []Warning {
	var list []Warning
	for _, w := range r.warnings {
		if w.Count > 0 {
			list = append(list, w)
		}
	}
	return list
}

// note adds what a step has noted.
func (r *Reader) note(noted *[warningKinds]int) {
	for k, n := range noted {
		if w := &r.warnings[k]; n > 0 {
			if w.Count == 0 {
				w.Msg, w.Index = warningText[k], r.p.index
			}
			w.Count += n
		}
	}
}

package demo

import (
	"fmt"
	"hash/fnv"
	"math"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

func sqrt(x float64) float64 { return math.Sqrt(x) }

// hash is FNV-1a of the words: the only chance in the demo, the same each time.
func hash(words ...any) uint64 {
	h := fnv.New64a()
	fmt.Fprint(h, words...)
	x := h.Sum64() // FNV mixes its last bytes little: finish as SplitMix64 does
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// noise is a number in [0, 1) for a place.
func noise(words ...any) float64 { return float64(hash(words...)>>11) / (1 << 53) }

// roadLayer joins the villages of communes that touch each other.
func roadLayer(communes []*Commune, owner map[cell]*Commune) Dataset {
	d := Dataset{Layer: layer("routes", "Routes (inventées)", "Une route entre les bourgs de chaque couple de communes voisines."+invented, geo.LineString, "",
		text("numero", "Numéro"), text("classe", "Classe"), number("longueur_m", "Longueur (m)", geo.KindReal), number("eclairee", "Éclairée", geo.KindBool))}
	for _, c := range communes {
		met := map[*Commune]bool{}
		for _, h := range c.cells {
			for _, n := range h.neighbours() {
				o := owner[n]
				if o == nil || o.Code <= c.Code || met[o] {
					continue
				}
				met[o] = true
				g := road(c, o)
				length := 0.0
				for k := 2; k < len(g.Coords); k += 2 {
					length += math.Hypot(g.Coords[k]-g.Coords[k-2], g.Coords[k+1]-g.Coords[k-1])
				}
				classe := "locale"
				if c.Population+o.Population > 20_000 {
					classe = "principale"
				}
				d.Rows = append(d.Rows, row(g, geo.String(fmt.Sprintf("D%d", 1+hash(c.Code, o.Code)%999)), geo.String(classe),
					geo.Real(float32(math.Round(length))), geo.Bool(hash(o.Code, c.Code)%3 == 0)))
			}
		}
	}
	return d
}

// road bends a little at every kilometre, the same way from both ends.
func road(a, b *Commune) *wkb.Geometry {
	g := &wkb.Geometry{Type: geo.LineString}
	dx, dy := b.centreX-a.centreX, b.centreY-a.centreY
	length := math.Hypot(dx, dy)
	n := max(1, int(length/1000))
	for k := range n + 1 {
		t := float64(k) / float64(n)
		side := 0.0
		if k > 0 && k < n {
			side = (noise(a.Code, b.Code, k) - 0.5) * 250
		}
		g.Coords = append(g.Coords, cm(a.centreX+t*dx-side*dy/length), cm(a.centreY+t*dy+side*dx/length))
	}
	return g
}

func cm(m float64) float64 { return math.Round(m*100) / 100 }

// facility is a kind of place, and how many people it takes to have one.
type facility struct {
	nature string
	people int64
}

var facilities = []facility{{"mairie", 0}, {"école", 800}, {"bibliothèque", 2500}, {"collège", 6000}, {"piscine", 9000}, {"gare", 12000}, {"lycée", 15000}}

func facilityLayer(communes []*Commune) Dataset {
	d := Dataset{Layer: layer("equipements", "Équipements (inventés)", "Mairies, écoles et autres lieux publics, selon la population."+invented, geo.Point, "",
		text("nature", "Nature"), text("nom", "Nom"), text("insee", "Code Insee de la commune"), number("places", "Places", geo.KindInt),
		number("ouvert", "Ouvert", geo.KindBool), number("maj", "Mise à jour", geo.KindTimestampTZ))}
	for _, c := range communes {
		for _, f := range facilities {
			many := int64(1)
			if f.people > 0 {
				many = min(12, c.Population/f.people)
			}
			for k := range many {
				angle, far := noise(c.Code, f.nature, k, "a")*2*math.Pi, noise(c.Code, f.nature, k, "d")
				r := far * (200 + 4*sqrt(float64(c.Population)))
				g := &wkb.Geometry{Type: geo.Point, Coords: []float64{cm(c.centreX + r*math.Cos(angle)), cm(c.centreY + r*math.Sin(angle))}}
				places := geo.Int(int64(20 + hash(c.Code, f.nature, k)%400))
				if f.nature == "mairie" {
					places = geo.Null()
				}
				at := (1_767_225_600 + int64(hash(f.nature, c.Code, k)%20_000_000)) * 1e6 // from 2026-01-01 on
				d.Rows = append(d.Rows, row(g, geo.String(f.nature), geo.String(fmt.Sprintf("%s de %s", title(f.nature), c.Nom)), geo.String(c.Code),
					places, geo.Bool(hash(c.Nom, k)%9 != 0), geo.Instant(at)))
			}
		}
	}
	return d
}

func title(s string) string {
	r := []rune(s)
	if r[0] == 'é' {
		r[0] = 'É'
	} else if r[0] >= 'a' && r[0] <= 'z' {
		r[0] -= 'a' - 'A'
	}
	return string(r)
}

// cadastre lays a chequer of lots around the villages of a few communes, with
// a house on most of them.
func cadastre(communes []*Commune) (parcels, buildings Dataset) {
	parcels = Dataset{Layer: layer("parcelles", "Parcelles (inventées)", "Lots autour des bourgs de douze communes, au format du cadastre."+invented, geo.Polygon, "idu",
		text("idu", "Identifiant"), text("insee", "Code Insee de la commune"), text("section", "Section"), text("numero", "Numéro"), number("contenance", "Contenance (m²)", geo.KindInt))}
	buildings = Dataset{Layer: layer("batiments", "Bâtiments (inventés)", "Une maison sur la plupart des lots."+invented, geo.Polygon, "",
		text("usage", "Usage"), number("hauteur", "Hauteur (m)", geo.KindFloat), number("etages", "Étages", geo.KindInt), number("annee", "Année de construction", geo.KindInt),
		text("idu", "Parcelle"))}
	for n := 0; n < len(communes); n += 18 {
		c := communes[n]
		turn := noise(c.Code, "turn") * math.Pi / 2
		for k := range 30 * 10 {
			addLot(&parcels, &buildings, c, turn, k)
		}
	}
	return parcels, buildings
}

// addLot draws lot k: ten lots of 18 × 32 m a block, two rows back to back, streets of 8 m.
func addLot(parcels, buildings *Dataset, c *Commune, turn float64, k int) {
	block, lot := k/10, k%10
	x0 := float64(block%6-3)*98 + float64(lot%5)*18
	y0 := float64(block/6-2)*72 + float64(lot/5)*32
	place := func(dx, dy float64) (x, y float64) {
		px, py := x0+dx, y0+dy
		return cm(c.centreX + px*math.Cos(turn) - py*math.Sin(turn)), cm(c.centreY + px*math.Sin(turn) + py*math.Cos(turn))
	}
	polygon := func(corners ...float64) *wkb.Geometry {
		g := &wkb.Geometry{Type: geo.Polygon}
		for i := 0; i <= len(corners); i += 2 {
			x, y := place(corners[i%len(corners)], corners[(i+1)%len(corners)])
			g.Coords = append(g.Coords, x, y)
		}
		g.Ends = []int{len(g.Coords) / 2}
		return g
	}
	section, numero := fmt.Sprintf("A%c", 'A'+block/15), fmt.Sprintf("%04d", k%150+1)
	idu := c.Code + "000" + section + numero
	parcels.Rows = append(parcels.Rows, row(polygon(0, 0, 18, 0, 18, 32, 0, 32), geo.String(idu), geo.String(c.Code), geo.String(section), geo.String(numero), geo.Int(18*32)))
	if noise(idu) > 0.85 {
		return
	}
	w, h, y := 8+5*noise(idu, "w"), 7+6*noise(idu, "h"), 4+8*noise(idu, "y")
	house := polygon(2.5, y, 2.5+w, y, 2.5+w, y+h, 2.5, y+h)
	if noise(idu, "L") < 0.4 { // an L, its wing on the street side
		house = polygon(2.5, y, 2.5+w, y, 2.5+w, y+h+4, 2.5+w/2, y+h+4, 2.5+w/2, y+h, 2.5, y+h)
	}
	storeys := 1 + int64(hash(idu)%3)
	usage := [...]string{"résidentiel", "résidentiel", "résidentiel", "commercial", "annexe"}[hash(idu, "u")%5]
	annee := geo.Int(1890 + int64(hash(idu, "a")%135))
	if noise(idu, "?") < 0.1 {
		annee = geo.Null()
	}
	buildings.Rows = append(buildings.Rows, row(house, geo.String(usage), geo.Float(math.Round(10*(2.8*float64(storeys)+1.5*noise(idu, "r")))/10),
		geo.Int(storeys), annee, geo.String(idu)))
}

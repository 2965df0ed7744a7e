package demo

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/wkb"
)

// Dataset is one layer of the demo and its rows.
type Dataset struct {
	Layer geo.Layer
	Rows  []geo.Row
}

// Source and licence of the facts; everything else is generated.
const (
	source   = "INSEE (code officiel géographique 2026, populations légales 2023), DGCL (EPCI 2025), IGN (Admin Express COG 2018 : position approchée et superficie) ; contours et objets engendrés par Arpent"
	licence  = "Licence Ouverte 2.0"
	drawn    = " Codes, noms et populations réels, contours schématiques."
	invented = " Objets inventés."
)

// Generate makes the demo territory: the communes of Loire-Atlantique with
// schematic contours that share their borders exactly, and invented parcels,
// buildings, zones, roads and facilities. The same call gives the same bytes.
func Generate() ([]Dataset, error) {
	communes, err := readCommunes()
	if err != nil {
		return nil, err
	}
	owner := assign(communes)
	sets := []Dataset{communeLayer(communes), epciLayer(communes), departementLayer(owner),
		zoneLayer(communes), roadLayer(communes, owner), facilityLayer(communes)}
	parcels, buildings := cadastre(communes)
	return append(sets, parcels, buildings), nil
}

func layer(id, title, description string, t geo.GeometryType, key string, props ...geo.Property) geo.Layer {
	l := geo.Layer{
		ID: id, Table: id, Geometry: t, GeomColumn: "geom", CRS: geo.Lambert93, StorageCRS: geo.Lambert93, Properties: props,
		Meta: geo.Meta{
			Title: title, Description: description, Keywords: []string{"démonstration", "schématique"},
			Producer: "Arpent", Source: source, Licence: licence, Millesime: "2026",
		},
	}
	if key != "" {
		l.Key, l.IDKind = []string{key}, geo.IDText
	}
	return l
}

func text(name, title string) geo.Property {
	return geo.Property{Name: name, Title: title, Kind: geo.KindText, Nullable: true}
}

func number(name, title string, k geo.Kind) geo.Property {
	return geo.Property{Name: name, Title: title, Kind: k, Nullable: true}
}

func row(g *wkb.Geometry, values ...geo.Value) geo.Row {
	return geo.Row{Values: values, WKB: wkb.AppendWKB(nil, g)}
}

func communeLayer(communes []*Commune) Dataset {
	d := Dataset{Layer: layer("communes", "Communes de Loire-Atlantique (contours schématiques)",
		"Communes au 1er janvier 2026, population municipale 2023, intercommunalité 2025."+drawn, geo.MultiPolygon, "code",
		text("code", "Code Insee"), text("nom", "Nom"), number("population", "Population municipale 2023", geo.KindInt),
		text("siren_epci", "SIREN de l'EPCI"), text("nom_epci", "EPCI"))}
	for _, c := range communes {
		d.Rows = append(d.Rows, row(outline(c.cells), geo.String(c.Code), geo.String(c.Nom), geo.Int(c.Population),
			geo.String(c.SIREN), geo.String(c.EPCI)))
	}
	return d
}

func epciLayer(communes []*Commune) Dataset {
	d := Dataset{Layer: layer("epcis", "EPCI à fiscalité propre (contours schématiques)",
		"Établissements publics de coopération intercommunale de Loire-Atlantique en 2025, limités au département."+drawn, geo.MultiPolygon, "siren",
		text("siren", "SIREN"), text("nom", "Nom"), number("communes", "Nombre de communes dans le département", geo.KindInt),
		number("population", "Population municipale 2023", geo.KindInt))}
	members := map[string][]*Commune{}
	for _, c := range communes {
		members[c.SIREN] = append(members[c.SIREN], c)
	}
	for _, siren := range slices.Sorted(maps.Keys(members)) {
		var cells []cell
		var population int64
		for _, c := range members[siren] {
			cells = append(cells, c.cells...)
			population += c.Population
		}
		d.Rows = append(d.Rows, row(outline(cells), geo.String(siren), geo.String(members[siren][0].EPCI),
			geo.Int(int64(len(members[siren]))), geo.Int(population)))
	}
	return d
}

func departementLayer(owner map[cell]*Commune) Dataset {
	d := Dataset{Layer: layer("departement", "Département (contour schématique)", "La Loire-Atlantique. Contour schématique.", geo.MultiPolygon, "code",
		text("code", "Code Insee"), text("nom", "Nom"))}
	cells := slices.SortedFunc(maps.Keys(owner), func(a, b cell) int {
		return cmp.Or(cmp.Compare(a.row, b.row), cmp.Compare(a.col, b.col))
	})
	d.Rows = []geo.Row{row(outline(cells), geo.String("44"), geo.String("Loire-Atlantique"))}
	return d
}

// zone is a kind of zone of a PLU (CNIG PLU 2017d, ZONE_URBA: TYPEZONE).
type zone struct{ libelle, libelong, typezone string }

var zones = []zone{
	{"Ua", "Centre ancien", "U"}, {"Ub", "Quartiers récents", "U"},
	{"1AU", "À urbaniser, ouverte", "AUc"}, {"2AU", "À urbaniser, fermée", "AUs"},
	{"A", "Agricole", "A"}, {"N", "Naturelle", "N"},
}

// zoneOf says in which zone a cell falls: rings around the village, then farms
// and woods in patches.
func zoneOf(c *Commune, h cell) int {
	d := c.ringM(h) / (300 + 2*sqrt(float64(c.Population))*6)
	switch {
	case d < 0.6:
		return 0
	case d < 1.4:
		return 1
	case d < 1.7 && noise(h.col, h.row, 1) < 0.25:
		return 2
	case d < 2.0 && noise(h.col, h.row, 2) < 0.15:
		return 3
	case noise(h.col/4, h.row/4, 3) < 0.3:
		return 5
	}
	return 4
}

func zoneLayer(communes []*Commune) Dataset {
	d := Dataset{Layer: layer("zone_urba", "Zones d'urbanisme (inventées)",
		"Zones au modèle CNIG PLU 2017d (ZONE_URBA), couvrant chaque commune sans trou ni recouvrement."+invented, geo.MultiPolygon, "",
		text("libelle", "Libellé"), text("libelong", "Libellé long"), text("typezone", "Type de zone"), text("insee", "Code Insee de la commune"),
		text("idurba", "Document d'urbanisme"), number("datvalid", "Date de validation", geo.KindDate), number("surface_ha", "Surface (ha, Lambert-93)", geo.KindDecimal))}
	d.Layer.Standard, d.Layer.StandardVersion = "CNIG PLU", "2017d"
	for _, c := range communes {
		cells := make([][]cell, len(zones))
		for _, h := range c.cells {
			z := zoneOf(c, h)
			cells[z] = append(cells[z], h)
		}
		day := 18_262 + int64(hash(c.Code)%2000) // 2020-01-01 and later
		for z, hs := range cells {
			if len(hs) == 0 {
				continue
			}
			ha := float64(len(hs)) * hexSideM * hexSideM * 1.5 * sqrt(3) / 1e4
			d.Rows = append(d.Rows, row(outline(hs), geo.String(zones[z].libelle), geo.String(zones[z].libelong), geo.String(zones[z].typezone),
				geo.String(c.Code), geo.String(c.Code+"_PLU_20200101"), geo.Date(day), geo.Decimal(fmt.Appendf(nil, "%.2f", ha))))
		}
	}
	return d
}

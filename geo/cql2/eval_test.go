package cql2_test

import (
	"testing"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/cql2"
	"github.com/arpent-geo/arpent/geo/cql2/sem"
)

// What each operator means on one row, null included: "" is null. The stores
// answer the same.
func TestEval(t *testing.T) {
	l := &geo.Layer{CRS: geo.Lambert93}
	row := map[string]geo.Value{}
	for name, v := range map[string]geo.Value{
		"nom": geo.String("Évry"), "pop": geo.Int(9007199254740993), "dec": geo.Decimal([]byte("0.10")), "taux": geo.Real(.1),
		"oui": geo.Bool(true), "jour": geo.Date(19753), "vu": geo.Instant(19753 * 86400e6), "midi": geo.Timestamp(19753*86400e6 + 43200e6),
		"mots": geo.Array([]byte(`["a",1,"2024-01-31"]`)), "zero": geo.Int(0),
	} {
		l.Properties = append(l.Properties, geo.Property{Name: name, Kind: v.Kind})
		row[name] = v
	}
	for name, k := range map[string]geo.Kind{"nb": geo.KindBool, "nn": geo.KindInt, "nt": geo.KindText, "nd": geo.KindDate, "na": geo.KindArray} {
		l.Properties = append(l.Properties, geo.Property{Name: name, Kind: k})
	}
	env := sem.Env{Value: func(p *geo.Property) geo.Value { return row[p.Name] }}
	for filter, want := range map[string]string{
		"oui": "true", "nb": "", "not nb": "", "oui and nb": "", "nb and false": "false", "nb or oui": "true", "nb or false": "",
		"pop = 9007199254740993": "true", "pop = 9007199254740992": "false", "pop > 9007199254740992": "true", "pop > 9007199254740992.0": "false",
		"dec = 0.1": "true", "dec < 1": "true", "taux = 0.1": "true", "taux in (0.2, 0.1)": "true", "nn = 1": "", "nn <> 1": "",
		"zero in (1, nn)": "", "zero in (0, nn)": "true", "nn in (1)": "", "zero between nn and -1": "false", "zero between 0 and nn": "",
		"nom = 'Évry'": "true", "nom > 'Z'": "true", "casei(nom) = casei('ÉVRY')": "true", "accenti(nom) = 'Evry'": "true",
		"accenti(casei(nom)) like accenti(casei('É_RY'))": "true", "nom like 'é%'": "false", "nt like '%'": "", "nt is null": "true", "nom is null": "false",
		"upper(nom) = 'ÉVRY'": "true", "lower(nt) = 'a'": "",
		"1/zero = 1": "", "1 div 2 = 0": "true", "7 % 4 = 3": "true", "1/2 = 0.5": "true", "nn + 1 > 0": "", "1/zero is null": "true",
		"jour = date('2024-01-31')": "true", "jour = timestamp('2024-01-31T00:00:00Z')": "true", "vu = date('2024-01-31')": "true", "midi > jour": "true",
		"t_intersects(midi, date('2024-01-31'))": "true", "t_after(midi, date('2024-01-31'))": "false", "t_equals(jour, interval('2024-01-31','2024-01-31'))": "true",
		"t_during(interval(vu, midi), interval('2024-01-30','2024-01-31'))": "true", "t_meets(interval('..','2024-01-31'), interval(jour,'..'))": "true",
		"t_before(nd, date('2024-01-31'))": "", "t_intersects(interval(jour,nd), interval('..','..'))": "", "t_intersects(interval(jour,'..'), interval('..','..'))": "true",
		"interval(jour,nd) is null": "true", "interval(jour,'..') is null": "false",
		"year(midi) = 2024": "true", "year(nd) = 1": "",
		"a_contains(mots, ('a'))": "true", "a_contains(mots, (1.0, date('2024-01-31')))": "true", "a_contains(mots, ('1'))": "false",
		"a_equals(mots, ('a', 1, '2024-01-31'))": "true", "a_overlaps(('b','a'), mots)": "true", "a_containedby(('a'), mots)": "true", "a_equals(na, ())": "",
	} {
		e, err := cql2.ParseText(filter, l, cql2.Options{})
		if err != nil {
			t.Errorf("%s: %v", filter, err)
			continue
		}
		got := ""
		if v := sem.Eval(e, env); !v.IsNull() {
			got = string(v.AppendText(nil))
		}
		if got != want {
			t.Errorf("%s: %q, want %q", filter, got, want)
		}
	}
}

package web

import (
	"fmt"
	"html/template"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/arpent-geo/arpent/geo"
)

// Characters shown of a value: in a table, and on the page of one item.
const (
	cellLimit = 120
	fullLimit = 10_000
)

// dateHTML writes a date for people and for machines.
func dateHTML(lang string, t time.Time) template.HTML {
	return timeHTML(t.Format("2006-01-02"), shortDate(lang, t))
}

func timeHTML(machine, people string) template.HTML {
	return template.HTML(`<time datetime="` + machine + `">` + people + `</time>`)
}

// cell writes a value of the data, at most limit characters of it.
func cell(lang string, v geo.Value, limit int) template.HTML {
	switch v.Kind {
	case geo.KindNull:
		return `<span class="null">` + escaped(text(lang, "value.null")) + `</span>`
	case geo.KindBool:
		if v.Bool() {
			return escaped(text(lang, "value.true"))
		}
		return escaped(text(lang, "value.false"))
	case geo.KindInt, geo.KindReal, geo.KindFloat, geo.KindDecimal:
		return escaped(dataNumber(lang, string(v.AppendText(nil))))
	case geo.KindDate, geo.KindTimestamp, geo.KindTimestampTZ:
		return instant(lang, v)
	case geo.KindJSON, geo.KindArray:
		return `<code>` + escaped(cut(string(v.AppendText(nil)), limit)) + `</code>`
	case geo.KindBytes:
		size, err := translate(lang, "value.bytes", integer(lang, int64(len(v.Bytes))))
		if err != nil {
			return ""
		}
		return escaped(size)
	}
	return textHTML(string(v.AppendText(nil)), limit)
}

// instant writes a date or a time; what lies beyond the years 1 to 9999 has no
// place in HTML's time element and is printed as the data has it.
func instant(lang string, v geo.Value) template.HTML {
	if v.Int() == geo.PosInfinity || v.Int() == geo.NegInfinity {
		return escaped(string(v.AppendText(nil)))
	}
	t := v.Time()
	if t.Year() < 1 || t.Year() > 9999 {
		return escaped(string(v.AppendText(nil)))
	}
	switch v.Kind {
	case geo.KindDate:
		return dateHTML(lang, t)
	case geo.KindTimestamp:
		return timeHTML(t.Format("2006-01-02T15:04:05"), shortDate(lang, t)+" "+t.Format("15:04:05"))
	}
	return timeHTML(t.Format("2006-01-02T15:04:05Z"), shortDate(lang, t)+" "+t.Format("15:04:05")+noBreak+"UTC")
}

// textHTML writes a text; one that is an address of the web becomes a link.
func textHTML(s string, limit int) template.HTML {
	shown := escaped(cut(s, limit))
	if !strings.HasPrefix(s, "https://") && !strings.HasPrefix(s, "http://") {
		return shown
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || strings.ContainsAny(s, " \t\r\n") {
		return shown
	}
	return `<a href="` + escaped(u.String()) + `" rel="nofollow noreferrer">` + shown + `</a>`
}

func escaped(s string) template.HTML { return template.HTML(template.HTMLEscapeString(s)) }

// cut shortens a text to limit characters.
func cut(s string, limit int) string {
	if utf8.RuneCountInString(s) <= limit {
		return strings.ToValidUTF8(s, "\uFFFD")
	}
	n := 0
	for i := range s {
		if n == limit {
			return strings.ToValidUTF8(s[:i], "\uFFFD") + "…"
		}
		n++
	}
	return s
}

// rowsView is a table ready for its template.
type rowsView struct {
	Caption string
	Region  string // name of the scrolling region
	ID      string // heading of the ids; empty: the rows have none
	Heads   []headView
	Rows    []rowView
}

type headView struct {
	Label string
	Num   bool // numbers are aligned on the right
}

type rowView struct {
	ID    string
	Link  string
	Cells []cellView
}

type cellView struct {
	HTML template.HTML
	Num  bool
}

// properties lists the properties of the table in the order of its columns.
func (t *Table) properties() []*geo.Property {
	var list []*geo.Property
	if t.Properties == nil {
		for i := range t.Layer.Properties {
			list = append(list, &t.Layer.Properties[i])
		}
	}
	for _, i := range t.Properties {
		list = append(list, &t.Layer.Properties[i])
	}
	return list
}

func numeric(k geo.Kind) bool {
	return k == geo.KindInt || k == geo.KindReal || k == geo.KindFloat || k == geo.KindDecimal
}

// Rows makes a table ready for its template.
func (v *view) Rows(t *Table, caption string) (rowsView, error) {
	region, err := translate(v.Lang, "table.region", caption)
	if err != nil {
		return rowsView{}, err
	}
	out := rowsView{Caption: caption, Region: region}
	if len(t.Layer.Key) > 0 {
		out.ID = text(v.Lang, "table.id")
	}
	properties := t.properties()
	for _, p := range properties {
		out.Heads = append(out.Heads, headView{p.Label(), numeric(p.Kind)})
	}
	for _, row := range t.rows {
		if len(row.Values) != len(properties) {
			return out, fmt.Errorf("table of layer %s: a row has %d values for %d properties", t.Layer.ID, len(row.Values), len(properties))
		}
		r := rowView{ID: row.ID.String()}
		if !row.ID.IsZero() {
			r.Link = v.Link(layerPath(t.Layer, "items", r.ID))
		}
		for i, value := range row.Values {
			r.Cells = append(r.Cells, cellView{cell(v.Lang, value, cellLimit), numeric(properties[i].Kind)})
		}
		out.Rows = append(out.Rows, r)
	}
	return out, nil
}

// fact is one line of a definition list.
type fact struct {
	Label string
	Name  string // of the column, when the label says something else
	HTML  template.HTML
}

// Facts lists the attributes of the first row.
func (v *view) Facts(t *Table) []fact {
	if len(t.rows) == 0 {
		return nil
	}
	var list []fact
	for i, p := range t.properties() {
		if i >= len(t.rows[0].Values) {
			break
		}
		f := fact{Label: p.Label(), HTML: cell(v.Lang, t.rows[0].Values[i], fullLimit)}
		if p.Label() != p.Name {
			f.Name = p.Name
		}
		list = append(list, f)
	}
	return list
}

// ItemID is the id of the row of the page.
func (p *Item) ItemID() string {
	if len(p.Table.rows) == 0 {
		return ""
	}
	return p.Table.rows[0].ID.String()
}

package cql2

import (
	"strconv"
	"unicode/utf8"

	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/geo/crs"
)

// Options says how a filter is read or written. The zero value is the rule of
// the standard: geometries in CRS84, the functions of package geo.
type Options struct {
	CRS       crs.Ref         // filter-crs: system and axis order of the geometries; zero: CRS84
	Functions []*geo.Function // that may be called; nil: geo.Functions()
	Limits    Limits
}

// Limits bounds what is read; a zero field stands for its default.
type Limits struct {
	Bytes     int // of the filter: 1 MiB
	Depth     int // of expressions inside one another: 64
	Nodes     int // operators, properties and constants; a geometry is one: 2,500
	List      int // members of IN, of an array, arguments: 1,000
	Members   int // of one AND or OR: 500
	Wildcards int // % in one pattern: 10
	Vertices  int // of all geometries: 50,000
}

func (o Options) withDefaults() Options {
	if o.CRS.CRS.IsZero() {
		o.CRS = crs.Ref{CRS: geo.CRS84}
	}
	if o.Functions == nil {
		o.Functions = geo.Functions()
	}
	for _, d := range []struct {
		field *int
		value int
	}{
		{&o.Limits.Bytes, 1 << 20},
		{&o.Limits.Depth, 64},
		{&o.Limits.Nodes, 2500},
		{&o.Limits.List, 1000},
		{&o.Limits.Members, 500},
		{&o.Limits.Wildcards, 10},
		{&o.Limits.Vertices, 50000},
	} {
		if *d.field <= 0 {
			*d.field = d.value
		}
	}
	return o
}

// source is what a reader reads, to say where an error stands.
type source struct{ text string }

// fail is an error at a byte of the source.
func (s *source) fail(at int, fr, en string) error {
	return s.at(at, geo.Invalid("", geo.Text{FR: fr, EN: en}, geo.Text{}))
}

// at puts a position before the message of an error: line and column, counted
// in characters from 1.
func (s *source) at(at int, err error) error {
	e, ok := err.(*geo.Error) //nolint:errorlint // only an error made here, never a wrapped one, lacks its position
	if !ok {
		return err
	}
	line, start := 1, 0
	at = min(at, len(s.text))
	for i := range at {
		if s.text[i] == '\n' {
			line, start = line+1, i+1
		}
	}
	column := strconv.Itoa(utf8.RuneCountInString(s.text[start:at]) + 1)
	fr, en := "colonne "+column, "column "+column
	if line > 1 {
		fr, en = "ligne "+strconv.Itoa(line)+", "+fr, "line "+strconv.Itoa(line)+", "+en
	}
	located := *e
	located.Msg = geo.Text{FR: fr + " : " + e.Msg.FR, EN: en + ": " + e.Msg.EN}
	return &located
}

// check refuses what no reader should look at.
func (s *source) check(limits Limits) error {
	if len(s.text) > limits.Bytes {
		return limitError("filtre trop long : "+strconv.Itoa(limits.Bytes)+" octets au plus", "filter too long: "+strconv.Itoa(limits.Bytes)+" bytes at most")
	}
	if !utf8.ValidString(s.text) {
		return limitError("le filtre n'est pas en UTF-8", "the filter is not UTF-8")
	}
	return nil
}

func limitError(fr, en string) error {
	return geo.Invalid("", geo.Text{FR: fr, EN: en}, geo.Text{})
}

// clip shortens what a message repeats of the filter.
func clip(s string) string {
	const most = 40
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most]) + "…"
}

func quoteFR(s string) string { return "« " + clip(s) + " »" }
func quoteEN(s string) string { return strconv.Quote(clip(s)) }

package web

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

var (
	tags       = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[^\s=>"'/]+(?:="[^"]*")?)*)\s*(/?)>`)
	attributes = regexp.MustCompile(`([^\s=>"'/]+)(?:="([^"]*)")?`)
	void       = map[string]bool{"meta": true, "link": true, "input": true, "br": true}
	dataBlocks = regexp.MustCompile(`(?s)(<script type="application/json"[^>]*>).*?(</script>)`)
	spaced     = regexp.MustCompile(`\d \d{3}\b`)
)

// element is one start tag.
type element struct {
	name  string
	attrs map[string]string
}

// parse reads a page as strictly as XML: every tag balanced, every attribute
// quoted. It returns the start tags.
func parse(t *testing.T, html string) []element {
	t.Helper()
	html = dataBlocks.ReplaceAllString(strings.TrimPrefix(html, "<!DOCTYPE html>\n"), "$1$2")
	var all []element
	var open []string
	for _, m := range tags.FindAllStringSubmatch(html, -1) {
		name := m[2]
		switch {
		case m[1] == "/":
			if len(open) == 0 || open[len(open)-1] != name {
				t.Fatalf("</%s> closes %v", name, open)
			}
			open = open[:len(open)-1]
			continue
		case !void[name] && m[4] != "/":
			open = append(open, name)
		}
		e := element{name, map[string]string{}}
		for _, a := range attributes.FindAllStringSubmatch(m[3], -1) {
			if _, twice := e.attrs[a[1]]; twice {
				t.Errorf("<%s> has %s twice", name, a[1])
			}
			e.attrs[a[1]] = a[2]
		}
		all = append(all, e)
	}
	if len(open) > 0 {
		t.Fatalf("%v left open", open)
	}
	if left := tags.ReplaceAllString(html, ""); strings.ContainsAny(left, "<>") {
		at := strings.IndexAny(left, "<>")
		t.Errorf("a stray < or > near %q", left[max(0, at-20):min(len(left), at+20)])
	}
	return all
}

func TestPagesAreWellFormed(t *testing.T) {
	eachPage(t, func(t *testing.T, name string, html []byte) {
		all := parse(t, string(html))
		ids, count := map[string]bool{}, map[string]int{}
		for _, e := range all {
			count[e.name]++
			if id := e.attrs["id"]; id != "" {
				if ids[id] {
					t.Errorf("id %q stands twice", id)
				}
				ids[id] = true
			}
		}
		for _, e := range all {
			for _, attr := range []string{"for", "aria-labelledby", "data-copy"} {
				for _, id := range strings.Fields(e.attrs[attr]) {
					if !ids[id] {
						t.Errorf("<%s %s=%q> refers to nothing", e.name, attr, id)
					}
				}
			}
			if href := e.attrs["href"]; strings.HasPrefix(href, "#") && !ids[href[1:]] {
				t.Errorf("link to %s leads nowhere", href)
			}
		}
		if count["h1"] != 1 || count["main"] != 1 || count["table"] != count["caption"] {
			t.Errorf("%d h1, %d main, %d tables with %d captions", count["h1"], count["main"], count["table"], count["caption"])
		}
	})
}

// TestPagesKeepTheirPolicy: nothing inline, nothing from another host, every
// address below the prefix of the site.
func TestPagesKeepTheirPolicy(t *testing.T) {
	eachPage(t, func(t *testing.T, name string, html []byte) {
		for _, e := range parse(t, string(html)) {
			for attr, value := range e.attrs {
				switch {
				case attr == "style", strings.HasPrefix(attr, "on"):
					t.Errorf("<%s> has %s", e.name, attr)
				case strings.Contains(value, "ZgotmplZ"):
					t.Errorf("<%s %s>: the template refused a value", e.name, attr)
				case attr == "src", attr == "action", attr == "href" && e.name == "link":
					if !strings.HasPrefix(value, "/geo/") {
						t.Errorf("<%s %s=%q> is not below the site", e.name, attr, value)
					}
				case attr == "href":
					if !strings.HasPrefix(value, "/geo") && !strings.HasPrefix(value, "#") && !strings.HasPrefix(value, "http") {
						t.Errorf("<a href=%q>", value)
					}
				}
			}
			if e.name == "th" && e.attrs["scope"] == "" {
				t.Error("a heading of a table has no scope")
			}
			if e.name == "script" && e.attrs["src"] == "" && e.attrs["type"] != "application/json" || e.name == "style" {
				t.Errorf("inline <%s>", e.name)
			}
		}
		visible := tags.ReplaceAllString(dataBlocks.ReplaceAllString(string(html), ""), "\n")
		if bad := spaced.FindString(visible); bad != "" {
			t.Errorf("%q: a number is split by a space that breaks", bad)
		}
	})
}

func TestPageLanguage(t *testing.T) {
	eachPage(t, func(t *testing.T, name string, html []byte) {
		if lang := name[:2]; !bytes.Contains(html, []byte(`<html lang="`+lang+`">`)) {
			t.Errorf("page is not in %s", lang)
		}
	})
}

func TestRenderUnknownLanguage(t *testing.T) {
	var b bytes.Buffer
	if err := testSite(t).Render(&b, &Landing{Base: Base{Lang: "de", BaseURL: "http://localhost"}}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), `<html lang="fr">`) || !strings.Contains(b.String(), `href="/collections"`) {
		t.Error("a language that we do not speak gets French, and a site at the root links from the root")
	}
}

// A row that does not fit the layer is an error of the caller: no page at all.
func TestRenderRefusesMisshapenRows(t *testing.T) {
	table := &Table{Layer: communes()}
	table.Add(geo.Row{ID: geo.StringID("1"), Values: []geo.Value{geo.Int(1)}})
	var b bytes.Buffer
	if err := testSite(t).Render(&b, &Items{Layer: communes(), Table: table}); err == nil || b.Len() > 0 {
		t.Errorf("%d bytes written, error %v", b.Len(), err)
	}
}

// FuzzItem puts any text everywhere that data or a request reaches.
func FuzzItem(f *testing.F) {
	for _, seed := range []string{"", "Cergy", `"><script>alert(1)</script>`, "javascript:alert(1)", "https://a.b/?q=\"'<>&", "http://[::1", "\x00\xff", "</title>"} {
		f.Add(seed)
	}
	s, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		l := &geo.Layer{ID: text, CRS: geo.CRS84, GeomColumn: "g", Key: []string{"k"}, Properties: []geo.Property{{Name: text, Title: text, Kind: geo.KindText}}, Meta: geo.Meta{Description: text}}
		table := &Table{Layer: l}
		table.Add(geo.Row{ID: geo.StringID(text), Values: []geo.Value{geo.String(text)}})
		base := Base{BaseURL: "http://localhost", Path: "/x", Query: map[string][]string{"k": {text}, text: {text}}}
		for _, p := range []Page{
			&Items{Base: base, Layer: l, Table: table, FilterBy: []string{"k"}, Map: newMap(t, l, geo.BBox{}, geo.Row{WKB: square(2, 49)})},
			&Collection{Base: base, Summary: Summary{Layer: l}, First: table},
			&Error{Base: base, Title: text, Detail: text, Hint: text, Where: text},
		} {
			var b bytes.Buffer
			if err := s.Render(&b, p); err != nil {
				t.Fatal(err)
			}
			for _, e := range parse(t, b.String()) {
				if strings.HasPrefix(strings.ToLower(strings.TrimSpace(e.attrs["href"])), "javascript:") || e.name == "script" && e.attrs["src"] == "" && e.attrs["type"] != "application/json" {
					t.Errorf("script got in: %v", e)
				}
			}
		}
	})
}

func BenchmarkRenderItems(b *testing.B) {
	s, err := New(Options{})
	if err != nil {
		b.Fatal(err)
	}
	table := &Table{Layer: communes()}
	for range 100 {
		table.Add(communeRows()[0])
	}
	page := &Items{Base: Base{BaseURL: "http://localhost", Path: "/collections/communes/items"}, Layer: communes(), Table: table, Limit: 100}
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Render(io.Discard, page); err != nil {
			b.Fatal(err)
		}
	}
}

package api

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

// ids returns the ids of the features of an answer.
func ids(doc map[string]any) []string {
	var out []string
	for _, f := range doc["features"].([]any) {
		out = append(out, fmt.Sprint(f.(map[string]any)["id"]))
	}
	return out
}

// path takes the base off a link.
func path(link string) string { return strings.TrimPrefix(link, "https://exemple.fr/geo") }

func TestPagesByNextAreTheSet(t *testing.T) {
	ts := newTestSite(t, Options{})
	for _, c := range []struct {
		query string
		total int
	}{{"limit=4", 25}, {"limit=5", 25}, {"limit=25", 25}, {"limit=24", 25}, {"limit=1&population=100", 6},
		{"limit=2&bbox=2.33,48.84,2.37,48.86&crs=EPSG:2154", 4}, {"limit=3&offset=20", 5}} {
		t.Run(c.query, func(t *testing.T) {
			var forward [][]string
			last := ""
			at := "/collections/communes/items?" + c.query
			for pages := 0; at != "" && pages < 40; pages++ {
				status, doc := ts.getJSON(at)
				if status != 200 {
					t.Fatalf("%s: %d %v", at, status, doc)
				}
				for _, kept := range strings.Split(c.query, "&") {
					if name, _, _ := strings.Cut(kept, "="); name != "offset" && linkTo(doc, "next") != "" && !strings.Contains(linkTo(doc, "next"), name+"=") {
						t.Errorf("next loses %s: %s", name, linkTo(doc, "next"))
					}
				}
				forward = append(forward, ids(doc))
				last, at = at, path(linkTo(doc, "next"))
			}
			all := slices.Concat(forward...)
			if len(all) != c.total || len(slices.Compact(slices.Clone(all))) != c.total || !slices.IsSorted(all) {
				t.Errorf("%d items: %v", len(all), all)
			}
			// And back, page by page, to the first.
			back := len(forward) - 1
			for at := last; ; back-- {
				_, doc := ts.getJSON(at)
				prev := path(linkTo(doc, "prev"))
				if prev == "" || back == 0 {
					break
				}
				if _, before := ts.getJSON(prev); !slices.Equal(ids(before), forward[back-1]) {
					t.Fatalf("page before page %d: %v, want %v", back, ids(before), forward[back-1])
				}
				at = prev
			}
			if back != 0 {
				t.Errorf("went back to page %d, not to the first", back)
			}
		})
	}
}

// Whatever the sort, the pages are the set: each item once, in order, forwards
// and backwards. Nulls are the highest values.
func TestSortedPagesAreTheSet(t *testing.T) {
	ts := newTestSite(t, Options{})
	for _, c := range []struct{ sort, first, last string }{
		{"population", "01001", "01024"}, {"-population", "01004", "01025"}, {"%2Bpopulation,-nom", "01009", "01012"},
		{"+population,-code", "01025", "01004"}, {"-nom", "01009", "01001"}, {"-surface,-code", "01025", "01001"},
	} {
		for _, limit := range []int{1, 4, 25} {
			var pages [][]string
			at := fmt.Sprintf("/collections/communes/items?limit=%d&sortby=%s&properties=nom", limit, c.sort)
			last := at
			for ; at != "" && len(pages) < 30; at = "" {
				_, doc := ts.getJSON(at)
				for {
					pages = append(pages, ids(doc))
					next := path(linkTo(doc, "next"))
					if next == "" || len(pages) > 30 {
						break
					}
					last = next
					_, doc = ts.getJSON(next)
				}
			}
			all := slices.Concat(pages...)
			if unique := slices.Compact(slices.Sorted(slices.Values(all))); len(all) != 25 || len(unique) != 25 || all[0] != c.first || all[24] != c.last {
				t.Fatalf("%s by %d: %d items, %v", c.sort, limit, len(all), all)
			}
			for k := len(pages) - 1; k > 0; k-- {
				_, doc := ts.getJSON(last)
				last = path(linkTo(doc, "prev"))
				if _, before := ts.getJSON(last); !slices.Equal(ids(before), pages[k-1]) {
					t.Fatalf("%s by %d: before page %d stands %v, want %v", c.sort, limit, k, ids(before), pages[k-1])
				}
			}
		}
	}
}

func TestCursorOfAnotherSort(t *testing.T) {
	ts := newTestSite(t, Options{})
	_, doc := ts.getJSON("/collections/communes/items?limit=5&sortby=population")
	next := path(linkTo(doc, "next"))
	for _, sort := range []string{"-population", "nom", "population,nom"} {
		if status, doc := ts.getJSON(strings.Replace(next, "sortby=population", "sortby="+sort, 1)); status != 400 {
			t.Errorf("%s: %d %v", sort, status, doc)
		}
	}
}

func TestPrevEndsAtTheFirstPage(t *testing.T) {
	ts := newTestSite(t, Options{})
	_, first := ts.getJSON("/collections/communes/items?limit=5")
	_, second := ts.getJSON(path(linkTo(first, "next")))
	_, again := ts.getJSON(path(linkTo(second, "prev")))
	if linkTo(first, "prev") != "" || linkTo(again, "prev") != "" {
		t.Errorf("the first page has a page before it: %q, %q", linkTo(first, "prev"), linkTo(again, "prev"))
	}
	if linkTo(again, "next") == "" || !slices.Equal(ids(first), ids(again)) {
		t.Errorf("the way back leads to %v", ids(again))
	}
}

func TestNumberMatchedIsExactOrAbsent(t *testing.T) {
	ts := newTestSite(t, Options{})
	for query, want := range map[string]float64{"limit=3": 25, "limit=3&offset=7": 25, "limit=100": 25, "population=100&limit=2": 6, "nom=rien": 0, "bbox=2.33,48.84,2.331,48.841": 1} {
		if _, doc := ts.getJSON("/collections/communes/items?" + query); doc["numberMatched"] != want {
			t.Errorf("%s: numberMatched %v, want %v", query, doc["numberMatched"], want)
		}
	}
	// The same question at the same version is counted once.
	before := ts.store.counted.Load()
	ts.getJSON("/collections/communes/items?limit=3&population=100")
	ts.getJSON("/collections/communes/items?limit=3&population=100&crs=EPSG:2154")
	if n := ts.store.counted.Load(); n != before {
		t.Errorf("counted %d times again", n-before)
	}
	ts.store.set(func(f *fakeStore) { f.versions["communes"] = geo.Version{Tag: "v2"} })
	ts.getJSON("/collections/communes/items?limit=3&population=100")
	if n := ts.store.counted.Load(); n != before+1 {
		t.Error("a new version of the data is not counted again")
	}
}

func TestCursorWithAnyByteChanged(t *testing.T) {
	ts := newTestSite(t, Options{})
	_, doc := ts.getJSON("/collections/communes/items?limit=5")
	next := path(linkTo(doc, "next"))
	_, cursorAndMore, _ := strings.Cut(next, "cursor=")
	cursor, _, _ := strings.Cut(cursorAndMore, "&")
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	for i := range cursor {
		for _, c := range alphabet {
			changed := cursor[:i] + string(c) + cursor[i+1:]
			if changed == cursor {
				continue
			}
			if status, doc := ts.getJSON("/collections/communes/items?limit=5&cursor=" + changed); status != 400 || doc["detail"] == "" {
				t.Fatalf("byte %d as %c: %d %v", i, c, status, doc)
			}
		}
	}
	for _, other := range []string{"population=100&limit=5&cursor=" + cursor, "bbox=2,48,3,49&cursor=" + cursor, "offset=1&cursor=" + cursor,
		"cursor=", "cursor=" + cursor + "%0A", "cursor=" + cursor[:len(cursor)-4], "cursor=" + strings.Repeat("A", 12000)} {
		if status, doc := ts.getJSON("/collections/communes/items?" + other); status != 400 {
			t.Errorf("%.60s: %d %v", other, status, doc)
		}
	}
	if status, _ := ts.getJSON("/collections/capteurs/items?cursor=" + cursor); status != 400 {
		t.Errorf("a cursor of another layer: %d", status)
	}
}

func TestCursorKeepsExactValues(t *testing.T) {
	key := []geo.Value{geo.Null(), geo.Float(0.1), geo.Int(-7), geo.String("É\x00/"), geo.Decimal([]byte("12345678901234567890.1")), geo.Instant(-5), geo.Date(3)}
	for _, before := range []bool{false, true} {
		text := cursor{before, key}.encode("question")
		got, err := decodeCursor(text, "question")
		if err != nil || got.before != before || !slices.EqualFunc(got.key, key, geo.Value.Equal) {
			t.Errorf("%v, %v", got, err)
		}
	}
	if text := (cursor{key: []geo.Value{geo.String(strings.Repeat("x", maxCursorBytes))}}).encode("q"); text != "" {
		t.Error("a key that does not fit gives a cursor")
	}
	if text := (cursor{}).encode("q"); text != "" {
		t.Error("no key gives a cursor")
	}
}

func FuzzDecodeCursor(f *testing.F) {
	f.Add(cursor{false, []geo.Value{geo.Int(4), geo.String("a")}}.encode("q"))
	f.Add("AQ")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := decodeCursor(text, "q")
		if err == nil && c.encode("q") != text && len(c.key) > 0 {
			t.Errorf("%q is read as %v, which is written %q", text, c, c.encode("q"))
		}
	})
}

func TestItemIDs(t *testing.T) {
	ts := newTestSite(t, Options{})
	for at, want := range map[string]int{
		"communes/items/01001": 200, "public.communes/items/01001": 200, "communes/items/1001": 404, "communes/items/01001%00": 404,
		"capteurs/items/1": 200, "capteurs/items/01": 404, "capteurs/items/+1": 404, "capteurs/items/9223372036854775808": 404, "capteurs/items/x": 404,
		"ref.codes/items/a%2Fb": 200, "ref.codes/items/%C3%A9%20%3F": 200, "ref.codes/items/%2E%2E": 200, "ref.codes/items/%ff": 404,
		"notes/items/1": 404, "dUmmYColLection/items/1": 404, "communes/items/01001/x": 404, "communes/items/01001/": 200,
	} {
		if status, doc := ts.getJSON("/collections/" + at); status != want {
			t.Errorf("%s: %s %v", at, strconv.Itoa(status), doc)
		}
	}
	_, doc := ts.getJSON("/collections/ref.codes/items/a%2Fb")
	if got := linkTo(doc, "self"); got != "https://exemple.fr/geo/collections/ref.codes/items/a%2Fb" {
		t.Errorf("self %s", got)
	}
}

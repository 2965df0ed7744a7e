package tile

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/arpent-geo/arpent/geo"
)

// sharedData returns a file of the shared test data, beside the repository.
func sharedData(t testing.TB, path string) string {
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		file := filepath.Join(dir, "..", "shared", "data", path)
		if _, err := os.Stat(file); err == nil {
			return file
		}
	}
	t.Skipf("%s is not among shared test data beside the repository", path)
	return ""
}

func TestPointOfOriginFollowsTheAxesOfTheAuthority(t *testing.T) {
	set := &TileMatrixSet{ID: "x", CRS: geo.EPSG("3035"), OrderedAxes: []string{"Y", "X"}, NorthFirst: true,
		Matrices: []TileMatrix{{ID: "0", OriginX: 2000000, OriginY: 5500000}}}
	text, err := json.Marshal(set)
	if err != nil || !strings.Contains(string(text), `"pointOfOrigin":[5500000,2000000]`) {
		t.Errorf("%s, %v", text, err)
	}
}

func TestParse(t *testing.T) {
	set := WebMercatorQuad()
	for _, c := range []struct {
		z, x, y string
		want    ID
		kind    error
	}{
		{"0", "0", "0", ID{}, nil},
		{"12", "2004", "1411", ID{12, 2004, 1411}, nil},
		{"12", "4095", "4095", ID{12, 4095, 4095}, nil},
		{"12", "4096", "0", ID{}, geo.ErrNotFound},
		{"12", "0", "4096", ID{}, geo.ErrNotFound},
		{"12", "9223372036854775808", "0", ID{}, geo.ErrNotFound},
		{"12", strings.Repeat("9", 5000), "0", ID{}, geo.ErrNotFound},
		{"25", "0", "0", ID{}, geo.ErrNotFound},
		{"9223372036854775808", "0", "0", ID{}, geo.ErrNotFound},
		{"-1", "0", "0", ID{}, geo.ErrNotFound},
		{"3", "-1", "0", ID{}, geo.ErrInvalidInput},
		{"3", "+1", "0", ID{}, geo.ErrInvalidInput},
		{"3", "1.5", "0", ID{}, geo.ErrInvalidInput},
		{"3", "", "0", ID{}, geo.ErrInvalidInput},
		{"3", "1", "١", ID{}, geo.ErrInvalidInput},
		{"3", "1", strings.Repeat("x", 5000), ID{}, geo.ErrInvalidInput},
	} {
		got, err := set.Parse(c.z, c.x, c.y)
		if got != c.want || !errors.Is(err, c.kind) {
			t.Errorf("%.20s/%.20s/%.20s: %v, %v", c.z, c.x, c.y, got, err)
		}
		if err != nil && len(err.Error()) > 200 {
			t.Errorf("an error of %d bytes", len(err.Error()))
		}
	}
}

func TestCheck(t *testing.T) {
	set := WebMercatorQuad()
	for _, id := range []ID{{-1, 0, 0}, {25, 0, 0}, {3, 8, 0}, {3, 0, 8}, {3, -1, 0}, {3, 0, -1}} {
		if err := set.Check(id); !errors.Is(err, geo.ErrNotFound) {
			t.Errorf("%v: %v", id, err)
		}
	}
	if err := set.Check(ID{24, 1<<24 - 1, 0}); err != nil {
		t.Error(err)
	}
}

func TestBoxesMeetAndGrow(t *testing.T) {
	set := WebMercatorQuad()
	a, b := set.BBox(ID{8, 126, 88}), set.BBox(ID{8, 127, 89})
	if a.MaxX != b.MinX || a.MinY != b.MaxY {
		t.Errorf("neighbours do not meet: %v %v", a, b)
	}
	search, unit := set.SearchBox(ID{8, 126, 88}), (a.MaxX-a.MinX)/Extent
	if d := a.MinX - search.MinX - Buffer*unit; math.Abs(d) > 1e-6 || search.MaxY-a.MaxY-Buffer*unit > 1e-6 {
		t.Errorf("buffer: %v around %v", search, a)
	}
	if world := set.BBox(ID{}); set.SearchBox(ID{}) != world {
		t.Errorf("the search box leaves the world: %v, %v", set.SearchBox(ID{}), world)
	}
}

func TestLimits(t *testing.T) {
	set := WebMercatorQuad()
	// Métropole, in metres of EPSG:3857.
	box := geo.BBox{CRS: geo.WebMercator, MinX: -572513, MinY: 5061666, MaxX: 1064224, MaxY: 6637425}
	got := set.Limits(box, 0, 30)
	if len(got) != 25 {
		t.Fatalf("%d matrices", len(got))
	}
	if want := (Limits{"5", 10, 11, 15, 16, 5}); got[5] != want {
		t.Errorf("%+v, want %+v", got[5], want)
	}
	if !got[5].Contains(ID{5, 16, 11}) || got[5].Contains(ID{5, 17, 11}) || got[5].Contains(ID{6, 16, 11}) {
		t.Error("Contains")
	}
	far := geo.BBox{MinX: -1e300, MinY: math.Inf(-1), MaxX: 1e300, MaxY: math.Inf(1)}
	if got := set.Limits(far, 3, 3); got[0] != (Limits{"3", 0, 7, 0, 7, 3}) {
		t.Errorf("the world: %+v", got)
	}
}

func ExampleTileMatrixSet_Parse() {
	set := WebMercatorQuad()
	id, err := set.Parse("12", "2074", "1409") // x before y; here Paris
	if err != nil {
		fmt.Println(err)
		return
	}
	box := set.BBox(id)
	fmt.Printf("%v: %.0f %.0f %.0f %.0f m, %v\n", id, box.MinX, box.MinY, box.MaxX, box.MaxY, box.CRS)
	// Output: 12/2074/1409: 254382 6242153 264166 6251937 m, EPSG:3857
}

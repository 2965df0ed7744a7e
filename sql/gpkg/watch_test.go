package gpkg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

const quick = 20 * time.Millisecond

// makeFile writes a GeoPackage of n points, whose first name is name.
func makeFile(t testing.TB, path, name string, n int) {
	t.Helper()
	s, err := Create(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	l := &geo.Layer{Table: "lieux", Geometry: geo.Point, CRS: geo.Lambert93, Properties: []geo.Property{{Name: "nom", Kind: geo.KindText}}}
	rows := make([]geo.Row, n)
	for i := range rows {
		rows[i] = geo.Row{WKB: pointWKB(700000+float64(i), 6600000), Values: []geo.Value{geo.String(name)}}
	}
	loadRows(t, s, l, rows)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func within(t *testing.T, d time.Duration, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(quick) {
		if ok() {
			return
		}
	}
	t.Fatalf("not within %v: %s", d, what)
}

// firstName reads the first row of the layer.
func firstName(ctx context.Context, s *Store) (string, error) {
	l, err := s.Layer(ctx, "lieux")
	if err != nil {
		return "", err
	}
	for row, err := range s.Items(ctx, geo.ItemQuery{Layer: l, Limit: 1}) {
		return string(append([]byte(nil), firstBytes(row)...)), err
	}
	return "", errors.New("no row")
}

func firstBytes(row geo.Row) []byte {
	if len(row.Values) == 0 {
		return nil
	}
	return row.Values[0].Bytes
}

// TestFollowsItsFile: removed, noise, cut short, replaced by rename, written
// over in place, each time by a file that is good again in the end.
func TestFollowsItsFile(t *testing.T) {
	dir := t.TempDir()
	path, good, other := filepath.Join(dir, "servi.gpkg"), filepath.Join(dir, "bon.gpkg"), filepath.Join(dir, "autre.gpkg")
	makeFile(t, good, "bon", 500)
	makeFile(t, other, "autre", 500)
	put := func(from string) { // as a careful program does
		t.Helper()
		if err := os.Rename(copyFile(t, from, path+".tmp"), path); err != nil {
			t.Fatal(err)
		}
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	put(good)
	s := openFile(t, path, Options{ReadOnly: true, Poll: quick})
	l, err := s.Layer(t.Context(), "lieux")
	must(err)
	says := func(want string) {
		t.Helper()
		within(t, 5*time.Second, "the first row says "+want, func() bool { got, err := firstName(t.Context(), s); return err == nil && got == want })
	}
	fails := func(when string) {
		t.Helper()
		within(t, 5*time.Second, when+": unavailable", func() bool { return errors.Is(s.Ping(t.Context()), geo.ErrUnavailable) })
		if _, err := firstName(t.Context(), s); !errors.Is(err, geo.ErrUnavailable) {
			t.Errorf("%s: items: %v", when, err)
		}
		if _, err := s.Item(t.Context(), l, geo.IntID(1)); !errors.Is(err, geo.ErrUnavailable) {
			t.Errorf("%s: item: %v", when, err)
		}
		if _, err := s.Count(t.Context(), geo.ItemQuery{Layer: l, Limit: 1}); !errors.Is(err, geo.ErrUnavailable) {
			t.Errorf("%s: count: %v", when, err)
		}
		for _, err := range s.TileRows(t.Context(), geo.TileQuery{Layer: l, BBox: geo.BBox{CRS: geo.Lambert93, MaxX: 1e6, MaxY: 7e6}}) {
			if !errors.Is(err, geo.ErrUnavailable) {
				t.Errorf("%s: tile: %v", when, err)
			}
		}
		if _, err := s.Layer(t.Context(), "lieux"); err != nil {
			t.Errorf("%s: the catalogue is lost: %v", when, err)
		}
	}
	says("bon")
	must(os.Remove(path))
	fails("removed")
	put(other)
	says("autre")
	must(os.WriteFile(path, []byte("ceci n'est pas un GeoPackage, mais alors pas du tout"), 0o644))
	fails("noise in place")
	put(good)
	says("bon")
	must(os.Truncate(path, 20000))
	fails("cut short")
	put(other)
	says("autre")
	copyFile(t, good, path) // over the very same file
	says("bon")
	v, err := s.Version(t.Context(), l)
	if err != nil || v.Tag == "" || time.Since(v.Modified) > time.Minute {
		t.Errorf("version %+v, %v", v, err)
	}
}

// TestVersionSurvivesARestart: the tag is that of the file, not of a connection.
func TestVersionSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "servi.gpkg")
	makeFile(t, path, "un", 10)
	tag := func() string {
		s := openFile(t, path, Options{ReadOnly: true})
		l, err := s.Layer(t.Context(), "lieux")
		if err != nil {
			t.Fatal(err)
		}
		v, err := s.Version(t.Context(), l)
		if err != nil {
			t.Fatal(err)
		}
		return v.Tag
	}
	first := tag()
	if again := tag(); again != first {
		t.Errorf("%s, then %s without a change", first, again)
	}
	execSQL(t, path, `UPDATE lieux SET nom = 'deux' WHERE fid = 3`)
	if changed := tag(); changed == first {
		t.Error("a change leaves the tag as it was")
	}
}

// TestReplacedBesideALog: a file renamed over one whose write-ahead log is
// still there; SQLite alone would show the old rows.
func TestReplacedBesideALog(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "servi.gpkg"), filepath.Join(dir, "autre.gpkg")
	makeFile(t, path, "ancien", 500)
	makeFile(t, other, "nouveau", 500)
	writer := openDB(mustDriver(t), path, "rw", 1, nil)
	defer writer.Close()
	for _, statement := range []string{`PRAGMA journal_mode = WAL`, `UPDATE lieux SET nom = 'dans le journal'`} {
		if _, err := writer.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	s := openFile(t, path, Options{ReadOnly: true, Poll: quick})
	if got, err := firstName(t.Context(), s); err != nil || got != "dans le journal" {
		t.Fatalf("%q, %v", got, err)
	}
	if err := os.Rename(other, path); err != nil {
		t.Fatal(err)
	}
	within(t, 5*time.Second, "the new rows", func() bool { got, err := firstName(t.Context(), s); return err == nil && got == "nouveau" })
}

// TestLockedByAWriter: right or unavailable, never wrong, and well afterwards.
func TestLockedByAWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "servi.gpkg")
	makeFile(t, path, "un", 10)
	s := openFile(t, path, Options{ReadOnly: true, Poll: quick})
	writer := openDB(mustDriver(t), path, "rw", 1, nil)
	defer writer.Close()
	run := func(statement string) {
		t.Helper()
		if _, err := writer.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	run(`BEGIN EXCLUSIVE`)
	run(`UPDATE lieux SET nom = 'deux'`)
	short, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if got, err := firstName(short, s); !errors.Is(err, geo.ErrTimeout) && !errors.Is(err, geo.ErrUnavailable) {
		t.Errorf("while locked: %q, %v", got, err)
	}
	done := make(chan error, 1)
	go func() {
		got, err := firstName(context.WithoutCancel(t.Context()), s)
		if err == nil && got != "un" && got != "deux" {
			err = fmt.Errorf("it says %q", got)
		}
		done <- err
	}()
	time.Sleep(300 * time.Millisecond)
	run(`COMMIT`)
	if err := <-done; err != nil {
		t.Errorf("a reader that waited: %v", err)
	}
	within(t, 5*time.Second, "the change", func() bool { got, err := firstName(t.Context(), s); return err == nil && got == "deux" })
}

// TestSavedWhileServed: ogr2ogr saves while a client reads slowly; it does not
// wait, and its change is seen within 2 s.
func TestSavedWhileServed(t *testing.T) {
	if _, err := exec.LookPath("ogr2ogr"); err != nil {
		t.Skip("GDAL is not installed: ogr2ogr is wanted")
	}
	path := filepath.Join(t.TempDir(), "servi.gpkg")
	makeFile(t, path, "un", 20000)
	s := openFile(t, path, Options{ReadOnly: true})
	l, err := s.Layer(t.Context(), "lieux")
	if err != nil {
		t.Fatal(err)
	}
	before, _ := s.Version(t.Context(), l)
	n := 0
	for _, err := range s.Items(t.Context(), geo.ItemQuery{Layer: l, Limit: 20000}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 5 { // the client sleeps here, for all that we know
			start := time.Now()
			out, err := exec.Command("ogrinfo", path, "-sql", `UPDATE lieux SET nom = 'enregistré'`).CombinedOutput()
			if err != nil {
				t.Fatalf("ogrinfo: %v\n%s", err, out)
			}
			if took := time.Since(start); took > 4*time.Second {
				t.Errorf("saving took %v", took)
			}
			within(t, 2*time.Second, "the change is seen", func() bool {
				v, err := s.Version(t.Context(), l)
				got, err2 := firstName(t.Context(), s)
				return err == nil && err2 == nil && v.Tag != before.Tag && got == "enregistré"
			})
		}
	}
	if n != 20000 {
		t.Errorf("%d rows", n)
	}
	if mode := journalMode(t, path); mode != "delete" {
		t.Errorf("serving changed the journal mode to %s", mode)
	}
}

func journalMode(t *testing.T, path string) (mode string) {
	t.Helper()
	db := openDB(mustDriver(t), path, "ro", 1, nil)
	defer db.Close()
	if err := db.QueryRowContext(t.Context(), `PRAGMA journal_mode`).Scan(&mode); err != nil {
		t.Fatal(err)
	}
	return mode
}

// TestHotJournal: a program was killed while it wrote. Arpent may not mend the
// file; it says so, and serves it as soon as somebody has.
func TestHotJournal(t *testing.T) {
	dir := t.TempDir()
	path, served := filepath.Join(dir, "ecrit.gpkg"), filepath.Join(dir, "servi.gpkg")
	makeFile(t, path, "un", 5000)
	copyFile(t, path, served)
	s := openFile(t, served, Options{ReadOnly: true, Poll: quick})
	writer := openDB(mustDriver(t), path, "rw", 1, nil)
	defer writer.Close()
	for _, statement := range []string{`PRAGMA cache_size = 5`, `BEGIN`, `UPDATE lieux SET nom = 'à moitié écrit'`} {
		if _, err := writer.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	copyFile(t, path+"-journal", served+"-journal")
	copyFile(t, path, served)
	within(t, 5*time.Second, "unavailable", func() bool {
		_, err := firstName(t.Context(), s)
		return errors.Is(err, geo.ErrUnavailable)
	})
	if _, err := Open(t.Context(), served, Options{ReadOnly: true}); !errors.Is(err, geo.ErrUnavailable) {
		t.Errorf("open: %v", err)
	}
	execSQL(t, served, `SELECT count(*) FROM lieux`) // mends it
	within(t, 5*time.Second, "the rows of before", func() bool { got, err := firstName(t.Context(), s); return err == nil && got == "un" })
}

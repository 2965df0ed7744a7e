//go:build unix

package gpkg

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// helper runs one test of this binary in a process of its own.
func helper(t *testing.T, test, path string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^"+test+"$", "-test.count=1")
	cmd.Env = append(os.Environ(), "ARPENT_HELPER="+path)
	return cmd
}

// TestHelperLoad is no test: it loads 8,000 rows where it is told to.
func TestHelperLoad(t *testing.T) {
	path := os.Getenv("ARPENT_HELPER")
	if path == "" {
		t.Skip("run by others")
	}
	s, err := Open(t.Context(), path, Options{})
	if errors.Is(err, geo.ErrNotFound) {
		s, err = Create(t.Context(), path)
	}
	if err != nil {
		t.Fatal(err)
	}
	l := &geo.Layer{Table: "lieux", Geometry: geo.Point, CRS: geo.Lambert93, Properties: []geo.Property{{Name: "nom", Kind: geo.KindText}}}
	rows := make([]geo.Row, 8000)
	for i := range rows {
		rows[i] = geo.Row{WKB: pointWKB(float64(i), 680000), Values: []geo.Value{geo.String("nouveau")}}
	}
	loadRows(t, s, l, rows)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestKilledLoad kills a load at each eighth of its time: the file is as it was
// or as it was to be, and the next load works and leaves nothing beside.
func TestKilledLoad(t *testing.T) {
	dir := t.TempDir()
	start := time.Now()
	if out, err := helper(t, "TestHelperLoad", filepath.Join(dir, "temps.gpkg")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	whole := time.Since(start)
	for _, existing := range []bool{true, false} {
		for eighth := 1; eighth <= 8; eighth += 1 + btoi(!existing) {
			path := filepath.Join(t.TempDir(), "tue.gpkg")
			if existing {
				makeFile(t, path, "ancien", 100)
			}
			cmd := helper(t, "TestHelperLoad", path)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			time.Sleep(whole * time.Duration(eighth) / 8)
			_ = cmd.Process.Signal(syscall.SIGKILL)
			_ = cmd.Wait()
			s, err := Open(t.Context(), path, Options{})
			if errors.Is(err, geo.ErrNotFound) && !existing {
				s, err = Create(t.Context(), path)
			} else if err == nil {
				name, n := stateOf(t, s)
				old, all := existing && name == "ancien" && n == 100, name == "nouveau" && n == 8000
				if !old && !all {
					t.Errorf("killed at %d/8: %d rows, the first says %q", eighth, n, name)
				}
			}
			if err != nil {
				t.Fatalf("killed at %d/8: %v", eighth, err)
			}
			l := &geo.Layer{Table: "lieux", Geometry: geo.Point, CRS: geo.Lambert93, Properties: []geo.Property{{Name: "nom", Kind: geo.KindText}}}
			loadRows(t, s, l, []geo.Row{{WKB: pointWKB(1, 1), Values: []geo.Value{geo.String("après")}}})
			if name, n := stateOf(t, s); name != "après" || n != 1 {
				t.Errorf("after a load killed at %d/8: %d rows, the first says %q", eighth, n, name)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if left, _ := filepath.Glob(path + "?*"); len(left) > 0 {
				t.Errorf("killed at %d/8: left beside: %v", eighth, left)
			}
		}
	}
}

func stateOf(t *testing.T, s *Store) (name string, n int64) {
	t.Helper()
	l, err := s.Layer(t.Context(), "lieux")
	if err != nil {
		t.Fatal(err)
	}
	if n, err = s.Count(t.Context(), geo.ItemQuery{Layer: l, Limit: 1}); err != nil {
		t.Fatal(err)
	}
	if name, err = firstName(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return name, n
}

// TestDiskFull: said as such; the old layer stays and the space is given back.
func TestDiskFull(t *testing.T) {
	path := filepath.Join(t.TempDir(), "plein.gpkg")
	makeFile(t, path, "ancien", 100)
	s := openFile(t, path, Options{})
	for _, mode := range []geo.LoadMode{geo.LoadReplace, geo.LoadAppend} {
		l := &geo.Layer{Table: "lieux", Geometry: geo.Point, CRS: geo.Lambert93, Properties: []geo.Property{{Name: "nom", Kind: geo.KindText}}}
		ld, err := s.BeginLoad(t.Context(), l, mode)
		if err != nil {
			t.Fatal(err)
		}
		// A limit of pages is met as a full disk is.
		if _, err := ld.(*load).conn.ExecContext(t.Context(), `PRAGMA max_page_count = 60`); err != nil {
			t.Fatal(err)
		}
		row := geo.Row{WKB: pointWKB(1, 1), Values: []geo.Value{geo.String("un nom plutôt long pour remplir des pages entières")}}
		for range 100000 {
			if err = ld.Write(t.Context(), &row); err != nil {
				break
			}
		}
		if !errors.Is(err, geo.ErrDiskFull) {
			t.Errorf("mode %d: %v, want disk full", mode, err)
		}
		if err := ld.Rollback(); err != nil {
			t.Errorf("rollback: %v", err)
		}
		if name, n := stateOf(t, s); name != "ancien" || n != 100 {
			t.Errorf("mode %d: %d rows, the first says %q", mode, n, name)
		}
		if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
			t.Errorf("the log keeps %d bytes", info.Size())
		}
	}
}

// TestHelperRead is no test: it reads the file as a user who cannot write there.
func TestHelperRead(t *testing.T) {
	path := os.Getenv("ARPENT_HELPER")
	if path == "" {
		t.Skip("run by others")
	}
	s, err := Open(t.Context(), path, Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := firstName(t.Context(), s); err != nil || got != "un" {
		t.Errorf("%q, %v", got, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestLogInAReadOnlyFolder: a file in WAL mode where no lock file can be made.
func TestLogInAReadOnlyFolder(t *testing.T) {
	dir, err := os.MkdirTemp("", "arpent")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "servi.gpkg")
	makeFile(t, path, "un", 10)
	execSQL(t, path, `PRAGMA journal_mode = WAL`)
	if err := errors.Join(os.Chmod(path, 0o444), os.Chmod(dir, 0o555)); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = os.Chmod(dir, 0o755) }()
	cmd := helper(t, "TestHelperRead", path)
	if os.Geteuid() == 0 { // who can write anywhere: run as nobody
		bin, err := os.MkdirTemp("", "arpent")
		if err != nil {
			t.Fatal(err)
		}
		defer os.RemoveAll(bin)
		cmd.Path = copyFile(t, cmd.Path, filepath.Join(bin, "test"))
		if err := errors.Join(os.Chmod(bin, 0o755), os.Chmod(cmd.Path, 0o755)); err != nil {
			t.Fatal(err)
		}
		cmd.Dir = bin
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	if left, _ := filepath.Glob(path + "?*"); len(left) > 0 {
		t.Errorf("left beside: %v", left)
	}
}

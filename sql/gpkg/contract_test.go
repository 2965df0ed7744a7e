package gpkg

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/arpent-geo/arpent/sql/storetest"
)

// outside is a store whose file is changed by another program too.
type outside struct{ *Store }

func (o outside) Exec(ctx context.Context, statement string) error {
	db := openDB(o.drv, o.path, "rw", 1, nil)
	defer db.Close()
	_, err := db.ExecContext(ctx, statement)
	return err
}

func TestContract(t *testing.T) { storetest.Run(t, create) }

func TestFilters(t *testing.T) { storetest.Filters(t, create) }

func TestATS(t *testing.T) {
	source, err := Open(t.Context(), storetest.ATSFile(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	storetest.ATS(t, create(t), outside{source})
}

// create returns a store on a new file.
func create(t *testing.T) storetest.Store {
	s, err := Create(t.Context(), filepath.Join(t.TempDir(), "essai.gpkg"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return outside{s}
}

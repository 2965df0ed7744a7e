package gpkg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"

	"modernc.org/sqlite"

	"github.com/arpent-geo/arpent/geo"
)

// newFile is a GeoPackage being made beside its place: nothing is there before
// it is whole. Its name is always the same, so that what a killed load left is
// found, and locked by SQLite, so that two loads do not make it at once.
type newFile struct{ path, building string }

// startFile opens an empty GeoPackage for writing, in an open transaction.
func startFile(ctx context.Context, drv *sqlite.Driver, path string) (*newFile, *sql.DB, error) {
	n := &newFile{path: path, building: path + ".loading"}
	for range 3 {
		before, err := os.Stat(n.building)
		left := err == nil
		// No journal and no sync: a file that is not finished is thrown away.
		query := url.Values{"_pragma": {"locking_mode(EXCLUSIVE)", "journal_mode(OFF)", "synchronous(OFF)"}}
		db := openDB(drv, n.building, "rwc", 1, query)
		_, err = db.ExecContext(ctx, `BEGIN EXCLUSIVE`)
		if isBusy(err) && ctx.Err() == nil {
			return nil, nil, errors.Join(otherLoad(path, err), db.Close())
		}
		after, statErr := os.Stat(n.building)
		if left && (err != nil || statErr == nil && os.SameFile(before, after)) {
			// What a killed load left: nobody holds it.
			if err := errors.Join(db.Close(), n.remove()); err != nil {
				return nil, nil, err
			}
			continue
		}
		if err != nil || statErr != nil {
			return nil, nil, errors.Join(err, statErr, db.Close())
		}
		for _, pragma := range []string{fmt.Sprintf(`PRAGMA application_id = %d`, applicationID), fmt.Sprintf(`PRAGMA user_version = %d`, userVersion)} {
			if _, err := db.ExecContext(ctx, pragma); err != nil {
				return nil, nil, errors.Join(err, db.Close(), n.remove())
			}
		}
		return n, db, nil
	}
	return nil, nil, otherLoad(path, nil)
}

// publish puts the file in its place, once close has let go of it.
func (n *newFile) publish(closeDB func() error) error {
	if exists(n.path) {
		return &geo.Error{Kind: geo.ErrConflict, Where: n.path,
			Msg: geo.Text{FR: "le fichier est apparu pendant le chargement", EN: "the file appeared during the load"}}
	}
	f, err := os.OpenFile(n.building, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), closeDB(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(n.building, n.path); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(n.path)); err == nil {
		_ = dir.Sync() // not every system can
		_ = dir.Close()
	}
	return nil
}

func (n *newFile) remove() error {
	err := os.Remove(n.building)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

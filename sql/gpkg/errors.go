package gpkg

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/arpent-geo/arpent/geo"
)

// explain turns an error of SQLite into one of package geo, in one place: what
// was attempted, on which layer or file, and ctx, whose end is told apart from
// a fault of the file.
func explain(ctx context.Context, attempted string, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil && !isKind(err) {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return &geo.Error{Kind: geo.ErrTimeout, Where: attempted, Err: ctx.Err(),
				Msg: geo.Text{FR: "la lecture a dépassé le temps permis", EN: "reading took longer than allowed"}}
		}
		return fmt.Errorf("%s: %w", attempted, ctx.Err())
	}
	if isKind(err) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("%s: %w", attempted, err)
	}
	msg, kind := classify(err)
	if kind == nil {
		return fmt.Errorf("%s: %w", attempted, err)
	}
	return &geo.Error{Kind: kind, Where: attempted, Msg: msg, Err: err}
}

// isKind reports whether err is already one that callers tell apart.
func isKind(err error) bool {
	var e *geo.Error
	return errors.As(err, &e) || errors.Is(err, geo.ErrNotFound) || errors.Is(err, geo.ErrChanged) || errors.Is(err, geo.ErrBusy)
}

// classify reads the primary code (https://www.sqlite.org/rescode.html).
func classify(err error) (msg geo.Text, kind error) {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		switch {
		case errors.Is(err, sql.ErrConnDone), strings.Contains(err.Error(), "database is closed"):
			return geo.Text{FR: "le fichier a été rouvert", EN: "the file was reopened"}, geo.ErrUnavailable
		case errors.Is(err, fs.ErrNotExist):
			return geo.Text{FR: "le fichier n'est plus là", EN: "the file is gone"}, geo.ErrUnavailable
		}
		return msg, nil
	}
	if code := e.Code(); code&0xff == sqlite3.SQLITE_READONLY && code != sqlite3.SQLITE_READONLY {
		// An extended code: what stands beside the file must be dealt with first,
		// such as the journal of a program that was killed while it wrote.
		return geo.Text{FR: "un programme a été interrompu en écrivant le fichier : ouvrez-le une fois avec lui", EN: "a program was interrupted while writing the file: open it once with that program"}, geo.ErrUnavailable
	}
	switch e.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return geo.Text{FR: "un autre programme écrit dans le fichier", EN: "another program is writing to the file"}, geo.ErrUnavailable
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return geo.Text{FR: "le fichier est abîmé ou n'est pas un GeoPackage", EN: "the file is damaged or is not a GeoPackage"}, geo.ErrUnavailable
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL:
		return geo.Text{FR: "le fichier ne peut pas être lu", EN: "the file cannot be read"}, geo.ErrUnavailable
	case sqlite3.SQLITE_FULL:
		return geo.Text{FR: "le disque est plein", EN: "disk full"}, geo.ErrDiskFull
	case sqlite3.SQLITE_READONLY:
		return geo.Text{FR: "le fichier ne peut pas être écrit", EN: "the file cannot be written"}, geo.ErrReadOnly
	case sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH:
		return geo.Text{FR: "l'accès au fichier est refusé", EN: "access to the file is denied"}, geo.ErrForbidden
	case sqlite3.SQLITE_CONSTRAINT:
		return geo.Text{FR: "une valeur viole une contrainte de la table", EN: "a value breaks a constraint of the table"}, geo.ErrInvalidInput
	case sqlite3.SQLITE_TOOBIG:
		return geo.Text{FR: "valeur trop grande", EN: "value too large"}, geo.ErrTooLarge
	case sqlite3.SQLITE_SCHEMA:
		return geo.Text{FR: "la table a changé", EN: "the table has changed"}, geo.ErrChanged
	}
	// SQLITE_ERROR has no finer code: only its text tells a missing table.
	switch text := e.Error(); {
	case strings.Contains(text, "no such table"):
		return geo.Text{FR: "la table n'existe plus", EN: "the table no longer exists"}, geo.ErrNotFound
	case strings.Contains(text, "no such column"):
		return geo.Text{FR: "la table a changé de colonnes", EN: "the columns of the table have changed"}, geo.ErrChanged
	}
	return msg, nil
}

// isBusy reports whether another connection holds the file: also when the wait
// for it was cut short by a deadline.
func isBusy(err error) bool {
	var e *sqlite.Error
	return errors.Is(err, context.DeadlineExceeded) || errors.As(err, &e) && (e.Code()&0xff == sqlite3.SQLITE_BUSY || e.Code()&0xff == sqlite3.SQLITE_LOCKED)
}

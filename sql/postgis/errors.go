package postgis

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"github.com/lib/pq"
	"github.com/lib/pq/pqerror"

	"github.com/arpent-geo/arpent/geo"
)

// explain turns an error of the driver into one of package geo: the only place
// that knows lib/pq's errors. doing says what was attempted.
//
// lib/pq answers a context that ends with 57014, as it does statement_timeout:
// the context tells which it was.
func explain(ctx context.Context, doing string, err error) error {
	if err == nil {
		return nil
	}
	var known *geo.Error
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return timeout(doing, ctx.Err())
	}
	if ctx.Err() != nil {
		return fmt.Errorf("%s: %w", doing, ctx.Err())
	}
	if pe := pgError(err); pe != nil {
		return explainCode(doing, pe)
	}
	if lost(err) {
		return unavailable(doing, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func explainCode(doing string, pe *pq.Error) error {
	cause := fmt.Errorf("%s: %w", doing, pe)
	switch pe.Code {
	case pqerror.QueryCanceled:
		return timeout(doing, pe)
	case pqerror.UndefinedTable, pqerror.InvalidSchemaName:
		return &geo.Error{Kind: geo.ErrNotFound, Err: cause,
			Msg: geo.Text{FR: "la table n'existe pas, ou plus", EN: "the table does not exist, or no longer"}}
	case pqerror.UndefinedColumn, pqerror.UndefinedFunction, pqerror.FeatureNotSupported:
		// 0A000: « cached plan must not change result type ».
		return changed(cause)
	case pqerror.InsufficientPrivilege:
		return &geo.Error{Kind: geo.ErrForbidden, Err: cause,
			Msg: geo.Text{FR: "le compte de la base n'a pas le droit de faire cela", EN: "the database role may not do this"}}
	case pqerror.DiskFull:
		return &geo.Error{Kind: geo.ErrDiskFull, Err: cause,
			Msg: geo.Text{FR: "le disque de la base est plein", EN: "the disk of the database is full"}}
	case pqerror.ReadOnlySQLTransaction:
		return &geo.Error{Kind: geo.ErrReadOnly, Err: cause,
			Msg: geo.Text{FR: "la base n'accepte que la lecture", EN: "the database is read-only"}}
	}
	switch pe.Code.Class() {
	case "22": // a value that the type of a column cannot hold
		return &geo.Error{Kind: geo.ErrInvalidInput, Err: cause,
			Msg: geo.Text{FR: "une valeur n'est pas du type de sa colonne", EN: "a value is not of the type of its column"}}
	case "08", "57", "53", "40": // connection, operator (57P0x), resources, rolled back (a standby's conflict)
		return unavailable(doing, pe)
	case "55": // 55P03: a lock was not to be had within lock_timeout
		return &geo.Error{Kind: geo.ErrUnavailable, Err: cause,
			Msg: geo.Text{FR: "la table est verrouillée par un autre traitement", EN: "the table is locked by another task"}}
	}
	return cause
}

func timeout(doing string, cause error) error {
	return &geo.Error{Kind: geo.ErrTimeout, Err: fmt.Errorf("%s: %w", doing, cause),
		Msg: geo.Text{FR: "la base n'a pas répondu dans le temps permis", EN: "the database did not answer within the time allowed"}}
}

func unavailable(doing string, cause error) error {
	return &geo.Error{Kind: geo.ErrUnavailable, Err: fmt.Errorf("%s: %w", doing, cause),
		Msg: geo.Text{FR: "la base ne répond pas", EN: "the database does not answer"}}
}

func changed(cause error) error {
	return &geo.Error{Kind: geo.ErrChanged, Err: cause,
		Msg:  geo.Text{FR: "la couche a changé pendant sa lecture", EN: "the layer changed while it was being read"},
		Hint: geo.Text{FR: "recommencez", EN: "start again"}}
}

// pgError returns the server's error in err, or nil.
func pgError(err error) *pq.Error {
	var pe *pq.Error
	if errors.As(err, &pe) {
		return pe
	}
	return nil
}

// lost reports whether err says that the connection, not the statement, is at
// fault: what a second try on a new connection may cure.
func lost(err error) bool {
	if pe := pgError(err); pe != nil {
		return pe.Code.Class() == "08" || pe.Code.Class() == "57" && pe.Code != pqerror.QueryCanceled
	}
	var ne net.Error
	return errors.As(err, &ne) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, sql.ErrConnDone) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, os.ErrDeadlineExceeded)
}

// again reports whether the same statement may well succeed at once if tried
// once more: the connection was dead, or the server rolled back on its own
// account (40001, which a standby answers when replay needs the rows).
func again(err error) bool {
	if pe := pgError(err); pe != nil && pe.Code.Class() == "40" {
		return true
	}
	return lost(err)
}

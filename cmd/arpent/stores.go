package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"

	"github.com/arpent-geo/arpent/api"
	"github.com/arpent-geo/arpent/examples/demo"
	"github.com/arpent-geo/arpent/geo"
	"github.com/arpent-geo/arpent/loaders"
	"github.com/arpent-geo/arpent/sql/gpkg"
	"github.com/arpent-geo/arpent/sql/postgis"
)

// store is what commands ask of PostGIS and of a GeoPackage alike.
type store interface {
	api.Store
	geo.Sink
	Unpublished(ctx context.Context) ([]geo.Unpublished, error)
	io.Closer
}

var (
	_ store         = (*postgis.Store)(nil)
	_ store         = (*gpkg.Store)(nil)
	_ migrator      = (*postgis.Store)(nil)
	_ loaders.Store = (*gpkg.Store)(nil)
)

// openServed opens the source of s to read it. PostGIS may be away: the store
// connects when it can.
func (a *app) openServed(ctx context.Context, s settings, log *slog.Logger) (store, error) {
	switch kindOfSource(s.Source) {
	case sourceDemo:
		path, err := demo.Open(cacheDir(a.env))
		if err != nil {
			return nil, err
		}
		s.Source = path
	case sourcePostGIS:
		st, err := postgis.Open(ctx, s.Source, postgis.Options{
			Schemas: s.Schemas, Publish: s.Publish, Exclude: s.Exclude, Attributes: s.Attributes, Layers: s.Layers,
			MaxConns: s.Limits.Connections, Queue: s.Limits.Queue, StatementTimeout: s.Timeouts.Statement, Logger: log,
		})
		if err != nil {
			return nil, asCall(err)
		}
		return st, nil
	case sourceFile:
		path, err := a.packFiles(ctx, s.Source)
		if err != nil {
			return nil, err
		}
		s.Source = path
	}
	if _, err := os.Stat(s.Source); errors.Is(err, fs.ErrNotExist) { // one that goes away later is waited for
		return nil, notFound(s.Source)
	}
	st, err := gpkg.Open(ctx, s.Source, gpkg.Options{
		ReadOnly: true, Publish: s.Publish, Exclude: s.Exclude, Layers: s.Layers, MaxConns: s.Limits.Connections, Logger: log,
	})
	if err != nil {
		return nil, err
	}
	problems, err := st.Unpublished(ctx)
	for _, u := range problems {
		log.Warn("table with a problem", "table", u.Table, "published", u.Published, "reason", u.Reason.EN, "remedy", u.Remedy.EN)
	}
	return st, err
}

// openTarget opens a source to write it; a GeoPackage is made when there is none.
func (a *app) openTarget(ctx context.Context, target string) (store, error) {
	switch kindOfSource(target) {
	case sourcePostGIS:
		s, err := a.settings("", nil)
		if err != nil {
			return nil, err
		}
		st, err := postgis.Open(ctx, target, postgis.Options{Schemas: s.Schemas, Logger: a.quietLogger()})
		if err != nil {
			return nil, asCall(err)
		}
		return st, nil
	case sourceGeoPackage:
		open := gpkg.Create
		if _, err := os.Stat(target); err == nil {
			open = func(ctx context.Context, path string) (*gpkg.Store, error) {
				return gpkg.Open(ctx, path, gpkg.Options{Logger: a.quietLogger()})
			}
		}
		st, err := open(ctx, target)
		if err != nil {
			return nil, err
		}
		return st, nil
	}
	return nil, badCall(target, geo.Text{FR: "ce n'est ni un GeoPackage ni une base PostGIS", EN: "neither a GeoPackage nor a PostGIS database"},
		geo.Text{FR: "un nom qui finit par .gpkg, ou postgres://…", EN: "a name that ends in .gpkg, or postgres://…"})
}

func notFound(path string) error {
	hint := geo.Text{}
	if kindOfSource(path) == sourceGeoPackage {
		hint = geo.Text{FR: "arpent load FICHIER --into " + quoteShell(path) + " le crée", EN: "arpent load FILE --into " + quoteShell(path) + " makes it"}
	}
	return &geo.Error{Kind: geo.ErrNotFound, Where: path, Msg: geo.Text{FR: "ce fichier n'existe pas", EN: "no such file"}, Hint: hint}
}

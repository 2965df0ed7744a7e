package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/arpent-geo/arpent/geo"
)

// migrator is a store with a schema of its own to bring up to date.
type migrator interface {
	Migrate(ctx context.Context) error
	Track(ctx context.Context, layerID string) error
}

func (a *app) migrateCommand() *cobra.Command {
	var track []string
	c := &cobra.Command{
		Use: "migrate SOURCE [OPTIONS]",
		Short: a.pick("Met à jour le schéma d'Arpent dans une base PostGIS",
			"Brings Arpent's schema in a PostGIS database up to date"),
		Long: a.pick(`Crée ou met à jour le schéma « arpent » de la base. Avec --track, pose sur une table
qu'Arpent n'a pas chargée le déclencheur qui date ses changements : les navigateurs et
les caches gardent alors les réponses jusqu'au changement suivant.`,
			`Makes the schema "arpent" of the database, or brings it up to date. With --track, puts on
a table that Arpent did not load the trigger that marks its changes: browsers and
caches then keep answers until the next change.`),
		Example: `  arpent migrate postgres://sig@localhost/urbanisme
  arpent migrate postgres://sig@localhost/urbanisme --track cadastre.parcelle`,
		Args: arguments(1, 1, geo.Text{FR: "la base", EN: "the database"}),
		RunE: func(cmd *cobra.Command, args []string) error { return a.migrate(cmd.Context(), args[0], track) },
	}
	a.listFlag(c.Flags(), &track, "track", "couche dont il faut suivre les changements", "layer whose changes are to be tracked")
	return c
}

func (a *app) migrate(ctx context.Context, source string, track []string) error {
	st, err := a.openTarget(ctx, source)
	if err != nil {
		return err
	}
	defer st.Close()
	m, ok := st.(migrator)
	if !ok {
		fmt.Fprintln(a.out, a.pick("un GeoPackage n'a rien à mettre à jour", "a GeoPackage has nothing to bring up to date"))
		return nil
	}
	if err := m.Migrate(ctx); err != nil {
		return err
	}
	for _, id := range track {
		if err := m.Track(ctx, id); err != nil {
			return fmt.Errorf("--track %s: %w", id, err)
		}
	}
	fmt.Fprintln(a.out, a.pick("schéma « arpent » à jour", "schema \"arpent\" is up to date"))
	for _, id := range track {
		fmt.Fprintln(a.out, a.pick("changements suivis : ", "changes tracked: ")+id)
	}
	return nil
}

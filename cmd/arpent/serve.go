package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/arpent-geo/arpent/geo"
)

// serveFlags are the settings that have a flag: its name, the setting, and
// what people read.
var serveFlags = []struct{ name, path, fr, en string }{
	{"addr", "addr", "adresse d'écoute", "address to listen on"},
	{"admin-addr", "admin_addr", "adresse à part pour /metrics et les profils", "separate address for /metrics and profiles"},
	{"base-url", "base_url", "adresse publique, par exemple https://exemple.fr/geo", "public address, such as https://example.org/geo"},
	{"trusted-proxy", "trusted_proxies", "mandataire dont les en-têtes X-Forwarded-* sont crus (10.0.0.0/8)", "proxy whose X-Forwarded-* headers are believed (10.0.0.0/8)"},
	{"schema", "schemas", "schéma PostgreSQL à publier en plus de public", "PostgreSQL schema to publish besides public"},
	{"publish", "publish", "ne publier que ces tables (motifs : table, schema.table, table.colonne)", "publish only these tables (patterns: table, schema.table, table.column)"},
	{"exclude", "exclude", "ne pas publier ces tables ou colonnes (mêmes motifs)", "do not publish these tables or columns (same patterns)"},
	{"attributes", "attributes", "table sans géométrie à publier", "table without geometry to publish"},
	{"max-items", "limits.items", "nombre maximal d'objets par réponse", "most items in one answer"},
	{"log-level", "log.level", "debug, info, warn ou error", "debug, info, warn or error"},
}

var serveHelp = geo.Text{
	FR: `Publie sur le web les couches d'une base PostGIS ou d'un fichier GeoPackage, ou un
fichier ou dossier de GeoJSON ; sans SOURCE, une démonstration. S'arrête proprement par
Ctrl-C ou SIGTERM.

Chaque option est aussi un réglage du fichier --config et une variable
d'environnement : --base-url, base_url, ARPENT_BASE_URL. L'option l'emporte sur la
variable, la variable sur le fichier. Le mot de passe de la base vient de PGPASSWORD,
de ~/.pgpass ou de ARPENT_SOURCE : il n'est jamais nécessaire dans la commande.

Exemple de fichier :

    source: postgres://sig@localhost/urbanisme
    base_url: https://exemple.fr/geo
    schemas: [cadastre]
    exclude: [public.brouillon, parcelle.proprietaire]
    limits: {items: 5000}
    layers:
      communes: {title: Communes, licence: Licence Ouverte 2.0, maxzoom: 14}`,
	EN: `Publishes on the web the layers of a PostGIS database or of a GeoPackage file, or
a file or folder of GeoJSON; without SOURCE, a demonstration. Ctrl-C or SIGTERM stops
it cleanly.

Each option is also a setting of the file of --config and an environment variable:
--base-url, base_url, ARPENT_BASE_URL. The option wins over the variable, the
variable over the file. The password of the database comes from PGPASSWORD,
~/.pgpass or ARPENT_SOURCE: it is never needed on the command line.

Example of a file:

    source: postgres://gis@localhost/planning
    base_url: https://example.org/geo
    schemas: [cadastre]
    exclude: [public.draft, parcel.owner]
    limits: {items: 5000}
    layers:
      communes: {title: Communes, licence: Licence Ouverte 2.0, maxzoom: 14}`,
}

func (a *app) serveCommand() *cobra.Command {
	var config string
	var noCORS bool
	c := &cobra.Command{
		Use: "serve [SOURCE] [OPTIONS]",
		Short: a.pick("Publie les couches d'une base PostGIS ou d'un GeoPackage",
			"Publishes the layers of a PostGIS database or of a GeoPackage"),
		Long: serveHelp.In(a.lang),
		Example: `  arpent serve
  arpent serve communes.geojson
  arpent serve france.gpkg --addr :8080
  arpent serve postgres://sig@localhost/urbanisme --schema cadastre --config arpent.yaml`,
		Args: arguments(0, 1, geo.Text{}),
	}
	f := c.Flags()
	f.SortFlags = false
	a.textFlag(f, &config, "config", "fichier de réglages (YAML), sinon ARPENT_CONFIG", "settings file (YAML), else ARPENT_CONFIG")
	given := make([][]string, len(serveFlags))
	for i, d := range serveFlags {
		a.listFlag(f, &given[i], d.name, d.fr, d.en)
	}
	f.BoolVar(&noCORS, "no-cors", false, a.pick("interdit aux autres sites de lire les réponses", "keeps other sites from reading answers"))
	c.RunE = func(cmd *cobra.Command, args []string) error {
		s, err := a.settings(config, given)
		if err != nil {
			return err
		}
		if len(args) == 1 {
			s.Source = args[0]
		}
		s.CORS = s.CORS && !noCORS
		return a.serve(cmd.Context(), s)
	}
	return c
}

// settings reads everything that settings can come from, and checks it.
// given holds the values of serveFlags; nil: no flags.
func (a *app) settings(config string, given [][]string) (settings, error) {
	if config == "" {
		config, _ = a.env("ARPENT_CONFIG")
	}
	s, unknown, err := loadSettings(config, a.env, os.Environ())
	if err != nil {
		return s, err
	}
	for _, name := range unknown {
		fmt.Fprintln(a.err, a.pick("variable d'environnement inconnue, laissée de côté : ", "unknown environment variable, left aside: ")+name)
	}
	all := leaves(&s)
	for i, values := range given {
		d := serveFlags[i]
		at := slices.IndexFunc(all, func(l leaf) bool { return l.path == d.path })
		if len(values) == 0 {
			continue
		}
		if err := all[at].set("--"+d.name, strings.Join(values, ",")); err != nil {
			return s, err
		}
	}
	return s, s.validate()
}

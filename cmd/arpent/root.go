package main

import (
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/arpent-geo/arpent/geo"
)

// app is what every command has at hand. One per run.
type app struct {
	streams
	env  lookup
	lang string // "fr" or "en"
	json bool   // --json was given: errors are JSON too
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use: "arpent",
		Short: a.pick("Publie les couches géographiques d'un territoire",
			"Publishes the geographic layers of a territory"),
		Long: a.pick(`Arpent publie des couches géographiques sur le web, depuis une base PostGIS ou un
fichier GeoPackage : QGIS, ArcGIS et les cartes web s'y connectent directement
(OGC API Features, tuiles vectorielles).

Codes de sortie : 0 fait, 1 données en cause, 2 commande en cause, 3 système en cause.`,
			`Arpent publishes geographic layers on the web, from a PostGIS database or a
GeoPackage file: QGIS, ArcGIS and web maps connect to it directly (OGC API
Features, vector tiles).

Exit codes: 0 done, 1 the data is at fault, 2 the call is at fault, 3 the system is.`),
		Example: a.pick(`  arpent serve                                     voir la démonstration
  arpent load communes.geojson --into france.gpkg  charger un fichier
  arpent serve france.gpkg                         le publier`,
			`  arpent serve                                     look at the demonstration
  arpent load communes.geojson --into france.gpkg  load a file
  arpent serve france.gpkg                         publish it`),
		Args:          a.noCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.CompletionOptions.HiddenDefaultCmd = true
	var lang string // read by language, before the help is written
	a.textFlag(root.PersistentFlags(), &lang, "lang", "langue des messages : fr ou en (sinon celle de l'environnement)",
		"language of messages: fr or en (else that of the environment)")
	root.SetFlagErrorFunc(a.flagError)
	root.SetUsageTemplate(a.usageTemplate())
	root.SetHelpTemplate("{{with or .Long .Short}}{{. | trimTrailingWhitespaces}}\n\n{{end}}{{.UsageString}}")
	root.SetHelpCommand(&cobra.Command{Use: "help", Hidden: true, RunE: func(cmd *cobra.Command, args []string) error {
		target, _, err := cmd.Root().Find(args)
		if err != nil {
			return asCall(err)
		}
		target.InitDefaultHelpFlag()
		return target.Help()
	}})
	root.AddCommand(a.serveCommand(), a.loadCommand(), a.layersCommand(), a.migrateCommand(), a.versionCommand())
	for _, c := range append(root.Commands(), root) {
		c.Flags().BoolP("help", "h", false, a.pick("cette aide", "this help"))
		c.DisableFlagsInUseLine = true
	}
	return root
}

// noCommand refuses a word that is no command.
func (a *app) noCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	hint := geo.Text{FR: "arpent --help les énumère", EN: "arpent --help lists them"}
	names := make([]string, 0, 8)
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	if near := geo.Nearest(args[0], names); near != "" {
		hint = geo.Text{FR: "vouliez-vous dire « " + near + " » ?", EN: "did you mean " + strconv.Quote(near) + "?"}
	}
	return badCall("", geo.Text{FR: "commande inconnue « " + args[0] + " »", EN: "unknown command " + strconv.Quote(args[0])}, hint)
}

// flagError says in both languages what pflag says in English.
func (a *app) flagError(cmd *cobra.Command, err error) error {
	msg := err.Error()
	if name, ok := strings.CutPrefix(msg, "unknown flag: --"); ok {
		var known []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		hint := geo.Text{FR: cmd.CommandPath() + " --help énumère les options", EN: cmd.CommandPath() + " --help lists the options"}
		if near := geo.Nearest(name, known); near != "" {
			hint = geo.Text{FR: "vouliez-vous dire --" + near + " ?", EN: "did you mean --" + near + "?"}
		}
		return badCall("--"+name, geo.Text{FR: "option inconnue", EN: "unknown option"}, hint)
	}
	if name, ok := strings.CutPrefix(msg, "flag needs an argument: "); ok {
		return badCall(name, geo.Text{FR: "cette option attend une valeur", EN: "this option needs a value"}, geo.Text{})
	}
	return badCall("", geo.Text{FR: "option illisible : " + msg, EN: msg}, geo.Text{})
}

// arguments checks how many there are; what names them in the message.
func arguments(least, most int, what geo.Text) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		hint := geo.Text{FR: cmd.CommandPath() + " --help donne des exemples", EN: cmd.CommandPath() + " --help gives examples"}
		if len(args) < least {
			return badCall("", geo.Text{FR: "il manque " + what.FR, EN: what.EN + " is missing"}, hint)
		}
		if most >= 0 && len(args) > most {
			return badCall(args[most], geo.Text{FR: "argument en trop", EN: "unexpected argument"}, hint)
		}
		return nil
	}
}

// usageTemplate is cobra's, in the language of the command.
func (a *app) usageTemplate() string {
	return a.pick("Usage :", "Usage:") + `
  {{if .HasAvailableSubCommands}}{{.CommandPath}} ` + a.pick("COMMANDE", "COMMAND") + `{{else}}{{.UseLine}}{{end}}
{{if .HasExample}}
` + a.pick("Exemples :", "Examples:") + `
{{.Example}}
{{end}}{{if .HasAvailableSubCommands}}
` + a.pick("Commandes :", "Commands:") + `{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}
{{end}}{{if .HasAvailableLocalFlags}}
` + a.pick("Options :", "Options:") + `
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}{{if .HasAvailableInheritedFlags}}{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}
{{end}}`
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/arpent-geo/arpent/geo"
)

func (a *app) layersCommand() *cobra.Command {
	var config string
	c := &cobra.Command{
		Use: "layers SOURCE [OPTIONS]",
		Short: a.pick("Énumère les couches publiées, et dit pourquoi d'autres ne le sont pas",
			"Lists the layers that are published, and says why others are not"),
		Long: a.pick(`Énumère les couches qu'arpent serve publierait. Pour chaque table qui ne peut pas
l'être, ou qui l'est avec un défaut, dit pourquoi et comment y remédier.`,
			`Lists the layers that arpent serve would publish. For each table that cannot be, or
that is with a drawback, says why and how to mend it.`),
		Example: `  arpent layers france.gpkg
  arpent layers postgres://sig@localhost/urbanisme --json`,
		Args: arguments(0, 1, geo.Text{FR: "la source", EN: "the source"}),
		RunE: func(cmd *cobra.Command, args []string) error { return a.layers(cmd.Context(), args, config) },
	}
	a.textFlag(c.Flags(), &config, "config", "fichier de réglages", "settings file")
	a.jsonFlag(c)
	return c
}

func (a *app) layers(ctx context.Context, args []string, config string) error {
	s, err := a.settings(config, nil)
	if err != nil {
		return err
	}
	if len(args) == 1 {
		s.Source = args[0]
	}
	st, err := a.openServed(ctx, s, a.quietLogger())
	if err != nil {
		return err
	}
	defer st.Close()
	layers, err := st.Layers(ctx)
	if err != nil {
		return err
	}
	problems, err := st.Unpublished(ctx)
	if err != nil {
		return err
	}
	if a.json {
		return a.layersJSON(layers, problems)
	}
	a.layersText(layers, problems)
	return nil
}

func (a *app) layersText(layers []*geo.Layer, problems []geo.Unpublished) {
	w := tabwriter.NewWriter(a.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, a.pick("COUCHE\tGÉOMÉTRIE\tSYSTÈME\tIDENTIFIANT\tTITRE", "LAYER\tGEOMETRY\tCRS\tID\tTITLE"))
	for _, l := range layers {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", l.ID, orDash(geometryName(l)), orDash(crsName(l)), orDash(strings.Join(l.Key, ",")), l.Title)
	}
	_ = w.Flush()
	for _, p := range problems {
		verdict := a.pick("non publiée", "not published")
		if p.Published {
			verdict = a.pick("publiée, mais", "published, but")
		}
		fmt.Fprintf(a.out, "\n%s — %s%s%s\n", p.Table, verdict, a.pick(" : ", ": "), p.Reason.In(a.lang))
		if r := p.Remedy.In(a.lang); r != "" {
			fmt.Fprintln(a.out, "  → "+r)
		}
	}
}

func geometryName(l *geo.Layer) string {
	name := string(l.Geometry)
	if l.HasZ {
		name += " Z"
	}
	if l.HasM {
		name += " M"
	}
	return name
}

func crsName(l *geo.Layer) string {
	if !l.HasGeometry() {
		return ""
	}
	return l.CRS.String()
}

func orDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}

func (a *app) layersJSON(layers []*geo.Layer, problems []geo.Unpublished) error {
	type property struct {
		Name  string `json:"name"`
		Title string `json:"title,omitempty"`
		Type  string `json:"type"`
	}
	type layer struct {
		ID         string     `json:"id"`
		Title      string     `json:"title,omitempty"`
		Geometry   string     `json:"geometry,omitempty"`
		CRS        string     `json:"crs,omitempty"`
		Key        []string   `json:"key"`
		Properties []property `json:"properties"`
	}
	type problem struct {
		Table     string `json:"table"`
		Published bool   `json:"published"`
		Reason    string `json:"reason"`
		Remedy    string `json:"remedy,omitempty"`
	}
	out := struct {
		Layers   []layer   `json:"layers"`
		Problems []problem `json:"problems"`
	}{[]layer{}, []problem{}}
	for _, l := range layers {
		item := layer{l.ID, l.Title, geometryName(l), crsName(l), append([]string{}, l.Key...), []property{}}
		for i := range l.Properties {
			p := &l.Properties[i]
			item.Properties = append(item.Properties, property{p.Name, p.Title, p.Kind.String()})
		}
		out.Layers = append(out.Layers, item)
	}
	for _, p := range problems {
		out.Problems = append(out.Problems, problem{p.Table, p.Published, p.Reason.In(a.lang), p.Remedy.In(a.lang)})
	}
	enc := json.NewEncoder(a.out)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

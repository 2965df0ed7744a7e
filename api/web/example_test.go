package web_test

import (
	"bytes"
	"fmt"
	"net/url"
	"strings"

	"github.com/arpent-geo/arpent/api/web"
	"github.com/arpent-geo/arpent/geo"
)

func ExampleSite_Render() {
	site, err := web.New(web.Options{Title: geo.Text{FR: "Carte du Val-d’Oise", EN: "Map of Val-d’Oise"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	var b bytes.Buffer
	err = site.Render(&b, &web.Error{
		Base:   web.Base{Lang: "en", BaseURL: "https://example.org/geo", Path: "/collections/comunes", Query: url.Values{}},
		Status: 404, Title: "Unknown layer", Detail: "No layer is called comunes.", Hint: "communes",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for line := range strings.Lines(b.String()) {
		if strings.HasPrefix(line, "<title>") || strings.HasPrefix(line, "<h1>") {
			fmt.Print(line)
		}
	}
	// Output:
	// <title>Error 404 – Unknown layer – Map of Val-d’Oise</title>
	// <h1>Error 404 – Unknown layer</h1>
}

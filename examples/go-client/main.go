// Command go-client walks a collection by its "next" links and counts its
// features: all there is to reading a whole layer.
//
//	go run ./examples/go-client http://127.0.0.1:8080/collections/communes/items?limit=100
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"
)

type page struct {
	Features []struct {
		ID         any            `json:"id"`
		Properties map[string]any `json:"properties"`
	} `json:"features"`
	Links []struct {
		Rel  string `json:"rel"`
		Href string `json:"href"`
	} `json:"links"`
}

func main() {
	url := "http://127.0.0.1:8080/collections/communes/items?limit=100"
	if len(os.Args) > 1 {
		url = os.Args[1]
	}
	n, err := count(context.Background(), url)
	if err != nil {
		fmt.Fprintln(os.Stderr, "go-client:", err)
		os.Exit(1)
	}
	fmt.Println(n, "features")
}

func count(ctx context.Context, url string) (n int, err error) {
	client := &http.Client{Timeout: 30 * time.Second}
	for url != "" {
		p, err := get(ctx, client, url)
		if err != nil {
			return n, err
		}
		n += len(p.Features)
		url = ""
		for _, l := range p.Links {
			if l.Rel == "next" {
				url = l.Href
			}
		}
	}
	return n, nil
}

func get(ctx context.Context, client *http.Client, url string) (p page, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return p, err
	}
	req.Header.Set("Accept", "application/geo+json")
	resp, err := client.Do(req)
	if err != nil {
		return p, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return p, fmt.Errorf("%s: %s", url, resp.Status)
	}
	return p, json.NewDecoder(resp.Body).Decode(&p)
}

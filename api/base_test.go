package api

import (
	"html"
	"net/netip"
	"regexp"
	"strings"
	"testing"
)

func TestBaseURL(t *testing.T) {
	proxy := Options{BaseURL: "none", TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	spoofed := []string{"X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "X-Forwarded-Prefix: /evil", "Forwarded: host=evil.example"}
	for _, c := range []struct {
		name    string
		o       Options
		path    string
		headers []string
		want    string // start of the link, "" for a 400
	}{
		{"as asked", Options{BaseURL: "none"}, "/collections", []string{"Host: localhost:8080"}, "http://localhost:8080/"},
		{"IPv6", Options{BaseURL: "none"}, "/collections", []string{"Host: [::1]:8080"}, "http://[::1]:8080/"},
		{"spoofed", Options{BaseURL: "none"}, "/collections", spoofed, "http://exemple.fr/"},
		{"not the proxy", proxy, "/collections", append(spoofed, "Remote: 192.0.2.1:99"), "http://exemple.fr/"},
		{"trusted proxy", proxy, "/collections", append(spoofed, "Remote: 10.1.2.3:99"), "https://evil.example/evil/"},
		{"nearest proxy", proxy, "/collections", []string{"X-Forwarded-Host: a.example, b.example", "Remote: 10.1.2.3:99"}, "http://b.example/"},
		{"bad forwarded host", proxy, "/collections", []string{"X-Forwarded-Host: a b<c", "X-Forwarded-Prefix: //x", "Remote: 10.1.2.3:99"}, "http://exemple.fr/"},
		{"base URL wins", Options{}, "/collections", append(spoofed, "Host: autre.example"), "https://exemple.fr/geo/"},
		{"prefix left on", Options{}, "/geo/collections", nil, "https://exemple.fr/geo/"},
		{"host with a script", Options{BaseURL: "none"}, "/collections", []string{"Host: x\"><script>"}, ""},
		{"host with user", Options{BaseURL: "none"}, "/collections", []string{"Host: a@b"}, ""},
		{"no host", Options{BaseURL: "none"}, "/collections", []string{"Host: "}, "http://localhost/"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ts := newTestSite(t, c.o)
			status, doc := ts.getJSON(c.path, c.headers...)
			if c.want == "" {
				if status != 400 {
					t.Errorf("%d %v", status, doc)
				}
				return
			}
			if got := linkTo(doc, "self"); got != c.want+"collections" {
				t.Errorf("self %s, want %scollections", got, c.want)
			}
			for _, page := range []string{"/", "/collections/communes/items?limit=1", "/xyz/communes.json", "/api"} {
				if text := body(t, ts.get(page, c.headers...)); c.want != "https://evil.example/evil/" && strings.Contains(text, "evil") {
					t.Errorf("%s holds the spoofed name", page)
				}
			}
		})
	}
	for _, bad := range []string{"exemple.fr", "ftp://x/", "https://x/?a=b", "https://x/collections", "https://u:p@x/", "https:///x", "https://x/api/v1"} {
		if _, err := New(newFakeStore(), Options{BaseURL: bad}); err == nil {
			t.Errorf("base URL %s is accepted", bad)
		}
	}
}

// Behind a proxy every address of a page or document stays under the prefix.
func TestEveryLinkStaysUnderThePrefix(t *testing.T) {
	ts := newTestSite(t, Options{})
	href := regexp.MustCompile(`(?:href|src|action|data-[a-z]+)="(/[^"]*)"`)
	for _, path := range []string{"/", "/conformance", "/api", "/collections", "/collections/communes", "/collections/communes/items", "/collections/communes/items/01001",
		"/collections/communes/tiles", "/collections/communes/tiles/WebMercatorQuad", "/tileMatrixSets", "/tileMatrixSets/WebMercatorQuad", "/rien"} {
		for _, prefix := range []string{"", "/geo"} {
			page := body(t, ts.get(prefix+path, "Accept: text/html"))
			found := href.FindAllStringSubmatch(page, -1)
			if len(found) == 0 {
				t.Errorf("%s has no link", path)
			}
			for _, m := range found {
				if !strings.HasPrefix(m[1], "/geo/") && m[1] != "/geo" {
					t.Errorf("%s links to %s", path, m[1])
				}
				to, _, _ := strings.Cut(html.UnescapeString(m[1]), "#")
				if res := ts.get(to, "Accept: text/html, */*;q=0.5"); path != "/rien" && res.StatusCode != 200 {
					t.Errorf("%s links to %s, which is a %d", path, to, res.StatusCode)
				}
			}
		}
	}
}

package main

import (
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

// settings are all that can be set of a server. Each value comes from the last
// of these that says it: the defaults below, the table arpent_layer (for
// layers), the file of --config, the environment (ARPENT_LIMITS_ITEMS for
// limits.items), the flags.
type settings struct {
	Source         string              `yaml:"source"`
	Addr           string              `yaml:"addr"`
	AdminAddr      string              `yaml:"admin_addr"`      // metrics and profiles; empty: metrics on addr, no profiles
	BaseURL        string              `yaml:"base_url"`        // empty: as the client names the server
	TrustedProxies []string            `yaml:"trusted_proxies"` // prefixes whose X-Forwarded-* headers are believed
	CORS           bool                `yaml:"cors"`
	Title          geo.Text            `yaml:"title"`
	Description    geo.Text            `yaml:"description"`
	Schemas        []string            `yaml:"schemas"`    // of PostgreSQL, besides public
	Publish        []string            `yaml:"publish"`    // patterns: table, schema.table, table.column; empty: all
	Exclude        []string            `yaml:"exclude"`    // same patterns, after publish
	Attributes     []string            `yaml:"attributes"` // tables without geometry to publish
	Limits         limits              `yaml:"limits"`
	Timeouts       timeouts            `yaml:"timeouts"`
	Cache          cache               `yaml:"cache"`
	Log            logging             `yaml:"log"`
	Layers         map[string]geo.Meta `yaml:"layers"` // by layer id, over arpent_layer
}

type limits struct {
	Items        int `yaml:"items"`         // in one answer
	DefaultItems int `yaml:"default_items"` // when a request does not say limit
	Connections  int `yaml:"connections"`   // to the database at once; 0: chosen from processors and max_connections
	Queue        int `yaml:"queue"`         // requests waiting for one; 0: twice the processors
}

type timeouts struct {
	Request   time.Duration `yaml:"request"`   // to the first byte of an answer
	Statement time.Duration `yaml:"statement"` // of the database
	Grace     time.Duration `yaml:"grace"`     // between /readyz 503 and the end of listening
	Drain     time.Duration `yaml:"drain"`     // for answers under way, then cut
}

type cache struct {
	MaxAge time.Duration `yaml:"max_age"` // of layers whose version is not tracked
}

type logging struct {
	Level  string `yaml:"level"`  // debug, info, warn, error
	Format string `yaml:"format"` // text, json; empty: text on a terminal
}

func defaultSettings() settings {
	return settings{
		Addr:     "127.0.0.1:8080",
		CORS:     true,
		Limits:   limits{Items: 10_000, DefaultItems: 10},
		Timeouts: timeouts{Request: 15 * time.Second, Statement: 15 * time.Second, Grace: 5 * time.Second, Drain: 30 * time.Second},
		Cache:    cache{MaxAge: time.Minute},
		Log:      logging{Level: "info"},
	}
}

// loadSettings puts defaults, file and environment together; flags come
// after. Unknown variables ARPENT_* are returned, not refused: Kubernetes sets
// some of its own for a service of that name.
func loadSettings(path string, env lookup, environ []string) (s settings, unknown []string, err error) {
	s = defaultSettings()
	if path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return s, nil, badCall("--config "+path,
				geo.Text{FR: "fichier illisible : " + err.Error(), EN: "cannot be read: " + err.Error()}, geo.Text{})
		}
		if err := readYAML(path, data, &s); err != nil {
			return s, nil, asCall(err)
		}
	}
	known := map[string]bool{"ARPENT_CONFIG": true}
	for _, l := range leaves(&s) {
		name := "ARPENT_" + strings.ToUpper(strings.ReplaceAll(l.path, ".", "_"))
		known[name] = true
		if v, ok := env(name); ok {
			if err := l.set(name, v); err != nil {
				return s, nil, err
			}
		}
	}
	for _, pair := range environ {
		if name, _, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "ARPENT_") && !known[name] {
			unknown = append(unknown, name)
		}
	}
	return s, unknown, nil
}

// leaf is one setting that is a single value or a list.
type leaf struct {
	path  string // "limits.items"
	value reflect.Value
}

// leaves finds every setting of s that text can set, in order.
func leaves(s *settings) []leaf {
	var found []leaf
	var walk func(prefix string, v reflect.Value)
	walk = func(prefix string, v reflect.Value) {
		for i := range v.NumField() {
			path := prefix + yamlName(v.Type().Field(i))
			switch f := v.Field(i); f.Kind() {
			case reflect.Struct:
				walk(path+".", f)
			case reflect.Map: // layers: only a file has room for them
			default:
				found = append(found, leaf{path, f})
			}
		}
	}
	walk("", reflect.ValueOf(s).Elem())
	return found
}

func yamlName(f reflect.StructField) string {
	if name, _, _ := strings.Cut(f.Tag.Get("yaml"), ","); name != "" {
		return name
	}
	return strings.ToLower(f.Name)
}

// set gives the setting the value that text writes; where names it in the error.
func (l leaf) set(where, text string) error {
	var expected geo.Text
	switch l.value.Interface().(type) {
	case string:
		l.value.SetString(text)
		return nil
	case []string:
		l.value.Set(reflect.ValueOf(splitList(text)))
		return nil
	case bool:
		if b, err := strconv.ParseBool(text); err == nil {
			l.value.SetBool(b)
			return nil
		}
		expected = geo.Text{FR: "true ou false", EN: "true or false"}
	case time.Duration:
		if d, err := time.ParseDuration(text); err == nil {
			l.value.SetInt(int64(d))
			return nil
		}
		expected = geo.Text{FR: "une durée comme 15s ou 2m", EN: "a duration such as 15s or 2m"}
	default:
		if n, err := strconv.Atoi(text); err == nil {
			l.value.SetInt(int64(n))
			return nil
		}
		expected = geo.Text{FR: "un nombre entier", EN: "a whole number"}
	}
	return badCall(where, geo.Text{FR: "« " + text + " » ne convient pas", EN: strconv.Quote(text) + " will not do"}, expected)
}

func splitList(s string) []string {
	var list []string
	for _, part := range strings.Split(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

// validate refuses settings that cannot work together, before anything starts.
func (s *settings) validate() error {
	wrong := func(where, fr, en string) error { return badCall(where, geo.Text{FR: fr, EN: en}, geo.Text{}) }
	if s.Limits.DefaultItems < 1 || s.Limits.Items < s.Limits.DefaultItems {
		return wrong("limits", "il faut 1 ≤ default_items ≤ items", "1 ≤ default_items ≤ items is needed")
	}
	if s.Limits.Connections < 0 || s.Limits.Queue < 0 {
		return wrong("limits", "connections et queue ne sont pas négatifs", "connections and queue are not negative")
	}
	for _, t := range []time.Duration{s.Timeouts.Request, s.Timeouts.Statement, s.Timeouts.Drain} {
		if t <= 0 {
			return wrong("timeouts", "une durée est plus grande que zéro", "a duration is greater than zero")
		}
	}
	if u, err := url.Parse(s.BaseURL); s.BaseURL != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "") {
		return wrong("base_url", "« "+s.BaseURL+" » n'est pas une adresse comme https://exemple.fr/geo", strconv.Quote(s.BaseURL)+" is not an address such as https://example.org/geo")
	}
	if _, err := s.proxies(); err != nil {
		return err
	}
	_, err := s.logLevel()
	return err
}

// proxies reads addresses ("10.0.0.1") and prefixes ("10.0.0.0/8").
func (s *settings) proxies() ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, text := range s.TrustedProxies {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			var a netip.Addr
			if a, err = netip.ParseAddr(text); err == nil {
				p, err = a.Prefix(a.BitLen())
			}
		}
		if err != nil {
			return nil, badCall("trusted_proxies",
				geo.Text{FR: "« " + text + " » n'est pas une adresse", EN: strconv.Quote(text) + " is not an address"},
				geo.Text{FR: "par exemple 10.0.0.0/8 ou 127.0.0.1", EN: "such as 10.0.0.0/8 or 127.0.0.1"})
		}
		list = append(list, p)
	}
	return list, nil
}

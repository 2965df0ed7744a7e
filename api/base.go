package api

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// bases knows under which address clients reach the site.
type bases struct {
	fixed   string // "https://host/geo"; empty: it depends on the request
	path    string // path of fixed: "/geo" or ""
	proxies []netip.Prefix
}

func newBases(baseURL string, proxies []netip.Prefix) (bases, error) {
	b := bases{proxies: proxies}
	if baseURL == "" {
		return b, nil
	}
	u, err := url.Parse(baseURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return b, fmt.Errorf("base URL %q: an address such as https://host/geo is expected", baseURL)
	}
	b.path = strings.TrimRight(u.EscapedPath(), "/")
	b.fixed = u.Scheme + "://" + u.Host + b.path
	return b, nil
}

// check refuses a base path that begins like a route: proxies take the path
// off or leave it on, and nobody could tell which of the two was done.
func (b bases) check(routes []route) error {
	first, _, _ := strings.Cut(strings.TrimPrefix(b.path, "/"), "/")
	for _, rt := range routes {
		own, _, _ := strings.Cut(strings.TrimPrefix(rt.pattern, "/"), "/")
		if first != "" && first == own {
			return fmt.Errorf("base URL %q: the path /%s is one of Arpent's own, choose another", b.fixed, own)
		}
	}
	return nil
}

// strip takes the base path off an escaped path when the proxy left it on.
func (b bases) strip(path string) string {
	if rest, ok := strings.CutPrefix(path, b.path); ok && b.path != "" && (rest == "" || rest[0] == '/') {
		if rest == "" {
			return "/"
		}
		return rest
	}
	return path
}

// of returns the base of the links in the answer to r, without a slash at the
// end; ok is false when the client named no host that could be one.
// Forwarded headers have an effect only when a trusted proxy sent them.
func (b bases) of(r *http.Request) (base string, ok bool) {
	if b.fixed != "" {
		return b.fixed, validHost(r.Host) || r.Host == ""
	}
	scheme, host, prefix := "http", r.Host, ""
	if r.TLS != nil {
		scheme = "https"
	}
	if b.trusts(r) {
		if v := lastForwarded(r, "X-Forwarded-Proto"); v == "http" || v == "https" {
			scheme = v
		}
		if v := lastForwarded(r, "X-Forwarded-Host"); validHost(v) {
			host = v
		}
		if v := lastForwarded(r, "X-Forwarded-Prefix"); validPrefix(v) {
			prefix = strings.TrimRight(v, "/")
		}
	}
	if host == "" { // HTTP/1.0
		host = "localhost"
		if a, found := r.Context().Value(http.LocalAddrContextKey).(net.Addr); found {
			host = a.String()
		}
	}
	return scheme + "://" + host + prefix, validHost(host)
}

// trusts reports whether r comes from a proxy that is believed.
func (b bases) trusts(r *http.Request) bool {
	addr, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	for _, p := range b.proxies {
		if p.Contains(addr.Addr().Unmap()) {
			return true
		}
	}
	return false
}

// lastForwarded returns what the nearest proxy wrote: the last of a list.
func lastForwarded(r *http.Request, name string) string {
	values := r.Header.Values(name)
	if len(values) == 0 {
		return ""
	}
	last := values[len(values)-1]
	return strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
}

// validHost accepts names, IPv4 and bracketed IPv6 addresses, with or without
// a port: nothing else may get into a link.
func validHost(host string) bool {
	name := host
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") {
		port := host[i+1:]
		name = host[:i]
		if port == "" || len(port) > 5 || strings.Trim(port, "0123456789") != "" {
			return false
		}
	}
	if strings.HasPrefix(name, "[") && strings.HasSuffix(name, "]") {
		addr, err := netip.ParseAddr(name[1 : len(name)-1])
		return err == nil && addr.Is6() && addr.Zone() == ""
	}
	return name != "" && len(name) <= 253 && onlyBytes(name, "-._")
}

// validPrefix accepts plain paths: "/geo", "/sig/donnees".
func validPrefix(p string) bool {
	return strings.HasPrefix(p, "/") && !strings.HasPrefix(p, "//") && len(p) < 200 && onlyBytes(p, "/-._~")
}

// onlyBytes reports whether s has ASCII letters, digits and the bytes of more only.
func onlyBytes(s, more string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if (c < 'a' || c > 'z') && (s[i] < '0' || s[i] > '9') && strings.IndexByte(more, s[i]) < 0 {
			return false
		}
	}
	return true
}

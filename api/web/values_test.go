package web

import (
	"strings"
	"testing"
	"time"

	"github.com/arpent-geo/arpent/geo"
)

func TestCell(t *testing.T) {
	instant := time.Date(2026, 3, 9, 14, 5, 9, 120e6, time.UTC)
	for _, c := range []struct {
		v      geo.Value
		fr, en string
	}{
		{geo.Null(), `<span class="null">n.d.</span>`, `<span class="null">n/a</span>`},
		{geo.Bool(true), "oui", "yes"},
		{geo.Bool(false), "non", "no"},
		{geo.Int(-2026), "−2026", "−2026"},
		{geo.Float(5654.77), "5654,77", "5654.77"},
		{geo.Decimal([]byte("12.5")), "12,5", "12.5"},
		{geo.String("1.5"), "1.5", "1.5"}, // a text is left as it is
		{geo.String("a<b"), "a&lt;b", "a&lt;b"},
		{geo.String("\xff"), "\uFFFD", "\uFFFD"},
		{geo.Date(0), `<time datetime="1970-01-01">01/01/1970</time>`, `<time datetime="1970-01-01">1970-01-01</time>`},
		{geo.Timestamp(instant.UnixMicro()), `<time datetime="2026-03-09T14:05:09">09/03/2026 14:05:09</time>`, `<time datetime="2026-03-09T14:05:09">2026-03-09 14:05:09</time>`},
		{geo.Instant(instant.UnixMicro()), "<time datetime=\"2026-03-09T14:05:09Z\">09/03/2026 14:05:09\u00a0UTC</time>", "<time datetime=\"2026-03-09T14:05:09Z\">2026-03-09 14:05:09\u00a0UTC</time>"},
		{geo.JSON([]byte(`{"a":"<"}`)), `<code>{&#34;a&#34;:&#34;&lt;&#34;}</code>`, `<code>{&#34;a&#34;:&#34;&lt;&#34;}</code>`},
		{geo.BytesValue(make([]byte, 1234)), "donnée binaire, 1\u202f234 octets", "binary data, 1,234 bytes"},
		{geo.String("https://insee.fr/a?b=1&c=2"), `<a href="https://insee.fr/a?b=1&amp;c=2" rel="nofollow noreferrer">https://insee.fr/a?b=1&amp;c=2</a>`, `<a href="https://insee.fr/a?b=1&amp;c=2" rel="nofollow noreferrer">https://insee.fr/a?b=1&amp;c=2</a>`},
		{geo.String("https://insee.fr et plus"), "https://insee.fr et plus", "https://insee.fr et plus"},
		{geo.String("javascript:alert(1)"), "javascript:alert(1)", "javascript:alert(1)"},
	} {
		if got := string(cell("fr", c.v, cellLimit)); got != c.fr {
			t.Errorf("got %q, want %q", got, c.fr)
		}
		if got := string(cell("en", c.v, cellLimit)); got != c.en {
			t.Errorf("got %q, want %q", got, c.en)
		}
	}
}

// Instants that HTML's time element cannot hold are printed as the data has them.
func TestCellOfFarTimes(t *testing.T) {
	for _, v := range []geo.Value{{Kind: geo.KindDate, Num: uint64(geo.PosInfinity)}, geo.Date(-10_000_000), geo.Date(5_000_000)} {
		if got := string(cell("fr", v, cellLimit)); got == "" || strings.Contains(got, "<time") {
			t.Errorf("got %q", got)
		}
	}
}

func TestCut(t *testing.T) {
	if got := cut("éàü", 2); got != "éà…" {
		t.Errorf("got %q", got)
	}
	if got := cut("éàü", 3); got != "éàü" {
		t.Errorf("got %q", got)
	}
}

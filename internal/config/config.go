package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Config is what the environment says.
type Config struct {
	DatabaseURL        string `env:"DATABASE_URL"`                            // the app's role; empty: a private cluster
	MigrateDatabaseURL string `env:"MIGRATE_DATABASE_URL"`                    // the owner's role
	DataDir            string `env:"DATA_DIR"             envDefault:"./var"` // of the private cluster and of people's files
	FilesDir           string `env:"FILES_DIR"`                               // what people upload; empty: below DataDir
	NodeModulesText    string `env:"RT_NODE_MODULES"`                         // folders called node_modules, separated as in PATH
	PostgresBin        string `env:"RT_PG_BIN"`                               // folder of initdb and postgres; empty: the newest found
	ListenAddr         string `env:"LISTEN_ADDR"          envDefault:"127.0.0.1:8080"`
	MetricsAddr        string `env:"METRICS_ADDR"` // empty: no metrics
	BaseURLText        string `env:"BASE_URL"`     // empty: http on the port of LISTEN_ADDR
	SMTPURL            string `env:"SMTP_URL"`     // empty: mail stays in the database
	Demo               bool   `env:"DEMO"`
	DemoPublic         bool   `env:"DEMO_PUBLIC"`
	TrustedProxiesText string `env:"TRUSTED_PROXIES"` // comma-separated networks
	LogLevel           string `env:"LOG_LEVEL"            envDefault:"info"`

	BaseURL        *url.URL       `env:"-"`
	TrustedProxies []netip.Prefix `env:"-"`
}

// Read reads and checks the variables that getenv gives.
func Read(getenv func(string) string) (Config, error) {
	var c Config
	values := map[string]string{}
	fields, err := env.GetFieldParams(&c)
	if err != nil {
		return c, fmt.Errorf("list variables: %w", err)
	}
	for _, f := range fields {
		if v := getenv(f.Key); v != "" {
			values[f.Key] = v
		}
	}
	if err := env.ParseWithOptions(&c, env.Options{Environment: values}); err != nil {
		return c, fmt.Errorf("environment: %w", err)
	}
	err = c.check()
	return c, err
}

func (c *Config) check() error {
	host, port, err := net.SplitHostPort(c.ListenAddr)
	if err != nil {
		return fmt.Errorf("LISTEN_ADDR: %w", err)
	}
	if c.Demo && !c.DemoPublic && !loopback(host) {
		return fmt.Errorf("DEMO=1 listens on loopback only (LISTEN_ADDR is %s); set DEMO_PUBLIC=1 to show the demo to others", c.ListenAddr)
	}
	base := c.BaseURLText
	if base == "" {
		base = "http://localhost:" + port
	}
	if c.BaseURL, err = url.Parse(base); err != nil {
		return fmt.Errorf("BASE_URL: %w", err)
	}
	switch {
	case c.BaseURL.Scheme == "https":
	case c.BaseURL.Scheme == "http" && (loopback(c.BaseURL.Hostname()) || c.DemoPublic):
	default:
		return fmt.Errorf("BASE_URL: %s must be https; plain http is for loopback only", base)
	}
	for part := range strings.SplitSeq(c.TrustedProxiesText, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			return fmt.Errorf("TRUSTED_PROXIES: %w", err)
		}
		c.TrustedProxies = append(c.TrustedProxies, p)
	}
	return nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}

// ClusterDir is the folder of the private PostgreSQL cluster.
func (c *Config) ClusterDir() string { return filepath.Join(c.DataDir, "pg") }

// FilesFolder is where the files that people upload are kept.
func (c *Config) FilesFolder() string {
	if c.FilesDir != "" {
		return c.FilesDir
	}
	return filepath.Join(c.DataDir, "files")
}

// NodeModules are folders in which the npm packages that set PDFs and read Word
// documents are looked for before the usual places.
func (c *Config) NodeModules() []string { return filepath.SplitList(c.NodeModulesText) }

// Names returns the variables that Read knows, for the tests that compare them
// with the compose file and the README.
func Names() []string {
	fields, err := env.GetFieldParams(&Config{})
	if err != nil {
		return nil
	}
	var names []string
	for _, f := range fields {
		if f.Key != "" && f.Key != "-" {
			names = append(names, f.Key)
		}
	}
	return names
}

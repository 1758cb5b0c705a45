package config

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func getenv(pairs ...string) func(string) string {
	return func(name string) string {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1]
			}
		}
		return ""
	}
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	c, err := Read(getenv())
	if err != nil {
		t.Fatal(err)
	}
	if c.ListenAddr != "127.0.0.1:8080" || c.BaseURL.String() != "http://localhost:8080" || c.Demo {
		t.Errorf("defaults = %+v", c)
	}
}

func TestFolders(t *testing.T) {
	t.Parallel()
	list := "/opt/a/node_modules" + string(filepath.ListSeparator) + "/opt/b/node_modules"
	tests := []struct {
		name    string
		env     []string
		files   string
		modules []string
	}{
		{"defaults", nil, filepath.Join("var", "files"), nil},
		{"below the data", []string{"DATA_DIR", "/srv/rt"}, "/srv/rt/files", nil},
		{"elsewhere", []string{"DATA_DIR", "/srv/rt", "FILES_DIR", "/mnt/files", "RT_NODE_MODULES", list}, "/mnt/files", filepath.SplitList(list)},
	}
	for _, tt := range tests {
		c, err := Read(getenv(tt.env...))
		if err != nil {
			t.Fatal(err)
		}
		if got := filepath.Clean(c.FilesFolder()); got != tt.files {
			t.Errorf("%s: files in %s, want %s", tt.name, got, tt.files)
		}
		if got := c.NodeModules(); !slices.Equal(got, tt.modules) {
			t.Errorf("%s: modules in %v, want %v", tt.name, got, tt.modules)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		env  []string
		want string // part of the message; empty: accepted
	}{
		{"demo on loopback", []string{"DEMO", "1"}, ""},
		{"demo for everybody", []string{"DEMO", "1", "LISTEN_ADDR", ":8080"}, "DEMO_PUBLIC=1"},
		{"demo shown on purpose", []string{"DEMO", "1", "LISTEN_ADDR", ":8080", "DEMO_PUBLIC", "1"}, ""},
		{"https", []string{"BASE_URL", "https://rundertisch.example"}, ""},
		{"plain http elsewhere", []string{"BASE_URL", "http://rundertisch.example"}, "https"},
		{"no port", []string{"LISTEN_ADDR", "localhost"}, "LISTEN_ADDR"},
		{"a proxy that is none", []string{"TRUSTED_PROXIES", "gateway"}, "TRUSTED_PROXIES"},
		{"proxies", []string{"TRUSTED_PROXIES", "10.0.0.0/8, 192.168.0.0/16"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Read(getenv(tt.env...))
			switch {
			case tt.want == "" && err != nil:
				t.Errorf("err = %v, want none", err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("err = %v, want one that names %s", err, tt.want)
			}
		})
	}
}

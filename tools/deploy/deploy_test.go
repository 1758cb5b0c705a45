package deploy

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"rundertisch/internal/config"
)

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// tools of the setup service, which are not the app's.
var notOurs = []string{"PGHOST", "PGUSER", "PGPASSWORD", "OWNER_PASSWORD", "APP_PASSWORD"}

func TestComposeNamesKnownVariables(t *testing.T) {
	t.Parallel()
	known := config.Names()
	c := parseCompose(t, read(t, "docker-compose.yml"))
	for _, service := range []string{"app", "setup"} {
		env := c.mapping("services", service, "environment")
		if len(env) == 0 {
			t.Errorf("service %s has no environment", service)
		}
		for name := range env {
			if !slices.Contains(known, name) && !slices.Contains(notOurs, name) {
				t.Errorf("service %s sets %s, which internal/config does not read", service, name)
			}
		}
	}
}

// The configuration of the compose file is one that the app accepts.
func TestComposeIsAccepted(t *testing.T) {
	t.Parallel()
	c := parseCompose(t, read(t, "docker-compose.yml"))
	image := dockerEnv(t)
	for _, service := range []string{"app", "setup"} {
		env := c.mapping("services", service, "environment")
		_, err := config.Read(func(name string) string {
			if v, ok := env[name]; ok {
				return v
			}
			return image[name]
		})
		if err != nil {
			t.Errorf("service %s: %v", service, err)
		}
	}
	app := c.mapping("services", "app", "environment")
	if app["MIGRATE_DATABASE_URL"] != "" {
		t.Error("the app has the owner's role: it must serve with rt_app alone")
	}
	if !strings.Contains(app["DATABASE_URL"], "//rt_app:") {
		t.Errorf("the app connects as another role than rt_app: %s", app["DATABASE_URL"])
	}
}

func TestPortsAgree(t *testing.T) {
	t.Parallel()
	c := parseCompose(t, read(t, "docker-compose.yml"))
	app := c.mapping("services", "app", "environment")
	for what, text := range map[string]string{
		"LISTEN_ADDR of the service":   app["LISTEN_ADDR"],
		"LISTEN_ADDR of the image":     dockerEnv(t)["LISTEN_ADDR"],
		"BASE_URL":                     app["BASE_URL"],
		"the published port":           strings.Join(c.list("services", "app", "ports"), " "),
		"the port of the Dockerfile":   ":" + dockerLine(t, "EXPOSE"),
		"the port of config's default": defaults(t).ListenAddr,
	} {
		if !strings.HasSuffix(text, ":8080") {
			t.Errorf("%s: %q, want port 8080", what, text)
		}
	}
	for _, service := range []string{"app", "mailpit"} {
		for _, port := range c.list("services", service, "ports") {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s publishes %s to everybody", service, port)
			}
		}
	}
	smtp := app["SMTP_URL"]
	if !strings.HasPrefix(smtp, "smtp://mailpit:1025") || c.mapping("services", "mailpit")["image"] == "" {
		t.Errorf("SMTP_URL %s does not lead to the service mailpit", smtp)
	}
}

func TestContainerIsLocked(t *testing.T) {
	t.Parallel()
	c := parseCompose(t, read(t, "docker-compose.yml"))
	app := c.mapping("x-app")
	if app["read_only"] != "true" || !slices.Contains(c.list("x-app", "cap_drop"), "ALL") {
		t.Errorf("x-app: read_only %s, cap_drop %v", app["read_only"], c.list("x-app", "cap_drop"))
	}
	for _, service := range []string{"app", "setup"} {
		if c.mapping("services", service)["<<"] != "*app" {
			t.Errorf("service %s does not take over x-app", service)
		}
	}
	if user := dockerLine(t, "USER"); user == "" || strings.HasPrefix(user, "root") || strings.HasPrefix(user, "0") {
		t.Errorf("the image runs as %q", user)
	}
	if !strings.Contains(read(t, "Dockerfile"), `CMD ["rundertisch", "healthcheck"]`) {
		t.Error("the image has no health check")
	}
}

// What people upload is not in the container, which is thrown away, and the
// app's user may write there.
func TestFilesOutliveTheContainer(t *testing.T) {
	t.Parallel()
	dir := dockerEnv(t)["DATA_DIR"]
	text := read(t, "docker-compose.yml")
	mounts := parseCompose(t, text).list("x-app", "volumes")
	if dir == "" || !slices.Contains(mounts, "files:"+dir) || !strings.Contains(text, "\nvolumes:\n  data:\n  files:\n") {
		t.Errorf("DATA_DIR of the image is %q, mounts are %v: want a volume of that place", dir, mounts)
	}
	if got := dockerLine(t, "VOLUME"); got != dir {
		t.Errorf("VOLUME %s, want DATA_DIR %s", got, dir)
	}
	if !strings.Contains(read(t, "Dockerfile"), "install -d -o 10001 -g 10001 -m 0700 "+dir) || dockerLine(t, "USER") != "10001:10001" {
		t.Errorf("%s does not belong to the user of the image", dir)
	}
}

// The renderer's packages are in a place where the binary looks for them.
func TestImageHasTheRenderer(t *testing.T) {
	t.Parallel()
	if !strings.Contains(read(t, "Dockerfile"), "/usr/local/lib/rundertisch/node_modules\n") || !strings.Contains(read(t, "Dockerfile"), "/out/rundertisch /usr/local/bin/rundertisch\n") {
		t.Error("node_modules is not in ../lib/rundertisch of the binary's folder")
	}
}

// Images come by plain name, so that each site can have a mirror of its own.
func TestImagesNameNoRegistry(t *testing.T) {
	t.Parallel()
	images := regexp.MustCompile(`(?m)^(?:FROM|\s+image:)\s+(\S+)`)
	for _, file := range []string{"Dockerfile", "docker-compose.yml"} {
		found := images.FindAllStringSubmatch(read(t, file), -1)
		if len(found) < 3 {
			t.Errorf("%s: %d images", file, len(found))
		}
		for _, m := range found {
			if host, _, deep := strings.Cut(m[1], "/"); deep && strings.ContainsAny(host, ".:") {
				t.Errorf("%s: image %s names a registry", file, m[1])
			}
		}
	}
}

// The README's table is what operators read: all variables, and no others.
func TestReadmeListsAllVariables(t *testing.T) {
	t.Parallel()
	var listed []string
	for _, m := range regexp.MustCompile("(?m)^\\| `([A-Z_]+)` \\|").FindAllStringSubmatch(read(t, "README.md"), -1) {
		listed = append(listed, m[1])
	}
	for _, name := range config.Names() {
		if !slices.Contains(listed, name) {
			t.Errorf("README does not list %s", name)
		}
	}
	for _, name := range listed {
		if !slices.Contains(config.Names(), name) {
			t.Errorf("README lists %s, which internal/config does not read", name)
		}
	}
}

func defaults(t *testing.T) config.Config {
	t.Helper()
	c, err := config.Read(func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// dockerLine returns the argument of the last such instruction.
func dockerLine(t *testing.T, instruction string) string {
	t.Helper()
	last := ""
	for l := range strings.Lines(read(t, "Dockerfile")) {
		if rest, ok := strings.CutPrefix(l, instruction+" "); ok {
			last = strings.TrimSpace(rest)
		}
	}
	return last
}

func dockerEnv(t *testing.T) map[string]string {
	t.Helper()
	env := map[string]string{}
	for l := range strings.Lines(read(t, "Dockerfile")) {
		if rest, ok := strings.CutPrefix(l, "ENV "); ok {
			name, value, _ := strings.Cut(strings.TrimSpace(rest), "=")
			env[name] = value
		}
	}
	return env
}

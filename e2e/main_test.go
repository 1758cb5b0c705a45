package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// root is the folder of the repository.
const root = ".."

// Where the checkers are.
var (
	axeFile = filepath.Join(root, "node_modules", "axe-core", "axe.min.js")
	vnuFile = filepath.Join(root, "node_modules", "vnu-jar", "build", "dist", "vnu.jar")
)

// site is the running program that all tests share.
var site *program

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) (code int) {
	if err := checkTools(); err != nil {
		fmt.Println(err)
		return 1
	}
	var err error
	site, err = startProgram()
	if err != nil {
		fmt.Println("e2e:", err)
		return 1
	}
	defer func() {
		closeBrowser()
		if err := site.stop(); err != nil {
			fmt.Println("e2e:", err)
			code = 1
		}
	}()
	return m.Run()
}

// checkTools names everything that is missing, and how to get it.
func checkTools() error {
	var missing []error
	for command, pkg := range map[string]string{
		"chromium": "chromium", "java": "default-jre-headless", "pdftotext": "poppler-utils", "pdfinfo": "poppler-utils",
	} {
		if _, err := exec.LookPath(command); err != nil {
			missing = append(missing, fmt.Errorf("missing: %s (apt-get install %s)", command, pkg))
		}
	}
	for _, file := range []string{axeFile, vnuFile} {
		if _, err := os.Stat(file); err != nil {
			missing = append(missing, fmt.Errorf("missing: %s (npm ci)", file))
		}
	}
	return errors.Join(missing...)
}

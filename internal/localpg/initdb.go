package localpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// initdb makes the data folder under another name and renames it when it is
// whole: a process that dies on the way leaves nothing that looks like data.
func initdb(ctx context.Context, p place, bin binaries, fast bool) (err error) {
	fresh := p.data() + ".new"
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("remove half-made data: %w", err)
	}
	out, err := openOwn(p, p.log(), os.O_WRONLY|os.O_APPEND)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	from, err := size(out)
	if err != nil {
		return err
	}

	args := []string{
		"-D", fresh, "-U", Superuser, "--encoding=UTF8", "--data-checksums",
		"--auth-local=trust", "--auth-host=scram-sha-256",
		"--locale-provider=icu", "--icu-locale=de-DE", "--locale=C.UTF-8",
	}
	if fast {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, filepath.Join(bin.dir, "initdb"), args...)
	p.confine(cmd)
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("initdb in %s: %w\n%s", p.dir, err, tail(p.log(), from))
	}
	if err := os.Rename(fresh, p.data()); err != nil {
		return fmt.Errorf("put new data in place: %w", err)
	}
	if fast {
		return nil
	}
	return syncDir(p.dir)
}

// confine makes cmd run as the server's user, in a folder that user can enter,
// with an environment of its own.
func (p place) confine(cmd *exec.Cmd) {
	cmd.Dir = p.dir
	cmd.Env = []string{"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", "HOME=" + p.dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Credential: p.cred,
		Setpgid:    true, // ^C in the terminal is ours to handle, not the server's
	}
}

// syncDir makes a rename survive a power cut.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("sync folder: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

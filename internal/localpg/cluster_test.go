package localpg

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestStartAndRestart(t *testing.T) {
	dir, err := os.MkdirTemp("", "rtpg")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	for range 2 {
		began := time.Now()
		c, err := Start(context.Background(), Options{Dir: dir, Log: func(m string, a ...any) { t.Log(m, a) }})
		if err != nil {
			t.Fatal(err)
		}
		t.Log("ready after", time.Since(began), c.URL(App, Database))
		conn, err := pgx.Connect(context.Background(), c.URL(App, Database))
		if err != nil {
			t.Fatal(err)
		}
		conn.Close(context.Background())
		if err := c.Stop(); err != nil {
			t.Fatal(err)
		}
	}
}

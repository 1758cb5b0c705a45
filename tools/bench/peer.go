package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"rundertisch/internal/access"
	"rundertisch/internal/activity"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/locale"
	"rundertisch/internal/localpg"
	"rundertisch/internal/programme"
	"rundertisch/web/activitypage"
	"rundertisch/web/handler"
)

// The peers run in a process of their own, so that the site's memory is its own.
const peerEnv = "RT_BENCH_PEER"

// peerSetup is what the process of the peers is told.
type peerSetup struct {
	App   string `json:"app"`   // address of the database as the app's role
	Super string `json:"super"` // and as the superuser
	Page  string `json:"page"`  // file with the site's list
	Token string `json:"token"` // of the session whose person acts
}

// peerAddrs is what it answers.
type peerAddrs struct {
	Bare  string `json:"bare"`
	Plain string `json:"plain"`
	Gate  string `json:"gate"`
}

// startPeers starts the process of the peers.
func startPeers(ctx context.Context, at *place) (*process, peerAddrs, error) {
	var addrs peerAddrs
	list, err := page(ctx, at.site.addr, get("/aktivitaeten", at.token))
	if err != nil {
		return nil, addrs, err
	}
	file := filepath.Join(at.dir, "list.html")
	if err := os.WriteFile(file, []byte(list), 0o600); err != nil {
		return nil, addrs, err
	}
	setup, err := json.Marshal(peerSetup{
		App: at.cluster.URL(localpg.App, localpg.Database), Super: at.cluster.URL(localpg.Superuser, localpg.Database),
		Page: file, Token: at.token,
	})
	if err != nil {
		return nil, addrs, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, addrs, err
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), peerEnv+"="+string(setup), "GOGC=400") // as the site
	out, in, err := os.Pipe()
	if err != nil {
		return nil, addrs, err
	}
	defer func() { _ = out.Close() }()
	cmd.Stdout = in
	p, err := start(cmd, filepath.Join(at.dir, "peers.log"))
	_ = in.Close()
	if err != nil {
		return nil, addrs, err
	}
	if err := json.NewDecoder(out).Decode(&addrs); err != nil {
		text, _ := os.ReadFile(p.log)
		return nil, addrs, errors.Join(fmt.Errorf("the peers did not start: %w\n%s", err, text), p.stop())
	}
	return p, addrs, nil
}

// peers are the handlers with which the site is compared. All show the same 50
// rows to the same person.
type peers struct {
	pool  *pgxpool.Pool // as the superuser: no policy applies
	gate  *db.DB
	actor access.Actor
	shell *handler.Shell
	frame [2]string     // of the site's page: before and after the rows
	size  int           // of the site's page
	rest  activity.Page // what the page shows besides the rows, read once
}

func servePeers(ctx context.Context) error {
	var s peerSetup
	if err := json.Unmarshal([]byte(os.Getenv(peerEnv)), &s); err != nil {
		return err
	}
	p, err := newPeers(ctx, s)
	if err != nil {
		return err
	}
	var addrs peerAddrs
	for into, h := range map[*string]http.Handler{
		&addrs.Bare: http.HandlerFunc(p.bare), &addrs.Plain: p.plain(), &addrs.Gate: p.gated(),
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		*into = l.Addr().String()
		server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second}
		go func() { _ = server.Serve(l) }()
	}
	if err := json.NewEncoder(os.Stdout).Encode(addrs); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

func newPeers(ctx context.Context, s peerSetup) (*peers, error) {
	config, err := pgxpool.ParseConfig(s.Super)
	if err != nil {
		return nil, err
	}
	config.MaxConns = 8 // as the site
	p := &peers{shell: &handler.Shell{Demo: true}}
	if p.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, err
	}
	if p.gate, err = db.Open(ctx, s.App, db.Options{}); err != nil {
		return nil, err
	}
	found, err := programme.NewDirectory(p.gate).ByHost(ctx, "localhost")
	if err != nil {
		return nil, err
	}
	p.shell.Programme = handler.Programme{ID: found.ID, Slug: found.Slug, Name: found.Name}
	if err := p.signIn(ctx, s.Token); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(s.Page)
	if err != nil {
		return nil, err
	}
	before, rest, ok := strings.Cut(string(text), "<tbody")
	_, after, ok2 := strings.Cut(rest, "</tbody>")
	if !ok || !ok2 {
		return nil, errors.New("the site's list has no table")
	}
	p.frame, p.size = [2]string{before + "<tbody>", "</tbody>" + after}, len(text)
	return p, p.gate.Read(access.NewContext(ctx, p.actor), access.ReadActivities, func(tx *db.Tx) error {
		p.rest, err = activity.List(ctx, tx, activity.Filter{District: p.actor.Districts()[0]}, activity.Cursor{})
		return err
	})
}

// signIn lets the person of the session act.
func (p *peers) signIn(ctx context.Context, token string) error {
	hash := sha256.Sum256([]byte(token))
	var grants []byte
	a := access.Actor{Programme: p.shell.Programme.ID}
	err := p.pool.QueryRow(ctx, `
		SELECT account_id, person_id, name, grants
		FROM session_actor($1, $2, now(), '1 day', '1 day')`, hash[:], a.Programme).Scan(&a.Account, &a.Person, &a.Name, &grants)
	if err != nil {
		return fmt.Errorf("whose session: %w", err)
	}
	p.actor = a
	return json.Unmarshal(grants, &p.actor.Grants)
}

// rows is the one query of the peers (1) and (2): what the site's list selects,
// with the rule of who sees what written out instead of a policy.
const rows = `
	SELECT a.id, a.happened_on, a.type, a.title, a.field, coalesce(a.minutes, 0) AS minutes, a.visibility,
		d.short_name AS district, p.name AS author, a.follow_up_on, a.follow_up_done_at, a.simulated,
		ARRAY(SELECT n.name
			FROM activity_partner l
			JOIN partner n ON n.programme_id = l.programme_id AND n.id = l.partner_id
			WHERE l.programme_id = a.programme_id AND l.activity_id = a.id
			ORDER BY n.name_key) AS partners
	FROM (SELECT programme_id, id, happened_on, type, title, field, minutes, visibility, district_id, author_id,
			follow_up_on, follow_up_done_at, simulated
		FROM activity AS a
		WHERE a.programme_id = $1 AND a.district_id = $2 AND a.deleted_at IS NULL AND NOT a.draft
			AND (a.visibility <> 'own' OR a.author_id = $3)
		ORDER BY a.happened_on DESC, a.id DESC
		LIMIT 50) AS a
	JOIN district d ON d.programme_id = a.programme_id AND d.id = a.district_id
	JOIN person p ON p.programme_id = a.programme_id AND p.id = a.author_id
	ORDER BY a.happened_on DESC, a.id DESC`

func (p *peers) query(ctx context.Context) (pgx.Rows, error) {
	return p.pool.Query(ctx, rows, p.actor.Programme, p.actor.Districts()[0], p.actor.Person)
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// bare is peer (1): net/http and pgx, HTML by hand, filled up with spaces to
// the number of bytes of the site's page.
func (p *peers) bare(w http.ResponseWriter, r *http.Request) {
	buf, _ := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(buf)
	buf.Reset()
	buf.WriteString(p.frame[0])
	if err := p.writeRows(r.Context(), buf); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	for buf.Len() < p.size-len(p.frame[1]) {
		buf.WriteString("                                "[:min(32, p.size-len(p.frame[1])-buf.Len())])
	}
	buf.WriteString(p.frame[1])
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(buf.Len()))
	_, _ = w.Write(buf.Bytes())
}

func (p *peers) writeRows(ctx context.Context, buf *bytes.Buffer) error {
	rows, err := p.query(ctx)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id, kind, title, field, visibility, district, author string
		var on time.Time
		var followUp, done *time.Time
		var minutes int
		var simulated bool
		var partners []string
		if err := rows.Scan(&id, &on, &kind, &title, &field, &minutes, &visibility, &district, &author, &followUp, &done,
			&simulated, &partners); err != nil {
			return err
		}
		buf.WriteString(`<tr><td>`)
		buf.WriteString(on.Format("02.01.2006"))
		buf.WriteString(`</td><th scope="row"><a href="/aktivitaeten/`)
		buf.WriteString(id)
		buf.WriteString(`">`)
		buf.WriteString(html.EscapeString(title))
		buf.WriteString(`</a></th>`)
		for _, cell := range []string{kind, field, visibility, district, author, strings.Join(partners, ", "), strconv.Itoa(minutes)} {
			buf.WriteString(`<td>`)
			buf.WriteString(html.EscapeString(cell))
			buf.WriteString(`</td>`)
		}
		if simulated || followUp != nil && done == nil {
			buf.WriteString(`<td>*</td>`)
		}
		buf.WriteString(`</tr>`)
	}
	return rows.Err()
}

// plain is peer (2): chi, templ and pgx, the site's template, the same rows by
// one query; no session, no policy, no transaction. What else the page shows
// was read once.
func (p *peers) plain() http.Handler {
	router := chi.NewRouter()
	router.Use(p.prepare)
	mux := handler.NewMux(router, slog.Default())
	mux.Get(access.ReadActivities, "/aktivitaeten", func(w http.ResponseWriter, r *http.Request) error {
		rows, err := p.query(r.Context())
		if err != nil {
			return err
		}
		page := p.rest
		if page.Items, err = pgx.CollectRows(rows, pgx.RowToStructByName[activity.Item]); err != nil {
			return err
		}
		//nolint:contextcheck // templ hands the context on
		return activitypage.RenderList(w, r, page, calendar.Of(time.Now()))
	})
	return router
}

// gated is (3): the site's own handler with the gate and its policies; what is
// missing to the site are the session and its middleware.
func (p *peers) gated() http.Handler {
	router := chi.NewRouter()
	router.Use(p.prepare)
	activitypage.New(p.gate, nil).Routes(handler.NewMux(router, slog.Default()))
	return router
}

// prepare says who acts, without looking.
func (p *peers) prepare(next http.Handler) http.Handler {
	german := locale.New("de", nil)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := locale.NewContext(r.Context(), german)
		ctx = handler.WithShell(ctx, p.shell)
		next.ServeHTTP(w, r.WithContext(access.NewContext(ctx, p.actor)))
	})
}

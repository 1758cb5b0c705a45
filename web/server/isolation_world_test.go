package server_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/document"
	"rundertisch/internal/testdb"
	"rundertisch/web/webtest"
)

// owned is one district's things in one programme. Each text among them is a
// canary that says whose it is: "zz", programme, district, kind.
type owned struct {
	programme testdb.Programme
	district  int
	ids       map[string]string // kind of parameter -> id
}

func (o owned) canary(kind string) string {
	return fmt.Sprintf("zz%s%d%s", strings.ToLower(o.programme.Slug[:3]), o.district, kind)
}

// visibilities of the activities in the world; "draft" and "deleted" are states.
var visibilities = []string{"own", "district", "ministry", "public", "draft", "deleted"}

// furnish fills both districts of both programmes with one thing of each kind.
func furnish(t *testing.T, site *webtest.Site) []owned {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), site.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	var world []owned
	for _, p := range []testdb.Programme{testdb.Saxony, testdb.Musterland} {
		for i := range p.Districts {
			o := owned{programme: p, district: i, ids: map[string]string{"ags": p.Districts[i].AGS}}
			for _, kind := range append([]string{
				"post", "post_state", "conference_state", "holder", "talk", "partner", "import", "note", "file", "holding", "officer", "bylaws",
				"notice", "task", "task_closed", "task_district", "meeting", "item", "decision", "recommendation", "circular", "paper", "scheme", "terms", "budget", "run", "case", "export", "answer", "case_import", "hearing", "repayment",
			}, minutesKinds...) {
				o.ids[kind] = uuid.NewString()
			}
			for _, v := range visibilities {
				o.ids["activity_"+v] = uuid.NewString()
			}
			o.write(t, conn)
			o.store(t, site.Files)
			world = append(world, o)
		}
	}
	return world
}

func (o owned) coordinator() access.Actor {
	if o.district == 0 {
		return o.programme.Actor(access.Coordinator)
	}
	return o.programme.Elsewhere(access.Coordinator)
}

// write inserts the things as the owner, in the scope of the programme.
func (o owned) write(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	p, d, person := o.programme.ID, o.programme.Districts[o.district].ID, o.coordinator().Person
	o.ids["person"] = person.String()
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := tx.Exec(t.Context(), sql, args...); err != nil {
			t.Fatalf("%s: %v", strings.Fields(sql)[2], err)
		}
	}
	exec(`SELECT set_config('app.programme', $1, true), set_config('app.reach', 'system', true), set_config('app.person', $2, true)`, p.String(), person.String())
	exec(`INSERT INTO post (programme_id, id, district_id) VALUES ($1, $2, $3)`, p, o.ids["post"], d)
	exec(`INSERT INTO post_state (programme_id, id, post_id, district_id, state, valid_from, note, simulated)
		VALUES ($1, $2, $3, $4, 'interest', '2024-01-01', '', false)`, p, o.ids["post_state"], o.ids["post"], d)
	exec(`INSERT INTO conference_state (programme_id, id, district_id, state, valid_from) VALUES ($1, $2, $3, 'interest', '2024-01-01')`, p, o.ids["conference_state"], d)
	exec(`INSERT INTO post_holder (programme_id, id, post_id, district_id, person_id, fte_permille, valid, office_email)
		VALUES ($1, $2, $3, $4, $5, 500, '[2024-01-01,)', 'buero@kreis.example')`, p, o.ids["holder"], o.ids["post"], d, person)
	exec(`INSERT INTO talk (programme_id, id, district_id, held_on, channel, summary) VALUES ($1, $2, $3, '2024-02-01', 'phone', $4)`, p, o.ids["talk"], d, o.canary("talk"))
	exec(`INSERT INTO partner (programme_id, id, name) VALUES ($1, $2, $3)`, p, o.ids["partner"], o.canary("partner"))
	exec(`INSERT INTO partner_note (programme_id, id, district_id, partner_id, note) VALUES ($1, $2, $3, $4, $5)`, p, o.ids["note"], d, o.ids["partner"], o.canary("note"))
	exec(`INSERT INTO activity_import (programme_id, id, district_id, person_id, file_name, file_hash, sheet, row_count)
		VALUES ($1, $2, $3, $4, $5, sha256(convert_to($5, 'UTF8')), '{}', 1)`, p, o.ids["import"], d, person, o.canary("import"))
	for _, v := range visibilities {
		visibility := v
		if v == "draft" || v == "deleted" {
			visibility = "public"
		}
		exec(`INSERT INTO activity (programme_id, id, district_id, author_id, type, happened_on, title, body, visibility, draft, deleted_at)
			VALUES ($1, $2, $3, $4, 'meeting', '2025-01-15', $5, $5, $6, $7, CASE WHEN $8 THEN now() END)`,
			p, o.ids["activity_"+v], d, person, o.canary(v), visibility, v == "draft", v == "deleted")
	}
	exec(`INSERT INTO stored_file (programme_id, id, size) VALUES ($1, $2, 100)`, p, o.ids["file"])
	exec(`INSERT INTO activity_file (programme_id, id, activity_id, file_id, file_name, content_type, size, sha256)
		VALUES ($1, $2, $3, $2, $4 || '.txt', 'text/plain', octet_length($4), sha256(convert_to($4, 'UTF8')))`,
		p, o.ids["file"], o.ids["activity_district"], o.canary("file"))
	o.writeBody(exec)
	o.writeMinutes(exec)
	o.writeSitting(exec)
	o.writeTasks(exec)
	o.writeGrants(exec)
	var role string
	if err := tx.QueryRow(t.Context(), `SELECT id::text FROM role_assignment WHERE programme_id = $1 AND person_id = $2`, p, person).Scan(&role); err != nil {
		t.Fatal(err)
	}
	o.ids["role"] = role
	if err := tx.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// store keeps the bytes of the files: they are canaries, too.
func (o owned) store(t *testing.T, files *document.Store) {
	t.Helper()
	for id, content := range map[string]string{"file": "file", "paper": "secret", "scan": "scan"} {
		if _, err := files.Put(t.Context(), uuid.MustParse(o.ids[id]), document.TXT, strings.NewReader(o.canary(content))); err != nil {
			t.Fatal(err)
		}
	}
}

// writeBody inserts the things of the district's conference.
func (o owned) writeBody(exec func(sql string, args ...any)) {
	p, b := o.programme.ID, o.programme.Bodies[o.district]
	o.ids["body"], o.ids["seat"] = b.ID.String(), b.Empty[0].String()
	for kind, into := range map[string]string{"sitter": `seat_holder (seat_id, slot, valid, `, "officer": `body_office (valid, `} {
		person := uuid.NewString()
		exec(`INSERT INTO person (programme_id, id, name) VALUES ($1, $2, $3)`, p, person, o.canary(kind))
		values := `'[2024-01-01,)', `
		id := o.ids["officer"]
		if kind == "sitter" {
			values, id = `'`+o.ids["seat"]+`', 0, `+values, o.ids["holding"]
		}
		exec(`INSERT INTO `+into+`programme_id, id, body_id, person_id) VALUES (`+values+`$1, $2, $3, $4)`, p, id, b.ID, person)
	}
	exec(`INSERT INTO bylaws (programme_id, id, body_id, valid_from, name, notice_days, notice_unit, proposal_days, quorum, quorum_second, majority,
			circular, circular_days, circular_silence, minutes_months, objection_days, objection_unit, objection_start, restart_clock,
			silence_approves, late_objections, objections_decided_by, objections_open, public, successor_reads, non_public_copy)
		VALUES ($1, $2, $3, '2024-01-01', $4, 14, 'calendar', 21, 'half', 3, 'simple', true, 14, 'consent', 1, 14, 'calendar',
			'circulation', true, true, 'keep', 'body', 'after_deadline', false, 'all', 'placeholder')`, p, o.ids["bylaws"], b.ID, o.canary("bylaws"))
	reader := o.programme.Actor(access.Member)
	if o.district > 0 {
		reader = o.programme.Elsewhere(access.Member)
	}
	exec(`INSERT INTO notification (programme_id, id, person_id, kind, place, address) VALUES ($1, $2, $3, 'task_given', $4, '/start')`,
		p, o.ids["notice"], reader.Person, o.canary("notice"))
}

// writeSitting makes a sitting of the district's conference that is in session,
// with an item, a decision and a circular decision that are not public.
func (o owned) writeSitting(exec func(sql string, args ...any)) {
	p, b := o.programme.ID, o.programme.Bodies[o.district]
	exec(`INSERT INTO meeting (programme_id, id, body_id, day, starts_at, title, place, note, state, invited_at, opened_at)
		VALUES ($1, $2, $3, current_date, '10:00', $4, $4, $4, 'in_session', now(), now())`, p, o.ids["meeting"], b.ID, o.canary("sitting"))
	exec(`INSERT INTO agenda_item (programme_id, id, body_id, meeting_id, day, ordinal, title, description, presenter, non_public)
		VALUES ($1, $2, $3, $4, current_date, 1, $5, $5, $5, true)`, p, o.ids["item"], b.ID, o.ids["meeting"], o.canary("secret"))
	exec(`INSERT INTO agenda_item (programme_id, id, body_id, title, non_public, state) VALUES ($1, gen_random_uuid(), $2, $3, true, 'backlog')`,
		p, b.ID, o.canary("secret"))
	exec(`INSERT INTO call_letter (programme_id, meeting_id, sequence, body_id, day, sent_at, planned_for, starts_at, title, place, online_url, note,
			second, quorum_needed, short_notice_why, items)
		VALUES ($1, $2, 1, $3, current_date, now(), current_date, '10:00', $4, $4, '', $4, false, 2, '', 1)`, p, o.ids["meeting"], b.ID, o.canary("sitting"))
	exec(`INSERT INTO call_letter_item (programme_id, meeting_id, sequence, number, body_id, day, agenda_item_id, title, presenter, non_public)
		VALUES ($1, $2, 1, 1, $3, current_date, $4, $5, $5, true)`, p, o.ids["meeting"], b.ID, o.ids["item"], o.canary("secret"))
	exec(`INSERT INTO call_reply (programme_id, meeting_id, seat_id, body_id, day, reply, note, replied_at)
		VALUES ($1, $2, $3, $4, current_date, 'comes', $5, now() + interval '1 hour')`, p, o.ids["meeting"], b.Empty[0], b.ID, o.canary("reply"))
	exec(`INSERT INTO decision (programme_id, id, body_id, meeting_id, agenda_item_id, day, non_public, type, title, wording, method, majority,
			seats, present, quorum_needed, quorum_met, yes, no, abstain, result, decided_at)
		VALUES ($1, $2, $3, $4, $5, current_date, true, 'other', $6, $6, 'hand', 'simple', 4, 2, 2, true, 0, 2, 0, 'rejected', now())`,
		p, o.ids["decision"], b.ID, o.ids["meeting"], o.ids["item"], o.canary("secret"))
	exec(`INSERT INTO recommendation (programme_id, id, decision_id, body_id, day, addressee, sent_on)
		VALUES ($1, $2, $3, $4, current_date, $5, current_date)`, p, o.ids["recommendation"], o.ids["decision"], b.ID, o.canary("secret"))
	exec(`INSERT INTO circular_vote (programme_id, id, body_id, day, title, wording, reason, type, non_public, deadline, explained)
		VALUES ($1, $2, $3, current_date, $4, $4, $4, 'other', true, current_date + 14, '[]')`, p, o.ids["circular"], b.ID, o.canary("secret"))
	exec(`INSERT INTO stored_file (programme_id, id, size) VALUES ($1, $2, 5)`, p, o.ids["paper"])
	exec(`INSERT INTO paper (programme_id, id, file_id, meeting_id, body_id, day, agenda_item_id, file_name, content_type, size, sha256)
		VALUES ($1, $2, $2, $3, $4, current_date, $5, $6, 'text/plain', 5, sha256('x'))`,
		p, o.ids["paper"], o.ids["meeting"], b.ID, o.ids["item"], o.canary("secret")+".txt")
}

// writeTasks inserts a task that the conference's guests read, one that they do
// not read, and one of the district.
func (o owned) writeTasks(exec func(sql string, args ...any)) {
	const add = `INSERT INTO task (programme_id, id, body_id, district_id, day, title, description, owner, non_public)
		VALUES ($1, $2, $3, $4, '2025-01-15', $5, $5, $5, $6)`
	p, body, district := o.programme.ID, o.programme.Bodies[o.district].ID, o.programme.Districts[o.district].ID
	exec(add, p, o.ids["task"], body, nil, o.canary("task"), false)
	exec(add, p, o.ids["task_closed"], body, nil, o.canary("closed"), true)
	exec(add, p, o.ids["task_district"], nil, district, o.canary("errand"), false)
}

// mayRead says whether the actor may read a canary: the visibility rules once
// more, said plainly.
func mayRead(a access.Actor, o owned, kind string) bool {
	if a.Programme != o.programme.ID {
		return false
	}
	district := o.programme.Districts[o.district].ID
	inDistrict := false
	for _, own := range a.Districts() {
		inDistrict = inDistrict || own == district
	}
	if may, known := mayReadMinutes(a, o, kind); known {
		return may
	}
	if may, known := mayReadGrants(a, o, kind); known {
		return may
	}
	author := a.Person == o.coordinator().Person
	switch kind {
	case "bylaws":
		return true // published, § 10 SächsTranspG
	case "sitter", "officer":
		return inBody(a, o) || a.OfMinistry() || a.Has(access.Admin)
	case "notice":
		return a.Has(access.Member) && inBody(a, o)
	case "own", "draft", "import":
		return author
	case "task":
		return inBody(a, o)
	case "closed":
		return inBody(a, o) && !a.Has(access.Guest)
	case "errand":
		return inDistrict
	case "district", "deleted", "note", "file":
		return inDistrict
	case "ministry":
		return inDistrict || a.OfMinistry()
	case "public":
		return true
	case "talk":
		return a.OfMinistry()
	case "sitting":
		return a.LevelIn(o.programme.Bodies[o.district].ID) >= 1
	case "secret":
		return a.LevelIn(o.programme.Bodies[o.district].ID) >= 2
	case "reply":
		return a.LevelIn(o.programme.Bodies[o.district].ID) >= 3
	case "partner":
		return a.OfMinistry() || len(a.Districts()) > 0
	}
	return false
}

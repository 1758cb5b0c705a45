package db_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rundertisch/internal/access"
	"rundertisch/internal/testdb"
)

// withoutPolicies are the tables that carry a programme and no policies, each
// with the reason.
var withoutPolicies = map[string]string{
	"session":       "looked up by the hash of a secret token before anybody is known",
	"fact_clock":    "no privilege for the app; touched by record_time() alone",
	"grant_counter": "no privilege for the app; touched by grant_case_enters() alone",
	"body_counter":  "no privilege for the app; touched by next_number() alone",
}

// withoutTrail are the tables whose changes nobody needs to know of later, each
// with the reason.
var withoutTrail = map[string]string{
	"passage_editor": "a hint of two minutes, again and again while somebody writes",
}

// definers are the functions that run with the owner's rights, each with the
// reason. A new one needs a line here.
var definers = map[string]string{
	"audit_row":                "writes the trail, which the app may not",
	"record_time":              "moves the programme's record clock under its lock",
	"account_by_email":         "sign-in, before anybody is known",
	"account_own":              "a person's own credentials",
	"account_register":         "invitations and seeds; the system only",
	"account_set_password":     "the own password, or the system",
	"session_actor":            "who is behind a session token",
	"activity_search":          "uses the words' index, which row-level security would keep it from; asks for tenant and visibility itself",
	"activity_partner_joins":   "copies onto a link what decides who sees it",
	"activity_partner_follows": "keeps that copy up to date",
	"activity_file_joins":      "copies onto a file what decides who sees it",
	"activity_file_follows":    "keeps that copy up to date",
	"announce_file":            "registers a file within the programme's room, which nobody sees whole",
	"file_named":               "notes that a row names a file, which the app may not",
	"file_unnamed":             "notes that no row names a file any more",
	"body_grants":              "what a person is in bodies, for session_actor alone",
	"next_number":              "gives gapless numbers; asks who may",
	"call_notice_follows":      "tells a notice that its mail was taken",
	"minutes_delivery_follows": "tells a delivery that its mail was taken",
	"minutes_content":          "the sealed bytes hold every part: for members alone",
	"version_explained":        "compares two versions whole, whoever froze them",
	"version_agrees":           "compares rows with sealed bytes, which the app reads by minutes_content alone",
	"item_names_minutes":       "whoever carries an item over may not read the minutes that it names",
	"decision_stays":           "asks whether minutes were approved by it, whoever strikes it",
	"circular_ballot_in_time":  "locks the motion, which a voter may not",
	"agenda_item_closes":       "closes what hangs on an item that is closed; the app may change none of it",
	"call_letter_item_closes":  "closes an item in what was sent before; the app may change none of it",
	"notification_unread":      "a number for the frame of a page, asked together with the session",
	"notification_channel":     "how people want to hear of something, without their wishes being read",
	"last_sitting":             "the day of a body's last sitting, for the ministry that sees no sittings",
	"seat_keeps_term":          "records how long a seat exists, which the app may not",
	"case_import_entered":      "asks for the case officer, whose role nobody reads",
	"old_case_enters":          "makes a case in the state that it had elsewhere, which the app may not",
	"public_grants":            "the list for the public: columns and rows that the rule of today opens, and no more",
	"case_officers":            "who can take over a case, without roles being read",
	"case_officer_follows":     "asks for other duties and roles of whoever takes over",
	"financing_plan_follows":   "asks where the case stands, under its lock, and notes the applicant's duty",
	"financing_plan_balances":  "adds up both sides of a plan and compares it with its case",
	"grant_case_budget":        "finds the title of an application, which a district does not see",
	"acts_as":                  "asks for a role, which nobody reads",
	"written_by_role":          "asks for the role of whoever writes a rule",
	"grant_case_by_role":       "asks for the role of whoever enters a case",
	"calculation_by_role":      "asks for the role of whoever reckons",
	"payment_as_amended":       "compares a payment with what was decided, under the lock of its case",
	"unsaid_since":             "a moment, so that policies hide what no notice has said",
	"grant_amount_reckoned":    "asks whether the officer reckons, and notes the duty",
	"application_written":      "asks where the case stands, under its lock, and notes the applicant's duty",
	"application_received":     "compares what is received with what was written",
	"case_event_has_paper":     "asks for what goes with a step, whoever takes it",
	"paper_has_event":          "asks for the step that a paper goes with, whoever writes it",
	"proof_draft_kept":         "asks where the case stands, under its lock, and notes the applicant's duty",
	"grant_proof_follows":      "compares a proof with its case and terms, under its lock",
	"proof_check_follows":      "asks where the case stands, under its lock, and notes the officer's duty",
	"sample_draw_holds":        "counts every draw of a scheme's year, and what it left out",
	"audit_note_follows":       "asks where the case stands, under its lock, and notes the officer's duty",
	"case_event_proven":        "asks for proof, check, draw and note of a step, whoever takes it",
	"absence_kept":             "asks for the roles of who is away and who covers",
	"budget_year_figures":      "keeps what the budget gave, which the app may not write",
	"commitment_splits":        "reads the reckoning of what is committed, whoever approves",
	"grant_case_enters":        "gives gapless file numbers; asks who may name what",
	"take_duty":                "notes who had which duty on a case, which nobody may write himself",
	"commitment_counts":        "keeps the sum of a title's year under its lock",
	"case_event_follows":       "checks a step against the table of steps, roles and duties, and moves the case",
	"case_event_day":           "compares a step's day with steps and notices, whoever takes it",
	"case_event_amount":        "compares a step's amount with reckoning, cap and notice, whoever takes it",
	"case_officer_acts":        "asks for a person's role and notes the duty, which nobody may write himself",
	"case_acts":                "notes the duty of whoever has the role",
	"hearing_begins":           "asks where the case stands, under its lock",
	"hearing_reply_comes":      "asks whether the hearing runs, under the lock of its case",
	"revocation_decided":       "asks whether the hearing runs, under the lock of its case",
	"revocation_stands":        "compares a revocation with its hearing and its reckoning",
	"revocation_is_over":       "compares what was decided with what the notices say",
	"repayment_claims":         "sums up what was paid, under the lock of the case",
	"repayment_receipt_comes":  "sums up what came, under the lock of the case",
	"repayment_covers":         "sums up what came, under the lock of the case",
	"interest_waived":          "asks where the case stands, under its lock",
	"case_event_stated":        "asks what a step of a hearing goes with",
	"grant_notice_follows":     "compares a notice with what was signed off, under the lock of its case",
	"grant_notice_reaches":     "asks where the case stands, under its lock",
	"payment_export_agrees":    "counts what went out with a file, whoever may see it",
	"payment_planned":          "sums up what is planned of a grant under its lock",
	"drawdown_follows":         "sums up what is left of a grant under its lock, and asks for the signatory's role",
	"drawdown_plans":           "plans what a district asked for, which it may not itself",
	"payment_answer_booked":    "asks for the cashier, whose role nobody reads",
	"payment_event_follows":    "checks a step of a payment and moves it and its case",
	"grant_notice_amends":      "changes a granted amount, which only a notice may",
	"post_holder_shares":       "counts every holder's share, whoever may see them",
}

// personal are column names that hold personal data; the audit trigger must
// mask them.
var personal = []string{"email", "phone", "name", "recipient", "body", "text", "summary", "file_name", "with_whom", "office_email", "office_phone", "public_name", "contact", "note", "result"}

// notPersonal are columns with such a name that are none, with the reason.
var notPersonal = map[string]string{
	"partner.name":          "an organisation; persons stand in a district's note",
	"district.name":         "the district's own name",
	"body.name":             "a body's own name",
	"bylaws.name":           "the name of rules",
	"decision.result":       "adopted or rejected",
	"model_region.name":     "a region's own name",
	"post_state.note":       "why a post is in a state; no person",
	"conference_state.note": "why a conference is in a state; no person",
	"budget_year.name":      "a title of the budget",
	"funding_scheme.name":   "a scheme's own name",
	"scheme_terms.name":     "the name of rules",
	"job_ad.note":           "about an advertisement",
}

func owner(t *testing.T, d *testdb.Instance) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), d.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func texts(t *testing.T, conn *pgx.Conn, sql string, args ...any) []string {
	t.Helper()
	rows, _ := conn.Query(t.Context(), sql, args...)
	list, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return list
}

const tenantTables = `
	SELECT c.relname
	FROM pg_class c
	JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'programme_id' AND NOT a.attisdropped
	WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
	ORDER BY 1`

func TestEveryTenantTableIsWalled(t *testing.T) {
	t.Parallel()
	conn := owner(t, testdb.DB(t))
	tables := texts(t, conn, tenantTables)
	if len(tables) < 10 {
		t.Fatalf("tenant tables = %v: the question is wrong", tables)
	}
	for _, table := range tables {
		if withoutPolicies[table] != "" {
			continue
		}
		for what, sql := range map[string]string{
			"row-level security": `SELECT 'x' FROM pg_class WHERE oid = $1::regclass AND relrowsecurity`,
			"a RESTRICTIVE policy on the programme": `SELECT 'x' FROM pg_policies WHERE tablename = $1 AND permissive = 'RESTRICTIVE'
				AND cmd = 'ALL' AND qual LIKE '%current_programme()%'`,
			"a PERMISSIVE policy": `SELECT 'x' FROM pg_policies WHERE tablename = $1 AND permissive = 'PERMISSIVE' LIMIT 1`,
			"the audit trigger": `SELECT 'x' FROM pg_class c WHERE c.oid = $1::regclass AND (c.relname = 'audit'
				OR EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgfoid = 'audit_row'::regproc))`,
			"a primary key that begins with programme_id": `SELECT 'x' FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
				WHERE i.indrelid = $1::regclass AND i.indisprimary AND a.attname = 'programme_id'`,
		} {
			if what == "the audit trigger" && withoutTrail[table] != "" {
				continue
			}
			if len(texts(t, conn, sql, table)) == 0 {
				t.Errorf("%s lacks %s", table, what)
			}
		}
	}
}

func TestKeysStayInsideTheProgramme(t *testing.T) {
	t.Parallel()
	conn := owner(t, testdb.DB(t))
	// A unique key over all programmes, or a foreign key without the programme,
	// would answer for rows that the actor may not see.
	loose := texts(t, conn, `
		SELECT k.conrelid::regclass || ' ' || k.conname
		FROM pg_constraint k
		JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attname = 'programme_id' AND NOT a.attisdropped
		WHERE k.contype IN ('u', 'f') AND NOT a.attnum = ANY (k.conkey)
			AND k.confrelid IS DISTINCT FROM 'account'::regclass
		UNION
		SELECT i.indrelid::regclass || ' ' || i.indexrelid::regclass
		FROM pg_index i
		JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = 'programme_id' AND NOT a.attisdropped
		WHERE i.indisunique AND NOT a.attnum = ANY (i.indkey) AND i.indrelid <> 'session'::regclass`)
	for _, l := range loose {
		t.Errorf("%s leaves programme_id out", l)
	}
}

func TestDefinerFunctionsAreListedAndPinned(t *testing.T) {
	t.Parallel()
	conn := owner(t, testdb.DB(t))
	for _, name := range texts(t, conn, `
		SELECT p.proname FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef`) {
		if definers[name] == "" {
			t.Errorf("definer function %s is not on the list", name)
		}
	}
	for _, name := range texts(t, conn, `
		SELECT p.proname FROM pg_proc p
		WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef
			AND NOT EXISTS (SELECT FROM unnest(p.proconfig) AS c WHERE c LIKE 'search_path=pg_catalog%')`) {
		t.Errorf("definer function %s has no fixed search_path", name)
	}
	for _, name := range texts(t, conn, `
		SELECT p.proname FROM pg_proc p, aclexplode(p.proacl) AS x
		WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND x.grantee = 0`) {
		t.Errorf("definer function %s is open to PUBLIC", name)
	}
}

func TestPersonalColumnsAreMaskedInTheTrail(t *testing.T) {
	t.Parallel()
	conn := owner(t, testdb.DB(t))
	for _, table := range texts(t, conn, tenantTables) {
		if withoutPolicies[table] != "" || table == "audit" {
			continue
		}
		arguments := strings.Join(texts(t, conn, `
			SELECT encode(tgargs, 'escape') FROM pg_trigger WHERE tgrelid = $1::regclass AND tgfoid = 'audit_row'::regproc`, table), "")
		masked := strings.Split(arguments, `\000`)
		for _, column := range texts(t, conn, `
			SELECT attname::text FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`, table) {
			if slices.Contains(personal, column) && notPersonal[table+"."+column] == "" && !slices.Contains(masked, column) {
				t.Errorf("%s.%s holds personal data and is not masked", table, column)
			}
		}
	}
}

func TestTheAppOwnsAndTruncatesNothing(t *testing.T) {
	t.Parallel()
	conn := owner(t, testdb.DB(t))
	for what, sql := range map[string]string{
		"may truncate or reference": `SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
			AND (has_table_privilege('rt_app', c.oid, 'TRUNCATE') OR has_table_privilege('rt_app', c.oid, 'REFERENCES'))`,
		"may write the trail":         `SELECT 'audit' WHERE has_table_privilege('rt_app', 'audit', 'INSERT, UPDATE, DELETE')`,
		"reads contents of the trail": `SELECT a FROM unnest('{old,new}'::text[]) AS a WHERE has_column_privilege('rt_app', 'audit', a, 'SELECT')`,
		"reaches accounts":            `SELECT 'account' WHERE has_table_privilege('rt_app', 'account', 'SELECT, INSERT, UPDATE, DELETE')`,
		"links people to accounts":    `SELECT p FROM unnest('{INSERT,UPDATE}'::text[]) AS p WHERE has_column_privilege('rt_app', 'person', 'account_id', p)`,
		"creates objects":             `SELECT 'public' WHERE has_schema_privilege('rt_app', 'public', 'CREATE')`,
		"runs migration helpers":      `SELECT p.proname FROM pg_proc p WHERE p.proname IN ('make_tenant_table', 'make_fact_table', 'make_file_table') AND has_function_privilege('rt_app', p.oid, 'EXECUTE')`,
	} {
		for _, name := range texts(t, conn, sql) {
			t.Errorf("the app %s: %s", what, name)
		}
	}
}

func TestNoInvalidIndex(t *testing.T) {
	t.Parallel()
	conn := owner(t, testdb.DB(t))
	for _, name := range texts(t, conn, `SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid`) {
		t.Errorf("index %s is invalid", name)
	}
}

// TestNoScopeNoRows asks every tenant table without a scope, in the other
// programme's scope and with the other programme's key.
func TestNoScopeNoRows(t *testing.T) {
	t.Parallel()
	d := testdb.DB(t)
	conn := owner(t, d)
	app, err := pgx.Connect(t.Context(), d.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = app.Close(context.Background()) }()
	for _, table := range texts(t, conn, tenantTables) {
		if withoutPolicies[table] != "" {
			continue
		}
		name := pgx.Identifier{table}.Sanitize()
		var n int
		if err := app.QueryRow(t.Context(), "SELECT count(programme_id) FROM "+name).Scan(&n); err != nil {
			t.Errorf("%s without a scope: %v", table, err)
		}
		if n != 0 {
			t.Errorf("%s without a scope: %d rows, want none", table, n)
		}
		for _, a := range []access.Actor{testdb.Saxony.System(), testdb.Saxony.Actor(access.Admin), testdb.Saxony.Actor(access.CaseOfficer)} {
			if n := foreign(t, app, a, name); n != 0 {
				t.Errorf("%s as %s: %d rows of the other programme, want none", table, a.Reach(), n)
			}
		}
	}
}

// foreign counts what an actor of Saxony sees of Musterland.
func foreign(t *testing.T, app *pgx.Conn, a access.Actor, table string) (n int) {
	t.Helper()
	tx, err := app.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	_, err = tx.Exec(t.Context(), `SELECT set_config('app.programme', $1, true), set_config('app.person', $2, true), set_config('app.reach', $3, true)`,
		a.Programme.String(), id(a.Person), string(a.Reach()))
	if err != nil {
		t.Fatal(err)
	}
	err = tx.QueryRow(t.Context(), fmt.Sprintf(`SELECT count(programme_id) FROM %s WHERE programme_id = $1`, table), testdb.Musterland.ID).Scan(&n)
	if err != nil {
		t.Fatalf("%s: %v", table, err)
	}
	return n
}

func id(u uuid.UUID) string {
	if u == uuid.Nil {
		return ""
	}
	return u.String()
}

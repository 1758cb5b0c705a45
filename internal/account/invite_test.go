package account_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"rundertisch/internal/access"
	"rundertisch/internal/account"
	"rundertisch/internal/calendar"
	"rundertisch/internal/db"
	"rundertisch/internal/fault"
	"rundertisch/internal/testdb"
)

func TestAnInvitationOpensAnAccount(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in := nora()
	out := b.mustInvite(t, in)
	m := b.waitForMail(t, testdb.Saxony, 1)
	if !out.Mailed || m.Recipient != "nora.neu@landkreis.example" || !contains(m.Body, "Nora Neu", "Programm sachsen", "18.05.2024") ||
		!contains(m.Body, "https://rundertisch.example:8443/einladung?token=") || strings.Contains(m.Subject, "token") {
		t.Fatalf("receipt %+v, mail %+v", out, m)
	}
	secret := token(t, m)
	ctx := public(t, testdb.Saxony)
	for range 3 { // a mail scanner looks too
		if w, err := b.accounts.Invitation(ctx, b.DB, secret); err != nil || w.Name != "Nora Neu" || w.Existing {
			t.Fatalf("Invitation = %+v, %v", w, err)
		}
	}
	if _, err := b.accounts.Accept(ctx, b.DB, secret, account.NewPassword{Password: "kurz", Repeat: "kurz"}, network); fieldOf(err, "password") != "password.too_short" {
		t.Errorf("a short password: %v", err)
	}
	who, err := b.accounts.Accept(ctx, b.DB, secret, typed, network)
	if err != nil || who.Person != out.Person || who.Account == uuid.Nil {
		t.Fatalf("Accept = %+v, %v", who, err)
	}
	same, err := account.SignIn(ctx, b.DB, in.Email, good, network)
	if err != nil || same != who {
		t.Errorf("SignIn = %+v, %v; want %+v", same, err, who)
	}
	if _, err := b.accounts.Accept(ctx, b.DB, secret, typed, network); !isDead(err) {
		t.Errorf("second use: %v, want NotFound", err)
	}
	if _, err := b.accounts.Invitation(ctx, b.DB, secret); !isDead(err) {
		t.Errorf("looking after use: %v, want NotFound", err)
	}
}

func TestDeadInvitations(t *testing.T) {
	t.Parallel()
	ctx := func(t *testing.T) context.Context { t.Helper(); return public(t, testdb.Saxony) }
	tests := map[string]func(t *testing.T, b *bench, person uuid.UUID) context.Context{
		"expired": func(t *testing.T, b *bench, _ uuid.UUID) context.Context {
			t.Helper()
			b.pass(72*time.Hour + time.Second)
			return ctx(t)
		},
		"disabled person": func(t *testing.T, b *bench, person uuid.UUID) context.Context {
			t.Helper()
			b.MustWrite(t, admin, access.ManagePeople, func(ctx context.Context, tx *db.Tx) error { return account.Disable(ctx, tx, person) })
			b.MustWrite(t, admin, access.ManagePeople, func(ctx context.Context, tx *db.Tx) error { return account.Enable(ctx, tx, person) })
			return ctx(t)
		},
		"sent again": func(t *testing.T, b *bench, person uuid.UUID) context.Context {
			t.Helper()
			b.MustWrite(t, admin, access.ManagePeople, func(ctx context.Context, tx *db.Tx) error { return b.accounts.Resend(ctx, tx, person) })
			return ctx(t)
		},
		"another programme": func(t *testing.T, _ *bench, _ uuid.UUID) context.Context {
			t.Helper()
			return public(t, testdb.Musterland)
		},
	}
	for name, kill := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			out := b.mustInvite(t, nora())
			secret := token(t, b.waitForMail(t, testdb.Saxony, 1))
			where := kill(t, b, out.Person)
			if _, err := b.accounts.Invitation(where, b.DB, secret); !isDead(err) {
				t.Errorf("Invitation: %v, want NotFound", err)
			}
			if _, err := b.accounts.Accept(where, b.DB, secret, typed, network); !isDead(err) {
				t.Errorf("Accept: %v, want NotFound", err)
			}
			if _, err := b.accounts.SetPassword(where, b.DB, secret, typed); !isDead(err) {
				t.Errorf("an invitation as a reset link: %v, want NotFound", err)
			}
		})
	}
	b := newBench(t)
	for _, secret := range []string{"", "x", strings.Repeat("A", 43), strings.Repeat("ä", 100000)} {
		if _, err := b.accounts.Invitation(ctx(t), b.DB, secret); !isDead(err) {
			t.Errorf("Invitation(%.20q): %v, want NotFound", secret, err)
		}
	}
}

func TestTheLastInvitationWorksAfterSendingAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	out := b.mustInvite(t, nora())
	b.pass(time.Hour)
	b.MustWrite(t, admin, access.ManagePeople, func(ctx context.Context, tx *db.Tx) error { return b.accounts.Resend(ctx, tx, out.Person) })
	if _, err := b.accounts.Accept(public(t, testdb.Saxony), b.DB, token(t, b.waitForMail(t, testdb.Saxony, 2)), typed, network); err != nil {
		t.Errorf("Accept: %v", err)
	}
	ctx := testdb.As(t.Context(), admin)
	err := b.Write(ctx, access.ManagePeople, func(tx *db.Tx) error { return b.accounts.Resend(ctx, tx, out.Person) })
	if !isDead(err) {
		t.Errorf("inviting a person with an account again: %v, want NotFound", err)
	}
}

// TestAnAddressWithAnAccountElsewhereKeepsItsPassword invites Musterland's
// admin to Saxony.
func TestAnAddressWithAnAccountElsewhereKeepsItsPassword(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	email := testdb.Musterland.Email(access.Admin)
	b.mustInvite(t, nora(func(in *account.Invitation) { in.Email = email }))
	secret := token(t, b.waitForMail(t, testdb.Saxony, 1))
	ctx := public(t, testdb.Saxony)
	if w, err := b.accounts.Invitation(ctx, b.DB, secret); err != nil || !w.Existing {
		t.Fatalf("Invitation = %+v, %v; want an existing account", w, err)
	}
	if _, err := b.accounts.Accept(ctx, b.DB, secret, typed, network); fieldOf(err, "password") != "account.wrong_password" {
		t.Errorf("a wrong password: %v", err)
	}
	who, err := b.accounts.Accept(ctx, b.DB, secret, account.NewPassword{Password: testdb.Password}, network)
	if err != nil || who.Account != testdb.Musterland.Actor(access.Admin).Account {
		t.Fatalf("Accept = %+v, %v; want the account of Musterland's admin", who, err)
	}
	for _, p := range []testdb.Programme{testdb.Saxony, testdb.Musterland} {
		if _, err := account.SignIn(public(t, p), b.DB, email, testdb.Password, network); err != nil {
			t.Errorf("%s: SignIn: %v", p.Slug, err)
		}
	}
}

func TestGuessingThroughAnInvitationIsThrottled(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.mustInvite(t, nora(func(in *account.Invitation) { in.Email = testdb.Musterland.Email(access.Admin) }))
	secret := token(t, b.waitForMail(t, testdb.Saxony, 1))
	var err error
	for range 6 {
		_, err = b.accounts.Accept(public(t, testdb.Saxony), b.DB, secret, account.NewPassword{Password: "falsch falsch"}, network)
	}
	if !errors.Is(err, fault.TooMany) || account.RetryAfter(err) < 1 {
		t.Errorf("the sixth try: %v, want TooMany with a time", err)
	}
}

func TestAPersonWithAnAccountGetsTheRoleAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in := nora(func(in *account.Invitation) {
		in.Email = testdb.Saxony.Email(access.Lead)
		in.Role = account.NewRole{ID: uuid.New(), Role: access.CaseOfficer, From: calendar.NewDate(2024, time.May, 1)}
	})
	out := b.mustInvite(t, in)
	m := b.waitForMail(t, testdb.Saxony, 1)
	if out.Mailed || out.Person != testdb.Saxony.Actor(access.Lead).Person || strings.Contains(m.Body, "token=") {
		t.Errorf("receipt %+v, mail %q; want a notice without a link to accept", out, m.Body)
	}
	if again := b.mustInvite(t, in); again.Person != out.Person || len(b.mails(t, testdb.Saxony)) != 1 {
		t.Errorf("the same form again: %+v and %d mails, want one effect", again, len(b.mails(t, testdb.Saxony)))
	}
}

func TestInvitationsThatAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.Owner(t, `UPDATE person SET disabled_at = now() WHERE id = $1`, testdb.Saxony.Actor(access.Chair).Person)
	tests := map[string]struct {
		edit       func(*account.Invitation)
		field, key string
	}{
		"no name":           {func(in *account.Invitation) { in.Name = "" }, "name", "field.missing"},
		"long name":         {func(in *account.Invitation) { in.Name = strings.Repeat("ä", 121) }, "name", "field.too_long"},
		"no address":        {func(in *account.Invitation) { in.Email = "" }, "email", "field.missing"},
		"no domain":         {func(in *account.Invitation) { in.Email = "nora@landkreis" }, "email", "account.email_invalid"},
		"two addresses":     {func(in *account.Invitation) { in.Email = "a@b.example,c@d.example" }, "email", "account.email_invalid"},
		"header injection":  {func(in *account.Invitation) { in.Email = "a@b.example\r\nBcc: x@y.example" }, "email", "account.email_invalid"},
		"name in address":   {func(in *account.Invitation) { in.Email = "Nora <a@b.example>" }, "email", "account.email_invalid"},
		"disabled person":   {func(in *account.Invitation) { in.Email = testdb.Saxony.Email(access.Chair) }, "email", "account.person_disabled"},
		"no role":           {func(in *account.Invitation) { in.Role.Role = "" }, "role", "field.missing"},
		"made-up role":      {func(in *account.Invitation) { in.Role.Role = "system" }, "role", "field.choice"},
		"no district":       {func(in *account.Invitation) { in.Role.District = uuid.Nil }, "district", "account.role.needs_district"},
		"needless district": {func(in *account.Invitation) { in.Role.Role = access.Lead }, "district", "account.role.without_district"},
		"foreign district":  {func(in *account.Invitation) { in.Role.District = testdb.Musterland.Districts[0].ID }, "district", "field.choice"},
		"no beginning":      {func(in *account.Invitation) { in.Role.From = calendar.Date{} }, "from", "field.missing"},
		"end before start":  {func(in *account.Invitation) { in.Role.To = calendar.NewDate(2024, time.April, 30) }, "to", "account.role.ends_before_start"},
		"role held already": {func(in *account.Invitation) {
			in.Email = testdb.Saxony.Email(access.Coordinator)
		}, "from", "account.role.overlap"},
	}
	for name, c := range tests {
		if _, err := b.invite(t, admin, nora(c.edit)); fieldOf(err, c.field) != c.key {
			t.Errorf("%s: err = %v (%s), want %s at %s", name, err, fieldOf(err, c.field), c.key, c.field)
		}
	}
	for _, r := range access.Roles() {
		if r == access.Admin {
			continue
		}
		if _, err := b.invite(t, testdb.Saxony.Actor(r), nora()); !errors.Is(err, fault.Forbidden) {
			t.Errorf("invited by %s: %v, want Forbidden", r, err)
		}
	}
	if n := len(b.mails(t, testdb.Saxony)); n != 0 {
		t.Errorf("%d mails after refusals", n)
	}
}

func TestAnotherProgrammesMailLeadsToItsOwnHost(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	in := nora(func(in *account.Invitation) { in.Role.District = testdb.Musterland.Districts[0].ID })
	if _, err := b.invite(t, testdb.Musterland.Actor(access.Admin), in); err != nil {
		t.Fatal(err)
	}
	m := b.waitForMail(t, testdb.Musterland, 1)
	if !contains(m.Body, "https://musterland.localhost:8443/einladung?token=", "Programm musterland") {
		t.Errorf("mail = %q", m.Body)
	}
	if len(b.mails(t, testdb.Saxony)) != 0 {
		t.Error("Saxony sees Musterland's mail")
	}
}

package server_test

import (
	"fmt"

	"rundertisch/internal/access"
)

// writeGrants makes a scheme with terms, a title of the budget, a run and a
// granted case of the district with a notice.
func (o owned) writeGrants(exec func(sql string, args ...any)) {
	p, d := o.programme.ID, o.programme.Districts[o.district].ID
	exec(`INSERT INTO funding_scheme (programme_id, id, kind, name, file_prefix) VALUES ($1, $2, 'lump_sum', $3, $4)`, p, o.ids["scheme"], o.canary("scheme"), fmt.Sprintf("T%d", o.district))
	exec(`INSERT INTO scheme_terms (programme_id, id, scheme_id, valid_from, name, paragraph, granting_body, purpose, eligible, earmarking, conditions, remedy,
			cap, rate, own_share, financing, pro_rata, plan, min_partial, min_binds_last, proof_months, check_months, de_minimis, interest_margin, interest_floor,
			year_days, report_share, report_amount, reduction_floor, sampling, remedy_months, revocation_months, hearing_weeks)
		VALUES ($1, $2, $3, '2022-01-01', $4, $4, $4, $4, $4, $4, $4, $4, 9000000, 0, 0, 'fixed', 'day', '[{"share": 1000, "trigger": "final"}]', 0, false,
			12, 1, '[]', 500, 25000, 365, 75, 1000000, 50000, 500, 1, 12, 4)`, p, o.ids["terms"], o.ids["scheme"], o.canary("scheme"))
	exec(`INSERT INTO budget_year (programme_id, id, title, name, year, appropriation) VALUES ($1, $2, $3, $3, $4, 9000000)`,
		p, o.ids["budget"], o.canary("budget"), 2024+o.district)
	exec(`INSERT INTO grant_run (programme_id, id, scheme_id, year, budget_id) VALUES ($1, $2, $3, 2024, $4)`, p, o.ids["run"], o.ids["scheme"], o.ids["budget"])
	exec(`INSERT INTO grant_case (programme_id, id, scheme_id, regime, terms_id, district_id, post_id, budget_id, run_id, period, file_year, file_no, file_ref, state, amount, follow_up)
		VALUES ($1, $2, $3, 'lump_sum', $4, $5, $6, $7, $8, '[2024-01-01,2025-01-01)', 2024, 1, $9, 'granted', 9000000, $10)`,
		p, o.ids["case"], o.ids["scheme"], o.ids["terms"], d, o.ids["post"], o.ids["budget"], o.ids["run"], o.canary("case"), o.canary("advice"))
	o.writeApplication(exec)
	for event, kind := range map[string]string{"returned": "case", "sent_back": "advice", "amended": "advice"} { // of the last no notice was given
		exec(`ALTER TABLE case_event DISABLE TRIGGER follows`)
		exec(`ALTER TABLE case_event DISABLE TRIGGER has_paper`)
		exec(`ALTER TABLE case_event DISABLE TRIGGER stated`)
		exec(`INSERT INTO case_event (programme_id, case_id, district_id, event, from_state, to_state, reason, amount) VALUES ($1, $2, $3, $4, 'draft', 'granted', $5, 9000000)`,
			p, o.ids["case"], d, event, o.canary(kind))
		exec(`ALTER TABLE case_event ENABLE TRIGGER follows`)
		exec(`ALTER TABLE case_event ENABLE TRIGGER has_paper`)
		exec(`ALTER TABLE case_event ENABLE TRIGGER stated`)
	}
	exec(`INSERT INTO commitment (programme_id, case_id, budget_id, amount) VALUES ($1, $2, $3, 9000000)`, p, o.ids["case"], o.ids["budget"])
	content := `{"file_ref":"` + o.canary("case") + `","recipient":"` + o.canary("case") + `"}`
	// What this notice and this file say, nobody signed off.
	for _, trigger := range []string{"grant_notice DISABLE TRIGGER follows", "payment_export DISABLE TRIGGER agrees"} {
		exec(`ALTER TABLE ` + trigger)
	}
	exec(`INSERT INTO grant_notice (programme_id, id, case_id, district_id, no, kind, amount, content, sha256)
		VALUES ($1, gen_random_uuid(), $2, $3, 1, 'award', 9000000, convert_to($4, 'UTF8'), sha256(convert_to($4, 'UTF8')))`, p, o.ids["case"], d, content)
	exec(`INSERT INTO payment (programme_id, case_id, district_id, ordinal, due_when, amount) VALUES ($1, $2, $3, 1, 'final', 9000000)`, p, o.ids["case"], d)
	exec(`INSERT INTO payment_export (programme_id, id, no, payments, total, file, sha256) VALUES ($1, $2, $3, 1, 9000000, convert_to($4, 'UTF8'), sha256(convert_to($4, 'UTF8')))`,
		p, o.ids["export"], o.district+1, o.canary("export"))
	exec(`INSERT INTO payment_answer (programme_id, id, file_name, file, sha256, row_count) VALUES ($1, $2, $3 || '.csv', convert_to($4, 'UTF8'), sha256(convert_to($4, 'UTF8')), 1)`,
		p, o.ids["answer"], o.canary("answer"), "referenz;betrag_cent;ergebnis;tag\n"+o.canary("answer")+"/1;1;bezahlt;2024-01-01\n")
	exec(`INSERT INTO case_import (programme_id, id, file_name, file, sha256, row_count) VALUES ($1, $2, $3 || '.csv', convert_to($4, 'UTF8'), sha256(convert_to($4, 'UTF8')), 1)`,
		p, o.ids["case_import"], o.canary("caseimport"), "ags;regelung;von;bis;betrag;stand;altes_az;bescheid_am\n"+o.canary("caseimport")+"\n")
	o.writeClaim(exec)
	for _, trigger := range []string{"grant_notice ENABLE TRIGGER follows", "payment_export ENABLE TRIGGER agrees"} {
		exec(`ALTER TABLE ` + trigger)
	}
	o.writeProofs(exec)
}

// writeProofs makes a draft of a proof, a submitted one that was returned, a draw
// and a note.
func (o owned) writeProofs(exec func(sql string, args ...any)) {
	p, d := o.programme.ID, o.programme.Districts[o.district].ID
	sentence := func(kind string) string {
		return `[{"id": "` + o.ids["case"] + `", "kind": "own", "text": "` + o.canary(kind) + `"}]`
	}
	tables := []string{"proof_draft", "grant_proof", "proof_check", "sample_draw", "audit_note"}
	for _, table := range tables {
		exec(`ALTER TABLE ` + table + ` DISABLE TRIGGER USER`)
	}
	exec(`INSERT INTO proof_draft (programme_id, case_id, district_id, kind, period, content, form_id)
		VALUES ($1, $2, $3, 'final', '[2024-01-01,2025-01-01)', jsonb_build_object('narrative', $4::jsonb), gen_random_uuid())`, p, o.ids["case"], d, sentence("proof"))
	content := `{"file_ref":"` + o.canary("case") + `","granted":9000000,"narrative":` + sentence("case") + `,"actual":[{"kind":"staff","amount":9000000}]}`
	exec(`INSERT INTO grant_proof (programme_id, id, case_id, district_id, no, kind, period, content, sha256)
		VALUES ($1, $2, $2, $3, 1, 'final', '[2024-01-01,2025-01-01)', convert_to($4, 'UTF8'), sha256(convert_to($4, 'UTF8')))`, p, o.ids["case"], d, content)
	exec(`INSERT INTO proof_check (programme_id, id, proof_id, case_id, district_id, missing, due_on)
		VALUES ($1, $2, $2, $2, $3, jsonb_build_array(jsonb_build_object('part', 'narrative', 'note', $4::text)), '2026-01-01')`, p, o.ids["case"], d, o.canary("case"))
	exec(`INSERT INTO sample_draw (programme_id, id, scheme_id, year, seed, inputs)
		VALUES ($1, $2, $3, 2025, 1, jsonb_build_object('candidates', jsonb_build_array(jsonb_build_object('case', $2::uuid, 'file_ref', $4::text))))`,
		p, o.ids["case"], o.ids["scheme"], o.canary("advice"))
	exec(`INSERT INTO audit_note (programme_id, id, case_id, district_id, proof_id, no, papers, findings, recognised, reduction, de_minimis, claim)
		VALUES ($1, $2, $2, $3, $2, 1, $4, $4, '[]', '{}', '{}', 0)`, p, o.ids["case"], d, o.canary("advice"))
	for _, table := range tables {
		exec(`ALTER TABLE ` + table + ` ENABLE TRIGGER USER`)
	}
}

// writeApplication makes what the district wrote, what was received of it and
// what was sent back, with a plan. No step goes with them.
func (o owned) writeApplication(exec func(sql string, args ...any)) {
	p, d := o.programme.ID, o.programme.Districts[o.district].ID
	content := func(kind string) string {
		return `{"application":{"texts":{"need":"` + o.canary(kind) + `"},"lines":[{"kind":"staff","amount":9000000,"note":"` + o.canary(kind) + `"}]}}`
	}
	tables := []string{"application", "application_receipt", "application_return", "financing_plan"}
	for _, table := range tables {
		exec(`ALTER TABLE ` + table + ` DISABLE TRIGGER USER`)
	}
	exec(`INSERT INTO application (programme_id, case_id, district_id, content) VALUES ($1, $2, $3, ($4::jsonb) -> 'application')`, p, o.ids["case"], d, content("application"))
	exec(`INSERT INTO application_receipt (programme_id, id, case_id, district_id, no, content, sha256)
		VALUES ($1, gen_random_uuid(), $2, $3, 1, convert_to($4, 'UTF8'), sha256(convert_to($4, 'UTF8')))`, p, o.ids["case"], d, content("case"))
	exec(`INSERT INTO application_return (programme_id, id, case_id, district_id, due_on, marks)
		VALUES ($1, gen_random_uuid(), $2, $3, '2024-01-01', jsonb_build_array(jsonb_build_object('section', 'goals', 'note', $4::text)))`, p, o.ids["case"], d, o.canary("case"))
	exec(`WITH plan AS (INSERT INTO financing_plan (programme_id, id, case_id, district_id, no, reason) VALUES ($1, gen_random_uuid(), $2, $3, 1, $4) RETURNING programme_id, id)
		INSERT INTO plan_line (programme_id, plan_id, kind, amount, note) SELECT programme_id, id, unnest('{staff,grant}'::text[]), 9000000, $4 FROM plan`,
		p, o.ids["case"], d, o.canary("case"))
	for _, table := range tables {
		exec(`ALTER TABLE ` + table + ` ENABLE TRIGGER USER`)
	}
}

// writeClaim leaves a hearing with an answer and a repayment with a receipt in the
// case, past the course of things.
func (o owned) writeClaim(exec func(sql string, args ...any)) {
	p, d := o.programme.ID, o.programme.Districts[o.district].ID
	exec(`ALTER TABLE case_event DISABLE TRIGGER follows`)
	exec(`ALTER TABLE case_event DISABLE TRIGGER stated`)
	for _, step := range []struct{ event, id string }{{"heard", "hearing"}, {"repayment_claimed", "repayment"}} {
		exec(`INSERT INTO case_event (programme_id, id, case_id, district_id, event, from_state, to_state, reason, amount) VALUES ($1, $2, $3, $4, $5, 'granted', 'granted', $6, 9000000)`,
			p, o.ids[step.id], o.ids["case"], d, step.event, o.canary("case"))
	}
	exec(`ALTER TABLE case_event ENABLE TRIGGER stated`)
	exec(`ALTER TABLE case_event ENABLE TRIGGER follows`)
	exec(`INSERT INTO hearing (programme_id, id, case_id, district_id, ground, facts_known_on, reply_due_on, amount, begun_on)
		VALUES ($1, $2, $3, $4, 'misuse', '2024-01-01', '2024-02-01', 9000000, '2024-01-01')`, p, o.ids["hearing"], o.ids["case"], d)
	course := []string{"hearing_reply %s TRIGGER comes", "repayment %s TRIGGER claims", "repayment_receipt %s TRIGGER comes", "interest_waiver %s TRIGGER waived"}
	for _, trigger := range course {
		exec(`ALTER TABLE ` + fmt.Sprintf(trigger, "DISABLE"))
	}
	exec(`INSERT INTO hearing_reply (programme_id, id, hearing_id, case_id, district_id, source, text) VALUES ($1, gen_random_uuid(), $2, $3, $4, 'letter', $5)`,
		p, o.ids["hearing"], o.ids["case"], d, o.canary("case"))
	exec(`INSERT INTO repayment (programme_id, id, case_id, district_id, principal, due_on, interest_from, claimed_on)
		VALUES ($1, $2, $3, $4, 9000000, '2024-03-01', '2024-01-01', '2024-02-01')`, p, o.ids["repayment"], o.ids["case"], d)
	exec(`INSERT INTO repayment_receipt (programme_id, id, repayment_id, case_id, district_id, received_on, amount, reference) VALUES ($1, gen_random_uuid(), $2, $3, $4, '2024-02-01', 1, $5)`,
		p, o.ids["repayment"], o.ids["case"], d, o.canary("case"))
	exec(`INSERT INTO interest_waiver (programme_id, repayment_id, case_id, district_id, reason) VALUES ($1, $2, $3, $4, $5)`, p, o.ids["repayment"], o.ids["case"], d, o.canary("case"))
	exec(`SET CONSTRAINTS ALL IMMEDIATE`) // they all have their step
	for _, trigger := range course {
		exec(`ALTER TABLE ` + fmt.Sprintf(trigger, "ENABLE"))
	}
}

// mayReadGrants says whether the actor may read a canary of the funding.
func mayReadGrants(a access.Actor, o owned, kind string) (may, known bool) {
	own := false
	for _, d := range a.Districts() {
		own = own || d == o.programme.Districts[o.district].ID
	}
	switch kind {
	case "scheme": // law
		return a.OfMinistry() || len(a.Districts()) > 0, true
	case "budget", "advice", "answer":
		return a.OfMinistry(), true
	case "caseimport":
		return a.Has(access.CaseOfficer), true
	case "proof":
		return own, true
	case "export":
		return a.Has(access.Cashier), true
	case "application":
		return own, true
	case "case":
		return a.OfMinistry() || own, true
	}
	return false, false
}

SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- Up to one thousand million euros either way.
CREATE DOMAIN cents AS bigint CHECK (VALUE BETWEEN -100000000000 AND 100000000000);

-- A funding scheme (Förderrichtlinie): the frame of its rules, which are dated.
CREATE TABLE funding_scheme (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	kind         text NOT NULL CHECK (kind IN ('joint', 'application', 'lump_sum')),
	name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 160),
	file_prefix  text NOT NULL CHECK (file_prefix ~ '^[A-Z0-9-]{1,20}$'), -- of its file numbers (Aktenzeichen)
	simulated    boolean NOT NULL DEFAULT false,
	created_at   timestamptz NOT NULL DEFAULT now(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, id, kind), -- what hangs on a scheme is of its regime
	CONSTRAINT funding_scheme_once UNIQUE (programme_id, name),
	CONSTRAINT funding_scheme_prefix UNIQUE (programme_id, file_prefix) -- so that a file number names one case
);
CALL make_tenant_table('funding_scheme');
CREATE TRIGGER version BEFORE UPDATE ON funding_scheme FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY read ON funding_scheme FOR SELECT TO rt_app USING (true);
CREATE POLICY add ON funding_scheme FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY keep ON funding_scheme FOR UPDATE TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, kind, name, file_prefix, simulated), UPDATE (name, version) ON funding_scheme TO rt_app;

-- The rules of a scheme from a day on (package grant, Terms). A point fact.
CREATE TABLE scheme_terms (
	programme_id      uuid NOT NULL REFERENCES programme,
	id                uuid NOT NULL DEFAULT gen_random_uuid(),
	scheme_id         uuid NOT NULL,
	valid_from        date NOT NULL CHECK (valid_from BETWEEN '2000-01-01' AND '2100-01-01'),
	name              text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 160),
	paragraph         text NOT NULL CHECK (char_length(paragraph) BETWEEN 1 AND 120),
	link              text NOT NULL DEFAULT '' CHECK (char_length(link) <= 300),
	granting_body     text NOT NULL CHECK (char_length(granting_body) BETWEEN 1 AND 160),
	purpose           text NOT NULL CHECK (char_length(purpose) BETWEEN 1 AND 2000),      -- these five stand in the notice (VVK 4.2)
	eligible          text NOT NULL CHECK (char_length(eligible) BETWEEN 1 AND 2000),     -- zuwendungsfähige Ausgaben
	earmarking        text NOT NULL CHECK (char_length(earmarking) BETWEEN 1 AND 2000),   -- Zweckbindung of what is bought
	conditions        text NOT NULL CHECK (char_length(conditions) BETWEEN 1 AND 4000),   -- Nebenbestimmungen, one a line
	remedy            text NOT NULL CHECK (char_length(remedy) BETWEEN 1 AND 2000),       -- Rechtsbehelfsbelehrung
	cap               cents NOT NULL CHECK (cap > 0),
	rate              integer NOT NULL CHECK (rate BETWEEN 0 AND 1000),
	own_share         integer NOT NULL CHECK (own_share BETWEEN 0 AND 1000),
	financing         text NOT NULL CHECK (financing IN ('fixed', 'share', 'deficit')),
	pro_rata          text NOT NULL CHECK (pro_rata IN ('day', 'month', 'none')),
	plan              jsonb NOT NULL CHECK (jsonb_typeof(plan) = 'array'),
	min_partial       cents NOT NULL CHECK (min_partial >= 0),
	min_binds_last    boolean NOT NULL,
	owners            jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(owners) = 'array'), -- of a joint grant
	owners_whole      integer NOT NULL DEFAULT 1 CHECK (owners_whole > 0),
	proof_months      integer NOT NULL CHECK (proof_months BETWEEN 1 AND 60),
	check_months      integer NOT NULL CHECK (check_months BETWEEN 1 AND 12),
	interim_months    integer NOT NULL DEFAULT 0 CHECK (interim_months BETWEEN 0 AND 24),
	receipts          boolean NOT NULL DEFAULT false,
	de_minimis        jsonb NOT NULL CHECK (jsonb_typeof(de_minimis) = 'array'),
	interest_margin   integer NOT NULL CHECK (interest_margin BETWEEN 0 AND 2000),
	interest_floor    cents NOT NULL CHECK (interest_floor >= 0),
	year_days         integer NOT NULL CHECK (year_days BETWEEN 360 AND 366),
	report_share      integer NOT NULL CHECK (report_share BETWEEN 0 AND 1000),
	report_amount     cents NOT NULL CHECK (report_amount >= 0),
	reduction_floor   cents NOT NULL CHECK (reduction_floor >= 0),
	sampling          integer NOT NULL CHECK (sampling BETWEEN 0 AND 1000),
	line_tolerance    integer CHECK (line_tolerance BETWEEN 0 AND 1000), -- NULL: lines do not bind
	publicity         boolean NOT NULL DEFAULT true,
	remedy_months     integer NOT NULL CHECK (remedy_months BETWEEN 0 AND 12),
	revocation_months integer NOT NULL CHECK (revocation_months BETWEEN 1 AND 60),
	hearing_weeks     integer NOT NULL CHECK (hearing_weeks BETWEEN 1 AND 26),
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, id, scheme_id),
	FOREIGN KEY (programme_id, scheme_id) REFERENCES funding_scheme (programme_id, id)
);
CALL make_fact_table('scheme_terms');
CALL make_tenant_table('scheme_terms');
CREATE INDEX scheme_terms_as_of ON scheme_terms (programme_id, scheme_id, valid_from DESC, recorded_at DESC);
CREATE POLICY read ON scheme_terms FOR SELECT TO rt_app USING (true); -- law
CREATE POLICY record ON scheme_terms FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY withdraw ON scheme_terms FOR UPDATE TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));

-- The base rate (Basiszinssatz, § 247 BGB) from a day on, in basis points. A
-- point fact.
CREATE TABLE base_rate (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	valid_from   date NOT NULL CHECK (valid_from BETWEEN '2000-01-01' AND '2100-01-01'),
	rate         integer NOT NULL CHECK (rate BETWEEN -1000 AND 3000),
	PRIMARY KEY (programme_id, id)
);
CALL make_fact_table('base_rate');
CALL make_tenant_table('base_rate');
CREATE UNIQUE INDEX base_rate_once ON base_rate (programme_id, valid_from) WHERE withdrawn_at IS NULL;
CREATE POLICY read ON base_rate FOR SELECT TO rt_app USING (true);
CREATE POLICY record ON base_rate FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY withdraw ON base_rate FOR UPDATE TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));

-- A budget title (Haushaltstitel) in a year: what may be spent, and what is
-- committed, which only the trigger of commitment counts.
CREATE TABLE budget_year (
	programme_id  uuid NOT NULL REFERENCES programme,
	id            uuid NOT NULL DEFAULT gen_random_uuid(),
	title         text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 40),
	name          text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 160),
	year          integer NOT NULL CHECK (year BETWEEN 2000 AND 2100),
	appropriation cents NOT NULL CHECK (appropriation >= 0), -- Soll
	committed     cents NOT NULL DEFAULT 0 CHECK (committed >= 0),
	simulated     boolean NOT NULL DEFAULT false,
	version       integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	CONSTRAINT budget_year_once UNIQUE (programme_id, title, year),
	CONSTRAINT budget_enough CHECK (committed <= appropriation)
);
CALL make_tenant_table('budget_year');
CREATE TRIGGER version BEFORE UPDATE ON budget_year FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY read ON budget_year FOR SELECT TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY add ON budget_year FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY keep ON budget_year FOR UPDATE TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, title, name, year, appropriation, simulated), UPDATE (name, appropriation, version) ON budget_year TO rt_app;

-- Which state of a case may follow which, by regime, who takes the step, and
-- which of the five duties it is (VVK; the rows of the state machine). Package
-- grant reads it; the trigger of case_event enforces it.
CREATE TABLE case_step (
	regime     text NOT NULL CHECK (regime IN ('joint', 'application', 'lump_sum')),
	from_state text NOT NULL,
	to_state   text NOT NULL,
	event      text NOT NULL,
	roles      text[] NOT NULL, -- of role_assignment; the system may take each step
	duty       text CHECK (duty IN ('applicant', 'officer', 'approver', 'orderer', 'payer')),
	reasoned   boolean NOT NULL DEFAULT false,
	PRIMARY KEY (regime, from_state, event, to_state)
);
COMMENT ON TABLE case_step IS 'The same for every programme; rules, no data.';
GRANT SELECT ON case_step TO rt_app;
INSERT INTO case_step VALUES
	('application', 'none', 'draft', 'drafted', '{coordinator,signatory}', 'applicant', false),
	('application', 'draft', 'submitted', 'submitted', '{signatory}', 'applicant', false),
	('application', 'submitted', 'returned', 'returned', '{case_officer}', 'officer', true),
	('application', 'returned', 'submitted', 'resubmitted', '{signatory}', 'applicant', false),
	('application', 'submitted', 'in_review', 'review_begun', '{case_officer}', 'officer', false),
	('application', 'in_review', 'recommended', 'recommended', '{case_officer}', 'officer', true),
	('application', 'recommended', 'recommended', 'funds_checked', '{budget_officer}', 'orderer', false),
	('application', 'recommended', 'approved', 'approved', '{approver}', 'approver', false),
	('application', 'recommended', 'in_review', 'sent_back', '{approver}', 'approver', true),
	('application', 'in_review', 'rejected', 'rejected', '{approver}', 'approver', true),
	('application', 'recommended', 'rejected', 'rejected', '{approver}', 'approver', true),
	('application', 'draft', 'withdrawn', 'withdrawn', '{coordinator,signatory}', 'applicant', false),
	('application', 'submitted', 'withdrawn', 'withdrawn', '{signatory}', 'applicant', false),
	('lump_sum', 'none', 'draft', 'drafted', '{case_officer}', 'officer', false),
	('lump_sum', 'draft', 'recommended', 'recommended', '{case_officer}', 'officer', false),
	('lump_sum', 'recommended', 'recommended', 'funds_checked', '{budget_officer}', 'orderer', false),
	('lump_sum', 'recommended', 'approved', 'approved', '{approver}', 'approver', false),
	('lump_sum', 'recommended', 'draft', 'sent_back', '{approver}', 'approver', true),
	('lump_sum', 'draft', 'withdrawn', 'withdrawn', '{case_officer}', 'officer', true),
	('joint', 'none', 'draft', 'drafted', '{case_officer}', 'officer', false),
	('joint', 'draft', 'recommended', 'recommended', '{case_officer}', 'officer', false),
	('joint', 'recommended', 'recommended', 'funds_checked', '{budget_officer}', 'orderer', false),
	('joint', 'recommended', 'approved', 'approved', '{approver}', 'approver', false),
	('joint', 'recommended', 'draft', 'sent_back', '{approver}', 'approver', true),
	('joint', 'draft', 'withdrawn', 'withdrawn', '{case_officer}', 'officer', true);
-- From the approval on, the regimes are alike.
INSERT INTO case_step
	SELECT r.regime, s.*
	FROM (VALUES ('joint'), ('application'), ('lump_sum')) AS r (regime), (VALUES
		('approved', 'granted', 'granted', '{case_officer}'::text[], 'officer', false),
		('granted', 'final', 'final', '{case_officer}', 'officer', false),
		('final', 'running', 'started', '{signatory}', 'applicant', false),
		('running', 'running', 'amended', '{approver}', 'approver', true),
		('running', 'completed', 'period_ended', '{}', NULL, false),
		('completed', 'proof_submitted', 'proof_submitted', '{signatory}', 'applicant', false),
		('proof_submitted', 'proof_incomplete', 'proof_incomplete', '{case_officer}', 'officer', true),
		('proof_incomplete', 'proof_submitted', 'proof_supplemented', '{signatory}', 'applicant', false),
		('proof_submitted', 'proof_complete', 'proof_complete', '{case_officer}', 'officer', false),
		('proof_complete', 'proof_in_audit', 'sampled', '{case_officer}', 'officer', false),
		('proof_complete', 'proof_not_sampled', 'not_sampled', '{case_officer}', 'officer', false),
		('proof_in_audit', 'settled', 'settled', '{approver}', 'approver', true),
		('proof_not_sampled', 'settled', 'settled', '{approver}', 'approver', true),
		('settled', 'closed', 'closed', '{case_officer}', 'officer', false),
		('hearing', 'partly_revoked', 'partly_revoked', '{approver}', 'approver', true),
		('hearing', 'revoked', 'revoked', '{approver}', 'approver', true),
		('partly_revoked', 'repayment_due', 'repayment_claimed', '{case_officer}', 'officer', false),
		('revoked', 'repayment_due', 'repayment_claimed', '{case_officer}', 'officer', false),
		('repayment_due', 'repaid', 'repaid', '{cashier}', 'payer', false),
		('repaid', 'closed', 'closed', '{case_officer}', 'officer', false)) AS s;
INSERT INTO case_step
	SELECT r.regime, s.state, 'hearing', 'heard', '{case_officer}', 'officer', true
	FROM (VALUES ('joint'), ('application'), ('lump_sum')) AS r (regime),
		unnest('{granted,final,running,completed,proof_submitted,proof_incomplete,proof_complete,proof_in_audit,proof_not_sampled,settled}'::text[]) AS s (state);
INSERT INTO case_step
	SELECT regime, 'hearing', from_state, 'hearing_dropped', '{approver}', 'approver', true FROM case_step WHERE event = 'heard';

-- One run that prepares the notices of many posts.
CREATE TABLE grant_run (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- from the form
	scheme_id    uuid NOT NULL,
	year         integer NOT NULL CHECK (year BETWEEN 2000 AND 2100),
	budget_id    uuid NOT NULL,
	created_at   timestamptz NOT NULL DEFAULT now(),
	created_by   uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, id, scheme_id, budget_id), -- its cases are of its scheme and title
	FOREIGN KEY (programme_id, scheme_id) REFERENCES funding_scheme (programme_id, id),
	FOREIGN KEY (programme_id, budget_id) REFERENCES budget_year (programme_id, id)
);
CALL make_tenant_table('grant_run');
CREATE POLICY read ON grant_run FOR SELECT TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY add ON grant_run FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, scheme_id, year, budget_id) ON grant_run TO rt_app;

-- A case (Vorgang): one grant for one post and period.
CREATE TABLE grant_case (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	scheme_id    uuid NOT NULL,
	regime       text NOT NULL,
	terms_id     uuid NOT NULL,
	district_id  uuid NOT NULL,
	post_id      uuid NOT NULL,
	budget_id    uuid NOT NULL,
	run_id       uuid,
	period       daterange NOT NULL CHECK (NOT isempty(period) AND lower(period) IS NOT NULL AND upper(period) IS NOT NULL),
	file_year    integer NOT NULL,
	file_no      integer NOT NULL,
	file_ref     text NOT NULL CHECK (char_length(file_ref) BETWEEN 1 AND 60), -- Aktenzeichen
	state        text NOT NULL DEFAULT 'none',
	amount       cents NOT NULL DEFAULT 0 CHECK (amount >= 0), -- drafted, then granted
	paid         cents NOT NULL DEFAULT 0 CHECK (paid >= 0),   -- certified or further; see payment_counts
	funds_on     date, -- when the budget officer checked the funds for this amount
	officer_id   uuid,
	follow_up_on date,
	follow_up    text NOT NULL DEFAULT '' CHECK (char_length(follow_up) <= 200),
	simulated    boolean NOT NULL DEFAULT false,
	created_at   timestamptz NOT NULL DEFAULT now(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, id, district_id),
	FOREIGN KEY (programme_id, scheme_id, regime) REFERENCES funding_scheme (programme_id, id, kind),
	FOREIGN KEY (programme_id, terms_id, scheme_id) REFERENCES scheme_terms (programme_id, id, scheme_id),
	FOREIGN KEY (programme_id, post_id, district_id) REFERENCES post (programme_id, id, district_id),
	FOREIGN KEY (programme_id, budget_id) REFERENCES budget_year (programme_id, id),
	FOREIGN KEY (programme_id, run_id, scheme_id, budget_id) REFERENCES grant_run (programme_id, id, scheme_id, budget_id),
	FOREIGN KEY (programme_id, officer_id) REFERENCES person (programme_id, id),
	CONSTRAINT grant_case_number UNIQUE (programme_id, scheme_id, file_year, file_no),
	-- What was paid before a revocation is claimed back; no more is paid then.
	CONSTRAINT grant_never_overpaid CHECK (paid <= amount OR state IN ('partly_revoked', 'revoked', 'repayment_due', 'repaid', 'closed')),
	CONSTRAINT grant_period_once EXCLUDE USING gist (programme_id WITH =, post_id WITH =, period WITH &&)
		WHERE (state NOT IN ('withdrawn', 'rejected'))
);
CALL make_tenant_table('grant_case');
CREATE INDEX grant_case_list ON grant_case (programme_id, file_year DESC, file_ref, id);
CREATE INDEX grant_case_budget ON grant_case (programme_id, budget_id);
CREATE INDEX grant_case_run ON grant_case (programme_id, run_id) WHERE run_id IS NOT NULL;
CREATE TRIGGER version BEFORE UPDATE ON grant_case FOR EACH ROW EXECUTE FUNCTION bump_version();
-- A district sees its own cases; what the ministry prepares without an
-- application only once it is granted.
CREATE POLICY read ON grant_case FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[])
		AND (regime = 'application' OR state NOT IN ('none', 'draft', 'recommended', 'approved', 'withdrawn')));
CREATE POLICY add ON grant_case FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry') OR regime = 'application' AND district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY keep ON grant_case FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry')
		OR regime = 'application' AND state IN ('none', 'draft', 'returned') AND district_id = ANY ((SELECT current_districts())::uuid[]));
GRANT SELECT, INSERT (programme_id, id, scheme_id, regime, terms_id, district_id, post_id, budget_id, run_id, period, amount, officer_id, simulated),
	UPDATE (amount, officer_id, follow_up_on, follow_up, version) ON grant_case TO rt_app;

-- An amount is the district's up to its application, then the officer's up to the
-- recommendation; later a notice alone changes it. Officer and follow-up are the
-- ministry's.
CREATE FUNCTION grant_case_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF current_user = (SELECT pg_get_userbyid(t.relowner) FROM pg_class t WHERE t.oid = TG_RELID) THEN
		RETURN NEW; -- the triggers of steps and notices, which run with the owner's rights
	END IF;
	IF NEW.amount <> OLD.amount AND NOT (CASE current_reach()
			WHEN 'system' THEN OLD.state IN ('none', 'draft', 'returned', 'in_review')
			WHEN 'ministry' THEN OLD.state = 'in_review' OR OLD.regime <> 'application' AND OLD.state IN ('none', 'draft')
			ELSE OLD.regime = 'application' AND OLD.state IN ('none', 'draft', 'returned') END) THEN
		RAISE EXCEPTION 'the amount of case % is fixed', NEW.id USING ERRCODE = '23514', CONSTRAINT = 'grant_amount_fixed';
	END IF;
	IF (NEW.officer_id, NEW.follow_up_on, NEW.follow_up) IS DISTINCT FROM (OLD.officer_id, OLD.follow_up_on, OLD.follow_up)
			AND current_reach() NOT IN ('system', 'ministry') THEN
		RAISE EXCEPTION 'officer and follow-up are the ministry''s' USING ERRCODE = '42501';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE UPDATE ON grant_case FOR EACH ROW EXECUTE FUNCTION grant_case_kept();

-- File numbers by scheme and year, gapless.
CREATE TABLE grant_counter (
	programme_id uuid NOT NULL REFERENCES programme,
	scheme_id    uuid NOT NULL,
	year         integer NOT NULL,
	last         integer NOT NULL,
	PRIMARY KEY (programme_id, scheme_id, year)
);
COMMENT ON TABLE grant_counter IS 'Touched only by grant_case_enters().';

-- A case gets its file number as it is entered, so that no number is taken
-- without a case. It is under the terms in force on its first day and of a
-- title of that year. A district names no officer and no run.
CREATE FUNCTION grant_case_enters() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	prefix text;
BEGIN
	IF NEW.file_no IS NOT NULL THEN RETURN NEW; END IF; -- the owner of the database; the app may not name one
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF current_reach() NOT IN ('system', 'ministry') AND (NEW.officer_id IS NOT NULL OR NEW.run_id IS NOT NULL OR NEW.simulated) THEN
		RAISE EXCEPTION 'officer and run are the ministry''s' USING ERRCODE = '42501';
	END IF;
	NEW.file_year := extract(year FROM lower(NEW.period));
	IF current_reach() <> 'system' AND NEW.terms_id IS DISTINCT FROM (SELECT t.id FROM scheme_terms t
			WHERE t.programme_id = NEW.programme_id AND t.scheme_id = NEW.scheme_id AND t.valid_from <= lower(NEW.period) AND t.withdrawn_at IS NULL
			ORDER BY t.valid_from DESC, t.recorded_at DESC LIMIT 1) THEN
		RAISE EXCEPTION 'other terms are in force' USING ERRCODE = '23514', CONSTRAINT = 'grant_terms_in_force';
	END IF;
	IF NOT EXISTS (SELECT FROM budget_year b WHERE b.programme_id = NEW.programme_id AND b.id = NEW.budget_id AND b.year = NEW.file_year) THEN
		RAISE EXCEPTION 'the title is of another year' USING ERRCODE = '23514', CONSTRAINT = 'grant_budget_year';
	END IF;
	SELECT s.file_prefix INTO prefix FROM funding_scheme s WHERE s.programme_id = NEW.programme_id AND s.id = NEW.scheme_id;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'no such scheme' USING ERRCODE = '23503';
	END IF;
	INSERT INTO grant_counter AS c VALUES (NEW.programme_id, NEW.scheme_id, NEW.file_year, 1)
	ON CONFLICT (programme_id, scheme_id, year) DO UPDATE SET last = c.last + 1
	RETURNING last INTO NEW.file_no;
	NEW.file_ref := format('%s-%s-%s', prefix, NEW.file_year, lpad(NEW.file_no::text, greatest(4, length(NEW.file_no::text)), '0'));
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION grant_case_enters() FROM PUBLIC;
CREATE TRIGGER enters BEFORE INSERT ON grant_case FOR EACH ROW EXECUTE FUNCTION grant_case_enters();

-- Who had which duty on a case: one each, for ever (four eyes, VVK; VwV zu § 70
-- SäHO). Persons, not accounts or roles.
CREATE TABLE case_duty (
	programme_id uuid NOT NULL REFERENCES programme,
	case_id      uuid NOT NULL,
	person_id    uuid NOT NULL,
	duty         text NOT NULL CHECK (duty IN ('applicant', 'officer', 'approver', 'orderer', 'payer')),
	since        timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (programme_id, case_id, person_id),
	FOREIGN KEY (programme_id, case_id) REFERENCES grant_case (programme_id, id),
	FOREIGN KEY (programme_id, person_id) REFERENCES person (programme_id, id)
);
CALL make_tenant_table('case_duty');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON case_duty FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON case_duty FOR SELECT TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT ON case_duty TO rt_app;

-- Notes that the person has the duty on the case; refuses whoever had another.
CREATE FUNCTION take_duty(p_programme uuid, p_case uuid, p_duty text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	held text;
BEGIN
	IF p_duty IS NULL OR current_person() IS NULL THEN RETURN; END IF; -- the system has no duty
	INSERT INTO case_duty (programme_id, case_id, person_id, duty) VALUES (p_programme, p_case, current_person(), p_duty)
	ON CONFLICT DO NOTHING;
	SELECT d.duty INTO held FROM case_duty d WHERE d.programme_id = p_programme AND d.case_id = p_case AND d.person_id = current_person();
	IF held IS DISTINCT FROM p_duty THEN
		RAISE EXCEPTION 'was % on this case', held USING ERRCODE = '23514', CONSTRAINT = 'second_person';
	END IF;
END $$;
REVOKE ALL ON FUNCTION take_duty(uuid, uuid, text) FROM PUBLIC;

-- Every step of a case. Only grows; the state of the case follows it.
CREATE TABLE case_event (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(), -- from the form: the same form steps once
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	event        text NOT NULL,
	from_state   text NOT NULL,
	to_state     text NOT NULL,
	on_day       date NOT NULL DEFAULT current_today(), -- the legal day: of receipt, of delivery
	reason       text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 4000),
	amount       cents NOT NULL, -- of the case at the step; of an amendment or a revocation: what it decides
	at           timestamptz NOT NULL DEFAULT clock_timestamp(),
	by_person    uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id)
);
CALL make_tenant_table('case_event', 'reason');
CREATE INDEX case_event_case ON case_event (programme_id, case_id, at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON case_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON case_event FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry')
		OR district_id = ANY ((SELECT current_districts())::uuid[])
			AND event NOT IN ('recommended', 'funds_checked', 'sent_back')
			AND EXISTS (SELECT FROM grant_case c WHERE c.programme_id = case_event.programme_id AND c.id = case_event.case_id));
CREATE POLICY add ON case_event FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
GRANT SELECT, INSERT (programme_id, id, case_id, district_id, event, from_state, to_state, on_day, reason, amount) ON case_event TO rt_app;

-- What the approval of a case takes from a title's year.
CREATE TABLE commitment (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	case_id      uuid NOT NULL,
	budget_id    uuid NOT NULL,
	amount       cents NOT NULL, -- negative: given back
	at           timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, case_id) REFERENCES grant_case (programme_id, id),
	FOREIGN KEY (programme_id, budget_id) REFERENCES budget_year (programme_id, id)
);
CALL make_tenant_table('commitment');
CREATE INDEX commitment_budget ON commitment (programme_id, budget_id);
CREATE INDEX commitment_case ON commitment (programme_id, case_id);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON commitment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON commitment FOR SELECT TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT ON commitment TO rt_app;

CREATE FUNCTION commitment_counts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	UPDATE budget_year b SET committed = b.committed + NEW.amount
	WHERE b.programme_id = NEW.programme_id AND b.id = NEW.budget_id;
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION commitment_counts() FROM PUBLIC;
CREATE TRIGGER counts AFTER INSERT ON commitment FOR EACH ROW EXECUTE FUNCTION commitment_counts();

-- The most that a case may be granted: the cap of each calendar year that its
-- period touches.
CREATE FUNCTION grant_cap(c grant_case) RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT t.cap * (extract(year FROM upper(c.period) - 1) - extract(year FROM lower(c.period)) + 1)::bigint
	FROM scheme_terms t WHERE t.programme_id = c.programme_id AND t.id = c.terms_id $$;

-- A step must be one of the regime's, from the state that the case has, by
-- somebody in the role, who had no other duty, and with a reason where one is
-- due. The case is locked: two steps at once come one after the other.
CREATE FUNCTION case_event_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
	s case_step;
BEGIN
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF EXISTS (SELECT FROM case_event e WHERE e.programme_id = NEW.programme_id AND e.id = NEW.id) THEN
		RAISE EXCEPTION 'recorded before' USING ERRCODE = '23505', CONSTRAINT = 'case_event_pkey'; -- the same form again
	END IF;
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id FOR UPDATE;
	SELECT * INTO s FROM case_step t
	WHERE t.regime = c.regime AND t.from_state = c.state AND t.event = NEW.event AND t.to_state = NEW.to_state;
	IF NOT FOUND OR NEW.from_state <> c.state THEN
		RAISE EXCEPTION 'event % does not lead from % to %', NEW.event, c.state, NEW.to_state USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF NEW.event = 'hearing_dropped' AND NEW.to_state IS DISTINCT FROM (SELECT e.from_state FROM case_event e
			WHERE e.programme_id = NEW.programme_id AND e.case_id = NEW.case_id AND e.event = 'heard' ORDER BY e.at DESC LIMIT 1) THEN
		RAISE EXCEPTION 'the case was not % before the hearing', NEW.to_state USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF s.reasoned AND btrim(NEW.reason, E' \t\r\n') = '' THEN
		RAISE EXCEPTION 'event % needs a reason', NEW.event USING ERRCODE = '23514', CONSTRAINT = 'step_reasoned';
	END IF;
	IF current_reach() <> 'system' AND NOT EXISTS (SELECT FROM role_assignment r
			WHERE r.programme_id = NEW.programme_id AND r.person_id = current_person() AND r.role = ANY (s.roles)
				AND r.valid @> current_today() AND (r.district_id IS NULL OR r.district_id = NEW.district_id)) THEN
		RAISE EXCEPTION 'event % is not for this person', NEW.event USING ERRCODE = '42501';
	END IF;
	PERFORM case_event_day(NEW, s);
	PERFORM case_event_amount(NEW, c);
	PERFORM take_duty(NEW.programme_id, NEW.case_id, s.duty);
	NEW.by_person := current_person();
	UPDATE grant_case g SET state = NEW.to_state, funds_on = CASE
		WHEN NEW.event = 'funds_checked' THEN NEW.on_day
		WHEN NEW.to_state IN ('draft', 'in_review') THEN NULL ELSE g.funds_on END
	WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id;
	IF NEW.event = 'approved' THEN
		INSERT INTO commitment (programme_id, case_id, budget_id, amount) VALUES (NEW.programme_id, NEW.case_id, c.budget_id, c.amount);
	ELSIF NEW.event = 'repaid' THEN -- what a revocation left bound until the money was back
		INSERT INTO commitment (programme_id, case_id, budget_id, amount)
			SELECT NEW.programme_id, NEW.case_id, c.budget_id, c.amount - sum(m.amount) FROM commitment m
			WHERE m.programme_id = NEW.programme_id AND m.case_id = NEW.case_id HAVING sum(m.amount) > c.amount;
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION case_event_follows() FROM PUBLIC;

-- The legal day of a step is not to come and not before the last one's; what a
-- district sends in was received today, but for the start that it reports. A
-- notice is final once its time for a remedy is over, or with a waiver. Jobs and
-- seeds know the past.
CREATE FUNCTION case_event_day(e case_event, s case_step) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() = 'system' THEN RETURN; END IF;
	IF e.on_day > current_today() OR s.duty = 'applicant' AND e.event <> 'started' AND e.on_day <> current_today()
			OR e.on_day < (SELECT max(x.on_day) FROM case_event x WHERE x.programme_id = e.programme_id AND x.case_id = e.case_id) THEN
		RAISE EXCEPTION 'not on %', e.on_day USING ERRCODE = '23514', CONSTRAINT = 'step_day';
	END IF;
	IF e.event = 'final' AND NOT EXISTS (SELECT FROM grant_notice n
			JOIN grant_case g ON g.programme_id = n.programme_id AND g.id = n.case_id
			JOIN scheme_terms t ON t.programme_id = g.programme_id AND t.id = g.terms_id
			WHERE n.programme_id = e.programme_id AND n.case_id = e.case_id AND n.kind = 'award'
				AND (n.remedy_waived_on <= e.on_day OR n.delivered_on + make_interval(months => t.remedy_months) < e.on_day)) THEN
		RAISE EXCEPTION 'the notice is not final on %', e.on_day USING ERRCODE = '23514', CONSTRAINT = 'notice_final';
	END IF;
END $$;
REVOKE ALL ON FUNCTION case_event_day(case_event, case_step) FROM PUBLIC;

-- A step bears the amount of the case, one that amends or revokes what is left.
-- What is recommended was reckoned, is within the cap, and its funds are checked
-- before it is approved; what is granted stands in a notice;
-- nothing is closed while money is on its way.
CREATE FUNCTION case_event_amount(e case_event, c grant_case) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF NOT (CASE e.event
			WHEN 'amended' THEN e.amount > 0
			WHEN 'partly_revoked' THEN e.amount BETWEEN 1 AND c.amount
			WHEN 'revoked' THEN e.amount = 0
			ELSE e.amount = c.amount END) THEN
		RAISE EXCEPTION 'the case has another amount' USING ERRCODE = '23514', CONSTRAINT = 'step_amount';
	END IF;
	IF e.event IN ('recommended', 'amended') AND e.amount > grant_cap(c) THEN
		RAISE EXCEPTION 'above the cap' USING ERRCODE = '23514', CONSTRAINT = 'grant_within_cap';
	END IF;
	IF e.event = 'recommended' AND e.amount IS DISTINCT FROM (SELECT k.amount FROM calculation k
			WHERE k.programme_id = e.programme_id AND k.case_id = e.case_id AND k.rule = 'award' ORDER BY k.at DESC LIMIT 1) THEN
		RAISE EXCEPTION 'the amount was not reckoned' USING ERRCODE = '23514', CONSTRAINT = 'grant_reckoned';
	END IF;
	IF e.event = 'approved' AND c.funds_on IS NULL THEN
		RAISE EXCEPTION 'the funds were not checked' USING ERRCODE = '23514', CONSTRAINT = 'funds_checked';
	END IF;
	IF e.event = 'granted' AND NOT EXISTS (SELECT FROM grant_notice n
			WHERE n.programme_id = e.programme_id AND n.case_id = e.case_id AND n.kind = 'award' AND n.amount = e.amount) THEN
		RAISE EXCEPTION 'there is no notice' USING ERRCODE = '23514', CONSTRAINT = 'grant_has_notice';
	END IF;
	IF e.event = 'closed' AND EXISTS (SELECT FROM payment p
			WHERE p.programme_id = e.programme_id AND p.case_id = e.case_id AND p.state IN ('certified', 'ordered', 'exported')) THEN
		RAISE EXCEPTION 'money is on its way' USING ERRCODE = '23514', CONSTRAINT = 'payments_settled';
	END IF;
END $$;
REVOKE ALL ON FUNCTION case_event_amount(case_event, grant_case) FROM PUBLIC;
CREATE TRIGGER follows BEFORE INSERT ON case_event FOR EACH ROW EXECUTE FUNCTION case_event_follows();

-- How an amount came about (package grant, Calculation). Only grows.
CREATE TABLE calculation (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	rule         text NOT NULL CHECK (rule IN ('award', 'payout', 'shares', 'risk', 'de_minimis', 'reduction', 'interest')),
	inputs       jsonb NOT NULL,
	amount       cents NOT NULL,
	lines        jsonb NOT NULL DEFAULT '[]',
	steps        jsonb NOT NULL,
	at           timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id)
);
CALL make_tenant_table('calculation');
CREATE INDEX calculation_case ON calculation (programme_id, case_id, at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON calculation FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON calculation FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry')
		OR district_id = ANY ((SELECT current_districts())::uuid[])
			AND EXISTS (SELECT FROM grant_case c WHERE c.programme_id = calculation.programme_id AND c.id = calculation.case_id
				AND c.state NOT IN ('none', 'draft', 'submitted', 'returned', 'in_review', 'recommended', 'approved', 'rejected', 'withdrawn')));
CREATE POLICY add ON calculation FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, case_id, district_id, rule, inputs, amount, lines, steps) ON calculation TO rt_app;

-- A notice (Bescheid) of a case: its contents as sent, sealed by their hash.
-- What happens to it later are the days beside.
CREATE TABLE grant_notice (
	programme_id     uuid NOT NULL REFERENCES programme,
	id               uuid NOT NULL,
	case_id          uuid NOT NULL,
	district_id      uuid NOT NULL,
	no               integer NOT NULL CHECK (no > 0),
	kind             text NOT NULL CHECK (kind IN ('award', 'amendment', 'rejection', 'revocation')),
	amount           cents NOT NULL CHECK (amount >= 0),
	content          bytea NOT NULL, -- canonical JSON
	sha256           bytea NOT NULL CHECK (octet_length(sha256) = 32),
	issued_on        date NOT NULL DEFAULT current_today(),
	issued_by        uuid DEFAULT current_person(),
	delivered_on     date,
	remedy_waived_on date,
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id),
	CONSTRAINT grant_notice_no UNIQUE (programme_id, case_id, no),
	CONSTRAINT grant_notice_sealed CHECK (sha256(content) = sha256),
	CHECK (delivered_on >= issued_on),
	CHECK (remedy_waived_on >= delivered_on)
);
CALL make_tenant_table('grant_notice', 'content');
CREATE POLICY read ON grant_notice FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry')
		OR district_id = ANY ((SELECT current_districts())::uuid[])
			AND EXISTS (SELECT FROM grant_case c WHERE c.programme_id = grant_notice.programme_id AND c.id = grant_notice.case_id AND c.state <> 'approved'));
CREATE POLICY add ON grant_notice FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY keep ON grant_notice FOR UPDATE TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, case_id, district_id, no, kind, amount, content, sha256, issued_on), UPDATE (delivered_on, remedy_waived_on) ON grant_notice TO rt_app;

-- A notice bears the day on which it is issued; a seed alone knows the past.
CREATE FUNCTION grant_notice_issued() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF coalesce(current_setting('app.backdate', true), '') <> 'on' THEN
		NEW.issued_on := current_today();
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER issued BEFORE INSERT ON grant_notice FOR EACH ROW EXECUTE FUNCTION grant_notice_issued();

-- A notice says what was signed off: the award what was approved, an amendment
-- or a revocation what its step decided, each once. The officer gives it.
CREATE FUNCTION grant_notice_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
	given integer; -- of its kind
	last integer;
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF; -- the owner of the database; the policies refuse anybody else
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id FOR UPDATE;
	SELECT coalesce(max(n.no), 0), count(*) FILTER (WHERE n.kind = NEW.kind) INTO last, given FROM grant_notice n
	WHERE n.programme_id = NEW.programme_id AND n.case_id = NEW.case_id;
	IF NEW.no <> last + 1 THEN
		RAISE EXCEPTION 'the next notice is %', last + 1 USING ERRCODE = '23505', CONSTRAINT = 'grant_notice_no';
	END IF;
	IF NOT coalesce(CASE NEW.kind
			WHEN 'award' THEN c.state = 'approved' AND NEW.amount = c.amount AND given = 0
			WHEN 'rejection' THEN c.state = 'rejected' AND NEW.amount = 0 AND given = 0
			WHEN 'amendment' THEN c.state = 'running' AND given < (SELECT count(*) FROM case_event e
					WHERE e.programme_id = NEW.programme_id AND e.case_id = NEW.case_id AND e.event = 'amended')
				AND NEW.amount = (SELECT e.amount FROM case_event e
					WHERE e.programme_id = NEW.programme_id AND e.case_id = NEW.case_id AND e.event = 'amended' ORDER BY e.at DESC LIMIT 1)
			ELSE c.state IN ('partly_revoked', 'revoked', 'repayment_due') AND given = 0
				AND NEW.amount = (SELECT e.amount FROM case_event e
					WHERE e.programme_id = NEW.programme_id AND e.case_id = NEW.case_id AND e.event IN ('partly_revoked', 'revoked') ORDER BY e.at DESC LIMIT 1)
			END, false) THEN
		RAISE EXCEPTION 'no % of % in state %', NEW.kind, NEW.amount, c.state USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	PERFORM case_officer_acts(NEW.programme_id, NEW.case_id);
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION grant_notice_follows() FROM PUBLIC;
CREATE TRIGGER follows BEFORE INSERT ON grant_notice FOR EACH ROW EXECUTE FUNCTION grant_notice_follows();

-- What is the officer's beside the steps: refuses whoever is none, or had
-- another duty on the case.
CREATE FUNCTION case_officer_acts(p_programme uuid, p_case uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() <> 'system' AND NOT EXISTS (SELECT FROM role_assignment r
			WHERE r.programme_id = p_programme AND r.person_id = current_person() AND r.role = 'case_officer' AND r.valid @> current_today()) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	PERFORM take_duty(p_programme, p_case, 'officer');
END $$;
REVOKE ALL ON FUNCTION case_officer_acts(uuid, uuid) FROM PUBLIC;

-- The days of an award decide when it is final, and with that when money flows:
-- the officer records them while the case waits for it, and none to come.
CREATE FUNCTION grant_notice_reaches() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() IN ('none', 'system') THEN RETURN NEW; END IF;
	IF NEW.delivered_on > current_today() OR NEW.remedy_waived_on > current_today() OR NEW.remedy_waived_on IS NOT NULL AND NEW.delivered_on IS NULL THEN
		RAISE EXCEPTION 'not yet' USING ERRCODE = '23514', CONSTRAINT = 'grant_notice_day';
	END IF;
	IF NEW.kind = 'award' AND NOT EXISTS (SELECT FROM grant_case g
			WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id AND g.state = 'granted' FOR UPDATE) THEN
		RAISE EXCEPTION 'the case goes by these days' USING ERRCODE = '23514', CONSTRAINT = 'grant_notice_reached';
	END IF;
	PERFORM case_officer_acts(NEW.programme_id, NEW.case_id);
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION grant_notice_reaches() FROM PUBLIC;
CREATE TRIGGER reaches BEFORE UPDATE ON grant_notice FOR EACH ROW EXECUTE FUNCTION grant_notice_reaches();

-- A notice that amends or revokes changes the amount of its case and what is
-- committed for it. What was paid stays committed until it is repaid.
CREATE FUNCTION grant_notice_amends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
	bound bigint;
BEGIN
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id FOR UPDATE;
	UPDATE grant_case g SET amount = NEW.amount WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id AND g.amount <> NEW.amount;
	bound := CASE NEW.kind WHEN 'revocation' THEN greatest(NEW.amount, c.paid) ELSE NEW.amount END;
	IF bound <> c.amount THEN
		INSERT INTO commitment (programme_id, case_id, budget_id, amount) VALUES (NEW.programme_id, NEW.case_id, c.budget_id, bound - c.amount);
	END IF;
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION grant_notice_amends() FROM PUBLIC;
CREATE TRIGGER amends AFTER INSERT ON grant_notice FOR EACH ROW WHEN (NEW.kind IN ('amendment', 'revocation')) EXECUTE FUNCTION grant_notice_amends();

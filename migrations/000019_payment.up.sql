SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- Which state of a payment may follow which, who takes the step and which duty
-- it is (VwV zu § 70 SäHO: certify, order, pay; each by somebody else).
CREATE TABLE payment_step (
	from_state text NOT NULL,
	to_state   text NOT NULL,
	roles      text[] NOT NULL,
	duty       text NOT NULL CHECK (duty IN ('officer', 'orderer', 'payer')),
	reasoned   boolean NOT NULL DEFAULT false,
	PRIMARY KEY (from_state, to_state)
);
COMMENT ON TABLE payment_step IS 'The same for every programme; rules, no data.';
GRANT SELECT ON payment_step TO rt_app;
INSERT INTO payment_step VALUES
	('planned', 'certified', '{case_officer}', 'officer', false),
	('certified', 'planned', '{budget_officer}', 'orderer', true),
	('certified', 'ordered', '{budget_officer}', 'orderer', false),
	('ordered', 'planned', '{budget_officer}', 'orderer', true), -- as when a hearing has begun
	('ordered', 'exported', '{cashier}', 'payer', false),
	('exported', 'paid', '{cashier}', 'payer', false),
	('exported', 'returned', '{cashier}', 'payer', true),
	('paid', 'returned', '{cashier}', 'payer', true),
	('returned', 'certified', '{case_officer}', 'officer', false),
	('returned', 'reversed', '{case_officer}', 'officer', true),
	('planned', 'reversed', '{case_officer}', 'officer', true);

-- A file for the cash system. Its bytes are kept: it is made once and read as
-- often as one likes.
CREATE TABLE payment_export (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- from the form: the same form exports once
	no           integer NOT NULL,
	payments     integer NOT NULL CHECK (payments > 0),
	total        cents NOT NULL CHECK (total > 0),
	file         bytea NOT NULL,
	sha256       bytea NOT NULL,
	created_at   timestamptz NOT NULL DEFAULT now(),
	created_by   uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	CONSTRAINT payment_export_no UNIQUE (programme_id, no),
	CONSTRAINT payment_export_sealed CHECK (sha256(file) = sha256)
);
CALL make_tenant_table('payment_export', 'file');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payment_export FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON payment_export FOR SELECT TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY add ON payment_export FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, no, payments, total, file, sha256) ON payment_export TO rt_app;

-- An instalment of a grant on its way to the district.
CREATE TABLE payment (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	ordinal      integer NOT NULL CHECK (ordinal > 0),
	due_when     text NOT NULL CHECK (due_when IN ('final', 'proof', 'audit', 'day', 'drawdown')),
	due_on       date,
	amount       cents NOT NULL CHECK (amount > 0),
	state        text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'certified', 'ordered', 'exported', 'paid', 'returned', 'reversed')),
	export_id    uuid,
	created_at   timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, id, case_id),
	CONSTRAINT payment_ordinal UNIQUE (programme_id, case_id, ordinal),
	CONSTRAINT payment_day CHECK ((due_when = 'day') = (due_on IS NOT NULL)),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id),
	FOREIGN KEY (programme_id, export_id) REFERENCES payment_export (programme_id, id)
);
CALL make_tenant_table('payment');
CREATE INDEX payment_state ON payment (programme_id, state) WHERE state IN ('planned', 'certified', 'ordered', 'exported', 'returned');
CREATE POLICY read ON payment FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry')
		OR district_id = ANY ((SELECT current_districts())::uuid[])
			AND EXISTS (SELECT FROM grant_case c WHERE c.programme_id = payment.programme_id AND c.id = payment.case_id AND c.state <> 'approved'));
CREATE POLICY add ON payment FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, case_id, district_id, ordinal, due_when, due_on, amount) ON payment TO rt_app;

-- Planned payments never exceed the grant; the officer plans them, from the
-- approval on, and none once a hearing runs. The case is locked: two that plan at
-- once come one after the other.
CREATE FUNCTION payment_planned() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	granted bigint;
	planned bigint;
	stands text;
BEGIN
	SELECT g.amount, g.state INTO granted, stands FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id FOR UPDATE;
	IF stands NOT IN ('approved', 'granted', 'final', 'running', 'completed', 'proof_submitted', 'proof_incomplete', 'proof_complete',
			'proof_in_audit', 'proof_not_sampled', 'settled') THEN
		RAISE EXCEPTION 'nothing is planned in state %', stands USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF current_reach() <> 'none' THEN -- but the owner of the database
		PERFORM case_officer_acts(NEW.programme_id, NEW.case_id);
	END IF;
	SELECT coalesce(sum(p.amount), 0) INTO planned FROM payment p
	WHERE p.programme_id = NEW.programme_id AND p.case_id = NEW.case_id AND p.state <> 'reversed';
	IF planned + NEW.amount > granted THEN
		RAISE EXCEPTION '% cents are planned of %', planned + NEW.amount, granted USING ERRCODE = '23514', CONSTRAINT = 'payment_within_grant';
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION payment_planned() FROM PUBLIC;
CREATE TRIGGER planned BEFORE INSERT ON payment FOR EACH ROW EXECUTE FUNCTION payment_planned();

-- Every step of a payment. Only grows; the payment's state follows it.
CREATE TABLE payment_event (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(), -- from the form: the same form steps once
	payment_id   uuid NOT NULL,
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	from_state   text NOT NULL,
	to_state     text NOT NULL,
	on_day       date NOT NULL DEFAULT current_today(),
	reason       text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 1000),
	export_id    uuid,
	at           timestamptz NOT NULL DEFAULT clock_timestamp(),
	by_person    uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, payment_id, case_id) REFERENCES payment (programme_id, id, case_id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id),
	FOREIGN KEY (programme_id, export_id) REFERENCES payment_export (programme_id, id),
	CHECK ((to_state = 'exported') = (export_id IS NOT NULL))
);
CALL make_tenant_table('payment_event', 'reason');
CREATE INDEX payment_event_case ON payment_event (programme_id, case_id, at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payment_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON payment_event FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry')
		OR district_id = ANY ((SELECT current_districts())::uuid[])
			AND EXISTS (SELECT FROM grant_case c WHERE c.programme_id = payment_event.programme_id AND c.id = payment_event.case_id AND c.state <> 'approved'));
CREATE POLICY add ON payment_event FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, payment_id, case_id, district_id, from_state, to_state, on_day, reason, export_id) ON payment_event TO rt_app;

-- Whether what makes an instalment due has happened (VVK 7), and no hearing or
-- revocation stands against it.
CREATE FUNCTION payment_is_due(p_when text, p_due date, p_state text) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
	SELECT coalesce(CASE p_when
		WHEN 'audit' THEN p_state IN ('settled', 'closed')
		WHEN 'proof' THEN p_state IN ('proof_complete', 'proof_in_audit', 'proof_not_sampled', 'settled', 'closed')
		WHEN 'day' THEN p_due <= current_today() AND p_state IN ('granted', 'final', 'running', 'completed', 'proof_submitted', 'proof_incomplete',
			'proof_complete', 'proof_in_audit', 'proof_not_sampled', 'settled', 'closed')
		ELSE p_state IN ('running', 'completed', 'proof_submitted', 'proof_incomplete', 'proof_complete', 'proof_in_audit', 'proof_not_sampled',
			'settled', 'closed') END, false) $$;

CREATE FUNCTION payment_event_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
	p payment;
	s payment_step;
	bound CONSTANT text[] := '{certified,ordered,exported,paid}';
	most bigint; -- that may be paid: a revocation counts from its step on
BEGIN
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF EXISTS (SELECT FROM payment_event e WHERE e.programme_id = NEW.programme_id AND e.id = NEW.id) THEN
		RAISE EXCEPTION 'recorded before' USING ERRCODE = '23505', CONSTRAINT = 'payment_event_pkey'; -- the same form again
	END IF;
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id FOR UPDATE;
	SELECT * INTO p FROM payment x WHERE x.programme_id = NEW.programme_id AND x.id = NEW.payment_id FOR UPDATE;
	SELECT * INTO s FROM payment_step t WHERE t.from_state = p.state AND t.to_state = NEW.to_state;
	IF NOT FOUND OR NEW.from_state <> p.state THEN
		RAISE EXCEPTION 'a payment does not go from % to %', p.state, NEW.to_state USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF s.reasoned AND btrim(NEW.reason, E' \t\r\n') = '' THEN
		RAISE EXCEPTION 'the step needs a reason' USING ERRCODE = '23514', CONSTRAINT = 'step_reasoned';
	END IF;
	IF NEW.to_state IN ('certified', 'ordered', 'exported') AND NOT payment_is_due(p.due_when, p.due_on, c.state) THEN
		RAISE EXCEPTION 'not due in state %', c.state USING ERRCODE = '23514', CONSTRAINT = 'payment_due';
	END IF;
	SELECT least(c.amount, min(e.amount)) INTO most FROM case_event e
	WHERE e.programme_id = NEW.programme_id AND e.case_id = NEW.case_id AND e.event IN ('partly_revoked', 'revoked');
	IF NEW.to_state IN ('certified', 'ordered', 'exported') AND c.paid + (CASE WHEN p.state = ANY (bound) THEN 0 ELSE p.amount END) > most THEN
		RAISE EXCEPTION '% cents remain of the grant', most USING ERRCODE = '23514', CONSTRAINT = 'grant_never_overpaid';
	END IF;
	IF NEW.on_day > current_today() AND current_reach() <> 'system' THEN
		RAISE EXCEPTION 'not on %', NEW.on_day USING ERRCODE = '23514', CONSTRAINT = 'step_day';
	END IF;
	IF NEW.to_state = 'exported' AND NOT EXISTS (SELECT FROM payment_export x
			WHERE x.programme_id = NEW.programme_id AND x.id = NEW.export_id AND x.created_at = now()) THEN
		RAISE EXCEPTION 'the file was made before' USING ERRCODE = '23514', CONSTRAINT = 'payment_in_its_file';
	END IF;
	IF current_reach() <> 'system' AND NOT EXISTS (SELECT FROM role_assignment r
			WHERE r.programme_id = NEW.programme_id AND r.person_id = current_person() AND r.role = ANY (s.roles) AND r.valid @> current_today()) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	PERFORM take_duty(NEW.programme_id, NEW.case_id, s.duty);
	NEW.by_person := current_person();
	UPDATE payment x SET state = NEW.to_state, export_id = CASE WHEN NEW.to_state = 'exported' THEN NEW.export_id ELSE x.export_id END
	WHERE x.programme_id = NEW.programme_id AND x.id = NEW.payment_id;
	UPDATE grant_case g SET paid = g.paid + CASE
		WHEN NEW.to_state = ANY (bound) AND NOT p.state = ANY (bound) THEN p.amount
		WHEN p.state = ANY (bound) AND NOT NEW.to_state = ANY (bound) THEN -p.amount
		ELSE 0 END
	WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION payment_event_follows() FROM PUBLIC;
CREATE TRIGGER follows BEFORE INSERT ON payment_event FOR EACH ROW EXECUTE FUNCTION payment_event_follows();

-- A file says what goes out with it: its number is the next, its payments and
-- their sum are those that were handed over in its transaction. The cash office
-- makes it.
CREATE FUNCTION payment_export_agrees() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	n bigint;
	total bigint;
BEGIN
	IF current_reach() = 'none' THEN RETURN NULL; END IF; -- the owner of the database; the policies refuse anybody else
	SELECT count(*), coalesce(sum(p.amount), 0) INTO n, total FROM payment_event e
	JOIN payment p ON p.programme_id = e.programme_id AND p.id = e.payment_id
	WHERE e.programme_id = NEW.programme_id AND e.export_id = NEW.id;
	IF n <> NEW.payments OR total <> NEW.total THEN
		RAISE EXCEPTION 'the file has other payments' USING ERRCODE = '23514', CONSTRAINT = 'payment_export_agrees';
	END IF;
	IF NEW.no <> (SELECT count(*) FROM payment_export x WHERE x.programme_id = NEW.programme_id AND x.no <= NEW.no) THEN
		RAISE EXCEPTION 'files are numbered without a gap' USING ERRCODE = '23514', CONSTRAINT = 'payment_export_no';
	END IF;
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION payment_export_agrees() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER agrees AFTER INSERT ON payment_export DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payment_export_agrees();

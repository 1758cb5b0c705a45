SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- What the cash system answered: the file as it came (decision 0020). It waits
-- until a cashier confirms what is booked of it, once.
CREATE TABLE payment_answer (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- from the form: the same form keeps one file
	file_name    text NOT NULL CHECK (char_length(file_name) BETWEEN 1 AND 255),
	file         bytea NOT NULL CHECK (octet_length(file) BETWEEN 1 AND 10485760),
	sha256       bytea NOT NULL,
	row_count    integer NOT NULL CHECK (row_count BETWEEN 1 AND 5000),
	created_at   timestamptz NOT NULL DEFAULT now(),
	created_by   uuid DEFAULT current_person(),
	booked_at    timestamptz,
	booked_by    uuid,
	PRIMARY KEY (programme_id, id),
	CONSTRAINT payment_answer_sealed CHECK (sha256(file) = sha256)
);
CREATE UNIQUE INDEX payment_answer_once ON payment_answer (programme_id, sha256) WHERE booked_at IS NOT NULL;
CALL make_tenant_table('payment_answer', 'file_name', 'file');
CREATE POLICY read ON payment_answer FOR SELECT TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY add ON payment_answer FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY keep ON payment_answer FOR UPDATE TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, file_name, file, sha256, row_count), UPDATE (booked_at) ON payment_answer TO rt_app;

-- A cashier keeps a file and books it, once and for ever.
CREATE FUNCTION payment_answer_booked() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF; -- the owner of the database; the policies refuse anybody else
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF current_reach() <> 'system' AND NOT EXISTS (SELECT FROM role_assignment r
			WHERE r.programme_id = NEW.programme_id AND r.person_id = current_person() AND r.role = 'cashier' AND r.valid @> current_today()) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	IF TG_OP = 'UPDATE' THEN
		IF OLD.booked_at IS NOT NULL THEN
			RAISE EXCEPTION 'booked before' USING ERRCODE = '23505', CONSTRAINT = 'payment_answer_once';
		END IF;
		NEW.booked_at := now();
		NEW.booked_by := current_person();
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION payment_answer_booked() FROM PUBLIC;
CREATE TRIGGER booked BEFORE INSERT OR UPDATE ON payment_answer FOR EACH ROW EXECUTE FUNCTION payment_answer_booked();

-- What came of each line of the file when it was booked. Only grows.
CREATE TABLE payment_answer_row (
	programme_id uuid NOT NULL REFERENCES programme,
	answer_id    uuid NOT NULL,
	line         integer NOT NULL CHECK (line > 0),
	verdict      text NOT NULL CHECK (verdict IN ('booked', 'already', 'unknown', 'amount', 'other_file', 'state', 'blocked', 'twice', 'faulty')),
	payment_id   uuid,
	event_id     uuid,
	PRIMARY KEY (programme_id, answer_id, line),
	FOREIGN KEY (programme_id, answer_id) REFERENCES payment_answer (programme_id, id),
	FOREIGN KEY (programme_id, payment_id) REFERENCES payment (programme_id, id),
	FOREIGN KEY (programme_id, event_id) REFERENCES payment_event (programme_id, id),
	CONSTRAINT payment_answer_row_booked CHECK ((verdict = 'booked') = (event_id IS NOT NULL))
);
CALL make_tenant_table('payment_answer_row');
CREATE UNIQUE INDEX payment_answer_row_event ON payment_answer_row (programme_id, event_id) WHERE event_id IS NOT NULL;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payment_answer_row FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON payment_answer_row FOR SELECT TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY add ON payment_answer_row FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, answer_id, line, verdict, payment_id, event_id) ON payment_answer_row TO rt_app;

-- Lines are written as their file is booked, in the same transaction.
CREATE FUNCTION payment_answer_row_joins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM payment_answer a WHERE a.programme_id = NEW.programme_id AND a.id = NEW.answer_id AND a.booked_at = now()) THEN
		RAISE EXCEPTION 'the file is not being booked' USING ERRCODE = '23514', CONSTRAINT = 'payment_answer_row_joins';
	END IF;
	IF NEW.event_id IS NOT NULL AND NOT EXISTS (SELECT FROM payment_event e WHERE e.programme_id = NEW.programme_id AND e.id = NEW.event_id
			AND e.payment_id = NEW.payment_id AND e.to_state IN ('paid', 'returned') AND e.at >= now()) THEN
		RAISE EXCEPTION 'another step' USING ERRCODE = '23514', CONSTRAINT = 'payment_answer_row_joins';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER joins BEFORE INSERT ON payment_answer_row FOR EACH ROW EXECUTE FUNCTION payment_answer_row_joins();

-- A draw-down (Mittelabruf): the district asks for a part of its grant and says
-- what for. Only grows; its payment goes on from there.
CREATE TABLE drawdown (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- from the form: the same form asks once
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	amount       cents NOT NULL CHECK (amount > 0),
	purpose      text NOT NULL CHECK (char_length(btrim(purpose, E' \t\r\n')) > 0 AND char_length(purpose) <= 1000),
	asked_on     date NOT NULL DEFAULT current_today(),
	spend_months integer, -- from the day on which it is paid; NULL: the terms set no time
	at           timestamptz NOT NULL DEFAULT clock_timestamp(),
	by_person    uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, id, case_id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id)
);
CALL make_tenant_table('drawdown', 'purpose');
CREATE INDEX drawdown_case ON drawdown (programme_id, case_id, at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON drawdown FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON drawdown FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY add ON drawdown FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR district_id = ANY ((SELECT current_districts())::uuid[]));
GRANT SELECT, INSERT (programme_id, id, case_id, district_id, amount, purpose) ON drawdown TO rt_app;

-- What a draw-down asks for. The app may not name it: the payment comes of the
-- draw-down itself.
ALTER TABLE payment ADD COLUMN drawdown_id uuid;
ALTER TABLE payment ADD FOREIGN KEY (programme_id, drawdown_id, case_id) REFERENCES drawdown (programme_id, id, case_id);
CREATE UNIQUE INDEX payment_drawdown ON payment (programme_id, drawdown_id) WHERE drawdown_id IS NOT NULL;

-- A signatory asks for no more than the grant still holds, while money flows, if
-- the terms pay on demand, and not for less than the smallest instalment unless
-- it is the rest. The case is locked: two that ask at once come one after the
-- other. How long the money may take to be spent is the terms'.
CREATE FUNCTION drawdown_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
	t scheme_terms;
	rest bigint;
BEGIN
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF EXISTS (SELECT FROM drawdown d WHERE d.programme_id = NEW.programme_id AND d.id = NEW.id) THEN
		RAISE EXCEPTION 'asked before' USING ERRCODE = '23505', CONSTRAINT = 'drawdown_pkey'; -- the same form again
	END IF;
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id AND g.district_id = NEW.district_id FOR UPDATE;
	SELECT * INTO t FROM scheme_terms x WHERE x.programme_id = NEW.programme_id AND x.id = c.terms_id;
	IF current_reach() <> 'system' AND NOT EXISTS (SELECT FROM role_assignment r
			WHERE r.programme_id = NEW.programme_id AND r.person_id = current_person() AND r.role = 'signatory'
				AND r.valid @> current_today() AND r.district_id = NEW.district_id) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	IF NOT EXISTS (SELECT FROM jsonb_array_elements(t.plan) s WHERE s->>'trigger' = 'drawdown') OR c.state = 'closed'
			OR NOT payment_is_due('drawdown', NULL, c.state) THEN
		RAISE EXCEPTION 'nothing is paid on demand in state %', c.state USING ERRCODE = '23514', CONSTRAINT = 'payment_due';
	END IF;
	SELECT c.amount - coalesce(sum(p.amount), 0) INTO rest FROM payment p
	WHERE p.programme_id = NEW.programme_id AND p.case_id = NEW.case_id AND p.state <> 'reversed';
	IF NEW.amount > rest THEN
		RAISE EXCEPTION '% cents are left', rest USING ERRCODE = '23514', CONSTRAINT = 'drawdown_within_grant';
	END IF;
	IF NEW.amount < t.min_partial AND NEW.amount < rest THEN
		RAISE EXCEPTION 'at least % cents', t.min_partial USING ERRCODE = '23514', CONSTRAINT = 'drawdown_least';
	END IF;
	PERFORM take_duty(NEW.programme_id, NEW.case_id, 'applicant');
	NEW.by_person := current_person();
	NEW.asked_on := current_today();
	NEW.spend_months := (SELECT min((s->>'within')::integer) FROM jsonb_array_elements(t.plan) s WHERE s->>'trigger' = 'drawdown');
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION drawdown_follows() FROM PUBLIC;
CREATE TRIGGER follows BEFORE INSERT ON drawdown FOR EACH ROW EXECUTE FUNCTION drawdown_follows();

-- The payment of a draw-down, which the officer certifies as any other.
CREATE FUNCTION drawdown_plans() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	INSERT INTO payment (programme_id, case_id, district_id, ordinal, due_when, amount, drawdown_id)
		SELECT NEW.programme_id, NEW.case_id, NEW.district_id, coalesce(max(p.ordinal), 0) + 1, 'drawdown', NEW.amount, NEW.id
		FROM payment p WHERE p.programme_id = NEW.programme_id AND p.case_id = NEW.case_id;
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION drawdown_plans() FROM PUBLIC;
CREATE TRIGGER plans AFTER INSERT ON drawdown FOR EACH ROW EXECUTE FUNCTION drawdown_plans();

-- What a draw-down plans was checked with it; whatever else is planned is the
-- officer's.
DROP TRIGGER planned ON payment;
CREATE TRIGGER planned BEFORE INSERT ON payment FOR EACH ROW WHEN (NEW.drawdown_id IS NULL) EXECUTE FUNCTION payment_planned();

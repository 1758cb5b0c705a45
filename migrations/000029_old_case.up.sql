SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- A list of running and old cases to be taken over (decision 0019): the file as
-- it came. It waits until a case officer confirms it, once.
CREATE TABLE case_import (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- from the form: the same form keeps one file
	file_name    text NOT NULL CHECK (char_length(file_name) BETWEEN 1 AND 255),
	file         bytea NOT NULL CHECK (octet_length(file) BETWEEN 1 AND 10485760),
	sha256       bytea NOT NULL,
	row_count    integer NOT NULL CHECK (row_count BETWEEN 1 AND 5000),
	created_at   timestamptz NOT NULL DEFAULT now(),
	created_by   uuid DEFAULT current_person(),
	entered_at   timestamptz,
	entered_by   uuid,
	PRIMARY KEY (programme_id, id),
	CONSTRAINT case_import_sealed CHECK (sha256(file) = sha256)
);
CREATE UNIQUE INDEX case_import_once ON case_import (programme_id, sha256) WHERE entered_at IS NOT NULL;
CALL make_tenant_table('case_import', 'file_name', 'file');
CREATE POLICY read ON case_import FOR SELECT TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY add ON case_import FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY keep ON case_import FOR UPDATE TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, file_name, file, sha256, row_count), UPDATE (entered_at) ON case_import TO rt_app;

-- A case officer keeps a list and takes it over, once and for ever.
CREATE FUNCTION case_import_entered() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF; -- the owner of the database; the policies refuse anybody else
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF current_reach() <> 'system' AND NOT EXISTS (SELECT FROM case_officers() o WHERE o.id = current_person()) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	IF TG_OP = 'UPDATE' THEN
		IF OLD.entered_at IS NOT NULL THEN
			RAISE EXCEPTION 'entered before' USING ERRCODE = '23505', CONSTRAINT = 'case_import_once';
		END IF;
		NEW.entered_at := now();
		NEW.entered_by := current_person();
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION case_import_entered() FROM PUBLIC;
CREATE TRIGGER entered BEFORE INSERT OR UPDATE ON case_import FOR EACH ROW EXECUTE FUNCTION case_import_entered();

-- What a list said of a case that was decided elsewhere. It makes the case, with
-- what was paid and what is still to be paid. Only grows.
CREATE TABLE old_case (
	programme_id uuid NOT NULL REFERENCES programme,
	case_id      uuid NOT NULL,
	import_id    uuid NOT NULL,
	line         integer NOT NULL CHECK (line > 0),
	district_id  uuid NOT NULL,
	post_id      uuid NOT NULL,
	scheme_id    uuid NOT NULL,
	terms_id     uuid NOT NULL,
	budget_id    uuid NOT NULL,
	period       daterange NOT NULL,
	amount       cents NOT NULL CHECK (amount > 0),
	state        text NOT NULL CHECK (state IN ('final', 'running', 'completed', 'settled', 'closed')),
	old_ref      text NOT NULL CHECK (char_length(old_ref) BETWEEN 1 AND 60), -- its file number elsewhere
	notice_on    date NOT NULL CHECK (notice_on >= '2000-01-01'),
	paid         cents NOT NULL CHECK (paid BETWEEN 0 AND amount),
	paid_on      date CHECK (paid_on >= notice_on),
	proof_on     date CHECK (proof_on >= notice_on),
	checked_on   date CHECK (checked_on >= proof_on),
	planned      jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(planned) = 'array'), -- instalments to come: name, day, amount
	simulated    boolean NOT NULL DEFAULT false,
	PRIMARY KEY (programme_id, case_id),
	CONSTRAINT old_case_line UNIQUE (programme_id, import_id, line),
	CONSTRAINT old_case_ref UNIQUE (programme_id, old_ref),
	FOREIGN KEY (programme_id, import_id) REFERENCES case_import (programme_id, id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id),
	CHECK ((paid > 0) = (paid_on IS NOT NULL)),
	CHECK (checked_on IS NULL OR proof_on IS NOT NULL)
);
CALL make_tenant_table('old_case');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON old_case FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON old_case FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY add ON old_case FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT ON old_case TO rt_app;

-- Steps and payments that were taken elsewhere. The app may not say so.
ALTER TABLE payment ADD COLUMN imported boolean NOT NULL DEFAULT false;
ALTER TABLE payment_event ADD COLUMN imported boolean NOT NULL DEFAULT false;
DROP TRIGGER planned ON payment;
CREATE TRIGGER planned BEFORE INSERT ON payment FOR EACH ROW WHEN (NEW.drawdown_id IS NULL AND NOT NEW.imported) EXECUTE FUNCTION payment_planned();
DROP TRIGGER follows ON payment_event;
CREATE TRIGGER follows BEFORE INSERT ON payment_event FOR EACH ROW WHEN (NOT NEW.imported) EXECUTE FUNCTION payment_event_follows();
DROP TRIGGER follows ON case_event;
CREATE TRIGGER follows BEFORE INSERT ON case_event FOR EACH ROW WHEN (NEW.event <> 'imported') EXECUTE FUNCTION case_event_follows();

-- The event "imported" is written by old_case_enters() alone.
CREATE FUNCTION case_event_imported() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF current_user <> (SELECT pg_get_userbyid(t.relowner) FROM pg_class t WHERE t.oid = TG_RELID) THEN
		RAISE EXCEPTION 'cases are taken over as a list' USING ERRCODE = '42501';
	END IF;
	NEW.by_person := current_person();
	RETURN NEW;
END $$;
CREATE TRIGGER imported BEFORE INSERT ON case_event FOR EACH ROW WHEN (NEW.event = 'imported') EXECUTE FUNCTION case_event_imported();

-- Makes the case of a line, while its list is taken over: with a file number of
-- ours, within the cap, of a title that has room. Who takes it over acts as
-- its officer; who decided and paid elsewhere is not known here, and gets no duty.
CREATE FUNCTION old_case_enters() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
	one record;
	n integer := 0;
	since date;
	was text := 'none';
	paid_id uuid;
BEGIN
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF current_reach() <> 'system' AND (NEW.simulated OR NOT EXISTS (SELECT FROM case_officers() o WHERE o.id = current_person())) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	IF NOT EXISTS (SELECT FROM case_import i WHERE i.programme_id = NEW.programme_id AND i.id = NEW.import_id AND i.entered_at = now()) THEN
		RAISE EXCEPTION 'the list is not being taken over' USING ERRCODE = '23514', CONSTRAINT = 'old_case_joins';
	END IF;
	since := CASE NEW.state WHEN 'running' THEN greatest(NEW.notice_on, lower(NEW.period)) WHEN 'completed' THEN greatest(NEW.notice_on, upper(NEW.period) - 1)
		ELSE coalesce(NEW.checked_on, NEW.proof_on, NEW.notice_on) END;
	IF greatest(NEW.notice_on, NEW.paid_on, NEW.proof_on, NEW.checked_on, since) > current_today() THEN
		RAISE EXCEPTION 'days to come' USING ERRCODE = '23514', CONSTRAINT = 'old_case_past';
	END IF;
	INSERT INTO grant_case (programme_id, id, scheme_id, regime, terms_id, district_id, post_id, budget_id, period, amount, paid, state, simulated)
		SELECT NEW.programme_id, NEW.case_id, s.id, s.kind, NEW.terms_id, NEW.district_id, NEW.post_id, NEW.budget_id, NEW.period, NEW.amount, NEW.paid, NEW.state, NEW.simulated
		FROM funding_scheme s WHERE s.programme_id = NEW.programme_id AND s.id = NEW.scheme_id
		RETURNING * INTO c;
	IF NOT FOUND OR NEW.amount > grant_cap(c) THEN
		RAISE EXCEPTION 'above the cap' USING ERRCODE = '23514', CONSTRAINT = 'grant_within_cap';
	END IF;
	-- What is closed binds what was paid, all else what was granted.
	INSERT INTO commitment (programme_id, case_id, budget_id, amount)
	VALUES (NEW.programme_id, NEW.case_id, NEW.budget_id, CASE NEW.state WHEN 'closed' THEN NEW.paid ELSE NEW.amount END);
	FOR one IN SELECT e.* FROM (VALUES ('granted', NEW.notice_on), ('proof_submitted', NEW.proof_on), ('settled', NEW.checked_on), (NEW.state, since)) AS e (state, on_day)
			WHERE e.on_day IS NOT NULL LOOP
		IF one.state <> was THEN
			INSERT INTO case_event (programme_id, case_id, district_id, event, from_state, to_state, on_day, amount)
			VALUES (NEW.programme_id, NEW.case_id, NEW.district_id, 'imported', was, one.state, one.on_day, NEW.amount);
			was := one.state;
		END IF;
	END LOOP;
	IF NEW.paid > 0 THEN
		n := 1;
		INSERT INTO payment (programme_id, case_id, district_id, ordinal, due_when, due_on, amount, state, imported)
		VALUES (NEW.programme_id, NEW.case_id, NEW.district_id, 1, 'day', NEW.paid_on, NEW.paid, 'paid', true)
		RETURNING id INTO paid_id;
		INSERT INTO payment_event (programme_id, payment_id, case_id, district_id, from_state, to_state, on_day, imported)
		VALUES (NEW.programme_id, paid_id, NEW.case_id, NEW.district_id, 'planned', 'paid', NEW.paid_on, true);
	END IF;
	IF NEW.paid + (SELECT coalesce(sum((l->>'amount')::bigint), 0) FROM jsonb_array_elements(NEW.planned) l) > NEW.amount
			OR NEW.state = 'closed' AND NEW.planned <> '[]' THEN
		RAISE EXCEPTION 'more is planned than granted' USING ERRCODE = '23514', CONSTRAINT = 'payment_within_grant';
	END IF;
	INSERT INTO payment (programme_id, case_id, district_id, ordinal, due_when, due_on, amount, imported)
		SELECT NEW.programme_id, NEW.case_id, NEW.district_id, n + l.no::integer, l.line->>'name', nullif(l.line->>'day', '')::date, (l.line->>'amount')::bigint, true
		FROM jsonb_array_elements(NEW.planned) WITH ORDINALITY AS l (line, no);
	PERFORM take_duty(NEW.programme_id, NEW.case_id, 'officer');
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION old_case_enters() FROM PUBLIC;
CREATE TRIGGER enters BEFORE INSERT ON old_case FOR EACH ROW EXECUTE FUNCTION old_case_enters();

-- What the public may know of grants (SächsTranspG), from a day on. A point
-- fact; without one nothing is published.
CREATE TABLE transparency_rule (
	programme_id   uuid NOT NULL REFERENCES programme,
	id             uuid NOT NULL DEFAULT gen_random_uuid(),
	valid_from     date NOT NULL CHECK (valid_from BETWEEN '2000-01-01' AND '2100-01-01'),
	paragraph      text NOT NULL CHECK (char_length(paragraph) BETWEEN 1 AND 120),
	from_amount    cents NOT NULL CHECK (from_amount > 0),     -- a grant is listed
	recipient_from cents NOT NULL CHECK (recipient_from >= from_amount), -- its recipient is named
	years          integer NOT NULL CHECK (years BETWEEN 1 AND 30), -- how long it stays online
	PRIMARY KEY (programme_id, id)
);
CALL make_fact_table('transparency_rule');
CALL make_tenant_table('transparency_rule');
CREATE POLICY read ON transparency_rule FOR SELECT TO rt_app USING (true); -- law
CREATE POLICY record ON transparency_rule FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY withdraw ON transparency_rule FOR UPDATE TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE TRIGGER by_role BEFORE INSERT OR UPDATE ON transparency_rule FOR EACH ROW EXECUTE FUNCTION written_by_role('case_officer');

-- The list for the public: exactly what the rule of today opens of grants whose
-- notice was given by a day, as known at a moment. The amount is that of the
-- newest notice by then. Small grants name no recipient, old ones are gone.
CREATE FUNCTION public_grants(p_on date, p_known timestamptz)
	RETURNS TABLE (notice_on date, amount bigint, granting_body text, period daterange, subject text, financing text, ags text, recipient text, simulated boolean)
	LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
	WITH rule AS (
		SELECT r.from_amount, r.recipient_from, (current_today() - make_interval(years => r.years))::date AS after
		FROM transparency_rule r
		WHERE r.programme_id = current_programme() AND r.valid_from <= current_today() AND r.withdrawn_at IS NULL
		ORDER BY r.valid_from DESC, r.recorded_at DESC LIMIT 1),
	lately AS ( -- what may be young enough: each by its index
		SELECT n.case_id FROM grant_notice n
		WHERE n.programme_id = current_programme() AND n.kind = 'award' AND n.issued_on > (SELECT after FROM rule)
		UNION
		SELECT o.case_id FROM old_case o WHERE o.programme_id = current_programme() AND o.notice_on > (SELECT after FROM rule)),
	given AS (
		SELECT e.case_id, coalesce(o.notice_on, first.issued_on) AS notice_on, coalesce(last.amount, o.amount) AS amount
		FROM lately
		JOIN case_event e ON e.case_id = lately.case_id
		LEFT JOIN old_case o ON o.programme_id = e.programme_id AND o.case_id = e.case_id
		LEFT JOIN LATERAL (SELECT n.issued_on FROM grant_notice n
			WHERE n.programme_id = e.programme_id AND n.case_id = e.case_id AND n.kind = 'award' ORDER BY n.no LIMIT 1) first ON true
		LEFT JOIN LATERAL (SELECT n.amount FROM grant_notice n
			WHERE n.programme_id = e.programme_id AND n.case_id = e.case_id AND n.kind <> 'rejection'
				AND n.issued_on <= least(p_on, (p_known AT TIME ZONE 'Europe/Berlin')::date)
			ORDER BY n.no DESC LIMIT 1) last ON true
		WHERE e.programme_id = current_programme() AND e.event IN ('granted', 'imported') AND e.to_state = 'granted' AND e.at <= p_known)
	SELECT g.notice_on, g.amount, t.granting_body, c.period, t.purpose, t.financing,
		CASE WHEN g.amount >= rule.recipient_from THEN d.ags END, CASE WHEN g.amount >= rule.recipient_from THEN d.name END, c.simulated
	FROM rule
	JOIN given g ON g.notice_on > rule.after AND g.notice_on <= p_on AND g.amount >= rule.from_amount
	JOIN grant_case c ON c.programme_id = current_programme() AND c.id = g.case_id
	JOIN scheme_terms t ON t.programme_id = c.programme_id AND t.id = c.terms_id
	JOIN district d ON d.programme_id = c.programme_id AND d.id = c.district_id
	ORDER BY g.notice_on DESC, g.amount DESC, 8 NULLS LAST, c.period $$; -- what is not named orders nothing
REVOKE ALL ON FUNCTION public_grants(date, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public_grants(date, timestamptz) TO rt_app;
CREATE INDEX grant_notice_awarded ON grant_notice (programme_id, issued_on) WHERE kind = 'award';
CREATE INDEX case_event_granted ON case_event (programme_id, case_id) WHERE event IN ('granted', 'imported') AND to_state = 'granted';

SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- Months after the facts are known at which an open hearing is called to mind,
-- and weeks from a notice to the day on which a repayment is due.
ALTER TABLE scheme_terms
	ADD COLUMN alarm_months    integer[] NOT NULL DEFAULT '{9,11}' CHECK (array_position(alarm_months, NULL) IS NULL AND 0 < ALL (alarm_months)),
	ADD COLUMN repayment_weeks integer NOT NULL DEFAULT 4 CHECK (repayment_weeks BETWEEN 0 AND 52);

ALTER TABLE calculation DROP CONSTRAINT calculation_rule_check,
	ADD CONSTRAINT calculation_rule_check CHECK (rule IN ('award', 'payout', 'shares', 'risk', 'de_minimis', 'reduction', 'interest', 'change', 'claim'));

-- After a revocation in part that leaves nothing to be repaid the case goes on
-- from where it was; one that was revoked before anything was paid is over.
INSERT INTO case_step
	SELECT regime, 'partly_revoked', from_state, 'resumed', '{case_officer}', 'officer', false FROM case_step WHERE event = 'heard';
INSERT INTO case_step
	SELECT DISTINCT regime, 'revoked', 'closed', 'closed', '{case_officer}'::text[], 'officer', false FROM case_step;

-- Refuses whoever has not the role today, or had another duty on the case.
CREATE FUNCTION case_acts(p_programme uuid, p_case uuid, p_role text, p_duty text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() <> 'system' AND NOT EXISTS (SELECT FROM role_assignment r
			JOIN grant_case g ON g.programme_id = r.programme_id AND g.id = p_case
			WHERE r.programme_id = p_programme AND r.person_id = current_person() AND r.role = p_role AND r.valid @> current_today()
				AND (r.district_id IS NULL OR r.district_id = g.district_id)) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	PERFORM take_duty(p_programme, p_case, p_duty);
END $$;
REVOKE ALL ON FUNCTION case_acts(uuid, uuid, text, text) FROM PUBLIC;

-- A hearing (Anhörung, § 28 VwVfG): what is held against the recipient. It comes
-- with the step that begins it and has its id. Only grows.
CREATE TABLE hearing (
	programme_id   uuid NOT NULL REFERENCES programme,
	id             uuid NOT NULL, -- of its step
	case_id        uuid NOT NULL,
	district_id    uuid NOT NULL,
	ground         text NOT NULL CHECK (ground IN ('misuse', 'late_start', 'late_proof', 'condition', 'publicity', 'unlawful', 'wrong_statements', 'rate', 'other')),
	facts_known_on date NOT NULL, -- wholly, by the ministry: the year of § 48(4) VwVfG begins
	reply_due_on   date NOT NULL,
	amount         cents NOT NULL CHECK (amount > 0), -- in question
	begun_on       date NOT NULL DEFAULT current_today(),
	at             timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, id, case_id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id),
	CHECK (facts_known_on <= begun_on),
	CHECK (reply_due_on > begun_on)
);
CALL make_tenant_table('hearing');
CREATE INDEX hearing_case ON hearing (programme_id, case_id, at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON hearing FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON hearing FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY add ON hearing FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, case_id, district_id, ground, facts_known_on, reply_due_on, amount, begun_on) ON hearing TO rt_app;

-- The last day on which a case may be revoked for what a hearing is about (§§
-- 48(4), 49(2) VwVfG; VVK 8.4).
CREATE FUNCTION revocation_last_day(h hearing) RETURNS date LANGUAGE sql STABLE AS $$
	SELECT (h.facts_known_on + make_interval(months => t.revocation_months))::date
	FROM grant_case g
	JOIN scheme_terms t ON t.programme_id = g.programme_id AND t.id = g.terms_id
	WHERE g.programme_id = h.programme_id AND g.id = h.case_id $$;

-- The newest hearing of a case.
CREATE FUNCTION last_hearing(p_programme uuid, p_case uuid) RETURNS hearing LANGUAGE sql STABLE AS $$
	SELECT h FROM hearing h WHERE h.programme_id = p_programme AND h.case_id = p_case ORDER BY h.at DESC LIMIT 1 $$;

CREATE FUNCTION hearing_begins() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF; -- the owner of the database; the policies refuse anybody else
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF EXISTS (SELECT FROM hearing h WHERE h.programme_id = NEW.programme_id AND h.id = NEW.id) THEN
		RAISE EXCEPTION 'recorded before' USING ERRCODE = '23505', CONSTRAINT = 'case_event_pkey'; -- the same form again
	END IF;
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id FOR UPDATE;
	IF NOT EXISTS (SELECT FROM case_step s WHERE s.regime = c.regime AND s.from_state = c.state AND s.event = 'heard') THEN
		RAISE EXCEPTION 'no hearing in state %', c.state USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF NEW.amount > c.amount THEN
		RAISE EXCEPTION 'more than was granted' USING ERRCODE = '23514', CONSTRAINT = 'hearing_amount';
	END IF;
	IF current_reach() <> 'system' THEN
		NEW.begun_on := current_today();
		IF NEW.facts_known_on > current_today() OR NEW.reply_due_on <= current_today() THEN
			RAISE EXCEPTION 'the days of the hearing cannot be' USING ERRCODE = '23514', CONSTRAINT = 'hearing_day';
		END IF;
		IF revocation_last_day(NEW) < current_today() THEN
			RAISE EXCEPTION 'the time to revoke is over' USING ERRCODE = '23514', CONSTRAINT = 'revocation_in_time';
		END IF;
	END IF;
	PERFORM case_acts(NEW.programme_id, NEW.case_id, 'case_officer', 'officer');
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION hearing_begins() FROM PUBLIC;
CREATE TRIGGER begins BEFORE INSERT ON hearing FOR EACH ROW EXECUTE FUNCTION hearing_begins();
CREATE CONSTRAINT TRIGGER has_event AFTER INSERT ON hearing DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION paper_has_event('heard');

-- What the recipient says to it. Only grows.
CREATE TABLE hearing_reply (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- from the form
	hearing_id   uuid NOT NULL,
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	received_on  date NOT NULL DEFAULT current_today(),
	source       text NOT NULL CHECK (source IN ('online', 'letter', 'mail', 'oral')),
	text         text NOT NULL CHECK (btrim(text, E' \t\r\n') <> '' AND char_length(text) <= 8000),
	at           timestamptz NOT NULL DEFAULT clock_timestamp(),
	by_person    uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, hearing_id, case_id) REFERENCES hearing (programme_id, id, case_id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id)
);
CALL make_tenant_table('hearing_reply', 'text');
CREATE INDEX hearing_reply_case ON hearing_reply (programme_id, case_id, at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON hearing_reply FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON hearing_reply FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY add ON hearing_reply FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
GRANT SELECT, INSERT (programme_id, id, hearing_id, case_id, district_id, received_on, source, text) ON hearing_reply TO rt_app;

-- While the hearing runs, its newest is answered: by the district's signatory
-- today, or by the officer who notes what came in another way.
CREATE FUNCTION hearing_reply_comes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
	h hearing;
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF;
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF EXISTS (SELECT FROM hearing_reply r WHERE r.programme_id = NEW.programme_id AND r.id = NEW.id) THEN
		RAISE EXCEPTION 'recorded before' USING ERRCODE = '23505', CONSTRAINT = 'hearing_reply_pkey';
	END IF;
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id FOR UPDATE;
	h := last_hearing(NEW.programme_id, NEW.case_id);
	IF c.state IS DISTINCT FROM 'hearing' OR h.id IS DISTINCT FROM NEW.hearing_id THEN
		RAISE EXCEPTION 'no hearing runs' USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF current_reach() <> 'system' AND (NEW.received_on > current_today() OR NEW.received_on < h.begun_on
			OR NEW.source = 'online' AND NEW.received_on <> current_today()) THEN
		RAISE EXCEPTION 'not received on %', NEW.received_on USING ERRCODE = '23514', CONSTRAINT = 'step_day';
	END IF;
	IF NEW.source = 'online' THEN
		PERFORM case_acts(NEW.programme_id, NEW.case_id, 'signatory', 'applicant');
	ELSE
		PERFORM case_acts(NEW.programme_id, NEW.case_id, 'case_officer', 'officer');
	END IF;
	NEW.by_person := current_person();
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION hearing_reply_comes() FROM PUBLIC;
CREATE TRIGGER comes BEFORE INSERT ON hearing_reply FOR EACH ROW EXECUTE FUNCTION hearing_reply_comes();

-- What a hearing led to: a revocation (§ 49 VwVfG) or a withdrawal of what was
-- unlawful (§ 48), from which day on, in part or wholly. It comes with the
-- approver's step and has its id; the step bears what is left. Only grows.
CREATE TABLE revocation (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- of its step
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	hearing_id   uuid NOT NULL,
	kind         text NOT NULL CHECK (kind IN ('revoked', 'withdrawn')),
	effective_on date NOT NULL, -- from which the notice has no effect: interest runs (§ 49a(3) VwVfG)
	at           timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, hearing_id, case_id) REFERENCES hearing (programme_id, id, case_id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id)
);
CALL make_tenant_table('revocation');
CREATE INDEX revocation_case ON revocation (programme_id, case_id, at);
CREATE INDEX grant_case_heard ON grant_case (programme_id, state) WHERE state IN ('hearing', 'partly_revoked', 'revoked');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON revocation FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON revocation FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY add ON revocation FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, case_id, district_id, hearing_id, kind, effective_on) ON revocation TO rt_app;

CREATE FUNCTION revocation_decided() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF;
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF EXISTS (SELECT FROM revocation r WHERE r.programme_id = NEW.programme_id AND r.id = NEW.id) THEN
		RAISE EXCEPTION 'recorded before' USING ERRCODE = '23505', CONSTRAINT = 'case_event_pkey';
	END IF;
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id FOR UPDATE;
	IF c.state IS DISTINCT FROM 'hearing' OR NEW.hearing_id IS DISTINCT FROM (last_hearing(NEW.programme_id, NEW.case_id)).id THEN
		RAISE EXCEPTION 'no hearing runs' USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF NEW.effective_on > current_today() OR NEW.effective_on < (SELECT min(e.on_day) FROM case_event e
			WHERE e.programme_id = NEW.programme_id AND e.case_id = NEW.case_id AND e.event = 'granted') THEN
		RAISE EXCEPTION 'not without effect from %', NEW.effective_on USING ERRCODE = '23514', CONSTRAINT = 'revocation_effective';
	END IF;
	PERFORM case_acts(NEW.programme_id, NEW.case_id, 'approver', 'approver');
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION revocation_decided() FROM PUBLIC;
CREATE TRIGGER decided BEFORE INSERT ON revocation FOR EACH ROW EXECUTE FUNCTION revocation_decided();
CREATE CONSTRAINT TRIGGER has_event AFTER INSERT ON revocation DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION paper_has_event('partly_revoked,revoked');

-- What is to be paid back (Erstattung, § 49a VwVfG): what was paid above what a
-- revocation left. It comes with the step that claims it and has its id. Only
-- grows.
CREATE TABLE repayment (
	programme_id  uuid NOT NULL REFERENCES programme,
	id            uuid NOT NULL, -- of its step
	case_id       uuid NOT NULL,
	district_id   uuid NOT NULL,
	principal     cents NOT NULL CHECK (principal > 0),
	due_on        date NOT NULL,
	interest_from date NOT NULL,
	claimed_on    date NOT NULL DEFAULT current_today(),
	at            timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, id, case_id),
	CONSTRAINT repayment_once UNIQUE (programme_id, case_id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id),
	CHECK (due_on >= claimed_on)
);
CALL make_tenant_table('repayment');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON repayment FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON repayment FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY add ON repayment FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, case_id, district_id, principal, due_on, interest_from, claimed_on) ON repayment TO rt_app;

-- How many notices of revocation a case lacks: each decision gets one.
CREATE FUNCTION revocations_unsaid(p_programme uuid, p_case uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
	SELECT (SELECT count(*) FROM case_event e WHERE e.programme_id = p_programme AND e.case_id = p_case AND e.event IN ('partly_revoked', 'revoked'))
		- (SELECT count(*) FROM grant_notice n WHERE n.programme_id = p_programme AND n.case_id = p_case AND n.kind = 'revocation') $$;

-- Nothing is claimed before its notice, and nothing that has not left the house.
CREATE FUNCTION repayment_claims() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
	paid bigint;
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF;
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id FOR UPDATE;
	IF c.state NOT IN ('partly_revoked', 'revoked') OR revocations_unsaid(NEW.programme_id, NEW.case_id) > 0 THEN
		RAISE EXCEPTION 'nothing is claimed in state % before its notice', c.state USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF EXISTS (SELECT FROM payment p WHERE p.programme_id = NEW.programme_id AND p.case_id = NEW.case_id AND p.state IN ('certified', 'ordered', 'exported')) THEN
		RAISE EXCEPTION 'money is on its way' USING ERRCODE = '23514', CONSTRAINT = 'payments_settled';
	END IF;
	SELECT coalesce(sum(p.amount), 0) INTO paid FROM payment p
	WHERE p.programme_id = NEW.programme_id AND p.case_id = NEW.case_id AND p.state = 'paid';
	IF NEW.principal <> paid - c.amount THEN
		RAISE EXCEPTION '% cents were paid above what is left', paid - c.amount USING ERRCODE = '23514', CONSTRAINT = 'repayment_principal';
	END IF;
	IF NEW.interest_from < (SELECT r.effective_on FROM revocation r
			WHERE r.programme_id = NEW.programme_id AND r.case_id = NEW.case_id ORDER BY r.at DESC LIMIT 1) THEN
		RAISE EXCEPTION 'no interest from %', NEW.interest_from USING ERRCODE = '23514', CONSTRAINT = 'repayment_interest';
	END IF;
	IF current_reach() <> 'system' THEN
		NEW.claimed_on := current_today();
	END IF;
	PERFORM case_acts(NEW.programme_id, NEW.case_id, 'case_officer', 'officer');
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION repayment_claims() FROM PUBLIC;
CREATE TRIGGER claims BEFORE INSERT ON repayment FOR EACH ROW EXECUTE FUNCTION repayment_claims();
CREATE CONSTRAINT TRIGGER has_event AFTER INSERT ON repayment DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION paper_has_event('repayment_claimed');

-- Money that came back. A wrong booking is set off by a negative one with a
-- reason. Only grows.
CREATE TABLE repayment_receipt (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- from the form: the same form books once
	repayment_id uuid NOT NULL,
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	received_on  date NOT NULL,
	amount       cents NOT NULL CHECK (amount <> 0),
	reference    text NOT NULL CHECK (char_length(reference) BETWEEN 1 AND 140),
	reason       text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 1000),
	at           timestamptz NOT NULL DEFAULT clock_timestamp(),
	by_person    uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, repayment_id, case_id) REFERENCES repayment (programme_id, id, case_id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id),
	CHECK (amount > 0 OR btrim(reason, E' \t\r\n') <> '')
);
CALL make_tenant_table('repayment_receipt', 'reason');
CREATE INDEX repayment_receipt_of ON repayment_receipt (programme_id, repayment_id, received_on);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON repayment_receipt FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON repayment_receipt FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY add ON repayment_receipt FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, repayment_id, case_id, district_id, received_on, amount, reference, reason) ON repayment_receipt TO rt_app;

CREATE FUNCTION repayment_receipt_comes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF;
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF EXISTS (SELECT FROM repayment_receipt r WHERE r.programme_id = NEW.programme_id AND r.id = NEW.id) THEN
		RAISE EXCEPTION 'recorded before' USING ERRCODE = '23505', CONSTRAINT = 'repayment_receipt_pkey';
	END IF;
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id FOR UPDATE;
	IF c.state IS DISTINCT FROM 'repayment_due' THEN
		RAISE EXCEPTION 'nothing is booked in state %', c.state USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF EXISTS (SELECT FROM (SELECT NEW.received_on AS day UNION SELECT r.received_on FROM repayment_receipt r
				WHERE r.programme_id = NEW.programme_id AND r.repayment_id = NEW.repayment_id AND r.received_on > NEW.received_on) AS x
			WHERE NEW.amount + (SELECT coalesce(sum(r.amount), 0) FROM repayment_receipt r
				WHERE r.programme_id = NEW.programme_id AND r.repayment_id = NEW.repayment_id AND r.received_on <= x.day) < 0) THEN
		RAISE EXCEPTION 'less than nothing came' USING ERRCODE = '23514', CONSTRAINT = 'repayment_received';
	END IF;
	IF NEW.received_on > current_today() OR NEW.received_on < (SELECT r.interest_from FROM repayment r
			WHERE r.programme_id = NEW.programme_id AND r.id = NEW.repayment_id) THEN
		RAISE EXCEPTION 'not received on %', NEW.received_on USING ERRCODE = '23514', CONSTRAINT = 'repayment_day';
	END IF;
	PERFORM case_acts(NEW.programme_id, NEW.case_id, 'cashier', 'payer');
	NEW.by_person := current_person();
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION repayment_receipt_comes() FROM PUBLIC;
CREATE TRIGGER comes BEFORE INSERT ON repayment_receipt FOR EACH ROW EXECUTE FUNCTION repayment_receipt_comes();

-- Why no interest is claimed (§ 49a(3) sentence 2 VwVfG; VVK 8.8: the reasons are on
-- file). The approver decides, once. Only grows.
CREATE TABLE interest_waiver (
	programme_id uuid NOT NULL REFERENCES programme,
	repayment_id uuid NOT NULL,
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	reason       text NOT NULL CHECK (btrim(reason, E' \t\r\n') <> '' AND char_length(reason) <= 4000),
	at           timestamptz NOT NULL DEFAULT clock_timestamp(),
	by_person    uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, repayment_id),
	FOREIGN KEY (programme_id, repayment_id, case_id) REFERENCES repayment (programme_id, id, case_id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id)
);
CALL make_tenant_table('interest_waiver', 'reason');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON interest_waiver FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON interest_waiver FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY add ON interest_waiver FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, repayment_id, case_id, district_id, reason) ON interest_waiver TO rt_app;

CREATE FUNCTION interest_waived() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF;
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id FOR UPDATE;
	IF c.state IS DISTINCT FROM 'repayment_due' THEN
		RAISE EXCEPTION 'nothing is waived in state %', c.state USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	PERFORM case_acts(NEW.programme_id, NEW.case_id, 'approver', 'approver');
	NEW.by_person := current_person();
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION interest_waived() FROM PUBLIC;
CREATE TRIGGER waived BEFORE INSERT ON interest_waiver FOR EACH ROW EXECUTE FUNCTION interest_waived();

-- What the steps of a hearing and of what follows it need beside role and state;
-- runs after "follows", which has locked the case and moved it on.
CREATE FUNCTION case_event_stated() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
BEGIN
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id;
	CASE NEW.event
	WHEN 'heard' THEN
		IF NOT EXISTS (SELECT FROM hearing h WHERE h.programme_id = NEW.programme_id AND h.id = NEW.id AND h.case_id = NEW.case_id) THEN
			RAISE EXCEPTION 'a hearing says what it is about' USING ERRCODE = '23514', CONSTRAINT = 'hearing_stated';
		END IF;
	WHEN 'amended' THEN
		IF NEW.amount < c.paid THEN
			RAISE EXCEPTION 'more is on its way' USING ERRCODE = '23514', CONSTRAINT = 'step_amount';
		END IF;
	WHEN 'partly_revoked', 'revoked' THEN
		PERFORM revocation_stands(NEW, c);
	WHEN 'repayment_claimed' THEN
		IF NOT EXISTS (SELECT FROM repayment r WHERE r.programme_id = NEW.programme_id AND r.id = NEW.id AND r.case_id = NEW.case_id) THEN
			RAISE EXCEPTION 'a claim says what is to be paid' USING ERRCODE = '23514', CONSTRAINT = 'repayment_stated';
		END IF;
	WHEN 'repaid' THEN
		PERFORM repayment_covers(NEW.programme_id, NEW.case_id);
	WHEN 'resumed' THEN
		IF NEW.to_state IS DISTINCT FROM (SELECT e.from_state FROM case_event e
				WHERE e.programme_id = NEW.programme_id AND e.case_id = NEW.case_id AND e.event = 'heard' ORDER BY e.at DESC LIMIT 1) THEN
			RAISE EXCEPTION 'the case was not % before the hearing', NEW.to_state USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
		END IF;
		PERFORM revocation_is_over(c);
	WHEN 'closed' THEN
		IF NEW.from_state = 'revoked' THEN
			PERFORM revocation_is_over(c);
		END IF;
	ELSE
	END CASE;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION case_event_stated() FROM PUBLIC;

-- A revocation is decided in time, with its ground, and takes something: as
-- much as the newest reckoning of the small differences (VVK 8.7) claims.
CREATE FUNCTION revocation_stands(e case_event, c grant_case) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	h hearing := last_hearing(e.programme_id, e.case_id);
BEGIN
	IF NOT EXISTS (SELECT FROM revocation r WHERE r.programme_id = e.programme_id AND r.id = e.id AND r.case_id = e.case_id AND r.hearing_id = h.id) THEN
		RAISE EXCEPTION 'a revocation says on which ground' USING ERRCODE = '23514', CONSTRAINT = 'revocation_stated';
	END IF;
	IF revocation_last_day(h) < (CASE current_reach() WHEN 'system' THEN e.on_day ELSE current_today() END) THEN
		RAISE EXCEPTION 'the time to revoke is over' USING ERRCODE = '23514', CONSTRAINT = 'revocation_in_time';
	END IF;
	IF e.amount >= c.amount THEN
		RAISE EXCEPTION 'nothing is taken' USING ERRCODE = '23514', CONSTRAINT = 'step_amount';
	END IF;
	IF c.amount - e.amount IS DISTINCT FROM (SELECT k.amount FROM calculation k
			WHERE k.programme_id = e.programme_id AND k.case_id = e.case_id AND k.rule = 'de_minimis' ORDER BY k.at DESC LIMIT 1) THEN
		RAISE EXCEPTION 'the difference was not reckoned, or is too small' USING ERRCODE = '23514', CONSTRAINT = 'revocation_reckoned';
	END IF;
END $$;
REVOKE ALL ON FUNCTION revocation_stands(case_event, grant_case) FROM PUBLIC;

-- Its notice is given and leaves nothing to be paid back. What it left bound
-- until payments on their way were taken back is given back.
CREATE FUNCTION revocation_is_over(c grant_case) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF revocations_unsaid(c.programme_id, c.id) > 0 OR c.paid > c.amount THEN
		RAISE EXCEPTION 'the revocation is not dealt with' USING ERRCODE = '23514', CONSTRAINT = 'revocation_over';
	END IF;
	INSERT INTO commitment (programme_id, case_id, budget_id, amount)
		SELECT c.programme_id, c.id, c.budget_id, c.amount - sum(m.amount) FROM commitment m
		WHERE m.programme_id = c.programme_id AND m.case_id = c.id HAVING sum(m.amount) > c.amount;
END $$;
REVOKE ALL ON FUNCTION revocation_is_over(grant_case) FROM PUBLIC;

-- All is back: the principal, and the interest as reckoned on it after the last
-- money came, unless that is waived.
CREATE FUNCTION repayment_covers(p_programme uuid, p_case uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	r repayment;
	received bigint;
	booked timestamptz;
	interest bigint;
BEGIN
	SELECT * INTO r FROM repayment x WHERE x.programme_id = p_programme AND x.case_id = p_case;
	SELECT coalesce(sum(x.amount), 0), max(x.at) INTO received, booked FROM repayment_receipt x
	WHERE x.programme_id = p_programme AND x.repayment_id = r.id;
	IF EXISTS (SELECT FROM interest_waiver w WHERE w.programme_id = p_programme AND w.repayment_id = r.id) THEN
		interest := 0;
	ELSE
		SELECT CASE WHEN k.at > booked AND r.principal = (k.inputs ->> 'owed')::bigint
			+ (SELECT coalesce(sum((x ->> 'amount')::bigint), 0) FROM jsonb_array_elements(coalesce(k.inputs -> 'rises', '[]')) AS x) THEN k.amount END
		INTO interest FROM calculation k
		WHERE k.programme_id = p_programme AND k.case_id = p_case AND k.rule = 'interest' ORDER BY k.at DESC LIMIT 1;
	END IF;
	IF NOT coalesce(received >= r.principal + interest, false) THEN
		RAISE EXCEPTION '% cents came of % and interest %', received, r.principal, interest USING ERRCODE = '23514', CONSTRAINT = 'repayment_covered';
	END IF;
END $$;
REVOKE ALL ON FUNCTION repayment_covers(uuid, uuid) FROM PUBLIC;
CREATE TRIGGER stated BEFORE INSERT ON case_event FOR EACH ROW EXECUTE FUNCTION case_event_stated();

-- Each decision to revoke gets its notice, as each amendment does.
CREATE OR REPLACE FUNCTION grant_notice_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
			ELSE c.state IN ('partly_revoked', 'revoked', 'repayment_due') AND revocations_unsaid(NEW.programme_id, NEW.case_id) > 0
				AND NEW.amount = (SELECT e.amount FROM case_event e
					WHERE e.programme_id = NEW.programme_id AND e.case_id = NEW.case_id AND e.event IN ('partly_revoked', 'revoked') ORDER BY e.at DESC LIMIT 1)
			END, false) THEN
		RAISE EXCEPTION 'no % of % in state %', NEW.kind, NEW.amount, c.state USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	PERFORM case_officer_acts(NEW.programme_id, NEW.case_id);
	RETURN NEW;
END $$;

-- A payment stays within an amendment that was decided, before its notice lowers
-- the grant. Runs before "follows", which locks in the same order.
CREATE FUNCTION payment_as_amended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
	most bigint;
	more bigint;
BEGIN
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id FOR UPDATE;
	SELECT e.amount INTO most FROM case_event e
	WHERE e.programme_id = NEW.programme_id AND e.case_id = NEW.case_id AND e.event = 'amended'
		AND e.at > unsaid_since(NEW.programme_id, NEW.case_id) ORDER BY e.at DESC LIMIT 1;
	SELECT p.amount INTO more FROM payment p
	WHERE p.programme_id = NEW.programme_id AND p.id = NEW.payment_id AND p.state NOT IN ('certified', 'ordered', 'exported', 'paid');
	IF c.paid + coalesce(more, 0) > most THEN
		RAISE EXCEPTION '% cents are decided', most USING ERRCODE = '23514', CONSTRAINT = 'grant_never_overpaid';
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION payment_as_amended() FROM PUBLIC;
CREATE TRIGGER as_amended BEFORE INSERT ON payment_event FOR EACH ROW WHEN (NEW.to_state IN ('certified', 'ordered', 'exported'))
	EXECUTE FUNCTION payment_as_amended();

-- When the case stood as its notices say: the last step before the oldest
-- decision of which no notice was given. NULL: all is said.
CREATE FUNCTION unsaid_since(p_programme uuid, p_case uuid) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
	SELECT min(coalesce((SELECT max(b.at) FROM case_event b WHERE b.programme_id = p_programme AND b.case_id = p_case AND b.at < d.at), '-infinity'))
	FROM (SELECT e.at, k.kind, row_number() OVER (PARTITION BY k.kind ORDER BY e.at) AS no
		FROM case_event e
		JOIN (VALUES ('rejected', 'rejection'), ('amended', 'amendment'), ('partly_revoked', 'revocation'), ('revoked', 'revocation')) AS k (event, kind) ON k.event = e.event
		WHERE e.programme_id = p_programme AND e.case_id = p_case AND p_programme = current_programme()) AS d
	WHERE d.no > (SELECT count(*) FROM grant_notice n WHERE n.programme_id = p_programme AND n.case_id = p_case AND n.kind = d.kind) $$;
REVOKE ALL ON FUNCTION unsaid_since(uuid, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unsaid_since(uuid, uuid) TO rt_app;

-- A district learns of these decisions by their notice as well.
ALTER POLICY read ON case_event
	USING ((SELECT current_reach()) IN ('system', 'ministry')
		OR district_id = ANY ((SELECT current_districts())::uuid[])
			AND event NOT IN ('recommended', 'funds_checked', 'sent_back')
			AND EXISTS (SELECT FROM grant_case c WHERE c.programme_id = case_event.programme_id AND c.id = case_event.case_id
				AND (case_event.event <> 'approved' OR c.state NOT IN ('recommended', 'approved')))
			AND (event NOT IN ('rejected', 'amended', 'partly_revoked', 'revoked') OR at <= coalesce(unsaid_since(programme_id, case_id), 'infinity')));
ALTER POLICY read ON calculation
	USING ((SELECT current_reach()) IN ('system', 'ministry')
		OR district_id = ANY ((SELECT current_districts())::uuid[])
			AND EXISTS (SELECT FROM grant_case c WHERE c.programme_id = calculation.programme_id AND c.id = calculation.case_id
				AND c.state NOT IN ('none', 'draft', 'submitted', 'returned', 'in_review', 'recommended', 'approved', 'rejected', 'withdrawn'))
			AND at <= coalesce(unsaid_since(programme_id, case_id), 'infinity'));
ALTER POLICY read ON revocation
	USING ((SELECT current_reach()) IN ('system', 'ministry')
		OR district_id = ANY ((SELECT current_districts())::uuid[]) AND at <= coalesce(unsaid_since(programme_id, case_id), 'infinity'));

-- Who reckons what: the officer what is granted, paid and claimed, the approver
-- what he decides, the cash office the interest.
CREATE FUNCTION calculation_by_role() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() <> 'none' AND NEW.programme_id IS DISTINCT FROM current_programme() OR NOT acts_as(CASE
			WHEN NEW.rule = 'interest' THEN '{cashier}'
			WHEN NEW.rule IN ('de_minimis', 'change') THEN '{approver}'
			WHEN NEW.rule IN ('award', 'reduction') THEN '{case_officer,approver}' -- an amendment and a hearing say on what they rest
			ELSE '{case_officer}' END::text[]) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION calculation_by_role() FROM PUBLIC;
CREATE TRIGGER by_role BEFORE INSERT ON calculation FOR EACH ROW EXECUTE FUNCTION calculation_by_role();

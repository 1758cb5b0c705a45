SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- A proof of use (Verwendungsnachweis) as the district writes it: nobody else
-- reads it before it is submitted. An interim proof is of a part of the period.
CREATE TABLE proof_draft (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	kind         text NOT NULL CHECK (kind IN ('final', 'interim')),
	period       daterange NOT NULL CHECK (NOT isempty(period) AND lower(period) IS NOT NULL AND upper(period) IS NOT NULL),
	content      jsonb NOT NULL CHECK (jsonb_typeof(content) = 'object' AND octet_length(content::text) <= 2000000), -- package grant, ProofDraft
	form_id      uuid NOT NULL, -- of the form that was kept last: the same form keeps once
	changed_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
	changed_by   uuid DEFAULT current_person(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	CONSTRAINT proof_draft_once UNIQUE (programme_id, case_id, kind, period),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id)
);
CALL make_tenant_table('proof_draft', 'content');
CREATE POLICY read ON proof_draft FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY add ON proof_draft FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY keep ON proof_draft FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR district_id = ANY ((SELECT current_districts())::uuid[]));
GRANT SELECT, INSERT (programme_id, id, case_id, district_id, kind, period, content, form_id), UPDATE (content, form_id) ON proof_draft TO rt_app;

-- The district writes while the grant runs, until its proof is in, and again
-- when it comes back. Whoever writes acts for the applicant.
CREATE FUNCTION proof_draft_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF; -- the owner of the database; the policies refuse anybody else
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id FOR UPDATE;
	IF NOT (c.state IN ('running', 'completed') OR c.state = 'proof_incomplete' AND NEW.kind = 'final') THEN
		RAISE EXCEPTION 'no proof is written in state %', c.state USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF NEW.kind = 'final' AND NEW.period <> c.period OR NEW.kind = 'interim' AND NOT interim_period(c, NEW.period) THEN
		RAISE EXCEPTION 'the proof is of another period' USING ERRCODE = '23514', CONSTRAINT = 'proof_period';
	END IF;
	IF current_reach() <> 'system' AND NOT EXISTS (SELECT FROM role_assignment r
			WHERE r.programme_id = NEW.programme_id AND r.person_id = current_person() AND r.role IN ('coordinator', 'signatory')
				AND r.district_id = NEW.district_id AND r.valid @> current_today()) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	PERFORM take_duty(NEW.programme_id, NEW.case_id, 'applicant');
	NEW.version := CASE TG_OP WHEN 'UPDATE' THEN OLD.version + 1 ELSE 1 END;
	NEW.changed_at := clock_timestamp();
	NEW.changed_by := current_person();
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION proof_draft_kept() FROM PUBLIC;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE ON proof_draft FOR EACH ROW EXECUTE FUNCTION proof_draft_kept();

-- Whether a case owes an interim proof of these days: each stretch of as many
-- months as its terms say, but for the last, of which the final proof tells.
CREATE FUNCTION interim_period(c grant_case, p daterange) RETURNS boolean LANGUAGE sql STABLE AS $$
	SELECT t.interim_months > 0 AND upper(p) < upper(c.period) AND EXISTS (SELECT
		FROM generate_series(0, 200) AS n
		WHERE lower(p) = (lower(c.period) + make_interval(months => n * t.interim_months))::date
			AND upper(p) = (lower(c.period) + make_interval(months => (n + 1) * t.interim_months))::date)
	FROM scheme_terms t WHERE t.programme_id = c.programme_id AND t.id = c.terms_id $$;

-- A proof as submitted: sealed by its hash. A supplement is another one.
CREATE TABLE grant_proof (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- from the form; of a final proof: also of its step
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	no           integer NOT NULL CHECK (no > 0),
	kind         text NOT NULL CHECK (kind IN ('final', 'interim')),
	period       daterange NOT NULL,
	content      bytea NOT NULL, -- canonical JSON
	sha256       bytea NOT NULL CHECK (octet_length(sha256) = 32),
	on_day       date NOT NULL DEFAULT current_today(), -- of receipt
	at           timestamptz NOT NULL DEFAULT clock_timestamp(),
	by_person    uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, id, case_id),
	CONSTRAINT grant_proof_no UNIQUE (programme_id, case_id, no),
	CONSTRAINT grant_proof_sealed CHECK (sha256(content) = sha256),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id)
);
CALL make_tenant_table('grant_proof', 'content');
CREATE UNIQUE INDEX grant_proof_interim ON grant_proof (programme_id, case_id, period) WHERE kind = 'interim';
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON grant_proof FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON grant_proof FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY add ON grant_proof FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR district_id = ANY ((SELECT current_districts())::uuid[]));
GRANT SELECT, INSERT (programme_id, id, case_id, district_id, no, kind, period, content, sha256, on_day) ON grant_proof TO rt_app;

-- What is submitted: by the signatory, of this case, its amount, what was paid
-- and its newest plan (by which the officer reckons what is left), with its
-- narrative and every confirmation, and with receipts that add up to the
-- statement where the terms ask for them.
CREATE FUNCTION grant_proof_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c grant_case;
	t scheme_terms;
	doc jsonb;
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF; -- the owner of the database; the policies refuse anybody else
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF EXISTS (SELECT FROM grant_proof p WHERE p.programme_id = NEW.programme_id AND p.id = NEW.id) THEN
		RAISE EXCEPTION 'recorded before' USING ERRCODE = '23505', CONSTRAINT = 'grant_proof_pkey'; -- the same form again
	END IF;
	SELECT * INTO c FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id FOR UPDATE;
	SELECT * INTO t FROM scheme_terms x WHERE x.programme_id = c.programme_id AND x.id = c.terms_id;
	IF NEW.no <> (SELECT count(*) + 1 FROM grant_proof p WHERE p.programme_id = NEW.programme_id AND p.case_id = NEW.case_id) THEN
		RAISE EXCEPTION 'not the next proof' USING ERRCODE = '23505', CONSTRAINT = 'grant_proof_no';
	END IF;
	IF NOT (CASE NEW.kind
			WHEN 'final' THEN c.state IN ('completed', 'proof_incomplete') AND NEW.period = c.period
			ELSE c.state IN ('running', 'completed') AND interim_period(c, NEW.period) AND upper(NEW.period) <= current_today() END) THEN
		RAISE EXCEPTION 'no proof of % in state %', NEW.period, c.state USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF current_reach() <> 'system' AND NOT EXISTS (SELECT FROM role_assignment r
			WHERE r.programme_id = NEW.programme_id AND r.person_id = current_person() AND r.role = 'signatory'
				AND r.district_id = NEW.district_id AND r.valid @> current_today()) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	doc := convert_from(NEW.content, 'UTF8')::jsonb;
	IF doc ->> 'file_ref' IS DISTINCT FROM c.file_ref OR doc ->> 'kind' IS DISTINCT FROM NEW.kind OR (doc ->> 'granted')::bigint IS DISTINCT FROM c.amount
			OR (doc ->> 'paid')::bigint IS DISTINCT FROM c.paid
			OR NEW.kind = 'final' AND (doc ->> 'due')::date IS DISTINCT FROM (upper(c.period) - 1 + make_interval(months => t.proof_months))::date
			OR (SELECT jsonb_object_agg(l.kind, l.amount) FROM plan_line l WHERE l.programme_id = NEW.programme_id AND l.amount <> 0 AND l.plan_id = (SELECT f.id FROM financing_plan f
					WHERE f.programme_id = NEW.programme_id AND f.case_id = NEW.case_id ORDER BY f.no DESC LIMIT 1))
				IS DISTINCT FROM (SELECT jsonb_object_agg(l ->> 'kind', (l ->> 'amount')::bigint) FROM jsonb_array_elements(coalesce(nullif(doc -> 'plan', 'null'), '[]')) AS l WHERE (l ->> 'amount')::bigint <> 0)
			OR NOT coalesce(jsonb_array_length(doc -> 'narrative') > 0 AND jsonb_array_length(doc -> 'actual') > 0, false) THEN
		RAISE EXCEPTION 'the proof says something else' USING ERRCODE = '23514', CONSTRAINT = 'grant_proof_agrees';
	END IF;
	IF NOT coalesce(doc -> 'confirmed' @> CASE WHEN t.publicity THEN '["books", "necessary", "publicity"]' ELSE '["books", "necessary"]' END::jsonb, false) THEN
		RAISE EXCEPTION 'not confirmed' USING ERRCODE = '23514', CONSTRAINT = 'grant_proof_confirmed';
	END IF;
	IF t.receipts AND NEW.kind = 'final' AND EXISTS (SELECT FROM
			(SELECT l ->> 'kind' AS kind, sum((l ->> 'amount')::bigint) AS amount FROM jsonb_array_elements(doc -> 'actual') AS l
				WHERE l ->> 'kind' NOT IN ('own_share', 'third_party', 'other_grant', 'grant') GROUP BY 1) AS a
			FULL JOIN (SELECT r ->> 'kind' AS kind, sum((r ->> 'amount')::bigint) AS amount FROM jsonb_array_elements(doc -> 'receipts') AS r GROUP BY 1) AS b USING (kind)
			WHERE coalesce(a.amount, 0) <> coalesce(b.amount, 0)) THEN
		RAISE EXCEPTION 'receipts and statement differ' USING ERRCODE = '23514', CONSTRAINT = 'grant_proof_receipts';
	END IF;
	PERFORM take_duty(NEW.programme_id, NEW.case_id, 'applicant');
	IF coalesce(current_setting('app.backdate', true), '') <> 'on' THEN
		NEW.on_day := current_today();
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION grant_proof_follows() FROM PUBLIC;
CREATE TRIGGER follows BEFORE INSERT ON grant_proof FOR EACH ROW EXECUTE FUNCTION grant_proof_follows();
CREATE CONSTRAINT TRIGGER has_event AFTER INSERT ON grant_proof DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = 'final')
	EXECUTE FUNCTION paper_has_event('proof_submitted,proof_supplemented');

-- What a proof lacks (Vollständigkeitsprüfung, VVK 7.1): by part with a note,
-- and until when the district supplements it.
CREATE TABLE proof_check (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- of its step
	proof_id     uuid NOT NULL,
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	missing      jsonb NOT NULL CHECK (jsonb_typeof(missing) = 'array' AND jsonb_array_length(missing) > 0),
	due_on       date NOT NULL,
	at           timestamptz NOT NULL DEFAULT clock_timestamp(),
	by_person    uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, proof_id, case_id) REFERENCES grant_proof (programme_id, id, case_id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id)
);
CALL make_tenant_table('proof_check', 'missing');
CREATE INDEX proof_check_case ON proof_check (programme_id, case_id, at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON proof_check FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON proof_check FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY add ON proof_check FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, proof_id, case_id, district_id, missing, due_on) ON proof_check TO rt_app;

CREATE FUNCTION proof_check_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF; -- the owner of the database; the policies refuse anybody else
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF EXISTS (SELECT FROM proof_check p WHERE p.programme_id = NEW.programme_id AND p.id = NEW.id) THEN
		RAISE EXCEPTION 'recorded before' USING ERRCODE = '23505', CONSTRAINT = 'case_event_pkey'; -- the same form again
	END IF;
	IF NOT EXISTS (SELECT FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id AND g.state = 'proof_submitted' FOR UPDATE)
			OR NEW.proof_id <> (SELECT p.id FROM grant_proof p WHERE p.programme_id = NEW.programme_id AND p.case_id = NEW.case_id AND p.kind = 'final' ORDER BY p.no DESC LIMIT 1) THEN
		RAISE EXCEPTION 'this proof waits for no check' USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF NEW.due_on < current_today() AND current_reach() <> 'system' THEN
		RAISE EXCEPTION 'due in the past' USING ERRCODE = '23514', CONSTRAINT = 'proof_check_due';
	END IF;
	PERFORM case_officer_acts(NEW.programme_id, NEW.case_id);
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION proof_check_follows() FROM PUBLIC;
CREATE TRIGGER follows BEFORE INSERT ON proof_check FOR EACH ROW EXECUTE FUNCTION proof_check_follows();
CREATE CONSTRAINT TRIGGER has_event AFTER INSERT ON proof_check DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
	EXECUTE FUNCTION paper_has_event('proof_incomplete');

-- A draw of the sample (Stichprobe, VVK 11.2): of a scheme's proofs that became
-- complete in a year. Its inputs give the same rows at any time.
CREATE TABLE sample_draw (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- from the form
	scheme_id    uuid NOT NULL,
	year         integer NOT NULL CHECK (year BETWEEN 2000 AND 2100),
	seed         bigint NOT NULL,
	inputs       jsonb NOT NULL,
	at           timestamptz NOT NULL DEFAULT now(), -- of its transaction, in which its rows join it
	by_person    uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, scheme_id) REFERENCES funding_scheme (programme_id, id)
);
CALL make_tenant_table('sample_draw');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sample_draw FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON sample_draw FOR SELECT TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY add ON sample_draw FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, scheme_id, year, seed, inputs) ON sample_draw TO rt_app;

CREATE TABLE sample_row (
	programme_id uuid NOT NULL REFERENCES programme,
	draw_id      uuid NOT NULL,
	case_id      uuid NOT NULL,
	drawn        boolean NOT NULL,
	why          text[] NOT NULL, -- the criteria that it met; {}: by lot or not at all
	PRIMARY KEY (programme_id, draw_id, case_id),
	CONSTRAINT sample_once UNIQUE (programme_id, case_id),
	FOREIGN KEY (programme_id, draw_id) REFERENCES sample_draw (programme_id, id),
	FOREIGN KEY (programme_id, case_id) REFERENCES grant_case (programme_id, id)
);
CALL make_tenant_table('sample_row');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON sample_row FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON sample_row FOR SELECT TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY add ON sample_row FOR INSERT TO rt_app
	WITH CHECK (EXISTS (SELECT FROM sample_draw d WHERE d.programme_id = sample_row.programme_id AND d.id = sample_row.draw_id AND d.at = now())); -- of this transaction
GRANT SELECT, INSERT (programme_id, draw_id, case_id, drawn, why) ON sample_row TO rt_app;

CREATE INDEX grant_case_proof ON grant_case (programme_id, state) WHERE state IN ('running', 'completed', 'proof_submitted', 'proof_incomplete', 'proof_complete');

-- When the proof of a case became complete, in which year it is drawn.
CREATE FUNCTION proof_year(p_programme uuid, p_case uuid) RETURNS integer LANGUAGE sql STABLE AS $$
	SELECT extract(year FROM max(e.on_day))::integer FROM case_event e
	WHERE e.programme_id = p_programme AND e.case_id = p_case AND e.event = 'proof_complete' $$;

-- A draw leaves out no complete proof of its scheme and year, and with those
-- before it reaches the share of the terms. Only case officers draw.
CREATE FUNCTION sample_draw_holds() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	n bigint;
	drawn bigint;
	fresh bigint; -- of this draw, not taken
	least integer;
BEGIN
	IF current_reach() = 'none' THEN RETURN NULL; END IF; -- the owner of the database; the policies refuse anybody else
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF current_reach() <> 'system' AND NOT EXISTS (SELECT FROM role_assignment r
			WHERE r.programme_id = NEW.programme_id AND r.person_id = current_person() AND r.role = 'case_officer' AND r.valid @> current_today()) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	SELECT count(*), count(*) FILTER (WHERE r.drawn), count(*) FILTER (WHERE NOT r.drawn AND r.draw_id = NEW.id), max(t.sampling) INTO n, drawn, fresh, least
	FROM sample_row r
	JOIN sample_draw d ON d.programme_id = r.programme_id AND d.id = r.draw_id
	JOIN grant_case c ON c.programme_id = r.programme_id AND c.id = r.case_id
	JOIN scheme_terms t ON t.programme_id = c.programme_id AND t.id = c.terms_id
	WHERE r.programme_id = NEW.programme_id AND d.scheme_id = NEW.scheme_id AND d.year = NEW.year;
	IF fresh > 0 AND drawn * 1000 < n * least THEN
		RAISE EXCEPTION '% of % drawn', drawn, n USING ERRCODE = '23514', CONSTRAINT = 'sample_share';
	END IF;
	IF EXISTS (SELECT FROM grant_case c WHERE c.programme_id = NEW.programme_id AND c.scheme_id = NEW.scheme_id AND c.state = 'proof_complete'
			AND proof_year(c.programme_id, c.id) = NEW.year)
			OR EXISTS (SELECT FROM sample_row r JOIN grant_case c ON c.programme_id = r.programme_id AND c.id = r.case_id
				WHERE r.programme_id = NEW.programme_id AND r.draw_id = NEW.id
					AND (c.scheme_id <> NEW.scheme_id OR proof_year(c.programme_id, c.id) IS DISTINCT FROM NEW.year
						OR NOT EXISTS (SELECT FROM case_event e WHERE e.programme_id = r.programme_id AND e.case_id = r.case_id
							AND e.event = CASE WHEN r.drawn THEN 'sampled' ELSE 'not_sampled' END))) THEN
		RAISE EXCEPTION 'the draw is not of all complete proofs' USING ERRCODE = '23514', CONSTRAINT = 'sample_whole';
	END IF;
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION sample_draw_holds() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER holds AFTER INSERT ON sample_draw DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION sample_draw_holds();

-- The officer's note on a proof (Prüfungsvermerk, VVK 11.3): which papers came
-- when, whether it is plausible, what is recognised and what follows.
CREATE TABLE audit_note (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- from the form
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	proof_id     uuid NOT NULL,
	no           integer NOT NULL CHECK (no > 0),
	papers       text NOT NULL CHECK (char_length(btrim(papers)) BETWEEN 1 AND 4000),
	findings     text NOT NULL CHECK (char_length(btrim(findings)) BETWEEN 1 AND 4000),
	recognised   jsonb NOT NULL CHECK (jsonb_typeof(recognised) = 'array'),
	reduction    jsonb NOT NULL, -- package grant, Calculation
	de_minimis   jsonb NOT NULL,
	claim        cents NOT NULL CHECK (claim >= 0),
	at           timestamptz NOT NULL DEFAULT clock_timestamp(),
	by_person    uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	CONSTRAINT audit_note_no UNIQUE (programme_id, case_id, no),
	FOREIGN KEY (programme_id, proof_id, case_id) REFERENCES grant_proof (programme_id, id, case_id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id)
);
CALL make_tenant_table('audit_note', 'papers', 'findings');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_note FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON audit_note FOR SELECT TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY add ON audit_note FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, case_id, district_id, proof_id, no, papers, findings, recognised, reduction, de_minimis, claim) ON audit_note TO rt_app;

CREATE FUNCTION audit_note_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF; -- the owner of the database; the policies refuse anybody else
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF NOT EXISTS (SELECT FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id
			AND g.state IN ('proof_in_audit', 'proof_not_sampled') FOR UPDATE) THEN
		RAISE EXCEPTION 'nothing is audited now' USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF EXISTS (SELECT FROM audit_note a WHERE a.programme_id = NEW.programme_id AND a.id = NEW.id) THEN
		RAISE EXCEPTION 'recorded before' USING ERRCODE = '23505', CONSTRAINT = 'audit_note_pkey'; -- the same form again
	END IF;
	IF NEW.no <> (SELECT count(*) + 1 FROM audit_note a WHERE a.programme_id = NEW.programme_id AND a.case_id = NEW.case_id) THEN
		RAISE EXCEPTION 'not the next note' USING ERRCODE = '23505', CONSTRAINT = 'audit_note_no';
	END IF;
	PERFORM case_officer_acts(NEW.programme_id, NEW.case_id);
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION audit_note_follows() FROM PUBLIC;
CREATE TRIGGER follows BEFORE INSERT ON audit_note FOR EACH ROW EXECUTE FUNCTION audit_note_follows();

-- What the steps of the proof need beside what case_event_follows asks: a sealed
-- proof, what it lacks, a draw, a note. Only a seed leads past the draw, as to
-- what happened before there was one.
CREATE FUNCTION case_event_proven() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF NEW.event IN ('proof_submitted', 'proof_supplemented') AND NOT EXISTS (SELECT FROM grant_proof p
			WHERE p.programme_id = NEW.programme_id AND p.id = NEW.id AND p.case_id = NEW.case_id AND p.kind = 'final') THEN
		RAISE EXCEPTION 'there is no proof' USING ERRCODE = '23514', CONSTRAINT = 'proof_sealed';
	END IF;
	IF NEW.event = 'proof_incomplete' AND NOT EXISTS (SELECT FROM proof_check p
			WHERE p.programme_id = NEW.programme_id AND p.id = NEW.id AND p.case_id = NEW.case_id) THEN
		RAISE EXCEPTION 'what is missing is not said' USING ERRCODE = '23514', CONSTRAINT = 'proof_checked';
	END IF;
	IF NEW.event IN ('sampled', 'not_sampled') AND current_reach() <> 'system' AND NOT EXISTS (SELECT FROM sample_row r
			WHERE r.programme_id = NEW.programme_id AND r.case_id = NEW.case_id AND r.drawn = (NEW.event = 'sampled')) THEN
		RAISE EXCEPTION 'there was no draw' USING ERRCODE = '23514', CONSTRAINT = 'sample_drawn';
	END IF;
	IF NEW.event = 'settled' AND NEW.from_state = 'proof_in_audit' AND NOT EXISTS (SELECT FROM audit_note a
			WHERE a.programme_id = NEW.programme_id AND a.case_id = NEW.case_id) THEN
		RAISE EXCEPTION 'there is no note' USING ERRCODE = '23514', CONSTRAINT = 'audit_noted';
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION case_event_proven() FROM PUBLIC;
CREATE TRIGGER proven BEFORE INSERT ON case_event FOR EACH ROW EXECUTE FUNCTION case_event_proven();

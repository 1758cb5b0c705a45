SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- Whether the actor has one of the roles today. Jobs and seeds act in each; so
-- does the owner of the database, whom the policies do not bind.
CREATE FUNCTION acts_as(p_roles text[]) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
	SELECT current_reach() IN ('none', 'system') OR EXISTS (SELECT FROM role_assignment r
		WHERE r.programme_id = current_programme() AND r.person_id = current_person() AND r.role = ANY (p_roles) AND r.valid @> current_today()) $$;
REVOKE ALL ON FUNCTION acts_as(text[]) FROM PUBLIC;

-- Of the ministry only those write whose task it is.
CREATE FUNCTION written_by_role() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() <> 'none' AND NEW.programme_id IS DISTINCT FROM current_programme() OR NOT acts_as(TG_ARGV) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION written_by_role() FROM PUBLIC;
CREATE TRIGGER by_role BEFORE INSERT OR UPDATE ON funding_scheme FOR EACH ROW EXECUTE FUNCTION written_by_role('case_officer');
CREATE TRIGGER by_role BEFORE INSERT OR UPDATE ON scheme_terms FOR EACH ROW EXECUTE FUNCTION written_by_role('case_officer');
CREATE TRIGGER by_role BEFORE INSERT OR UPDATE ON base_rate FOR EACH ROW EXECUTE FUNCTION written_by_role('case_officer');
CREATE TRIGGER by_role BEFORE INSERT OR UPDATE OF name, appropriation ON budget_year FOR EACH ROW EXECUTE FUNCTION written_by_role('budget_officer');
CREATE TRIGGER by_role BEFORE INSERT ON grant_run FOR EACH ROW EXECUTE FUNCTION written_by_role('case_officer');
CREATE TRIGGER by_role BEFORE UPDATE OF officer_id, follow_up_on, follow_up ON grant_case FOR EACH ROW EXECUTE FUNCTION written_by_role('case_officer');

-- A case is entered by an officer, or by the district's people for their own.
CREATE FUNCTION grant_case_by_role() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() NOT IN ('none', 'system') AND NOT EXISTS (SELECT FROM role_assignment r
			WHERE r.programme_id = current_programme() AND r.person_id = current_person() AND r.valid @> current_today()
				AND (r.role = 'case_officer' OR r.role IN ('coordinator', 'signatory') AND r.district_id = NEW.district_id)) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION grant_case_by_role() FROM PUBLIC;
CREATE TRIGGER by_role_entered BEFORE INSERT ON grant_case FOR EACH ROW EXECUTE FUNCTION grant_case_by_role();

-- The title from which a scheme pays, so that an application finds its budget;
-- '': the only one of its year.
ALTER TABLE scheme_terms ADD COLUMN budget_title text NOT NULL DEFAULT '' CHECK (char_length(budget_title) <= 40);

-- Until when a scheme grants: no period begins later. NULL: until further notice.
ALTER TABLE funding_scheme ADD COLUMN ended_on date;
GRANT INSERT (ended_on), UPDATE (ended_on) ON funding_scheme TO rt_app;

CREATE FUNCTION grant_case_in_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF EXISTS (SELECT FROM funding_scheme s WHERE s.programme_id = NEW.programme_id AND s.id = NEW.scheme_id AND s.ended_on < lower(NEW.period)) THEN
		RAISE EXCEPTION 'the scheme has ended' USING ERRCODE = '23514', CONSTRAINT = 'grant_scheme_ended';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER in_time BEFORE INSERT ON grant_case FOR EACH ROW EXECUTE FUNCTION grant_case_in_time();

-- A district does not see the budget; its application is of the title that the
-- terms name, in the year in which its period begins.
CREATE FUNCTION grant_case_budget() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	found uuid[];
BEGIN
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	SELECT array_agg(b.id) INTO found FROM budget_year b, scheme_terms t
	WHERE b.programme_id = NEW.programme_id AND b.year = extract(year FROM lower(NEW.period))
		AND t.programme_id = NEW.programme_id AND t.id = NEW.terms_id AND t.budget_title IN ('', b.title);
	IF coalesce(array_length(found, 1), 0) <> 1 THEN
		RAISE EXCEPTION 'no title, or several' USING ERRCODE = '23514', CONSTRAINT = 'grant_budget_known';
	END IF;
	NEW.budget_id := found[1];
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION grant_case_budget() FROM PUBLIC;
CREATE TRIGGER budget BEFORE INSERT ON grant_case FOR EACH ROW WHEN (NEW.budget_id IS NULL OR current_reach() NOT IN ('none', 'system', 'ministry')) EXECUTE FUNCTION grant_case_budget();

-- What a district writes until it sends it in (package grant, Application). The
-- ministry reads what it received, not this.
CREATE TABLE application (
	programme_id uuid NOT NULL REFERENCES programme,
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	content      jsonb NOT NULL CHECK (jsonb_typeof(content) = 'object' AND pg_column_size(content) <= 200000),
	updated_at   timestamptz NOT NULL DEFAULT now(),
	updated_by   uuid DEFAULT current_person(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, case_id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id)
);
CALL make_tenant_table('application', 'content');
CREATE TRIGGER version BEFORE UPDATE ON application FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY read ON application FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY add ON application FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY keep ON application FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR district_id = ANY ((SELECT current_districts())::uuid[]));
GRANT SELECT, INSERT (programme_id, case_id, district_id, content), UPDATE (content, version) ON application TO rt_app;

-- An application is written until it is sent in, and again when it came back; by
-- the district's people, who take the applicant's duty with it.
CREATE FUNCTION application_written() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF; -- the owner of the database; the policies refuse anybody else
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF NOT EXISTS (SELECT FROM grant_case c WHERE c.programme_id = NEW.programme_id AND c.id = NEW.case_id
			AND c.regime = 'application' AND c.state IN ('none', 'draft', 'returned') FOR UPDATE) THEN
		RAISE EXCEPTION 'the application was sent in' USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF current_reach() <> 'system' AND NOT EXISTS (SELECT FROM role_assignment r
			WHERE r.programme_id = NEW.programme_id AND r.person_id = current_person() AND r.role IN ('coordinator', 'signatory')
				AND r.district_id = NEW.district_id AND r.valid @> current_today()) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	PERFORM take_duty(NEW.programme_id, NEW.case_id, 'applicant');
	NEW.updated_at := now();
	NEW.updated_by := current_person();
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION application_written() FROM PUBLIC;
CREATE TRIGGER written BEFORE INSERT OR UPDATE ON application FOR EACH ROW EXECUTE FUNCTION application_written();

-- An application as it was received (Eingang), sealed by its hash. Its id is that
-- of the step which sent it in.
CREATE TABLE application_receipt (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL,
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	no           integer NOT NULL CHECK (no > 0),
	content      bytea NOT NULL, -- canonical JSON
	sha256       bytea NOT NULL CHECK (octet_length(sha256) = 32),
	received_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
	received_by  uuid DEFAULT current_person(), -- who sent it in
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id),
	CONSTRAINT application_receipt_no UNIQUE (programme_id, case_id, no),
	CONSTRAINT application_receipt_sealed CHECK (sha256(content) = sha256)
);
CALL make_tenant_table('application_receipt', 'content');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON application_receipt FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON application_receipt FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY add ON application_receipt FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR district_id = ANY ((SELECT current_districts())::uuid[]));
GRANT SELECT, INSERT (programme_id, id, case_id, district_id, no, content, sha256) ON application_receipt TO rt_app;

-- What is received is what the district wrote, with the plan of that moment.
CREATE FUNCTION application_received() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF; -- the owner of the database; the policies refuse anybody else
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF NOT EXISTS (SELECT FROM application a WHERE a.programme_id = NEW.programme_id AND a.case_id = NEW.case_id
			AND a.content = convert_from(NEW.content, 'UTF8')::jsonb -> 'application')
			OR (SELECT g.file_ref FROM grant_case g WHERE g.programme_id = NEW.programme_id AND g.id = NEW.case_id) IS DISTINCT FROM convert_from(NEW.content, 'UTF8')::jsonb ->> 'file_ref' THEN
		RAISE EXCEPTION 'the application says something else' USING ERRCODE = '23514', CONSTRAINT = 'application_as_written';
	END IF;
	IF NEW.no <> (SELECT count(*) + 1 FROM application_receipt x WHERE x.programme_id = NEW.programme_id AND x.case_id = NEW.case_id)
			OR NEW.no <> (SELECT coalesce(max(p.no), 0) FROM financing_plan p WHERE p.programme_id = NEW.programme_id AND p.case_id = NEW.case_id) THEN
		RAISE EXCEPTION 'neither the next nor with its plan' USING ERRCODE = '23505', CONSTRAINT = 'application_receipt_no';
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION application_received() FROM PUBLIC;
CREATE TRIGGER received BEFORE INSERT ON application_receipt FOR EACH ROW EXECUTE FUNCTION application_received();

-- An application sent back (Nachforderung): until when, and which parts are to be
-- mended. Its id is that of the step.
CREATE TABLE application_return (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL,
	case_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	due_on       date NOT NULL,
	marks        jsonb NOT NULL CHECK (jsonb_typeof(marks) = 'array' AND jsonb_array_length(marks) > 0 AND pg_column_size(marks) <= 50000),
	at           timestamptz NOT NULL DEFAULT clock_timestamp(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, case_id, district_id) REFERENCES grant_case (programme_id, id, district_id)
);
CALL make_tenant_table('application_return', 'marks');
CREATE INDEX application_return_case ON application_return (programme_id, case_id, at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON application_return FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON application_return FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY add ON application_return FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, case_id, district_id, due_on, marks) ON application_return TO rt_app;

-- No step without its paper: what is sent in is received, what is sent back says
-- what is missing; and no paper without its step.
CREATE FUNCTION case_event_has_paper() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF NEW.event IN ('submitted', 'resubmitted') AND NOT EXISTS (SELECT FROM application_receipt r
			WHERE r.programme_id = NEW.programme_id AND r.id = NEW.id AND r.case_id = NEW.case_id) THEN
		RAISE EXCEPTION 'nothing was received' USING ERRCODE = '23514', CONSTRAINT = 'application_received';
	END IF;
	IF NEW.event = 'returned' AND NOT EXISTS (SELECT FROM application_return r
			WHERE r.programme_id = NEW.programme_id AND r.id = NEW.id AND r.case_id = NEW.case_id AND r.due_on >= NEW.on_day) THEN
		RAISE EXCEPTION 'nothing is asked for' USING ERRCODE = '23514', CONSTRAINT = 'application_marked';
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION case_event_has_paper() FROM PUBLIC;
CREATE TRIGGER has_paper BEFORE INSERT ON case_event FOR EACH ROW WHEN (NEW.event IN ('submitted', 'resubmitted', 'returned'))
	EXECUTE FUNCTION case_event_has_paper();

CREATE FUNCTION paper_has_event() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM case_event e WHERE e.programme_id = NEW.programme_id AND e.id = NEW.id AND e.case_id = NEW.case_id
			AND e.event = ANY (string_to_array(TG_ARGV[0], ','))) THEN
		RAISE EXCEPTION 'no step goes with it' USING ERRCODE = '23514', CONSTRAINT = 'paper_has_event';
	END IF;
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION paper_has_event() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER has_event AFTER INSERT ON application_receipt DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
	EXECUTE FUNCTION paper_has_event('submitted,resubmitted');
CREATE CONSTRAINT TRIGGER has_event AFTER INSERT ON application_return DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
	EXECUTE FUNCTION paper_has_event('returned');

-- A district learns of a decision by its notice, not by its signature.
ALTER POLICY read ON case_event
	USING ((SELECT current_reach()) IN ('system', 'ministry')
		OR district_id = ANY ((SELECT current_districts())::uuid[])
			AND event NOT IN ('recommended', 'funds_checked', 'sent_back')
			AND EXISTS (SELECT FROM grant_case c WHERE c.programme_id = case_event.programme_id AND c.id = case_event.case_id
				AND (case_event.event <> 'approved' OR c.state NOT IN ('recommended', 'approved'))));

-- What is granted is the officer's to reckon.
CREATE FUNCTION grant_amount_reckoned() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() IN ('none', 'system') THEN RETURN NEW; END IF;
	PERFORM case_officer_acts(NEW.programme_id, NEW.id);
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION grant_amount_reckoned() FROM PUBLIC;
CREATE TRIGGER reckoned BEFORE UPDATE ON grant_case FOR EACH ROW
	WHEN (NEW.amount <> OLD.amount AND (OLD.state = 'in_review' OR OLD.regime <> 'application' AND OLD.state IN ('none', 'draft')))
	EXECUTE FUNCTION grant_amount_reckoned();

-- What waits for an officer or for a district.
CREATE INDEX grant_case_application ON grant_case (programme_id, state) WHERE state IN ('submitted', 'returned');

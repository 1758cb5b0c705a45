SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- Who is away, from when to when, and who covers (Vertretung). Whoever covers
-- acts as himself, with his own rights and duties: it shows him the work, and
-- never lets one person sign twice.
CREATE TABLE absence (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- from the form
	person_id    uuid NOT NULL DEFAULT current_person(),
	cover_id     uuid NOT NULL,
	valid        daterange NOT NULL CHECK (NOT isempty(valid) AND lower(valid) IS NOT NULL AND upper(valid) IS NOT NULL),
	withdrawn_at timestamptz,
	created_at   timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, person_id) REFERENCES person (programme_id, id),
	FOREIGN KEY (programme_id, cover_id) REFERENCES person (programme_id, id),
	CONSTRAINT absence_of_another CHECK (person_id <> cover_id),
	CONSTRAINT absence_once EXCLUDE USING gist (programme_id WITH =, person_id WITH =, valid WITH &&) WHERE (withdrawn_at IS NULL)
);
CALL make_tenant_table('absence');
CREATE INDEX absence_cover ON absence (programme_id, cover_id) WHERE withdrawn_at IS NULL;
CREATE POLICY read ON absence FOR SELECT TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY add ON absence FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'ministry' AND person_id = (SELECT current_person()));
CREATE POLICY keep ON absence FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'ministry' AND person_id = (SELECT current_person()));
GRANT SELECT, INSERT (programme_id, id, cover_id, valid), UPDATE (valid, withdrawn_at) ON absence TO rt_app;

-- Case officers cover each other, for days that have not passed; what has passed
-- stays as it was.
CREATE FUNCTION absence_kept() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF; -- the owner of the database; the policies refuse anybody else
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF TG_OP = 'INSERT' THEN
		IF (SELECT count(DISTINCT r.person_id) FROM role_assignment r WHERE r.programme_id = NEW.programme_id
				AND r.person_id IN (NEW.person_id, NEW.cover_id) AND r.role = 'case_officer' AND r.valid @> current_today()) < 2 THEN
			RAISE EXCEPTION 'no case officer' USING ERRCODE = '23514', CONSTRAINT = 'absence_officers';
		END IF;
		IF upper(NEW.valid) <= current_today() OR NEW.withdrawn_at IS NOT NULL THEN
			RAISE EXCEPTION 'over' USING ERRCODE = '23514', CONSTRAINT = 'absence_to_come';
		END IF;
		RETURN NEW;
	END IF;
	IF OLD.withdrawn_at IS NOT NULL OR upper(OLD.valid) <= current_today() OR lower(NEW.valid) <> lower(OLD.valid)
			OR upper(NEW.valid) > upper(OLD.valid) OR upper(NEW.valid) < least(current_today(), upper(OLD.valid))
			OR NEW.withdrawn_at IS NOT NULL AND lower(OLD.valid) < current_today() THEN
		RAISE EXCEPTION 'an absence ends today or is taken back before it begins' USING ERRCODE = '23514', CONSTRAINT = 'absence_to_come';
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION absence_kept() FROM PUBLIC;
CREATE TRIGGER kept BEFORE INSERT OR UPDATE ON absence FOR EACH ROW EXECUTE FUNCTION absence_kept();

-- Whose work the person does today: his own, and that of whom he covers.
CREATE FUNCTION stands_for() RETURNS uuid[] LANGUAGE sql STABLE AS $$
	SELECT array_append((SELECT array_agg(a.person_id) FROM absence a
		WHERE a.programme_id = current_programme() AND a.cover_id = current_person() AND a.withdrawn_at IS NULL AND a.valid @> current_today()), current_person()) $$;
GRANT EXECUTE ON FUNCTION stands_for() TO rt_app;

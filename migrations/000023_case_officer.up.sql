SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- Who can take over a case: the case officers of today. Roles themselves are
-- read by administrators alone.
CREATE FUNCTION case_officers() RETURNS TABLE (id uuid, name text) LANGUAGE plpgsql STABLE SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() NOT IN ('system', 'ministry') THEN RETURN; END IF;
	RETURN QUERY
		SELECT p.id, p.name
		FROM role_assignment r
		JOIN person p ON p.programme_id = r.programme_id AND p.id = r.person_id
		WHERE r.programme_id = current_programme() AND r.role = 'case_officer' AND r.valid @> current_today()
		ORDER BY p.name;
END $$;
REVOKE ALL ON FUNCTION case_officers() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION case_officers() TO rt_app;

-- Nobody takes over a case on which he has had another duty, nor does anybody
-- who is no case officer.
CREATE FUNCTION case_officer_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF NEW.officer_id IS NULL OR NEW.officer_id IS NOT DISTINCT FROM OLD.officer_id OR current_reach() = 'system' THEN RETURN NEW; END IF;
	IF EXISTS (SELECT FROM case_duty d WHERE d.programme_id = NEW.programme_id AND d.case_id = NEW.id AND d.person_id = NEW.officer_id AND d.duty <> 'officer') THEN
		RAISE EXCEPTION 'had another duty on this case' USING ERRCODE = '23514', CONSTRAINT = 'second_person';
	END IF;
	IF NOT EXISTS (SELECT FROM case_officers() o WHERE o.id = NEW.officer_id) THEN
		RAISE EXCEPTION 'no case officer' USING ERRCODE = '23514', CONSTRAINT = 'case_officer';
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION case_officer_follows() FROM PUBLIC;
CREATE TRIGGER officer_follows BEFORE UPDATE OF officer_id ON grant_case FOR EACH ROW EXECUTE FUNCTION case_officer_follows();

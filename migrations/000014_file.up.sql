SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- Every file in the store, registered before it is put there. As long as no
-- row names it, it is loose, and after a day it is swept: so a file without a
-- row does not stay, and a row without a file cannot be.
CREATE TABLE stored_file (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- its name in the store; never in an address
	size         bigint NOT NULL CHECK (size > 0),
	loose_since  timestamptz DEFAULT now(), -- NULL: a row names it
	created_at   timestamptz NOT NULL DEFAULT now(),
	created_by   uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id)
);
CALL make_tenant_table('stored_file');
CREATE INDEX stored_file_loose ON stored_file (programme_id, loose_since) WHERE loose_since IS NOT NULL;
CREATE POLICY sweep ON stored_file FOR ALL TO rt_app USING ((SELECT current_reach()) = 'system') WITH CHECK (false);
GRANT SELECT, DELETE ON stored_file TO rt_app;

-- Registers a file that is about to be stored; false if the programme has no
-- room for it. Under a lock: two uploads at once must not both take the rest.
CREATE FUNCTION announce_file(p_id uuid, p_size bigint, p_room bigint) RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_person() IS NULL AND current_reach() <> 'system' THEN
		RAISE EXCEPTION 'nobody stores a file' USING ERRCODE = '42501';
	END IF;
	PERFORM pg_advisory_xact_lock(hashtextextended('stored_file ' || current_programme(), 0));
	IF p_size + (SELECT coalesce(sum(f.size), 0) FROM stored_file f WHERE f.programme_id = current_programme()) > p_room THEN
		RETURN false;
	END IF;
	INSERT INTO stored_file (programme_id, id, size) VALUES (current_programme(), p_id, p_size);
	RETURN true;
END $$;
REVOKE ALL ON FUNCTION announce_file(uuid, bigint, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION announce_file(uuid, bigint, bigint) TO rt_app;

CREATE FUNCTION file_named() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	UPDATE stored_file f SET loose_since = NULL
	WHERE f.programme_id = NEW.programme_id AND f.id = NEW.file_id AND f.loose_since IS NOT NULL;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'file % is not in the store, or another row names it', NEW.file_id USING ERRCODE = '23503';
	END IF;
	RETURN NULL;
END $$;
CREATE FUNCTION file_unnamed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	UPDATE stored_file f SET loose_since = now() WHERE f.programme_id = OLD.programme_id AND f.id = OLD.file_id;
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION file_named(), file_unnamed() FROM PUBLIC;

-- What every table whose rows name a file needs, beside make_tenant_table.
CREATE PROCEDURE make_file_table(t regclass) LANGUAGE plpgsql AS $$
BEGIN
	EXECUTE format('ALTER TABLE %s ADD file_id uuid NOT NULL, ADD UNIQUE (programme_id, file_id),
		ADD FOREIGN KEY (programme_id, file_id) REFERENCES stored_file (programme_id, id)', t);
	EXECUTE format('CREATE TRIGGER file_named AFTER INSERT ON %s FOR EACH ROW EXECUTE FUNCTION file_named()', t);
	EXECUTE format('CREATE TRIGGER file_unnamed AFTER DELETE ON %s FOR EACH ROW EXECUTE FUNCTION file_unnamed()', t);
END $$;
REVOKE ALL ON PROCEDURE make_file_table(regclass) FROM PUBLIC;

CALL make_file_table('paper');
GRANT INSERT (file_id) ON paper TO rt_app;

-- Files of an activity. A file is seen by those who see the activity: the row
-- carries what activity_visible asks, kept by the triggers below. A draft has
-- no files yet. Who sees a deleted activity sees a removed file, to bring it
-- back.
CREATE TABLE activity_file (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL,
	activity_id  uuid NOT NULL,
	district_id  uuid NOT NULL,
	author_id    uuid NOT NULL, -- of the activity
	visibility   text NOT NULL,
	deleted_at   timestamptz, -- of the activity
	removed_at   timestamptz, -- of the file
	file_name    text NOT NULL CHECK (char_length(file_name) BETWEEN 1 AND 255),
	content_type text NOT NULL CHECK (char_length(content_type) <= 100),
	size         bigint NOT NULL CHECK (size BETWEEN 1 AND 20971520),
	sha256       bytea NOT NULL CHECK (octet_length(sha256) = 32),
	created_at   timestamptz NOT NULL DEFAULT now(),
	created_by   uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, activity_id) REFERENCES activity (programme_id, id),
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id),
	FOREIGN KEY (programme_id, author_id) REFERENCES person (programme_id, id),
	FOREIGN KEY (programme_id, created_by) REFERENCES person (programme_id, id)
);
CALL make_tenant_table('activity_file', 'file_name');
CALL make_file_table('activity_file');
CREATE INDEX activity_file_newest ON activity_file (programme_id, activity_id, created_at);

CREATE FUNCTION activity_file_joins() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	SELECT a.district_id, a.author_id, a.visibility, a.deleted_at
	INTO NEW.district_id, NEW.author_id, NEW.visibility, NEW.deleted_at
	FROM activity a
	WHERE a.programme_id = NEW.programme_id AND a.id = NEW.activity_id AND NOT a.draft
	FOR SHARE; -- a change of its readers waits, and then finds this row
	RETURN NEW;
END $$;
CREATE TRIGGER joins BEFORE INSERT ON activity_file FOR EACH ROW EXECUTE FUNCTION activity_file_joins();

CREATE FUNCTION activity_file_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	UPDATE activity_file f SET visibility = NEW.visibility, deleted_at = NEW.deleted_at
	WHERE f.programme_id = NEW.programme_id AND f.activity_id = NEW.id;
	RETURN NULL;
END $$;
CREATE TRIGGER files AFTER UPDATE ON activity FOR EACH ROW
	WHEN (OLD.visibility <> NEW.visibility OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at)
	EXECUTE FUNCTION activity_file_follows();
REVOKE ALL ON FUNCTION activity_file_joins(), activity_file_follows() FROM PUBLIC;

CREATE POLICY read ON activity_file FOR SELECT TO rt_app
	USING (activity_visible(district_id, author_id, visibility, false, coalesce(removed_at, deleted_at),
		(SELECT current_districts()), (SELECT current_person()), (SELECT current_released()))
		OR (SELECT current_reach()) = 'system');
CREATE POLICY add ON activity_file FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR created_by = (SELECT current_person())
		AND district_id = ANY ((SELECT current_districts())::uuid[])
		AND activity_visible(district_id, author_id, visibility, false, deleted_at,
			(SELECT current_districts()), (SELECT current_person()), '{}'));
CREATE POLICY remove ON activity_file FOR UPDATE TO rt_app
	USING (district_id = ANY ((SELECT current_districts())::uuid[])
		AND activity_visible(district_id, author_id, visibility, false, deleted_at,
			(SELECT current_districts()), (SELECT current_person()), '{}'));
CREATE POLICY empty_bin ON activity_file FOR DELETE TO rt_app USING ((SELECT current_reach()) = 'system');
GRANT SELECT, DELETE,
	INSERT (programme_id, id, activity_id, file_id, file_name, content_type, size, sha256),
	UPDATE (removed_at) ON activity_file TO rt_app;

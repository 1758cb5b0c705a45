SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- Who sees an activity, said once for the policies, the links to partners and
-- the search. A plain expression, so that the planner puts it in place:
--   a draft and an "own" entry: the author alone, no successor either;
--   otherwise the people of the district;
--   what is neither draft nor deleted: also those to whom its visibility was
--   released (the ministry: ministry and public; everybody: public).
CREATE FUNCTION activity_visible(district_id uuid, author_id uuid, visibility text, draft boolean, deleted_at timestamptz,
	districts uuid[], person uuid, released text[]) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT CASE WHEN draft OR visibility = 'own' THEN author_id = person ELSE district_id = ANY (districts) END
		OR CASE WHEN draft OR deleted_at IS NOT NULL THEN 'own' ELSE visibility END = ANY (released) $$;

-- Words as people type them into a search box: quotes, OR and minus work, and
-- the last word may be unfinished.
CREATE FUNCTION activity_query(words text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT CASE WHEN q::text ~ '(^|[^!])''[^'']*[[:alnum:]]{3}''$' THEN (q::text || ':*')::tsquery ELSE q END
		FROM (SELECT websearch_to_tsquery('pg_catalog.german', words) AS q) AS typed $$;

-- A log that was uploaded: its rows wait here until they are taken over, at
-- most for a day. Afterwards only the hash stays, so that it is not read twice.
CREATE TABLE activity_import (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL,
	district_id  uuid NOT NULL,
	person_id    uuid NOT NULL DEFAULT current_person(),
	file_name    text NOT NULL CHECK (char_length(file_name) BETWEEN 1 AND 255),
	file_hash    bytea NOT NULL CHECK (octet_length(file_hash) = 32),
	sheet        jsonb,
	choices      jsonb NOT NULL DEFAULT '{}', -- which column is what
	row_count    integer NOT NULL CHECK (row_count BETWEEN 1 AND 5000),
	created_at   timestamptz NOT NULL DEFAULT now(),
	committed_at timestamptz,
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id),
	FOREIGN KEY (programme_id, person_id) REFERENCES person (programme_id, id),
	CONSTRAINT activity_import_rows CHECK ((sheet IS NULL) = (committed_at IS NOT NULL))
);
CREATE UNIQUE INDEX activity_import_once ON activity_import (programme_id, district_id, file_hash) WHERE committed_at IS NOT NULL;
CREATE INDEX activity_import_old ON activity_import (created_at) WHERE committed_at IS NULL;
CALL make_tenant_table('activity_import', 'file_name', '-sheet', '-choices');
CREATE POLICY read ON activity_import FOR SELECT TO rt_app
	USING (person_id = (SELECT current_person()) OR (SELECT current_reach()) = 'system'
		OR committed_at IS NOT NULL AND district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY add ON activity_import FOR INSERT TO rt_app
	WITH CHECK (person_id = (SELECT current_person()) AND district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY keep ON activity_import FOR UPDATE TO rt_app
	USING (person_id = (SELECT current_person()) AND committed_at IS NULL AND district_id = ANY ((SELECT current_districts())::uuid[]))
	WITH CHECK (person_id = (SELECT current_person()));
CREATE POLICY discard ON activity_import FOR DELETE TO rt_app
	USING (committed_at IS NULL AND ((SELECT current_reach()) = 'system' OR person_id = (SELECT current_person())));
GRANT SELECT, INSERT, UPDATE (sheet, choices, committed_at), DELETE ON activity_import TO rt_app;

-- What a coordinator did. Drafts are rows too; theirs may be incomplete.
CREATE TABLE activity (
	programme_id      uuid NOT NULL REFERENCES programme,
	id                uuid NOT NULL,
	district_id       uuid NOT NULL,
	author_id         uuid NOT NULL DEFAULT current_person(),
	type              text NOT NULL CHECK (type IN ('meeting', 'network_event', 'conference_support', 'working_group',
		'recruitment', 'settlement_advice', 'project', 'concept', 'citizen_inquiry', 'public_relations', 'training',
		'reporting', 'travel')),
	happened_on       date NOT NULL CHECK (happened_on BETWEEN '2000-01-01' AND '2100-01-01'),
	minutes           integer CHECK (minutes BETWEEN 1 AND 1440),
	title             text NOT NULL CHECK (char_length(title) <= 200),
	body              text NOT NULL DEFAULT '' CHECK (char_length(body) <= 8000),
	field             text NOT NULL DEFAULT '' CHECK (field IN ('', 'outpatient', 'inpatient', 'cross_sector',
		'young_professionals', 'care', 'emergency', 'mobility', 'digital', 'prevention')),
	result            text NOT NULL DEFAULT '' CHECK (char_length(result) <= 4000),
	next_step         text NOT NULL DEFAULT '' CHECK (char_length(next_step) <= 300),
	follow_up_on      date CHECK (follow_up_on BETWEEN '2000-01-01' AND '2100-01-01'),
	follow_up_done_at timestamptz,
	visibility        text NOT NULL DEFAULT 'district' CHECK (visibility IN ('own', 'district', 'ministry', 'public')),
	draft             boolean NOT NULL DEFAULT false,
	draft_partners    text[] NOT NULL DEFAULT '{}' CHECK (cardinality(draft_partners) <= 20), -- names as typed so far
	deleted_at        timestamptz,
	import_id         uuid,
	simulated         boolean NOT NULL DEFAULT false,
	created_at        timestamptz NOT NULL DEFAULT now(),
	changed_at        timestamptz NOT NULL DEFAULT now(),
	changed_by        uuid DEFAULT current_person(),
	version           integer NOT NULL DEFAULT 1,
	tsv               tsvector NOT NULL GENERATED ALWAYS AS (
		setweight(to_tsvector('pg_catalog.german', title), 'A')
		|| setweight(to_tsvector('pg_catalog.german', result || ' ' || next_step), 'B')
		|| to_tsvector('pg_catalog.german', body)) STORED,
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id),
	FOREIGN KEY (programme_id, author_id) REFERENCES person (programme_id, id),
	FOREIGN KEY (programme_id, import_id) REFERENCES activity_import (programme_id, id),
	CONSTRAINT activity_draft_partners CHECK (draft OR draft_partners = '{}'),
	CONSTRAINT activity_titled CHECK (draft OR title <> ''),
	CONSTRAINT activity_follows CHECK (draft OR follow_up_on >= happened_on),
	CONSTRAINT activity_done CHECK (follow_up_done_at IS NULL OR follow_up_on IS NOT NULL)
);
CALL make_tenant_table('activity', 'title', 'body', 'result', 'next_step', 'draft_partners', '-tsv');

-- Lists: the newest of a district, of the programme, of an author. What the
-- policy asks is included, so that counting does not visit the rows.
CREATE INDEX activity_newest ON activity (programme_id, district_id, happened_on DESC, id DESC)
	INCLUDE (author_id, visibility, draft, deleted_at) WHERE deleted_at IS NULL AND NOT draft;
CREATE INDEX activity_newest_of_all ON activity (programme_id, happened_on DESC, id DESC)
	WHERE deleted_at IS NULL AND NOT draft;
CREATE INDEX activity_author ON activity (programme_id, author_id, district_id, visibility)
	INCLUDE (visibility, draft, deleted_at) WHERE deleted_at IS NULL AND NOT draft;
CREATE INDEX activity_draft ON activity (programme_id, author_id, changed_at DESC) WHERE draft;
CREATE INDEX activity_bin ON activity (programme_id, district_id, deleted_at DESC) WHERE deleted_at IS NOT NULL;
CREATE INDEX activity_follow_up ON activity (programme_id, district_id, follow_up_on)
	WHERE follow_up_on IS NOT NULL AND follow_up_done_at IS NULL AND deleted_at IS NULL AND NOT draft;
CREATE INDEX activity_words ON activity USING gin (programme_id, district_id, tsv)
	WITH (gin_pending_list_limit = 512) WHERE deleted_at IS NULL AND NOT draft;

CREATE FUNCTION activity_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.version := OLD.version + 1;
	NEW.changed_at := now();
	NEW.changed_by := current_person();
	RETURN NEW;
END $$;
CREATE TRIGGER version BEFORE UPDATE ON activity FOR EACH ROW EXECUTE FUNCTION activity_changed();

CREATE POLICY read ON activity FOR SELECT TO rt_app
	USING (activity_visible(district_id, author_id, visibility, draft, deleted_at,
		(SELECT current_districts()), (SELECT current_person()), (SELECT current_released())));
CREATE POLICY add ON activity FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system'
		OR district_id = ANY ((SELECT current_districts())::uuid[]) AND author_id = (SELECT current_person()));
CREATE POLICY keep ON activity FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR district_id = ANY ((SELECT current_districts())::uuid[])
		AND activity_visible(district_id, author_id, visibility, draft, deleted_at,
			(SELECT current_districts()), (SELECT current_person()), '{}'));
CREATE POLICY empty_bin ON activity FOR DELETE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR draft AND author_id = (SELECT current_person()));
GRANT SELECT, DELETE,
	INSERT (programme_id, id, district_id, author_id, type, happened_on, minutes, title, body, field, result, next_step,
		follow_up_on, follow_up_done_at, visibility, draft, draft_partners, import_id, simulated, created_at),
	UPDATE (type, happened_on, minutes, title, body, field, result, next_step,
		follow_up_on, follow_up_done_at, visibility, draft, draft_partners, deleted_at) ON activity TO rt_app;

-- With whom. A link is seen by those who see the activity: it carries what
-- activity_visible asks, kept by the triggers below. A draft has no links yet.
CREATE TABLE activity_partner (
	programme_id uuid NOT NULL REFERENCES programme,
	activity_id  uuid NOT NULL,
	partner_id   uuid NOT NULL,
	district_id  uuid NOT NULL,
	author_id    uuid NOT NULL,
	visibility   text NOT NULL,
	deleted_at   timestamptz,
	happened_on  date NOT NULL,
	PRIMARY KEY (programme_id, activity_id, partner_id),
	FOREIGN KEY (programme_id, activity_id) REFERENCES activity (programme_id, id),
	FOREIGN KEY (programme_id, partner_id) REFERENCES partner (programme_id, id),
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id),
	FOREIGN KEY (programme_id, author_id) REFERENCES person (programme_id, id)
);
CALL make_tenant_table('activity_partner');
CREATE INDEX activity_partner_newest ON activity_partner (programme_id, partner_id, happened_on DESC, activity_id DESC)
	WHERE deleted_at IS NULL;
CREATE INDEX activity_partner_used ON activity_partner (programme_id, district_id, happened_on DESC)
	INCLUDE (partner_id, author_id, visibility, deleted_at) WHERE deleted_at IS NULL;

CREATE FUNCTION activity_partner_joins() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	SELECT a.district_id, a.author_id, a.visibility, a.deleted_at, a.happened_on
	INTO NEW.district_id, NEW.author_id, NEW.visibility, NEW.deleted_at, NEW.happened_on
	FROM activity a
	WHERE a.programme_id = NEW.programme_id AND a.id = NEW.activity_id AND NOT a.draft;
	RETURN NEW;
END $$;
CREATE TRIGGER joins BEFORE INSERT ON activity_partner FOR EACH ROW EXECUTE FUNCTION activity_partner_joins();

CREATE FUNCTION activity_partner_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	UPDATE activity_partner p
	SET visibility = NEW.visibility, deleted_at = NEW.deleted_at, happened_on = NEW.happened_on
	WHERE p.programme_id = NEW.programme_id AND p.activity_id = NEW.id;
	RETURN NULL;
END $$;
CREATE TRIGGER partners AFTER UPDATE ON activity FOR EACH ROW
	WHEN (OLD.visibility <> NEW.visibility OR OLD.deleted_at IS DISTINCT FROM NEW.deleted_at OR OLD.happened_on <> NEW.happened_on)
	EXECUTE FUNCTION activity_partner_follows();
REVOKE ALL ON FUNCTION activity_partner_joins(), activity_partner_follows() FROM PUBLIC;

CREATE POLICY read ON activity_partner FOR SELECT TO rt_app
	USING (activity_visible(district_id, author_id, visibility, false, deleted_at,
		(SELECT current_districts()), (SELECT current_person()), (SELECT current_released())));
CREATE POLICY add ON activity_partner FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR district_id = ANY ((SELECT current_districts())::uuid[])
		AND activity_visible(district_id, author_id, visibility, false, deleted_at,
			(SELECT current_districts()), (SELECT current_person()), '{}'));
CREATE POLICY part ON activity_partner FOR DELETE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR district_id = ANY ((SELECT current_districts())::uuid[])
		AND activity_visible(district_id, author_id, visibility, false, deleted_at,
			(SELECT current_districts()), (SELECT current_person()), '{}'));
GRANT SELECT, INSERT (programme_id, activity_id, partner_id), DELETE ON activity_partner TO rt_app;

-- The search. Row-level security would keep the words' index from being used
-- (@@ is not leakproof), so this function looks past it, as the owner, and asks
-- for tenant and visibility itself; the caller joins the ids under the policy.
-- It returns the first p_most ids (at most 1001) in the order of the list.
--
-- A frequent word is found by walking the newest rows: no hit of millions is
-- fetched only to be sorted away. A rare one is found by the words' index.
CREATE FUNCTION activity_search(p_words text, p_district uuid, p_from date, p_until date, p_type text, p_field text,
		p_visibility text, p_author uuid, p_partner uuid, p_on date, p_id uuid, p_back boolean, p_most integer)
	RETURNS SETOF uuid LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	query  tsquery := activity_query(p_words);
	most   integer := greatest(least(p_most, 1001), 0);
	way    text := CASE WHEN p_back THEN 'ASC' ELSE 'DESC' END;
	scope  text := 'a.programme_id = $1 AND a.deleted_at IS NULL AND NOT a.draft';
	wanted text := 'activity_visible(a.district_id, a.author_id, a.visibility, a.draft, a.deleted_at, $14, $15, $16)';
	hits   text;
	ids    uuid[];
	budget integer := 2000;
BEGIN
	IF coalesce(numnode(query), 0) = 0 THEN RETURN; END IF;
	IF p_district IS NOT NULL THEN scope := scope || ' AND a.district_id = $3'; END IF;
	IF p_from IS NOT NULL THEN scope := scope || ' AND a.happened_on >= $4'; END IF;
	IF p_until IS NOT NULL THEN scope := scope || ' AND a.happened_on <= $5'; END IF;
	IF p_on IS NOT NULL THEN
		scope := scope || ' AND (a.happened_on, a.id) ' || CASE WHEN p_back THEN '>' ELSE '<' END || ' ($11, $12)';
	END IF;
	IF p_type IS NOT NULL THEN wanted := wanted || ' AND a.type = $6'; END IF;
	IF p_field IS NOT NULL THEN wanted := wanted || ' AND a.field = $7'; END IF;
	IF p_visibility IS NOT NULL THEN wanted := wanted || ' AND a.visibility = $8'; END IF;
	IF p_author IS NOT NULL THEN wanted := wanted || ' AND a.author_id = $9'; END IF;
	IF p_partner IS NOT NULL THEN
		wanted := wanted || ' AND EXISTS (SELECT FROM activity_partner l
			WHERE l.programme_id = $1 AND l.activity_id = a.id AND l.partner_id = $10)';
	END IF;
	LOOP
		IF budget > 0 THEN -- walk the newest rows of the scope
			hits := format('SELECT ARRAY(SELECT a.id FROM (SELECT a.* FROM activity a WHERE %s
				ORDER BY a.happened_on %s, a.id %s LIMIT %s) a
				WHERE a.tsv @@ $2 AND %s LIMIT $13)', scope, way, way, budget, wanted);
		ELSE -- ask the words' index, then sort
			hits := format('SELECT ARRAY(SELECT a.id FROM (SELECT a.* FROM activity a WHERE %s AND a.tsv @@ $2 OFFSET 0) a
				WHERE %s ORDER BY a.happened_on %s, a.id %s LIMIT $13)', scope, wanted, way, way);
		END IF;
		EXECUTE hits INTO ids USING current_programme(), query, p_district, p_from, p_until, p_type, p_field,
			p_visibility, p_author, p_partner, p_on, p_id, most, current_districts(), current_person(), current_released();
		EXIT WHEN cardinality(ids) = most OR budget = 0;
		-- Walk on only if what was found promises an end within 20,000 rows.
		budget := CASE WHEN budget = 2000 AND cardinality(ids) > 0 AND cardinality(ids) * 10 >= most THEN 20000 ELSE 0 END;
	END LOOP;
	RETURN QUERY SELECT unnest(ids);
END $$;
REVOKE ALL ON FUNCTION activity_search(text, uuid, date, date, text, text, text, uuid, uuid, date, uuid, boolean, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION activity_search(text, uuid, date, date, text, text, text, uuid, uuid, date, uuid, boolean, integer) TO rt_app;

SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- Which state may follow which, and who may say so. Package post and package
-- body read it; the trigger below enforces it.
CREATE TABLE state_transition (
	kind       text NOT NULL CHECK (kind IN ('post', 'conference')),
	from_state text NOT NULL,
	to_state   text NOT NULL,
	who        text[] NOT NULL CHECK (who <@ '{ministry,district}' AND cardinality(who) > 0),
	PRIMARY KEY (kind, from_state, to_state)
);
COMMENT ON TABLE state_transition IS 'The same for every programme; rules, no data.';
GRANT SELECT ON state_transition TO rt_app;
INSERT INTO state_transition VALUES
	('post', 'none', 'interest', '{ministry}'),
	('post', 'interest', 'planned', '{ministry,district}'),
	('post', 'interest', 'none', '{ministry,district}'),
	('post', 'planned', 'advertised', '{district}'),
	('post', 'planned', 'none', '{ministry,district}'),
	('post', 'advertised', 'filled', '{district}'),
	('post', 'advertised', 'planned', '{district}'),
	('post', 'filled', 'vacant', '{district}'),
	('post', 'filled', 'ended', '{district}'),
	('post', 'vacant', 'advertised', '{district}'),
	('post', 'vacant', 'filled', '{district}'),
	('post', 'vacant', 'ended', '{district}'),
	('post', 'ended', 'interest', '{ministry}'),
	('conference', 'none', 'interest', '{ministry}'),
	('conference', 'interest', 'forming', '{ministry}'),
	('conference', 'interest', 'none', '{ministry}'),
	('conference', 'forming', 'constituted', '{ministry}'),
	('conference', 'forming', 'none', '{ministry}'),
	('conference', 'constituted', 'active', '{ministry}'),
	('conference', 'constituted', 'dissolved', '{ministry}'),
	('conference', 'active', 'dormant', '{ministry}'),
	('conference', 'active', 'dissolved', '{ministry}'),
	('conference', 'dormant', 'active', '{ministry}'),
	('conference', 'dormant', 'dissolved', '{ministry}'),
	('conference', 'dissolved', 'interest', '{ministry}');

-- A fact is known at k if it was recorded by then and not yet withdrawn.
CREATE FUNCTION known_at(recorded_at timestamptz, withdrawn_at timestamptz, k timestamptz) RETURNS boolean
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT recorded_at <= k AND coalesce(withdrawn_at > k, true) $$;

-- A post (Stelle) of a district.
CREATE TABLE post (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	district_id  uuid NOT NULL,
	fte_permille integer NOT NULL DEFAULT 1000 CHECK (fte_permille BETWEEN 1 AND 3000),
	created_at   timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, district_id),
	UNIQUE (programme_id, id, district_id), -- what hangs on a post belongs to the post's district
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id)
);
CALL make_tenant_table('post');
CREATE POLICY read ON post FOR SELECT TO rt_app USING (true);
CREATE POLICY keep ON post FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) = 'system');
GRANT SELECT, INSERT ON post TO rt_app;

-- The state of a post from a day on. A point fact.
CREATE TABLE post_state (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	post_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	state        text NOT NULL CHECK (state IN ('none', 'interest', 'planned', 'advertised', 'filled', 'vacant', 'ended')),
	valid_from   date NOT NULL CHECK (valid_from BETWEEN '2000-01-01' AND '2100-01-01'),
	note         text NOT NULL DEFAULT '' CHECK (char_length(note) <= 500),
	correction   text CHECK (char_length(correction) BETWEEN 1 AND 500), -- why the rule of succession is set aside
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, post_id, district_id) REFERENCES post (programme_id, id, district_id),
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id)
);
CALL make_fact_table('post_state');
CALL make_tenant_table('post_state');
CREATE INDEX post_state_as_of ON post_state (programme_id, post_id, valid_from DESC, recorded_at DESC);
CREATE POLICY read ON post_state FOR SELECT TO rt_app USING (true);
CREATE POLICY record ON post_state FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY withdraw ON post_state FOR UPDATE TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));

-- Refuses a state that may not stand between its neighbours on the timeline as
-- known now, unless it is a correction by the ministry. Runs after fact_insert
-- (triggers fire by name), which holds the programme's record lock: two people
-- cannot both be right about the same neighbour.
CREATE FUNCTION post_state_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	before text;
	after text;
BEGIN
	IF EXISTS (SELECT FROM post_state s WHERE s.programme_id = NEW.programme_id AND s.id = NEW.id) THEN
		RAISE EXCEPTION 'recorded before' USING ERRCODE = '23505', CONSTRAINT = 'post_state_pkey'; -- the same form again
	END IF;
	IF NEW.correction IS NOT NULL THEN
		IF current_reach() NOT IN ('ministry', 'system') THEN
			RAISE EXCEPTION 'only the ministry corrects' USING ERRCODE = '23514', CONSTRAINT = 'correction_by_ministry';
		END IF;
		RETURN NEW;
	END IF;
	SELECT state INTO before FROM post_state s
	WHERE s.programme_id = NEW.programme_id AND s.post_id = NEW.post_id
		AND s.valid_from <= NEW.valid_from AND s.withdrawn_at IS NULL
	ORDER BY s.valid_from DESC, s.recorded_at DESC LIMIT 1;
	SELECT state INTO after FROM post_state s
	WHERE s.programme_id = NEW.programme_id AND s.post_id = NEW.post_id
		AND s.valid_from > NEW.valid_from AND s.withdrawn_at IS NULL
	ORDER BY s.valid_from, s.recorded_at DESC LIMIT 1;
	IF NOT EXISTS (SELECT FROM state_transition t WHERE t.kind = 'post'
			AND t.from_state = coalesce(before, 'none') AND t.to_state = NEW.state
			AND (current_reach() = 'system' OR CASE WHEN current_reach() = 'ministry' THEN 'ministry' ELSE 'district' END = ANY (t.who))) THEN
		RAISE EXCEPTION 'state % does not follow %', NEW.state, coalesce(before, 'none')
			USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF after IS NOT NULL AND NOT EXISTS (SELECT FROM state_transition t WHERE t.kind = 'post'
			AND t.from_state = NEW.state AND t.to_state = after) THEN
		RAISE EXCEPTION 'state % does not precede %', NEW.state, after
			USING ERRCODE = '23514', CONSTRAINT = 'state_precedes';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON post_state FOR EACH ROW EXECUTE FUNCTION post_state_follows();

-- Who holds a post from-to, with which share. An interval fact.
CREATE TABLE post_holder (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	post_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	person_id    uuid NOT NULL,
	fte_permille integer NOT NULL CHECK (fte_permille BETWEEN 1 AND 1000),
	valid        daterange NOT NULL CHECK (NOT isempty(valid) AND lower(valid) IS NOT NULL),
	office_email text NOT NULL CHECK (char_length(office_email) BETWEEN 3 AND 254), -- a function address, shown to the public
	office_phone text NOT NULL DEFAULT '' CHECK (char_length(office_phone) <= 60),
	public_name  text CHECK (char_length(public_name) BETWEEN 1 AND 120),           -- only with consent
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, post_id, district_id) REFERENCES post (programme_id, id, district_id),
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id),
	FOREIGN KEY (programme_id, person_id) REFERENCES person (programme_id, id)
);
CALL make_fact_table('post_holder');
ALTER TABLE post_holder ADD CONSTRAINT holder_once
	EXCLUDE USING gist (programme_id WITH =, post_id WITH =, person_id WITH =, valid WITH &&) WHERE (withdrawn_at IS NULL);
CALL make_tenant_table('post_holder', 'public_name', 'office_email', 'office_phone');
CREATE INDEX post_holder_post ON post_holder (programme_id, post_id);
CREATE POLICY read ON post_holder FOR SELECT TO rt_app USING (true);
CREATE POLICY record ON post_holder FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY withdraw ON post_holder FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));

-- The shares of any day never exceed the post's. Checked at the first day of
-- each holder, where a sum can rise; under the programme's record lock.
CREATE FUNCTION post_holder_shares() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public AS $$
DECLARE
	most integer;
BEGIN
	SELECT max(day.total) INTO most FROM (
		SELECT (SELECT sum(h.fte_permille) FROM post_holder h
			WHERE h.programme_id = NEW.programme_id AND h.post_id = NEW.post_id
				AND h.withdrawn_at IS NULL AND h.valid @> lower(f.valid)) AS total
		FROM post_holder f
		WHERE f.programme_id = NEW.programme_id AND f.post_id = NEW.post_id
			AND f.withdrawn_at IS NULL AND f.valid && NEW.valid) AS day;
	IF most > (SELECT p.fte_permille FROM post p WHERE p.programme_id = NEW.programme_id AND p.id = NEW.post_id) THEN
		RAISE EXCEPTION 'shares above the post' USING ERRCODE = '23514', CONSTRAINT = 'shares_within_post';
	END IF;
	RETURN NULL;
END $$;
CREATE TRIGGER shares AFTER INSERT ON post_holder FOR EACH ROW EXECUTE FUNCTION post_holder_shares();

-- Job advertisements of a post; each is a round.
CREATE TABLE job_ad (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	post_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	published_on date NOT NULL CHECK (published_on BETWEEN '2000-01-01' AND '2100-01-01'),
	closes_on    date CHECK (closes_on >= published_on),
	note         text NOT NULL DEFAULT '' CHECK (char_length(note) <= 500),
	simulated    boolean NOT NULL DEFAULT false,
	created_at   timestamptz NOT NULL DEFAULT now(),
	created_by   uuid DEFAULT current_person(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, post_id, district_id) REFERENCES post (programme_id, id, district_id),
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id)
);
CREATE INDEX job_ad_post ON job_ad (programme_id, post_id, published_on);
CALL make_tenant_table('job_ad');
CREATE TRIGGER version BEFORE UPDATE ON job_ad FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY read ON job_ad FOR SELECT TO rt_app USING ((SELECT current_reach()) <> 'public');
CREATE POLICY add ON job_ad FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY keep ON job_ad FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR district_id = ANY ((SELECT current_districts())::uuid[]));
GRANT SELECT, INSERT, UPDATE (published_on, closes_on, note, version) ON job_ad TO rt_app;

-- The ministry's talks with a district; the district does not read them.
CREATE TABLE talk (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	district_id  uuid NOT NULL,
	held_on      date NOT NULL CHECK (held_on BETWEEN '2000-01-01' AND '2100-01-01'),
	channel      text NOT NULL CHECK (channel IN ('meeting', 'phone', 'video', 'letter')),
	with_whom    text NOT NULL DEFAULT '' CHECK (char_length(with_whom) <= 200),
	summary      text NOT NULL CHECK (char_length(summary) BETWEEN 1 AND 4000),
	simulated    boolean NOT NULL DEFAULT false,
	created_at   timestamptz NOT NULL DEFAULT now(),
	created_by   uuid DEFAULT current_person(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id)
);
CREATE INDEX talk_district ON talk (programme_id, district_id, held_on DESC);
CALL make_tenant_table('talk', 'with_whom', 'summary');
CREATE TRIGGER version BEFORE UPDATE ON talk FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY ministry ON talk FOR ALL TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry')) WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT, UPDATE (held_on, channel, with_whom, summary, version) ON talk TO rt_app;

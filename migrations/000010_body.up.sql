SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- The day of the transaction in Berlin, by the gate's clock.
CREATE FUNCTION current_today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE
	AS $$ SELECT coalesce(nullif(current_setting('app.today', true), '')::date, berlin_date(now())) $$;

-- What a person may read and do in a body, made by session_actor and set by
-- the gate: one entry for each seat, office or chair, past ones too.
CREATE TYPE seat_right AS (
	body_id uuid,
	seat_id uuid,      -- NULL for the office
	level   smallint,  -- 1 guest, 2 member, 3 chair, 4 office
	reads   daterange, -- the days of the sittings that are his to read
	acts    boolean    -- holds today
);
CREATE FUNCTION current_seats() RETURNS seat_right[] LANGUAGE sql STABLE PARALLEL SAFE
	AS $$ SELECT coalesce(nullif(current_setting('app.seats', true), ''), '{}')::seat_right[] $$;

-- Up to which level somebody reads what belongs to a sitting of that day; what
-- has no day is for those who hold today. 0: not at all.
CREATE FUNCTION reads_level(seats seat_right[], body uuid, day date) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT coalesce(max(s.level), 0)::integer FROM unnest(seats) AS s
		WHERE s.body_id = body AND CASE WHEN day IS NULL THEN s.acts ELSE s.reads @> day END $$;
-- At which level somebody acts in a body today.
CREATE FUNCTION acts_level(seats seat_right[], body uuid) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT coalesce(max(s.level), 0)::integer FROM unnest(seats) AS s WHERE s.body_id = body AND s.acts $$;
-- Whether somebody speaks for a seat today.
CREATE FUNCTION acts_for(seats seat_right[], seat uuid) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT coalesce(bool_or(s.acts), false) FROM unnest(seats) AS s WHERE s.seat_id = seat $$;
-- Whether somebody reads what a seat did at a sitting of that day.
CREATE FUNCTION reads_for(seats seat_right[], seat uuid, day date) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT coalesce(bool_or(s.reads @> day), false) FROM unnest(seats) AS s WHERE s.seat_id = seat $$;

-- A body: a regional conference (§ 8 SächsKHG), the joint state committee
-- (§ 90a SGB V), its working groups and its steering group.
CREATE TABLE body (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	kind         text NOT NULL CHECK (kind IN ('conference', 'state_committee', 'working_group', 'steering_group')),
	name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 160),
	parent_id    uuid,
	consulted_on date CHECK (consulted_on BETWEEN '2000-01-01' AND '2100-01-01'), -- Benehmen with the ministry, § 8 (2)
	priorities   text NOT NULL DEFAULT '' CHECK (char_length(priorities) <= 2000), -- planerische Schwerpunkte, § 8 (1)
	office_email text NOT NULL DEFAULT '' CHECK (char_length(office_email) <= 254), -- a function address
	simulated    boolean NOT NULL DEFAULT false,
	created_at   timestamptz NOT NULL DEFAULT now(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	CONSTRAINT body_name_once UNIQUE (programme_id, name),
	FOREIGN KEY (programme_id, parent_id) REFERENCES body (programme_id, id),
	CONSTRAINT body_has_parent CHECK ((kind IN ('working_group', 'steering_group')) = (parent_id IS NOT NULL)),
	CHECK (parent_id <> id)
);
CALL make_tenant_table('body', 'office_email');
CREATE TRIGGER version BEFORE UPDATE ON body FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY read ON body FOR SELECT TO rt_app USING (true);
CREATE POLICY add ON body FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY keep ON body FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR acts_level((SELECT current_seats()), id) >= 4);
GRANT SELECT, INSERT (programme_id, id, kind, name, parent_id, consulted_on, priorities, office_email, simulated),
	UPDATE (name, consulted_on, priorities, office_email, version) ON body TO rt_app;

-- Which districts a conference covers, one as a rule.
CREATE TABLE body_district (
	programme_id uuid NOT NULL REFERENCES programme,
	body_id      uuid NOT NULL,
	district_id  uuid NOT NULL,
	PRIMARY KEY (programme_id, body_id, district_id),
	CONSTRAINT body_district_once UNIQUE (programme_id, district_id),
	FOREIGN KEY (programme_id, body_id) REFERENCES body (programme_id, id),
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id)
);
CALL make_tenant_table('body_district');
CREATE POLICY read ON body_district FOR SELECT TO rt_app USING (true);
CREATE POLICY add ON body_district FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT ON body_district TO rt_app;

-- A seat belongs to an institution and a group; persons hold it for a time.
CREATE TABLE seat (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	body_id      uuid NOT NULL,
	institution  text NOT NULL CHECK (char_length(institution) BETWEEN 1 AND 160),
	grp          text NOT NULL CHECK (grp IN ('district', 'hospital_owner', 'insurer', 'kv', 'participant', 'guest',
		'state', 'hospital_society', 'chamber', 'patient')),
	voting       boolean NOT NULL,
	ordinal      integer NOT NULL DEFAULT 0,
	valid        daterange NOT NULL CHECK (NOT isempty(valid) AND lower(valid) IS NOT NULL),
	simulated    boolean NOT NULL DEFAULT false,
	created_at   timestamptz NOT NULL DEFAULT now(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, id, body_id), -- what hangs on a seat belongs to the seat's body
	FOREIGN KEY (programme_id, body_id) REFERENCES body (programme_id, id),
	CONSTRAINT seat_votes CHECK (NOT voting OR grp NOT IN ('guest', 'patient'))
);
CALL make_tenant_table('seat');
CREATE INDEX seat_body ON seat (programme_id, body_id, ordinal);
CREATE TRIGGER version BEFORE UPDATE ON seat FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY read ON seat FOR SELECT TO rt_app USING (true);
CREATE POLICY add ON seat FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY keep ON seat FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
GRANT SELECT, INSERT (programme_id, id, body_id, institution, grp, voting, ordinal, valid, simulated),
	UPDATE (institution, voting, ordinal, valid, version) ON seat TO rt_app;

-- Who holds a seat from-to: slot 0 is the holder, 1 and 2 are the deputies. An
-- interval fact.
CREATE TABLE seat_holder (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	body_id      uuid NOT NULL,
	seat_id      uuid NOT NULL,
	person_id    uuid NOT NULL,
	slot         smallint NOT NULL CHECK (slot BETWEEN 0 AND 2),
	valid        daterange NOT NULL CHECK (NOT isempty(valid) AND lower(valid) IS NOT NULL),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, seat_id, body_id) REFERENCES seat (programme_id, id, body_id),
	FOREIGN KEY (programme_id, person_id) REFERENCES person (programme_id, id)
);
CALL make_fact_table('seat_holder');
ALTER TABLE seat_holder ADD CONSTRAINT seat_slot_once
	EXCLUDE USING gist (programme_id WITH =, seat_id WITH =, slot WITH =, valid WITH &&) WHERE (withdrawn_at IS NULL);
ALTER TABLE seat_holder ADD CONSTRAINT seat_person_once
	EXCLUDE USING gist (programme_id WITH =, seat_id WITH =, person_id WITH =, valid WITH &&) WHERE (withdrawn_at IS NULL);
CALL make_tenant_table('seat_holder');
CREATE INDEX seat_holder_person ON seat_holder (programme_id, person_id) WHERE withdrawn_at IS NULL;
CREATE INDEX seat_holder_body ON seat_holder (programme_id, body_id);
CREATE POLICY read ON seat_holder FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry', 'admin') OR acts_level((SELECT current_seats()), body_id) >= 1
		OR person_id = (SELECT current_person()));
CREATE POLICY record ON seat_holder FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY withdraw ON seat_holder FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);

-- Which seat chairs from-to: its holder does. An interval fact.
CREATE TABLE body_chair (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	body_id      uuid NOT NULL,
	seat_id      uuid NOT NULL,
	valid        daterange NOT NULL CHECK (NOT isempty(valid) AND lower(valid) IS NOT NULL),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, seat_id, body_id) REFERENCES seat (programme_id, id, body_id)
);
CALL make_fact_table('body_chair');
ALTER TABLE body_chair ADD CONSTRAINT body_chair_once
	EXCLUDE USING gist (programme_id WITH =, body_id WITH =, valid WITH &&) WHERE (withdrawn_at IS NULL);
CALL make_tenant_table('body_chair');
CREATE POLICY read ON body_chair FOR SELECT TO rt_app USING (true);
CREATE POLICY record ON body_chair FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY withdraw ON body_chair FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);

-- Who runs a body's office (Geschäftsstelle) from-to. An interval fact.
CREATE TABLE body_office (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	body_id      uuid NOT NULL,
	person_id    uuid NOT NULL,
	valid        daterange NOT NULL CHECK (NOT isempty(valid) AND lower(valid) IS NOT NULL),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, body_id) REFERENCES body (programme_id, id),
	FOREIGN KEY (programme_id, person_id) REFERENCES person (programme_id, id)
);
CALL make_fact_table('body_office');
ALTER TABLE body_office ADD CONSTRAINT body_office_once
	EXCLUDE USING gist (programme_id WITH =, body_id WITH =, person_id WITH =, valid WITH &&) WHERE (withdrawn_at IS NULL);
CALL make_tenant_table('body_office');
CREATE INDEX body_office_person ON body_office (programme_id, person_id) WHERE withdrawn_at IS NULL;
CREATE POLICY read ON body_office FOR SELECT TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry', 'admin') OR acts_level((SELECT current_seats()), body_id) >= 1
		OR person_id = (SELECT current_person()));
CREATE POLICY record ON body_office FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry') OR acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY withdraw ON body_office FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) IN ('system', 'ministry') OR acts_level((SELECT current_seats()), body_id) >= 4);

-- Rules of procedure (Geschäftsordnung) from a day on. A point fact.
CREATE TABLE bylaws (
	programme_id          uuid NOT NULL REFERENCES programme,
	id                    uuid NOT NULL DEFAULT gen_random_uuid(),
	body_id               uuid NOT NULL,
	valid_from            date NOT NULL CHECK (valid_from BETWEEN '2000-01-01' AND '2100-01-01'),
	name                  text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
	source                text NOT NULL DEFAULT '' CHECK (char_length(source) <= 500),
	notice_days           integer NOT NULL CHECK (notice_days BETWEEN 0 AND 90),
	notice_unit           text NOT NULL CHECK (notice_unit IN ('calendar', 'working')),
	proposal_days         integer NOT NULL CHECK (proposal_days BETWEEN 0 AND 120),
	quorum                text NOT NULL CHECK (quorum IN ('half', 'majority', 'two_thirds', 'none')),
	quorum_second         integer NOT NULL CHECK (quorum_second BETWEEN 0 AND 90),
	majority              text NOT NULL CHECK (majority IN ('simple', 'two_thirds_all', 'per_group')),
	circular              boolean NOT NULL,
	circular_days         integer NOT NULL CHECK (circular_days BETWEEN 0 AND 90),
	circular_silence      text NOT NULL CHECK (circular_silence IN ('consent', 'reject')),
	minutes_months        integer NOT NULL CHECK (minutes_months BETWEEN 0 AND 12),
	objection_days        integer NOT NULL CHECK (objection_days BETWEEN 1 AND 120),
	objection_unit        text NOT NULL CHECK (objection_unit IN ('calendar', 'working')),
	objection_start       text NOT NULL CHECK (objection_start IN ('circulation', 'delivery')),
	restart_clock         boolean NOT NULL,
	silence_approves      boolean NOT NULL,
	late_objections       text NOT NULL CHECK (late_objections IN ('keep', 'refuse')),
	objections_decided_by text NOT NULL CHECK (objections_decided_by IN ('body', 'chair', 'office')),
	objections_open       text NOT NULL CHECK (objections_open IN ('after_deadline', 'at_once', 'never')),
	public                boolean NOT NULL,
	successor_reads       text NOT NULL CHECK (successor_reads IN ('all', 'own_time')),
	non_public_copy       text NOT NULL CHECK (non_public_copy IN ('placeholder', 'full')),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, body_id) REFERENCES body (programme_id, id)
);
CALL make_fact_table('bylaws');
CALL make_tenant_table('bylaws');
CREATE INDEX bylaws_as_of ON bylaws (programme_id, body_id, valid_from DESC, recorded_at DESC);
CREATE POLICY read ON bylaws FOR SELECT TO rt_app USING (true); -- published, § 10 SächsTranspG
CREATE POLICY record ON bylaws FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY withdraw ON bylaws FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);

-- An office records persons who take a seat, with or without a sign-in.
ALTER POLICY add ON person WITH CHECK ((SELECT current_reach()) IN ('system', 'admin', 'ministry')
	OR (SELECT cardinality(current_districts())) > 0
	OR (SELECT bool_or(s.level = 4 AND s.acts) FROM unnest((SELECT current_seats())) AS s));

-- Everything that a person is in bodies, today and before. A deputy is what the
-- holder is. What a successor reads of the time before is the body's rule. In
-- PL/pgSQL, which keeps its plan: each request asks.
CREATE FUNCTION body_grants(p_programme uuid, p_person uuid, p_today date)
	RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
	RETURN (WITH held AS (
		SELECT h.body_id, h.seat_id, s.grp, h.valid * s.valid AS valid,
			EXISTS (SELECT FROM body_chair c WHERE c.programme_id = h.programme_id AND c.seat_id = h.seat_id
				AND c.withdrawn_at IS NULL AND c.valid @> p_today) AS chairs
		FROM seat_holder h
		JOIN seat s ON s.programme_id = h.programme_id AND s.id = h.seat_id
		WHERE h.programme_id = p_programme AND h.person_id = p_person AND h.withdrawn_at IS NULL
			AND NOT isempty(h.valid * s.valid) AND lower(h.valid) <= p_today
		UNION ALL
		SELECT o.body_id, NULL, 'office', o.valid, false
		FROM body_office o
		WHERE o.programme_id = p_programme AND o.person_id = p_person AND o.withdrawn_at IS NULL AND lower(o.valid) <= p_today),
	rules AS (
		SELECT DISTINCT ON (b.body_id) b.body_id, b.successor_reads
		FROM bylaws b
		WHERE b.programme_id = p_programme AND b.withdrawn_at IS NULL AND b.valid_from <= p_today
			AND b.body_id IN (SELECT body_id FROM held)
		ORDER BY b.body_id, b.valid_from DESC, b.recorded_at DESC)
	SELECT jsonb_agg(jsonb_build_object('body', h.body_id,
		'seat', coalesce(h.seat_id, '00000000-0000-0000-0000-000000000000'::uuid),
		'district', '00000000-0000-0000-0000-000000000000'::uuid,
		'role', CASE
			WHEN h.valid @> p_today THEN CASE WHEN h.grp = 'office' THEN 'body_office' WHEN h.chairs THEN 'chair'
				WHEN h.grp = 'guest' THEN 'guest' ELSE 'member' END
			WHEN h.grp = 'guest' THEN 'former_guest' ELSE 'former_member' END,
		'reads', CASE WHEN h.valid @> p_today AND (h.grp = 'office' OR coalesce(r.successor_reads, 'all') = 'all')
			THEN daterange(NULL, upper(h.valid)) ELSE h.valid END::text))
	FROM held h
	LEFT JOIN rules r USING (body_id));
END $$;
REVOKE ALL ON FUNCTION body_grants(uuid, uuid, date) FROM PUBLIC;

-- As before, with what the person is in bodies: rights follow the seat.
CREATE OR REPLACE FUNCTION session_actor(p_token_hash bytea, p_programme uuid, p_now timestamptz, p_idle interval, p_absolute interval)
	RETURNS TABLE (data bytea, touch boolean, account_id uuid, person_id uuid, name text, grants jsonb, expires_at timestamptz)
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
	RETURN QUERY
	SELECT s.data, s.last_seen < p_now - interval '1 minute', s.account_id, p.id, p.name,
		coalesce((SELECT jsonb_agg(jsonb_build_object('role', r.role, 'district',
				coalesce(r.district_id, '00000000-0000-0000-0000-000000000000'::uuid)))
			FROM role_assignment r
			WHERE r.programme_id = s.programme_id AND r.person_id = p.id
				AND r.valid @> (p_now AT TIME ZONE 'Europe/Berlin')::date), '[]'::jsonb)
			|| coalesce(body_grants(s.programme_id, p.id, (p_now AT TIME ZONE 'Europe/Berlin')::date), '[]'::jsonb),
		least(s.expires_at, s.last_seen + p_idle)
	FROM session s
	JOIN account a ON a.id = s.account_id AND a.disabled_at IS NULL
	JOIN person p ON p.programme_id = s.programme_id AND p.account_id = s.account_id AND p.disabled_at IS NULL
	WHERE s.token_hash = p_token_hash AND s.programme_id = p_programme
		AND s.revoked_at IS NULL AND s.expires_at > p_now
		AND s.last_seen > p_now - p_idle AND s.started_at > p_now - p_absolute;
END $$;

-- What a conference lacks to be constituted on a day (§ 8 (2) and (4)
-- SächsKHG): names of package body's gaps.
CREATE FUNCTION conference_gaps(p_district uuid, p_day date) RETURNS text[] LANGUAGE sql STABLE AS $$
	WITH conference AS (
		SELECT b.programme_id, b.id, b.consulted_on FROM body b
		JOIN body_district d ON d.programme_id = b.programme_id AND d.body_id = b.id
		WHERE b.programme_id = current_programme() AND d.district_id = p_district AND b.kind = 'conference'),
	seats AS (
		SELECT s.id, s.grp FROM seat s JOIN conference c ON c.programme_id = s.programme_id AND c.id = s.body_id
		WHERE s.valid @> p_day AND s.voting)
	SELECT array_remove(ARRAY[
		CASE WHEN NOT EXISTS (SELECT FROM conference) THEN 'no_body' END,
		CASE WHEN NOT EXISTS (SELECT FROM conference WHERE consulted_on <= p_day) THEN 'not_consulted' END,
		CASE WHEN NOT EXISTS (SELECT FROM seats WHERE grp = 'district') THEN 'no_district' END,
		CASE WHEN NOT EXISTS (SELECT FROM seats WHERE grp = 'hospital_owner') THEN 'no_hospital_owner' END,
		CASE WHEN NOT EXISTS (SELECT FROM seats WHERE grp = 'insurer') THEN 'no_insurer' END,
		CASE WHEN NOT EXISTS (SELECT FROM seats WHERE grp = 'kv') THEN 'no_kv' END,
		CASE WHEN NOT EXISTS (SELECT FROM body_chair h JOIN seats s ON s.id = h.seat_id
			WHERE h.programme_id = current_programme() AND h.withdrawn_at IS NULL AND h.valid @> p_day
				AND s.grp IN ('district', 'hospital_owner', 'insurer', 'kv')) THEN 'no_chair' END], NULL) $$;

CREATE FUNCTION conference_constituted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF cardinality(conference_gaps(NEW.district_id, NEW.valid_from)) > 0 THEN
		RAISE EXCEPTION 'conference lacks %', conference_gaps(NEW.district_id, NEW.valid_from)
			USING ERRCODE = '23514', CONSTRAINT = 'conference_constituted';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER guards BEFORE INSERT ON conference_state FOR EACH ROW
	WHEN (NEW.state = 'constituted' AND NEW.correction IS NULL) EXECUTE FUNCTION conference_constituted();

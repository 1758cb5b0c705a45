SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- The state of a district's regional conference from a day on. A point fact.
-- The conference itself, its seats and rules come later; boards need the state.
CREATE TABLE conference_state (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	district_id  uuid NOT NULL,
	state        text NOT NULL CHECK (state IN ('none', 'interest', 'forming', 'constituted', 'active', 'dormant', 'dissolved')),
	valid_from   date NOT NULL CHECK (valid_from BETWEEN '2000-01-01' AND '2100-01-01'),
	note         text NOT NULL DEFAULT '' CHECK (char_length(note) <= 500),
	correction   text CHECK (char_length(correction) BETWEEN 1 AND 500),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id)
);
CALL make_fact_table('conference_state');
CALL make_tenant_table('conference_state');
CREATE INDEX conference_state_as_of ON conference_state (programme_id, district_id, valid_from DESC, recorded_at DESC);
CREATE POLICY read ON conference_state FOR SELECT TO rt_app USING (true);
CREATE POLICY record ON conference_state FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY withdraw ON conference_state FOR UPDATE TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));

CREATE FUNCTION conference_state_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	before text;
	after text;
BEGIN
	IF EXISTS (SELECT FROM conference_state s WHERE s.programme_id = NEW.programme_id AND s.id = NEW.id) THEN
		RAISE EXCEPTION 'recorded before' USING ERRCODE = '23505', CONSTRAINT = 'conference_state_pkey'; -- the same form again
	END IF;
	IF NEW.correction IS NOT NULL THEN RETURN NEW; END IF; -- the policy lets the ministry alone record
	SELECT state INTO before FROM conference_state s
	WHERE s.programme_id = NEW.programme_id AND s.district_id = NEW.district_id
		AND s.valid_from <= NEW.valid_from AND s.withdrawn_at IS NULL
	ORDER BY s.valid_from DESC, s.recorded_at DESC LIMIT 1;
	SELECT state INTO after FROM conference_state s
	WHERE s.programme_id = NEW.programme_id AND s.district_id = NEW.district_id
		AND s.valid_from > NEW.valid_from AND s.withdrawn_at IS NULL
	ORDER BY s.valid_from, s.recorded_at DESC LIMIT 1;
	IF NOT EXISTS (SELECT FROM state_transition t WHERE t.kind = 'conference'
			AND t.from_state = coalesce(before, 'none') AND t.to_state = NEW.state) THEN
		RAISE EXCEPTION 'state % does not follow %', NEW.state, coalesce(before, 'none')
			USING ERRCODE = '23514', CONSTRAINT = 'state_follows';
	END IF;
	IF after IS NOT NULL AND NOT EXISTS (SELECT FROM state_transition t WHERE t.kind = 'conference'
			AND t.from_state = NEW.state AND t.to_state = after) THEN
		RAISE EXCEPTION 'state % does not precede %', NEW.state, after
			USING ERRCODE = '23514', CONSTRAINT = 'state_precedes';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER follows BEFORE INSERT ON conference_state FOR EACH ROW EXECUTE FUNCTION conference_state_follows();

-- Bodies above the districts, as far as the public board needs them: the joint
-- state committee with its seats by group, its working groups, and the model
-- regions in which coordinators began.
CREATE TABLE committee_fact (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	kind         text NOT NULL CHECK (kind IN ('member_seat', 'patient_seat', 'working_group', 'model_region')),
	name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 160),
	amount       smallint NOT NULL DEFAULT 1 CHECK (amount BETWEEN 1 AND 100), -- seats of one group
	district_id  uuid,
	valid        daterange NOT NULL CHECK (NOT isempty(valid) AND lower(valid) IS NOT NULL),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id),
	CHECK ((kind = 'model_region') = (district_id IS NOT NULL))
);
CALL make_fact_table('committee_fact');
CALL make_tenant_table('committee_fact');
ALTER TABLE committee_fact ADD CONSTRAINT committee_fact_once
	EXCLUDE USING gist (programme_id WITH =, kind WITH =, name WITH =, valid WITH &&) WHERE (withdrawn_at IS NULL);
CREATE POLICY read ON committee_fact FOR SELECT TO rt_app USING (true);
CREATE POLICY record ON committee_fact FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) = 'system');
CREATE POLICY withdraw ON committee_fact FOR UPDATE TO rt_app USING ((SELECT current_reach()) = 'system');

SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- How long a seat exists, on both clocks: what the public board counts. The
-- seat itself says how it is now; each change of its days is recorded here.
CREATE TABLE seat_term (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	body_id      uuid NOT NULL,
	seat_id      uuid NOT NULL,
	valid        daterange NOT NULL CHECK (NOT isempty(valid) AND lower(valid) IS NOT NULL),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, seat_id, body_id) REFERENCES seat (programme_id, id, body_id)
);
CALL make_fact_table('seat_term');
ALTER TABLE seat_term ADD CONSTRAINT seat_term_once
	EXCLUDE USING gist (programme_id WITH =, seat_id WITH =, valid WITH &&) WHERE (withdrawn_at IS NULL);
CALL make_tenant_table('seat_term');
CREATE INDEX seat_term_body ON seat_term (programme_id, body_id);
CREATE POLICY read ON seat_term FOR SELECT TO rt_app USING (true);
-- No policy to record or withdraw: the seat's trigger does, as the owner.
REVOKE INSERT, UPDATE ON seat_term FROM rt_app;

CREATE FUNCTION seat_keeps_term() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF TG_OP = 'UPDATE' THEN
		UPDATE seat_term t SET withdrawn_at = now(), withdrawn_why = 'Dauer des Sitzes geändert'
		WHERE t.programme_id = NEW.programme_id AND t.seat_id = NEW.id AND t.withdrawn_at IS NULL;
	END IF;
	INSERT INTO seat_term (programme_id, body_id, seat_id, valid, recorded_at)
	VALUES (NEW.programme_id, NEW.body_id, NEW.id, NEW.valid, CASE TG_OP WHEN 'INSERT' THEN NEW.created_at END);
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION seat_keeps_term() FROM PUBLIC;
CREATE TRIGGER term_begins AFTER INSERT ON seat FOR EACH ROW EXECUTE FUNCTION seat_keeps_term();
CREATE TRIGGER term_changes AFTER UPDATE OF valid ON seat FOR EACH ROW
	WHEN (OLD.valid IS DISTINCT FROM NEW.valid) EXECUTE FUNCTION seat_keeps_term();

-- When a seat was entered is the database's to say, but for a seed that writes
-- what was known in the past.
CREATE FUNCTION seat_entered_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF coalesce(current_setting('app.backdate', true), '') <> 'on' THEN
		NEW.created_at := now();
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER entered_now BEFORE INSERT ON seat FOR EACH ROW EXECUTE FUNCTION seat_entered_now();
GRANT INSERT (created_at) ON seat TO rt_app;

-- How long a body above the districts exists; a conference has its states. An
-- interval fact.
CREATE TABLE body_term (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	body_id      uuid NOT NULL,
	valid        daterange NOT NULL CHECK (NOT isempty(valid) AND lower(valid) IS NOT NULL),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, body_id) REFERENCES body (programme_id, id)
);
CALL make_fact_table('body_term');
ALTER TABLE body_term ADD CONSTRAINT body_term_once
	EXCLUDE USING gist (programme_id WITH =, body_id WITH =, valid WITH &&) WHERE (withdrawn_at IS NULL);
CALL make_tenant_table('body_term');
CREATE POLICY read ON body_term FOR SELECT TO rt_app USING (true);
CREATE POLICY record ON body_term FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY withdraw ON body_term FOR UPDATE TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));

-- What was entered before has the days that it had.
SELECT set_config('app.backdate', 'on', true);
INSERT INTO seat_term (programme_id, body_id, seat_id, valid, recorded_at)
	SELECT programme_id, body_id, id, valid, created_at FROM seat;
INSERT INTO body_term (programme_id, body_id, valid, recorded_at)
	SELECT b.programme_id, b.id, daterange(coalesce(
		(SELECT lower(c.valid) FROM committee_fact c WHERE c.programme_id = b.programme_id AND c.kind = 'working_group'
			AND b.name IN (c.name, 'AG ' || c.name) AND c.withdrawn_at IS NULL ORDER BY 1 LIMIT 1),
		(SELECT min(s.valid_from) FROM bylaws s WHERE s.programme_id = b.programme_id AND s.body_id = b.id AND s.withdrawn_at IS NULL),
		berlin_date(b.created_at)), NULL), b.created_at
	FROM body b WHERE b.kind <> 'conference';
SELECT set_config('app.backdate', '', true);

-- The seats and the groups speak for themselves now; of the committee's facts
-- only the model regions remain, which are no body.
ALTER TABLE committee_fact RENAME TO model_region;
ALTER TABLE model_region DISABLE TRIGGER fact_delete;
DELETE FROM model_region WHERE kind <> 'model_region';
ALTER TABLE model_region ENABLE TRIGGER fact_delete;
ALTER TABLE model_region DROP CONSTRAINT committee_fact_once, DROP COLUMN kind, DROP COLUMN amount,
	ALTER district_id SET NOT NULL;
ALTER TABLE model_region ADD CONSTRAINT model_region_once
	EXCLUDE USING gist (programme_id WITH =, name WITH =, valid WITH &&) WHERE (withdrawn_at IS NULL);

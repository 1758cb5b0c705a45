SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- An item that approves minutes names them. Old items had no name for them:
-- those by whose decision minutes were approved get these, the others the
-- newest minutes of an earlier sitting that wait for their approval.
UPDATE agenda_item i SET subject_id = m.id
FROM decision d
JOIN minutes m ON m.programme_id = d.programme_id AND m.decision_id = d.id
WHERE d.programme_id = i.programme_id AND d.agenda_item_id = i.id AND i.kind = 'approval' AND i.subject_id IS NULL;
UPDATE agenda_item i SET subject_id = (
	SELECT m.id FROM minutes m
	WHERE m.programme_id = i.programme_id AND m.body_id = i.body_id AND m.day < i.day AND m.no > 0 AND m.approved_at IS NULL
	ORDER BY m.day DESC LIMIT 1)
WHERE i.kind = 'approval' AND i.subject_id IS NULL AND i.state IN ('planned', 'treated');

-- What an item approves are minutes of an earlier sitting of its body that went
-- round and wait for their approval; what was decided on keeps them. A copy
-- that is carried over is taken as it is. Fixtures of the owner may hold
-- anything.
CREATE FUNCTION item_names_minutes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	fresh boolean := TG_OP = 'INSERT' AND NEW.carried_from IS NULL;
BEGIN
	IF TG_OP = 'UPDATE' THEN
		fresh := (NEW.kind, NEW.subject_id) IS DISTINCT FROM (OLD.kind, OLD.subject_id);
		IF fresh AND OLD.kind = 'approval' AND OLD.subject_id IS NOT NULL AND EXISTS (SELECT FROM decision d
				WHERE d.programme_id = OLD.programme_id AND d.agenda_item_id = OLD.id AND d.void_why IS NULL) THEN
			RAISE EXCEPTION 'the minutes of this item were decided on' USING ERRCODE = '23514', CONSTRAINT = 'item_decided';
		END IF;
		fresh := fresh OR NEW.meeting_id IS NOT NULL AND NEW.meeting_id IS DISTINCT FROM OLD.meeting_id;
	END IF;
	IF fresh AND NEW.kind = 'approval' AND NEW.subject_id IS NOT NULL AND NOT EXISTS (SELECT FROM minutes m
			WHERE m.programme_id = NEW.programme_id AND m.id = NEW.subject_id AND m.body_id = NEW.body_id
				AND m.no > 0 AND m.approved_at IS NULL AND (NEW.day IS NULL OR m.day < NEW.day)) THEN
		RAISE EXCEPTION 'no minutes that this item could approve' USING ERRCODE = '23514', CONSTRAINT = 'item_names_minutes';
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION item_names_minutes() FROM PUBLIC;
CREATE TRIGGER names_minutes BEFORE INSERT OR UPDATE OF kind, subject_id, meeting_id ON agenda_item
	FOR EACH ROW WHEN (row_security_active('agenda_item')) EXECUTE FUNCTION item_names_minutes();

-- Minutes are approved by a decision that was taken on them, in a later sitting.
-- The lock lets nobody strike it meanwhile.
CREATE FUNCTION minutes_approved_by() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	PERFORM FROM decision d
	JOIN agenda_item i ON i.programme_id = d.programme_id AND i.id = d.agenda_item_id
	WHERE d.programme_id = NEW.programme_id AND d.id = NEW.decision_id AND d.body_id = NEW.body_id AND d.meeting_id IS NOT NULL
		AND d.day > NEW.day AND d.result = 'adopted' AND d.void_why IS NULL AND i.kind = 'approval' AND i.subject_id = NEW.id
	FOR SHARE OF d;
	IF NOT FOUND THEN
		RAISE EXCEPTION 'this decision approves other minutes' USING ERRCODE = '23514', CONSTRAINT = 'minutes_approved_by';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER approved_by BEFORE UPDATE ON minutes FOR EACH ROW
	WHEN (OLD.approved_at IS NULL AND NEW.approved_how = 'vote') EXECUTE FUNCTION minutes_approved_by();

-- What approved minutes, or a correction of them, is not struck any more.
CREATE FUNCTION decision_stays() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF EXISTS (SELECT FROM minutes m WHERE m.programme_id = NEW.programme_id AND m.decision_id = NEW.id)
		OR EXISTS (SELECT FROM correction_note c WHERE c.programme_id = NEW.programme_id AND c.decision_id = NEW.id) THEN
		RAISE EXCEPTION 'this decision approved minutes' USING ERRCODE = '23514', CONSTRAINT = 'decision_approved_minutes';
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION decision_stays() FROM PUBLIC;
CREATE TRIGGER stays BEFORE UPDATE OF void_why ON decision FOR EACH ROW
	WHEN (OLD.void_why IS NULL AND NEW.void_why IS NOT NULL) EXECUTE FUNCTION decision_stays();
CREATE INDEX minutes_decision ON minutes (programme_id, decision_id) WHERE decision_id IS NOT NULL;
CREATE INDEX correction_note_decision ON correction_note (programme_id, decision_id) WHERE decision_id IS NOT NULL;

-- A ballot counts while its circular decision is open and its deadline runs, by
-- the day on which it came. The lock, which the counting conflicts with, makes
-- the two wait for each other: what is in is counted, what comes later is
-- refused. The voter may lock nothing, so it runs as the owner.
CREATE FUNCTION circular_ballot_in_time() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	c circular_vote;
BEGIN
	SELECT * INTO c FROM circular_vote WHERE programme_id = NEW.programme_id AND id = NEW.circular_id FOR SHARE;
	IF c.state <> 'open' OR coalesce(NEW.received_on, (NEW.cast_at AT TIME ZONE 'Europe/Berlin')::date) > c.deadline THEN
		RAISE EXCEPTION 'this vote is over' USING ERRCODE = '23514', CONSTRAINT = 'circular_ballot_in_time';
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION circular_ballot_in_time() FROM PUBLIC;
CREATE TRIGGER in_time BEFORE INSERT ON circular_ballot FOR EACH ROW WHEN (row_security_active('circular_ballot'))
	EXECUTE FUNCTION circular_ballot_in_time();

-- What was accepted, in whole or in part, can be decided again until a version
-- with its change went out.
INSERT INTO state_transition VALUES
	('objection', 'accepted', 'partly', '{office,chair}'),
	('objection', 'accepted', 'rejected', '{office,chair}'),
	('objection', 'partly', 'accepted', '{office,chair}'),
	('objection', 'partly', 'rejected', '{office,chair}');

-- A draft is discarded, not withdrawn: withdrawn, others would read its words.
DELETE FROM state_transition WHERE kind = 'objection' AND from_state = 'draft' AND to_state = 'withdrawn';

-- A version goes out only if every difference to the one before is explained by
-- an outcome, and every objection that was accepted, in whole or in part, has a
-- passage that changed because of it. Checked at the end of the transaction that
-- froze it.
CREATE OR REPLACE FUNCTION version_explained() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public AS $$
BEGIN
	IF NEW.no > 1 AND EXISTS (
		SELECT FROM (SELECT * FROM version_block WHERE programme_id = NEW.programme_id AND minutes_id = NEW.minutes_id AND no = NEW.no - 1) a
		FULL JOIN (SELECT * FROM version_block WHERE programme_id = NEW.programme_id AND minutes_id = NEW.minutes_id AND no = NEW.no) b
			USING (block_id)
		WHERE (a.body, a.kind, a.non_public, a.item_id) IS DISTINCT FROM (b.body, b.kind, b.non_public, b.item_id)
			AND NOT EXISTS (SELECT FROM outcome o WHERE o.programme_id = NEW.programme_id AND o.minutes_id = NEW.minutes_id
				AND o.from_no = NEW.no - 1 AND o.block_id = coalesce(b.block_id, a.block_id))) THEN
		RAISE EXCEPTION 'a difference is not explained' USING ERRCODE = '23514', CONSTRAINT = 'version_explained';
	END IF;
	IF NEW.no > 1 AND EXISTS (
		SELECT FROM objection x
		WHERE x.programme_id = NEW.programme_id AND x.minutes_id = NEW.minutes_id AND x.state IN ('accepted', 'partly')
			AND NOT EXISTS (SELECT FROM outcome o
				LEFT JOIN version_block a ON a.programme_id = o.programme_id AND a.minutes_id = o.minutes_id AND a.no = o.from_no
					AND a.block_id = o.block_id
				LEFT JOIN version_block b ON b.programme_id = o.programme_id AND b.minutes_id = o.minutes_id AND b.no = o.from_no + 1
					AND b.block_id = o.block_id
				WHERE o.programme_id = NEW.programme_id AND o.objection_id = x.id AND o.from_no < NEW.no
					AND (a.body, a.kind, a.non_public, a.item_id) IS DISTINCT FROM (b.body, b.kind, b.non_public, b.item_id))) THEN
		RAISE EXCEPTION 'an accepted objection changed nothing' USING ERRCODE = '23514', CONSTRAINT = 'objection_carried_out';
	END IF;
	RETURN NULL;
END $$;
CREATE INDEX outcome_objection ON outcome (programme_id, objection_id) WHERE objection_id IS NOT NULL;

-- Who has the editor of a passage open, as far as the browser said so within
-- the last two minutes: a hint for others, never a lock. It is no record: it has
-- no trail and does not outlive a crash.
CREATE UNLOGGED TABLE passage_editor (
	programme_id uuid NOT NULL DEFAULT current_programme() REFERENCES programme,
	block_id     uuid NOT NULL,
	person_id    uuid NOT NULL DEFAULT current_person(),
	minutes_id   uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	at           timestamptz NOT NULL,
	PRIMARY KEY (programme_id, block_id, person_id),
	FOREIGN KEY (programme_id, minutes_id, body_id, day) REFERENCES minutes (programme_id, id, body_id, day) ON UPDATE CASCADE,
	FOREIGN KEY (programme_id, block_id) REFERENCES minutes_block (programme_id, id),
	FOREIGN KEY (programme_id, person_id) REFERENCES person (programme_id, id)
);
ALTER TABLE passage_editor ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON passage_editor AS RESTRICTIVE FOR ALL TO rt_app
	USING (programme_id = (SELECT current_programme())) WITH CHECK (programme_id = (SELECT current_programme()));
CREATE POLICY read ON passage_editor FOR SELECT TO rt_app
	USING (reads_level((SELECT current_seats()), body_id, day) >= 3);
CREATE POLICY add ON passage_editor FOR INSERT TO rt_app
	WITH CHECK (person_id = (SELECT current_person()) AND acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY keep ON passage_editor FOR UPDATE TO rt_app USING (person_id = (SELECT current_person()));
CREATE POLICY leave ON passage_editor FOR DELETE TO rt_app USING (person_id = (SELECT current_person()));
GRANT SELECT, DELETE, INSERT (block_id, minutes_id, body_id, day, at), UPDATE (at) ON passage_editor TO rt_app;

SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

INSERT INTO state_transition VALUES
	('minutes', 'drafting', 'internal_check', '{office}'),
	('minutes', 'internal_check', 'drafting', '{office,chair}'),
	('minutes', 'drafting', 'circulated', '{office}'),
	('minutes', 'internal_check', 'circulated', '{office}'),
	('minutes', 'circulated', 'amending', '{office}'),
	('minutes', 'amending', 'circulated', '{office}'),
	('minutes', 'circulated', 'ready', '{office}'),
	('minutes', 'ready', 'amending', '{office}'),
	('minutes', 'ready', 'approved', '{office}'),
	('minutes', 'circulated', 'approved', '{office}'),
	('minutes', 'approved', 'signed', '{office,chair}'),
	('minutes', 'signed', 'published', '{office}'),
	('minutes', 'approved', 'published', '{office}'),
	('objection', 'draft', 'filed', '{member}'),
	('objection', 'draft', 'withdrawn', '{member}'),
	('objection', 'filed', 'accepted', '{office,chair}'),
	('objection', 'filed', 'partly', '{office,chair}'),
	('objection', 'filed', 'rejected', '{office,chair}'),
	('objection', 'filed', 'left_to_meeting', '{office,chair}'),
	('objection', 'filed', 'withdrawn', '{member}'),
	('objection', 'left_to_meeting', 'accepted', '{office,chair}'),
	('objection', 'left_to_meeting', 'partly', '{office,chair}'),
	('objection', 'left_to_meeting', 'rejected', '{office,chair}'),
	('objection', 'left_to_meeting', 'withdrawn', '{member}');

-- The minutes (Niederschrift) of a sitting. This row holds their state and no
-- words: those are in the blocks while they are written, in the versions since.
CREATE TABLE minutes (
	programme_id  uuid NOT NULL REFERENCES programme,
	id            uuid NOT NULL,
	meeting_id    uuid NOT NULL,
	body_id       uuid NOT NULL,
	day           date NOT NULL,
	state         text NOT NULL DEFAULT 'drafting' CHECK (state IN ('drafting', 'internal_check', 'circulated', 'amending',
		'ready', 'approved', 'signed', 'published')),
	no            integer NOT NULL DEFAULT 0 CHECK (no >= 0), -- of the newest version; 0: none yet
	deadline      date, -- for objections to that version
	circulated_at timestamptz,
	approved_at   timestamptz,
	approved_how  text CHECK (approved_how IN ('vote', 'silence', 'taken_over')),
	decision_id   uuid, -- by which they were approved
	published_at  timestamptz,
	taken_over    boolean NOT NULL DEFAULT false, -- old papers, sealed as such
	simulated     boolean NOT NULL DEFAULT false,
	created_at    timestamptz NOT NULL DEFAULT now(),
	version       integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	CONSTRAINT minutes_once UNIQUE (programme_id, meeting_id),
	UNIQUE (programme_id, id, body_id, day),
	FOREIGN KEY (programme_id, meeting_id, body_id, day) REFERENCES meeting (programme_id, id, body_id, day) ON UPDATE CASCADE,
	FOREIGN KEY (programme_id, decision_id, body_id) REFERENCES decision (programme_id, id, body_id),
	CONSTRAINT minutes_circulated CHECK ((no = 0) = (circulated_at IS NULL) AND (state IN ('drafting', 'internal_check')) = (no = 0)),
	CONSTRAINT minutes_approved CHECK ((state IN ('approved', 'signed', 'published')) = (approved_at IS NOT NULL)
		AND (approved_at IS NULL) = (approved_how IS NULL)),
	CONSTRAINT minutes_voted CHECK (approved_how <> 'vote' OR decision_id IS NOT NULL)
);
CALL make_tenant_table('minutes');
CREATE INDEX minutes_body ON minutes (programme_id, body_id, day DESC);
CREATE TRIGGER version BEFORE UPDATE ON minutes FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE TRIGGER state BEFORE INSERT OR UPDATE OF state ON minutes FOR EACH ROW EXECUTE FUNCTION state_moves('minutes', 'drafting');
CREATE FUNCTION minutes_stay_approved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF (NEW.no, NEW.deadline, NEW.circulated_at, NEW.approved_at, NEW.approved_how, NEW.decision_id)
			IS DISTINCT FROM (OLD.no, OLD.deadline, OLD.circulated_at, OLD.approved_at, OLD.approved_how, OLD.decision_id) THEN
		RAISE EXCEPTION 'approved minutes stay as they were approved' USING ERRCODE = 'RT001';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER approved BEFORE UPDATE ON minutes FOR EACH ROW WHEN (OLD.approved_at IS NOT NULL) EXECUTE FUNCTION minutes_stay_approved();
CREATE POLICY read ON minutes FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR published_at IS NOT NULL
		OR reads_level((SELECT current_seats()), body_id, day) >= CASE WHEN no = 0 THEN 3 ELSE 1 END);
CREATE POLICY add ON minutes FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY keep ON minutes FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3);
GRANT SELECT, INSERT (programme_id, id, meeting_id, body_id, day, taken_over, simulated),
	UPDATE (state, no, deadline, circulated_at, approved_at, approved_how, decision_id, published_at, version) ON minutes TO rt_app;

-- The text as the office writes it, block by block. A block keeps its id
-- through all versions. Only office and chair read it.
CREATE TABLE minutes_block (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL,
	minutes_id   uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	item_id      uuid, -- the agenda item; NULL: before the first
	ordinal      integer NOT NULL,
	kind         text NOT NULL CHECK (kind IN ('text', 'decision', 'vote', 'task', 'note')),
	body         text NOT NULL DEFAULT '' CHECK (char_length(body) <= 20000),
	non_public   boolean NOT NULL DEFAULT false, -- for members only
	subject_id   uuid, -- the decision or the task that it speaks of
	deleted_at   timestamptz,
	changed_at   timestamptz NOT NULL DEFAULT now(),
	changed_by   uuid DEFAULT current_person(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, minutes_id, body_id, day) REFERENCES minutes (programme_id, id, body_id, day) ON UPDATE CASCADE,
	FOREIGN KEY (programme_id, item_id, body_id) REFERENCES agenda_item (programme_id, id, body_id),
	FOREIGN KEY (programme_id, changed_by) REFERENCES person (programme_id, id)
);
CALL make_tenant_table('minutes_block', 'body');
CREATE INDEX minutes_block_order ON minutes_block (programme_id, minutes_id, ordinal);
CREATE FUNCTION minutes_block_changes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
	s text;
BEGIN
	SELECT m.state INTO s FROM minutes m WHERE m.programme_id = NEW.programme_id AND m.id = NEW.minutes_id FOR SHARE;
	IF s IS NULL OR s NOT IN ('drafting', 'internal_check', 'amending') THEN
		RAISE EXCEPTION 'these minutes are not being written' USING ERRCODE = '23514', CONSTRAINT = 'minutes_being_written';
	END IF;
	IF TG_OP = 'UPDATE' THEN
		NEW.version := OLD.version + 1;
		NEW.changed_at := now();
		NEW.changed_by := current_person();
	END IF;
	-- A passage is as closed as its agenda item and the decision that it speaks of.
	NEW.non_public := NEW.non_public
		OR EXISTS (SELECT FROM agenda_item i WHERE i.programme_id = NEW.programme_id AND i.id = NEW.item_id AND i.non_public)
		OR EXISTS (SELECT FROM decision d WHERE d.programme_id = NEW.programme_id AND d.id = NEW.subject_id AND d.non_public);
	RETURN NEW;
END $$;
CREATE TRIGGER version BEFORE INSERT OR UPDATE ON minutes_block FOR EACH ROW EXECUTE FUNCTION minutes_block_changes();
CREATE POLICY read ON minutes_block FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR reads_level((SELECT current_seats()), body_id, day) >= 3);
CREATE POLICY add ON minutes_block FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY keep ON minutes_block FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
GRANT SELECT, INSERT (programme_id, id, minutes_id, body_id, day, item_id, ordinal, kind, body, non_public, subject_id),
	UPDATE (item_id, ordinal, kind, body, non_public, subject_id, deleted_at) ON minutes_block TO rt_app;

-- A frozen version: its canonical bytes, their sum, and the sum before it.
-- Nothing of it ever changes.
CREATE TABLE minutes_version (
	programme_id uuid NOT NULL REFERENCES programme,
	minutes_id   uuid NOT NULL,
	no           integer NOT NULL CHECK (no > 0),
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	content      bytea NOT NULL,
	sha256       bytea NOT NULL CHECK (octet_length(sha256) = 32 AND sha256 = sha256(content)),
	previous     bytea NOT NULL CHECK (octet_length(previous) = 32),
	deadline     date,
	explained    jsonb NOT NULL DEFAULT '{}', -- the deadline's rule and arithmetic
	bylaws_id    uuid,
	frozen_at    timestamptz NOT NULL,
	frozen_by    uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, minutes_id, no),
	UNIQUE (programme_id, minutes_id, no, body_id, day),
	FOREIGN KEY (programme_id, minutes_id, body_id, day) REFERENCES minutes (programme_id, id, body_id, day),
	FOREIGN KEY (programme_id, bylaws_id) REFERENCES bylaws (programme_id, id)
);
CALL make_tenant_table('minutes_version', '-content');
CREATE INDEX minutes_version_sum ON minutes_version (programme_id, sha256);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON minutes_version FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON minutes_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON minutes_version FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR reads_level((SELECT current_seats()), body_id, day) >= 1);
CREATE POLICY seal ON minutes_version FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
-- The bytes hold every part: they are read through minutes_content() alone.
GRANT SELECT (programme_id, minutes_id, no, body_id, day, sha256, previous, deadline, explained, bylaws_id, frozen_at, frozen_by),
	INSERT ON minutes_version TO rt_app;
CREATE FUNCTION minutes_content(p_minutes uuid, p_no integer) RETURNS bytea LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = pg_catalog, public AS $$
	SELECT v.content FROM minutes_version v
	WHERE v.programme_id = current_programme() AND v.minutes_id = p_minutes AND v.no = p_no
		AND (current_reach() = 'system' OR reads_level(current_seats(), v.body_id, v.day) >= 2) $$;
REVOKE ALL ON FUNCTION minutes_content(uuid, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION minutes_content(uuid, integer) TO rt_app;

-- The blocks of a version as rows, each with who may read it.
CREATE TABLE version_block (
	programme_id uuid NOT NULL REFERENCES programme,
	minutes_id   uuid NOT NULL,
	no           integer NOT NULL,
	block_id     uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	item_id      uuid,
	item_number  text NOT NULL, -- "3", "" before the first item
	item_title   text NOT NULL,
	number       text NOT NULL, -- "3.2"
	ordinal      integer NOT NULL,
	kind         text NOT NULL,
	body         text NOT NULL,
	non_public   boolean NOT NULL,
	PRIMARY KEY (programme_id, minutes_id, no, block_id),
	FOREIGN KEY (programme_id, minutes_id, no, body_id, day) REFERENCES minutes_version (programme_id, minutes_id, no, body_id, day),
	FOREIGN KEY (programme_id, block_id) REFERENCES minutes_block (programme_id, id)
);
CALL make_tenant_table('version_block', 'body');
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON version_block FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON version_block FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- A version that went out gets no rows any more.
CREATE FUNCTION version_is_next() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM minutes m WHERE m.programme_id = NEW.programme_id AND m.id = NEW.minutes_id AND m.no = NEW.no - 1) THEN
		RAISE EXCEPTION 'version % is not the next one', NEW.no USING ERRCODE = 'RT001';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER next BEFORE INSERT ON version_block FOR EACH ROW WHEN (row_security_active('version_block')) EXECUTE FUNCTION version_is_next();
CREATE TRIGGER next BEFORE INSERT ON minutes_version FOR EACH ROW WHEN (row_security_active('minutes_version')) EXECUTE FUNCTION version_is_next();

-- The rows of a version say what its bytes say, it follows the one before, and
-- the minutes are at it. Checked at the end of the transaction that froze it;
-- fixtures of the owner may hold anything.
CREATE FUNCTION version_agrees() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
	sealed jsonb := '{}';
BEGIN
	BEGIN
		sealed := convert_from(NEW.content, 'UTF8')::jsonb;
	EXCEPTION WHEN data_exception THEN -- no text: it agrees with nothing
	END;
	IF (sealed ->> 'minutes', sealed ->> 'version', sealed ->> 'previous')
			IS DISTINCT FROM (NEW.minutes_id::text, NEW.no::text, encode(NEW.previous, 'hex'))
		OR NOT EXISTS (SELECT FROM minutes m WHERE m.programme_id = NEW.programme_id AND m.id = NEW.minutes_id AND m.no >= NEW.no)
		OR NEW.previous <> coalesce((SELECT v.sha256 FROM minutes_version v
			WHERE v.programme_id = NEW.programme_id AND v.minutes_id = NEW.minutes_id AND v.no = NEW.no - 1), decode(repeat('00', 32), 'hex'))
		OR EXISTS (
			SELECT FROM (
				SELECT b.block_id::text AS id, b.number, b.kind, normalize(b.body, NFC) AS body, b.non_public, b.item_number, normalize(b.item_title, NFC) AS item_title
				FROM version_block b WHERE b.programme_id = NEW.programme_id AND b.minutes_id = NEW.minutes_id AND b.no = NEW.no) AS r
			FULL JOIN (
				SELECT b ->> 'id' AS id, b ->> 'number' AS number, b ->> 'kind' AS kind, b ->> 'text' AS body, b ->> 'audience' <> 'guests' AS non_public,
					i ->> 'number' AS item_number, i ->> 'title' AS item_title
				FROM jsonb_array_elements(sealed -> 'items') AS i, jsonb_array_elements(i -> 'blocks') AS b) AS s USING (id)
			WHERE (r.number, r.kind, r.body, r.non_public, r.item_number, r.item_title)
				IS DISTINCT FROM (s.number, s.kind, s.body, s.non_public, s.item_number, s.item_title)) THEN
		RAISE EXCEPTION 'version % is not what was sealed', NEW.no USING ERRCODE = '23514', CONSTRAINT = 'version_agrees';
	END IF;
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION version_agrees() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER agrees AFTER INSERT ON minutes_version DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW WHEN (row_security_active('minutes_version')) EXECUTE FUNCTION version_agrees();
-- And the minutes name no version that was not frozen.
CREATE FUNCTION minutes_at_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.no <> OLD.no + 1 OR NOT EXISTS (SELECT FROM minutes_version v
			WHERE v.programme_id = NEW.programme_id AND v.minutes_id = NEW.id AND v.no = NEW.no) THEN
		RAISE EXCEPTION 'there is no version %', NEW.no USING ERRCODE = '23514', CONSTRAINT = 'minutes_at_version';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER at_version BEFORE UPDATE ON minutes FOR EACH ROW WHEN (OLD.no <> NEW.no AND row_security_active('minutes'))
	EXECUTE FUNCTION minutes_at_version();
CREATE POLICY read ON version_block FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR reads_level((SELECT current_seats()), body_id, day) >= CASE WHEN non_public THEN 2 ELSE 1 END);
CREATE POLICY seal ON version_block FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
GRANT SELECT, INSERT ON version_block TO rt_app;

-- An objection (Einwendung) to a passage. It belongs to the seat. Filed, its
-- words never change; what becomes of it does.
CREATE TABLE objection (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL,
	minutes_id   uuid NOT NULL,
	no           integer NOT NULL, -- the version it speaks of
	block_id     uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	seat_id      uuid NOT NULL,
	author_id    uuid NOT NULL DEFAULT current_person(),
	kind         text NOT NULL CHECK (kind IN ('wrong', 'missing', 'name', 'confidential', 'other')),
	quote        text NOT NULL DEFAULT '' CHECK (char_length(quote) <= 2000),
	reason       text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 4000),
	wish         text NOT NULL DEFAULT '' CHECK (char_length(wish) <= 20000), -- wording
	state        text NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'filed', 'accepted', 'partly', 'rejected',
		'left_to_meeting', 'withdrawn')),
	late         boolean NOT NULL DEFAULT false,
	number       integer,
	filed_at     timestamptz,
	received_on  date, -- by letter or phone: recorded on behalf of the seat
	source       text CHECK (source IN ('letter', 'phone', 'mail', 'in_person')),
	opens_on     date, -- from when other members read it; NULL: never
	answer       text NOT NULL DEFAULT '' CHECK (char_length(answer) <= 4000),
	resolved_at  timestamptz,
	resolved_by  uuid,
	item_id      uuid, -- the agenda item to which it was left
	changed_at   timestamptz NOT NULL DEFAULT now(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, id, minutes_id, body_id, day, seat_id),
	FOREIGN KEY (programme_id, minutes_id, no, body_id, day) REFERENCES minutes_version (programme_id, minutes_id, no, body_id, day),
	FOREIGN KEY (programme_id, minutes_id, no, block_id) REFERENCES version_block (programme_id, minutes_id, no, block_id),
	FOREIGN KEY (programme_id, seat_id, body_id) REFERENCES seat (programme_id, id, body_id),
	FOREIGN KEY (programme_id, author_id) REFERENCES person (programme_id, id),
	FOREIGN KEY (programme_id, item_id, body_id) REFERENCES agenda_item (programme_id, id, body_id),
	CONSTRAINT objection_filed CHECK (state = 'draft' OR state = 'withdrawn' OR filed_at IS NOT NULL AND number IS NOT NULL),
	CONSTRAINT objection_says_something CHECK (state IN ('draft', 'withdrawn') OR reason <> '' OR wish <> ''),
	CONSTRAINT objection_answered CHECK (state NOT IN ('partly', 'rejected') OR answer <> ''),
	CONSTRAINT objection_on_behalf CHECK ((received_on IS NULL) = (source IS NULL))
);
CALL make_tenant_table('objection', 'quote', 'reason', 'wish', 'answer');
CREATE UNIQUE INDEX objection_number ON objection (programme_id, body_id, (extract(year FROM day)), number);
CREATE INDEX objection_minutes ON objection (programme_id, minutes_id, block_id);
CREATE INDEX objection_filed ON objection (programme_id, body_id) WHERE state = 'filed'; -- what the desk of an office shows
CREATE FUNCTION objection_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF OLD.state <> 'draft' AND (NEW.kind, NEW.quote, NEW.reason, NEW.wish, NEW.filed_at, NEW.late, NEW.number, NEW.opens_on)
			IS DISTINCT FROM (OLD.kind, OLD.quote, OLD.reason, OLD.wish, OLD.filed_at, OLD.late, OLD.number, OLD.opens_on) THEN
		RAISE EXCEPTION 'a filed objection keeps its words' USING ERRCODE = 'RT001';
	END IF;
	-- The seat withdraws; office and chair decide. Who of the two, the rules say.
	IF NEW.state <> OLD.state AND current_reach() <> 'system' AND (CASE NEW.state
			WHEN 'withdrawn' THEN NOT acts_for(current_seats(), NEW.seat_id)
			WHEN 'filed' THEN false
			ELSE acts_level(current_seats(), NEW.body_id) < 3 END) THEN
		RAISE EXCEPTION 'not this side''s step' USING ERRCODE = '42501';
	END IF;
	NEW.version := OLD.version + 1;
	NEW.changed_at := now();
	RETURN NEW;
END $$;
CREATE TRIGGER version BEFORE UPDATE ON objection FOR EACH ROW EXECUTE FUNCTION objection_changes();
CREATE TRIGGER state BEFORE INSERT OR UPDATE OF state ON objection FOR EACH ROW EXECUTE FUNCTION state_moves('objection', 'draft,filed');
CREATE POLICY read ON objection FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system'
		OR author_id = (SELECT current_person()) AND reads_level((SELECT current_seats()), body_id, day) >= 2
		OR state <> 'draft' AND (reads_level((SELECT current_seats()), body_id, day) >= 3
			OR reads_for((SELECT current_seats()), seat_id, day)
			OR opens_on <= (SELECT current_today()) AND reads_level((SELECT current_seats()), body_id, day) >= 2));
CREATE POLICY add ON objection FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system'
		OR acts_for((SELECT current_seats()), seat_id) AND author_id = (SELECT current_person())
			AND acts_level((SELECT current_seats()), body_id) >= 2
		OR source IS NOT NULL AND acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY keep ON objection FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_for((SELECT current_seats()), seat_id)
		OR acts_level((SELECT current_seats()), body_id) >= 3);
CREATE POLICY discard ON objection FOR DELETE TO rt_app
	USING (state = 'draft' AND author_id = (SELECT current_person()));
GRANT SELECT, DELETE, INSERT (programme_id, id, minutes_id, no, block_id, body_id, day, seat_id, author_id, kind, quote, reason, wish, state, late,
		number, filed_at, received_on, source, opens_on),
	UPDATE (kind, quote, reason, wish, state, late, number, filed_at, opens_on, answer, resolved_at, resolved_by, item_id) ON objection TO rt_app;

-- What author and office write to each other about an objection.
CREATE TABLE objection_message (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL,
	objection_id uuid NOT NULL,
	minutes_id   uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	seat_id      uuid NOT NULL,
	text         text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 4000),
	written_at   timestamptz NOT NULL DEFAULT now(),
	written_by   uuid NOT NULL DEFAULT current_person(),
	by_office    boolean NOT NULL,
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, objection_id, minutes_id, body_id, day, seat_id)
		REFERENCES objection (programme_id, id, minutes_id, body_id, day, seat_id),
	FOREIGN KEY (programme_id, written_by) REFERENCES person (programme_id, id)
);
CALL make_tenant_table('objection_message', 'text');
CREATE INDEX objection_message_objection ON objection_message (programme_id, objection_id, written_at);
CREATE POLICY read ON objection_message FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR reads_level((SELECT current_seats()), body_id, day) >= 3
		OR reads_for((SELECT current_seats()), seat_id, day));
CREATE POLICY add ON objection_message FOR INSERT TO rt_app
	WITH CHECK (written_by = (SELECT current_person()) AND CASE WHEN by_office THEN acts_level((SELECT current_seats()), body_id) >= 3
		ELSE acts_for((SELECT current_seats()), seat_id) END);
GRANT SELECT, INSERT (programme_id, id, objection_id, minutes_id, body_id, day, seat_id, text, by_office) ON objection_message TO rt_app;

-- "Keine Einwendungen": the answer of a seat to a version.
CREATE TABLE no_objection (
	programme_id uuid NOT NULL REFERENCES programme,
	minutes_id   uuid NOT NULL,
	no           integer NOT NULL,
	seat_id      uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	said_at      timestamptz NOT NULL DEFAULT now(),
	said_by      uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, minutes_id, no, seat_id),
	FOREIGN KEY (programme_id, minutes_id, no, body_id, day) REFERENCES minutes_version (programme_id, minutes_id, no, body_id, day),
	FOREIGN KEY (programme_id, seat_id, body_id) REFERENCES seat (programme_id, id, body_id)
);
CALL make_tenant_table('no_objection');
CREATE POLICY read ON no_objection FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR reads_level((SELECT current_seats()), body_id, day) >= 3
		OR reads_for((SELECT current_seats()), seat_id, day));
CREATE POLICY add ON no_objection FOR INSERT TO rt_app
	WITH CHECK (acts_for((SELECT current_seats()), seat_id) AND acts_level((SELECT current_seats()), body_id) >= 2);
CREATE POLICY take_back ON no_objection FOR DELETE TO rt_app USING (acts_for((SELECT current_seats()), seat_id));
GRANT SELECT, DELETE, INSERT (programme_id, minutes_id, no, seat_id, body_id, day) ON no_objection TO rt_app;

-- Why a block differs from the version before: an objection, or an editorial
-- change of the office with its reason, which everybody reads who reads the
-- block.
CREATE TABLE outcome (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL,
	minutes_id   uuid NOT NULL,
	from_no      integer NOT NULL CHECK (from_no > 0), -- explains the way to from_no + 1
	block_id     uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	objection_id uuid, -- NULL: editorial
	reason       text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 1000),
	non_public   boolean NOT NULL,
	created_at   timestamptz NOT NULL DEFAULT now(),
	created_by   uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	CONSTRAINT outcome_once UNIQUE NULLS NOT DISTINCT (programme_id, minutes_id, from_no, block_id, objection_id),
	FOREIGN KEY (programme_id, minutes_id, from_no, body_id, day) REFERENCES minutes_version (programme_id, minutes_id, no, body_id, day),
	FOREIGN KEY (programme_id, block_id) REFERENCES minutes_block (programme_id, id),
	FOREIGN KEY (programme_id, objection_id) REFERENCES objection (programme_id, id),
	CONSTRAINT outcome_editorial CHECK (objection_id IS NOT NULL OR reason <> '')
);
CALL make_tenant_table('outcome', 'reason');
CREATE POLICY read ON outcome FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR reads_level((SELECT current_seats()), body_id, day) >= CASE WHEN non_public THEN 2 ELSE 1 END);
CREATE POLICY add ON outcome FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3);
CREATE POLICY drop_link ON outcome FOR DELETE TO rt_app
	USING (acts_level((SELECT current_seats()), body_id) >= 3
		AND from_no >= (SELECT max(m.no) FROM minutes m WHERE m.id = minutes_id));
GRANT SELECT, DELETE, INSERT (programme_id, id, minutes_id, from_no, block_id, body_id, day, objection_id, reason, non_public) ON outcome TO rt_app;

-- A version goes out only if every difference to the one before is explained
-- by an outcome. Checked at the end of the transaction that froze it.
CREATE FUNCTION version_explained() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION version_explained() FROM PUBLIC;
CREATE CONSTRAINT TRIGGER explained AFTER INSERT ON minutes_version DEFERRABLE INITIALLY DEFERRED
	FOR EACH ROW EXECUTE FUNCTION version_explained();

-- What happened beside the sealed bytes: checks, signatures, scans, releases.
CREATE TABLE minutes_event (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	minutes_id   uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	kind         text NOT NULL CHECK (kind IN ('begun', 'to_check', 'sent_back', 'circulated', 'reopened', 'ready', 'approved',
		'signed_chair', 'signed_taker', 'published', 'release_taken_back', 'corrected')),
	no           integer,
	note         text NOT NULL DEFAULT '' CHECK (char_length(note) <= 1000),
	at           timestamptz NOT NULL,
	by_id        uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, minutes_id, body_id, day) REFERENCES minutes (programme_id, id, body_id, day) ON UPDATE CASCADE,
	FOREIGN KEY (programme_id, by_id) REFERENCES person (programme_id, id)
);
CALL make_tenant_table('minutes_event', 'note');
CREATE UNIQUE INDEX minutes_event_signed ON minutes_event (programme_id, minutes_id, kind) WHERE kind IN ('signed_chair', 'signed_taker');
CREATE INDEX minutes_event_minutes ON minutes_event (programme_id, minutes_id, at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON minutes_event FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON minutes_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON minutes_event FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system'
		OR reads_level((SELECT current_seats()), body_id, day) >= CASE WHEN kind IN ('begun', 'to_check', 'sent_back') THEN 3 ELSE 1 END);
CREATE POLICY add ON minutes_event FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3);
GRANT SELECT, INSERT (programme_id, id, minutes_id, body_id, day, kind, no, note, at, by_id) ON minutes_event TO rt_app;

-- To whom a version went, and whether it arrived.
CREATE TABLE minutes_delivery (
	programme_id uuid NOT NULL REFERENCES programme,
	minutes_id   uuid NOT NULL,
	no           integer NOT NULL,
	seat_id      uuid NOT NULL,
	person_id    uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	mail_id      uuid, -- NULL: no address, by letter
	created_at   timestamptz NOT NULL DEFAULT now(),
	sent_at      timestamptz,
	failed_at    timestamptz,
	opened_at    timestamptz,
	PRIMARY KEY (programme_id, minutes_id, no, seat_id, person_id),
	FOREIGN KEY (programme_id, minutes_id, no, body_id, day) REFERENCES minutes_version (programme_id, minutes_id, no, body_id, day),
	FOREIGN KEY (programme_id, seat_id, body_id) REFERENCES seat (programme_id, id, body_id),
	FOREIGN KEY (programme_id, person_id) REFERENCES person (programme_id, id),
	FOREIGN KEY (programme_id, mail_id) REFERENCES mail (programme_id, id)
);
CALL make_tenant_table('minutes_delivery');
CREATE INDEX minutes_delivery_person ON minutes_delivery (programme_id, person_id, minutes_id);
CREATE INDEX minutes_delivery_mail ON minutes_delivery (programme_id, mail_id);
CREATE POLICY read ON minutes_delivery FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR person_id = (SELECT current_person())
		OR reads_level((SELECT current_seats()), body_id, day) >= 3);
CREATE POLICY add ON minutes_delivery FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY open ON minutes_delivery FOR UPDATE TO rt_app USING (person_id = (SELECT current_person()));
GRANT SELECT, INSERT (programme_id, minutes_id, no, seat_id, person_id, body_id, day, mail_id, sent_at), UPDATE (opened_at) ON minutes_delivery TO rt_app;
CREATE FUNCTION minutes_delivery_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public AS $$
BEGIN
	UPDATE minutes_delivery n SET sent_at = NEW.sent_at, failed_at = NEW.failed_at
	WHERE n.programme_id = NEW.programme_id AND n.mail_id = NEW.id;
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION minutes_delivery_follows() FROM PUBLIC;
CREATE TRIGGER minutes_delivery AFTER UPDATE OF sent_at, failed_at ON mail FOR EACH ROW EXECUTE FUNCTION minutes_delivery_follows();

-- What everybody may read: a copy of a block, made when it was released.
CREATE TABLE minutes_release (
	programme_id uuid NOT NULL REFERENCES programme,
	minutes_id   uuid NOT NULL,
	block_id     uuid NOT NULL,
	no           integer NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	item_number  text NOT NULL,
	item_title   text NOT NULL,
	number       text NOT NULL,
	ordinal      integer NOT NULL,
	kind         text NOT NULL,
	body         text NOT NULL,
	released_at  timestamptz NOT NULL DEFAULT now(),
	released_by  uuid DEFAULT current_person(),
	withdrawn_at timestamptz,
	PRIMARY KEY (programme_id, minutes_id, block_id, released_at),
	FOREIGN KEY (programme_id, minutes_id, no, block_id) REFERENCES version_block (programme_id, minutes_id, no, block_id)
);
CREATE UNIQUE INDEX minutes_release_once ON minutes_release (programme_id, minutes_id, block_id) WHERE withdrawn_at IS NULL;
CALL make_tenant_table('minutes_release', 'body');
-- Released is what the sealed version says, and nothing that is for members only.
CREATE FUNCTION release_copies() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM version_block v
			JOIN minutes m ON m.programme_id = v.programme_id AND m.id = v.minutes_id AND m.no = v.no AND m.approved_at IS NOT NULL
			WHERE v.programme_id = NEW.programme_id AND v.minutes_id = NEW.minutes_id AND v.no = NEW.no AND v.block_id = NEW.block_id AND NOT v.non_public
				AND (v.body_id, v.day, v.item_number, v.item_title, v.number, v.ordinal, v.kind, v.body)
					= (NEW.body_id, NEW.day, NEW.item_number, NEW.item_title, NEW.number, NEW.ordinal, NEW.kind, NEW.body)) THEN
		RAISE EXCEPTION 'this is no passage that can be released' USING ERRCODE = '23514', CONSTRAINT = 'release_copies';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER copies BEFORE INSERT ON minutes_release FOR EACH ROW WHEN (row_security_active('minutes_release')) EXECUTE FUNCTION release_copies();
CREATE POLICY read ON minutes_release FOR SELECT TO rt_app
	USING (withdrawn_at IS NULL OR reads_level((SELECT current_seats()), body_id, day) >= 3);
CREATE POLICY release ON minutes_release FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY take_back ON minutes_release FOR UPDATE TO rt_app USING (acts_level((SELECT current_seats()), body_id) >= 4);
GRANT SELECT, INSERT (programme_id, minutes_id, block_id, no, body_id, day, item_number, item_title, number, ordinal, kind, body),
	UPDATE (withdrawn_at) ON minutes_release TO rt_app;

-- A correction note (Berichtigungsvermerk) to approved minutes, approved in a
-- later sitting. The minutes stay as they are.
CREATE TABLE correction_note (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL,
	minutes_id   uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	block_id     uuid,
	text         text NOT NULL CHECK (char_length(text) BETWEEN 1 AND 4000),
	non_public   boolean NOT NULL DEFAULT true,
	state        text NOT NULL DEFAULT 'proposed' CHECK (state IN ('proposed', 'approved', 'rejected')),
	decision_id  uuid,
	created_at   timestamptz NOT NULL DEFAULT now(),
	created_by   uuid DEFAULT current_person(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, minutes_id, body_id, day) REFERENCES minutes (programme_id, id, body_id, day),
	FOREIGN KEY (programme_id, block_id) REFERENCES minutes_block (programme_id, id),
	FOREIGN KEY (programme_id, decision_id, body_id) REFERENCES decision (programme_id, id, body_id),
	CONSTRAINT correction_note_voted CHECK ((state = 'approved') = (decision_id IS NOT NULL))
);
CALL make_tenant_table('correction_note', 'text');
CREATE TRIGGER version BEFORE UPDATE ON correction_note FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY read ON correction_note FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR reads_level((SELECT current_seats()), body_id, day)
		>= CASE WHEN state = 'proposed' THEN 3 WHEN non_public THEN 2 ELSE 1 END);
CREATE POLICY add ON correction_note FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY decide ON correction_note FOR UPDATE TO rt_app USING (acts_level((SELECT current_seats()), body_id) >= 4 AND state = 'proposed')
	WITH CHECK (acts_level((SELECT current_seats()), body_id) >= 4);
GRANT SELECT, INSERT (programme_id, id, minutes_id, body_id, day, block_id, text, non_public), UPDATE (state, decision_id, version) ON correction_note TO rt_app;

SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- More things have states than posts and conferences.
ALTER TABLE state_transition
	DROP CONSTRAINT state_transition_kind_check,
	DROP CONSTRAINT state_transition_who_check,
	ADD CONSTRAINT state_transition_kind_check CHECK (kind IN ('post', 'conference', 'meeting', 'minutes', 'objection', 'task')),
	ADD CONSTRAINT state_transition_who_check CHECK (who <@ '{ministry,district,office,chair,member,owner}' AND cardinality(who) > 0);
INSERT INTO state_transition VALUES
	('meeting', 'planned', 'invited', '{office}'),
	('meeting', 'planned', 'cancelled', '{office}'),
	('meeting', 'invited', 'postponed', '{office}'),
	('meeting', 'invited', 'cancelled', '{office}'),
	('meeting', 'invited', 'in_session', '{office,chair}'),
	('meeting', 'postponed', 'invited', '{office}'),
	('meeting', 'postponed', 'cancelled', '{office}'),
	('meeting', 'in_session', 'held', '{office,chair}'),
	('meeting', 'held', 'minutes_pending', '{office}'),
	('meeting', 'minutes_pending', 'closed', '{office}'),
	('task', 'open', 'in_progress', '{office,chair,district,owner}'),
	('task', 'open', 'done', '{office,chair,district,owner}'),
	('task', 'open', 'dropped', '{office,chair,district}'),
	('task', 'in_progress', 'open', '{office,chair,district,owner}'),
	('task', 'in_progress', 'done', '{office,chair,district,owner}'),
	('task', 'in_progress', 'dropped', '{office,chair,district}'),
	('task', 'done', 'open', '{office,chair,district}'),
	('task', 'dropped', 'open', '{office,chair,district}');

-- Refuses a step that the table does not know. The arguments are the kind and
-- the state in which a row begins.
CREATE FUNCTION state_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF TG_OP = 'INSERT' THEN
		IF NEW.state <> ALL (string_to_array(TG_ARGV[1], ',')) AND current_reach() <> 'system' THEN
			RAISE EXCEPTION '% begins as %', TG_ARGV[0], TG_ARGV[1] USING ERRCODE = '23514', CONSTRAINT = 'state_moves';
		END IF;
	ELSIF NEW.state <> OLD.state AND NOT EXISTS (SELECT FROM state_transition t
			WHERE t.kind = TG_ARGV[0] AND t.from_state = OLD.state AND t.to_state = NEW.state) THEN
		RAISE EXCEPTION '% cannot go from % to %', TG_ARGV[0], OLD.state, NEW.state
			USING ERRCODE = '23514', CONSTRAINT = 'state_moves';
	END IF;
	RETURN NEW;
END $$;

-- A sitting of a body. What hangs on it carries body_id and day, kept by the
-- foreign key: the policies ask them.
CREATE TABLE meeting (
	programme_id     uuid NOT NULL REFERENCES programme,
	id               uuid NOT NULL,
	body_id          uuid NOT NULL,
	day              date NOT NULL CHECK (day BETWEEN '2000-01-01' AND '2100-01-01'), -- in Berlin
	starts_at        time NOT NULL,
	ends_at          time,
	title            text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 160),
	place            text NOT NULL DEFAULT '' CHECK (char_length(place) <= 300),
	online_url       text NOT NULL DEFAULT '' CHECK (char_length(online_url) <= 500 AND (online_url = '' OR online_url ~ '^https?://')),
	note             text NOT NULL DEFAULT '' CHECK (char_length(note) <= 4000), -- to the participants
	state            text NOT NULL DEFAULT 'planned' CHECK (state IN ('planned', 'invited', 'in_session', 'held',
		'minutes_pending', 'closed', 'cancelled', 'postponed')),
	second           boolean NOT NULL DEFAULT false, -- called again after a failed quorum; the call says so
	public           boolean NOT NULL DEFAULT false, -- open to everybody
	sequence         integer NOT NULL DEFAULT 0,     -- of the calendar file: rises with each notice
	invited_at       timestamptz,
	short_notice_why text CHECK (char_length(short_notice_why) BETWEEN 1 AND 500),
	stopped_why      text CHECK (char_length(stopped_why) BETWEEN 1 AND 500), -- cancelled or postponed
	opened_at        timestamptz,
	closed_at        timestamptz,
	chair_seat_id    uuid, -- who led the sitting
	taker_id         uuid, -- who takes the minutes
	series_id        uuid, -- sittings that were planned together
	public_at        timestamptz, -- when something of it was released to everybody
	simulated        boolean NOT NULL DEFAULT false,
	created_at       timestamptz NOT NULL DEFAULT now(),
	created_by       uuid DEFAULT current_person(),
	version          integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, id, body_id, day),
	FOREIGN KEY (programme_id, body_id) REFERENCES body (programme_id, id),
	FOREIGN KEY (programme_id, chair_seat_id, body_id) REFERENCES seat (programme_id, id, body_id),
	FOREIGN KEY (programme_id, taker_id) REFERENCES person (programme_id, id),
	CONSTRAINT meeting_ends CHECK (ends_at > starts_at),
	CONSTRAINT meeting_closes CHECK (closed_at >= opened_at)
);
CALL make_tenant_table('meeting', 'note');
CREATE INDEX meeting_body ON meeting (programme_id, body_id, day DESC);
CREATE INDEX meeting_day ON meeting (programme_id, day DESC);
CREATE TRIGGER version BEFORE UPDATE ON meeting FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE TRIGGER state BEFORE INSERT OR UPDATE OF state ON meeting FOR EACH ROW EXECUTE FUNCTION state_moves('meeting', 'planned');
CREATE POLICY read ON meeting FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR public_at IS NOT NULL
		OR reads_level((SELECT current_seats()), body_id, day) >= 1);
CREATE POLICY add ON meeting FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY keep ON meeting FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3);
GRANT SELECT, INSERT (programme_id, id, body_id, day, starts_at, ends_at, title, place, online_url, note, state, second, public,
		sequence, invited_at, short_notice_why, stopped_why, opened_at, closed_at, chair_seat_id, taker_id, series_id, public_at, simulated, created_at),
	UPDATE (day, starts_at, ends_at, title, place, online_url, note, state, second, public, sequence, invited_at,
		short_notice_why, stopped_why, opened_at, closed_at, chair_seat_id, taker_id, public_at, version) ON meeting TO rt_app;
-- The day of a body's last sitting, which is no secret: after twelve months
-- without one the ministry may let a conference rest.
CREATE FUNCTION last_sitting(p_body uuid, p_day date) RETURNS date LANGUAGE sql STABLE SECURITY DEFINER
	SET search_path = pg_catalog, public AS $$
	SELECT max(m.day) FROM meeting m
	WHERE m.programme_id = current_programme() AND m.body_id = p_body AND m.day <= p_day
		AND m.state IN ('in_session', 'held', 'minutes_pending', 'closed')
		AND (current_reach() IN ('system', 'ministry') OR acts_level(current_seats(), p_body) >= 1) $$;
REVOKE ALL ON FUNCTION last_sitting(uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION last_sitting(uuid, date) TO rt_app;

-- A sitting that took place stays on its day: rights hang on it.
CREATE FUNCTION meeting_day_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.day <> OLD.day AND OLD.state NOT IN ('planned', 'invited', 'postponed') THEN
		RAISE EXCEPTION 'the day of a sitting that was opened is fixed' USING ERRCODE = '23514', CONSTRAINT = 'meeting_day_fixed';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER day_fixed BEFORE UPDATE OF day ON meeting FOR EACH ROW EXECUTE FUNCTION meeting_day_fixed();

-- What is on the agenda, or waits for one (meeting_id NULL).
CREATE TABLE agenda_item (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL,
	body_id      uuid NOT NULL,
	meeting_id   uuid,
	day          date,
	ordinal      integer NOT NULL DEFAULT 0,
	kind         text NOT NULL DEFAULT 'topic' CHECK (kind IN ('topic', 'approval', 'tasks', 'objection', 'election')),
	title        text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
	description  text NOT NULL DEFAULT '' CHECK (char_length(description) <= 8000),
	minutes      integer CHECK (minutes BETWEEN 1 AND 600), -- planned
	presenter    text NOT NULL DEFAULT '' CHECK (char_length(presenter) <= 160),
	non_public   boolean NOT NULL DEFAULT false,
	state        text NOT NULL DEFAULT 'planned' CHECK (state IN ('proposed', 'backlog', 'planned', 'treated', 'carried', 'declined')),
	proposed_by  uuid, -- seat
	carried_from uuid, -- the item of an earlier sitting
	subject_id   uuid, -- the minutes to approve, the objection to decide
	declined_why text CHECK (char_length(declined_why) BETWEEN 1 AND 500),
	created_at   timestamptz NOT NULL DEFAULT now(),
	created_by   uuid DEFAULT current_person(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, id, body_id),
	FOREIGN KEY (programme_id, body_id) REFERENCES body (programme_id, id),
	FOREIGN KEY (programme_id, meeting_id, body_id, day) REFERENCES meeting (programme_id, id, body_id, day) ON UPDATE CASCADE,
	FOREIGN KEY (programme_id, proposed_by, body_id) REFERENCES seat (programme_id, id, body_id),
	CONSTRAINT agenda_item_placed CHECK ((meeting_id IS NULL) = (day IS NULL) AND (state IN ('proposed', 'backlog', 'declined')) = (meeting_id IS NULL)),
	CONSTRAINT agenda_item_declined CHECK ((state = 'declined') = (declined_why IS NOT NULL))
);
CALL make_tenant_table('agenda_item', 'presenter', 'description');
CREATE INDEX agenda_item_meeting ON agenda_item (programme_id, meeting_id, ordinal);
CREATE INDEX agenda_item_waiting ON agenda_item (programme_id, body_id, created_at) WHERE meeting_id IS NULL;
CREATE TRIGGER version BEFORE UPDATE ON agenda_item FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY read ON agenda_item FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system'
		OR reads_level((SELECT current_seats()), body_id, day) >= CASE WHEN non_public THEN 2 ELSE 1 END);
CREATE POLICY add ON agenda_item FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3
		OR state = 'proposed' AND acts_for((SELECT current_seats()), proposed_by) AND acts_level((SELECT current_seats()), body_id) >= 2);
CREATE POLICY keep ON agenda_item FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3);
CREATE POLICY strike ON agenda_item FOR DELETE TO rt_app
	USING (acts_level((SELECT current_seats()), body_id) >= 4 AND state IN ('planned', 'backlog'));
GRANT SELECT, DELETE, INSERT (programme_id, id, body_id, meeting_id, day, ordinal, kind, title, description, minutes, presenter,
		non_public, state, proposed_by, carried_from, subject_id),
	UPDATE (meeting_id, day, ordinal, kind, title, description, minutes, presenter, non_public, state, subject_id, declined_why, version) ON agenda_item TO rt_app;

-- Papers of a sitting. 000014 adds which file of the store it is.
CREATE TABLE paper (
	programme_id   uuid NOT NULL REFERENCES programme,
	id             uuid NOT NULL,
	meeting_id     uuid NOT NULL,
	body_id        uuid NOT NULL,
	day            date NOT NULL,
	agenda_item_id uuid,
	file_name      text NOT NULL CHECK (char_length(file_name) BETWEEN 1 AND 255),
	content_type   text NOT NULL CHECK (char_length(content_type) <= 100),
	size           bigint NOT NULL CHECK (size BETWEEN 1 AND 20971520),
	sha256         bytea NOT NULL CHECK (octet_length(sha256) = 32),
	non_public     boolean NOT NULL DEFAULT false,
	deleted_at     timestamptz,
	created_at     timestamptz NOT NULL DEFAULT now(),
	created_by     uuid DEFAULT current_person(),
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, meeting_id, body_id, day) REFERENCES meeting (programme_id, id, body_id, day) ON UPDATE CASCADE,
	FOREIGN KEY (programme_id, agenda_item_id, body_id) REFERENCES agenda_item (programme_id, id, body_id)
);
CALL make_tenant_table('paper', 'file_name');
CREATE INDEX paper_meeting ON paper (programme_id, meeting_id, created_at);
CREATE POLICY read ON paper FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4
		OR deleted_at IS NULL AND reads_level((SELECT current_seats()), body_id, day) >= CASE WHEN non_public THEN 2 ELSE 1 END);
CREATE POLICY add ON paper FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY keep ON paper FOR UPDATE TO rt_app USING (acts_level((SELECT current_seats()), body_id) >= 4);
GRANT SELECT, INSERT (programme_id, id, meeting_id, body_id, day, agenda_item_id, file_name, content_type, size, sha256, non_public),
	UPDATE (deleted_at, non_public) ON paper TO rt_app;

-- Notices of a sitting, one for each recipient: the call, a change, a
-- cancellation. Which mail carried it says whether it arrived.
CREATE TABLE call_notice (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL DEFAULT gen_random_uuid(),
	meeting_id   uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	seat_id      uuid NOT NULL,
	person_id    uuid NOT NULL,
	kind         text NOT NULL CHECK (kind IN ('call', 'change', 'cancellation')),
	sequence     integer NOT NULL,
	mail_id      uuid, -- NULL: the person has no address, the office sends a letter
	sent_at      timestamptz,
	failed_at    timestamptz, -- the last try that failed
	created_at   timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (programme_id, id),
	CONSTRAINT call_notice_once UNIQUE (programme_id, meeting_id, sequence, seat_id, person_id),
	FOREIGN KEY (programme_id, meeting_id, body_id, day) REFERENCES meeting (programme_id, id, body_id, day) ON UPDATE CASCADE,
	FOREIGN KEY (programme_id, seat_id, body_id) REFERENCES seat (programme_id, id, body_id),
	FOREIGN KEY (programme_id, person_id) REFERENCES person (programme_id, id),
	FOREIGN KEY (programme_id, mail_id) REFERENCES mail (programme_id, id)
);
CALL make_tenant_table('call_notice');
CREATE INDEX call_notice_person ON call_notice (programme_id, person_id, day);
CREATE INDEX call_notice_mail ON call_notice (programme_id, mail_id);
CREATE POLICY read ON call_notice FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR person_id = (SELECT current_person())
		OR reads_level((SELECT current_seats()), body_id, day) >= 3);
CREATE POLICY add ON call_notice FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
GRANT SELECT, INSERT (programme_id, id, meeting_id, body_id, day, seat_id, person_id, kind, sequence, mail_id, sent_at) ON call_notice TO rt_app;

-- Who comes: one answer for each seat.
CREATE TABLE call_reply (
	programme_id uuid NOT NULL REFERENCES programme,
	meeting_id   uuid NOT NULL,
	seat_id      uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	reply        text NOT NULL CHECK (reply IN ('comes', 'deputy', 'declines')),
	note         text NOT NULL DEFAULT '' CHECK (char_length(note) <= 500),
	replied_at   timestamptz NOT NULL DEFAULT now(),
	replied_by   uuid DEFAULT current_person(),
	received_on  date,                                                        -- by letter or phone: recorded on behalf of the seat
	source       text CHECK (source IN ('letter', 'phone', 'mail', 'in_person')),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, meeting_id, seat_id),
	FOREIGN KEY (programme_id, meeting_id, body_id, day) REFERENCES meeting (programme_id, id, body_id, day) ON UPDATE CASCADE,
	FOREIGN KEY (programme_id, seat_id, body_id) REFERENCES seat (programme_id, id, body_id),
	CONSTRAINT call_reply_on_behalf CHECK ((received_on IS NULL) = (source IS NULL))
);
CALL make_tenant_table('call_reply', 'note');
CREATE TRIGGER version BEFORE UPDATE ON call_reply FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY read ON call_reply FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR reads_level((SELECT current_seats()), body_id, day) >= 3
		OR acts_for((SELECT current_seats()), seat_id));
CREATE POLICY add ON call_reply FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_for((SELECT current_seats()), seat_id)
		OR source IS NOT NULL AND acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY keep ON call_reply FOR UPDATE TO rt_app
	USING (acts_for((SELECT current_seats()), seat_id) OR acts_level((SELECT current_seats()), body_id) >= 4)
	WITH CHECK (acts_for((SELECT current_seats()), seat_id) OR source IS NOT NULL AND acts_level((SELECT current_seats()), body_id) >= 4);
GRANT SELECT, INSERT (programme_id, meeting_id, seat_id, body_id, day, reply, note, received_on, source, replied_at),
	UPDATE (reply, note, replied_at, replied_by, received_on, source, version) ON call_reply TO rt_app;

-- Who was there from-to, for each seat.
CREATE TABLE attendance (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL,
	meeting_id   uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	seat_id      uuid NOT NULL,
	person_id    uuid,
	status       text NOT NULL CHECK (status IN ('present', 'represented', 'excused', 'absent')),
	from_at      timestamptz,
	to_at        timestamptz,
	reason       text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 300),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, meeting_id, body_id, day) REFERENCES meeting (programme_id, id, body_id, day) ON UPDATE CASCADE,
	FOREIGN KEY (programme_id, seat_id, body_id) REFERENCES seat (programme_id, id, body_id),
	FOREIGN KEY (programme_id, person_id) REFERENCES person (programme_id, id),
	CONSTRAINT attendance_times CHECK ((status IN ('present', 'represented')) = (from_at IS NOT NULL) AND (to_at IS NULL OR to_at >= from_at)),
	CONSTRAINT attendance_who CHECK (status NOT IN ('present', 'represented') OR person_id IS NOT NULL),
	CONSTRAINT attendance_once EXCLUDE USING gist (programme_id WITH =, meeting_id WITH =, seat_id WITH =,
		tstzrange(from_at, to_at) WITH &&) WHERE (from_at IS NOT NULL)
);
CALL make_tenant_table('attendance', 'reason');
CREATE INDEX attendance_meeting ON attendance (programme_id, meeting_id);
CREATE TRIGGER version BEFORE UPDATE ON attendance FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY read ON attendance FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR reads_level((SELECT current_seats()), body_id, day) >= 1);
CREATE POLICY run ON attendance FOR ALL TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3)
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3);
GRANT SELECT, DELETE, INSERT (programme_id, id, meeting_id, body_id, day, seat_id, person_id, status, from_at, to_at, reason),
	UPDATE (person_id, status, from_at, to_at, reason, version) ON attendance TO rt_app;

-- A seat that is biased (befangen) does not vote on the item.
CREATE TABLE bias (
	programme_id   uuid NOT NULL REFERENCES programme,
	agenda_item_id uuid NOT NULL,
	seat_id        uuid NOT NULL,
	body_id        uuid NOT NULL,
	created_at     timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (programme_id, agenda_item_id, seat_id),
	FOREIGN KEY (programme_id, agenda_item_id, body_id) REFERENCES agenda_item (programme_id, id, body_id),
	FOREIGN KEY (programme_id, seat_id, body_id) REFERENCES seat (programme_id, id, body_id)
);
CALL make_tenant_table('bias');
CREATE POLICY read ON bias FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 2);
CREATE POLICY run ON bias FOR ALL TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3)
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3);
GRANT SELECT, INSERT, DELETE ON bias TO rt_app;

-- A decision between two sittings (Umlaufbeschluss).
CREATE TABLE circular_vote (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL, -- on which it was sent round
	title        text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
	wording      text NOT NULL CHECK (char_length(wording) BETWEEN 1 AND 8000),
	reason       text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 8000),
	type         text NOT NULL CHECK (type IN ('strategy', 'proposal_to_ministry', 'procedural', 'election', 'task', 'other')),
	non_public   boolean NOT NULL DEFAULT false,
	deadline     date NOT NULL,
	explained    jsonb NOT NULL, -- the deadline's rule and arithmetic
	bylaws_id    uuid,
	state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'adopted', 'rejected', 'withdrawn')),
	closed_at    timestamptz,
	created_at   timestamptz NOT NULL DEFAULT now(),
	created_by   uuid DEFAULT current_person(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, id, body_id),
	FOREIGN KEY (programme_id, body_id) REFERENCES body (programme_id, id),
	FOREIGN KEY (programme_id, bylaws_id) REFERENCES bylaws (programme_id, id),
	CHECK (deadline > day),
	CHECK ((state = 'open') = (closed_at IS NULL))
);
CALL make_tenant_table('circular_vote');
CREATE INDEX circular_vote_body ON circular_vote (programme_id, body_id, day DESC);
CREATE TRIGGER version BEFORE UPDATE ON circular_vote FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY read ON circular_vote FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR reads_level((SELECT current_seats()), body_id, day) >= CASE WHEN non_public THEN 2 ELSE 1 END);
CREATE POLICY add ON circular_vote FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY keep ON circular_vote FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
GRANT SELECT, INSERT (programme_id, id, body_id, day, title, wording, reason, type, non_public, deadline, explained, bylaws_id, state, closed_at),
	UPDATE (state, closed_at, version) ON circular_vote TO rt_app;

CREATE TABLE circular_ballot (
	programme_id uuid NOT NULL REFERENCES programme,
	circular_id  uuid NOT NULL,
	seat_id      uuid NOT NULL,
	body_id      uuid NOT NULL,
	choice       text NOT NULL CHECK (choice IN ('yes', 'no', 'abstain')),
	cast_at      timestamptz NOT NULL DEFAULT now(),
	cast_by      uuid DEFAULT current_person(),
	received_on  date,
	source       text CHECK (source IN ('letter', 'phone', 'mail', 'in_person')),
	PRIMARY KEY (programme_id, circular_id, seat_id),
	FOREIGN KEY (programme_id, circular_id, body_id) REFERENCES circular_vote (programme_id, id, body_id),
	FOREIGN KEY (programme_id, seat_id, body_id) REFERENCES seat (programme_id, id, body_id),
	CHECK ((received_on IS NULL) = (source IS NULL))
);
CALL make_tenant_table('circular_ballot');
CREATE POLICY read ON circular_ballot FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3
		OR acts_for((SELECT current_seats()), seat_id));
CREATE POLICY add ON circular_ballot FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_for((SELECT current_seats()), seat_id)
		OR source IS NOT NULL AND acts_level((SELECT current_seats()), body_id) >= 4);
GRANT SELECT, INSERT (programme_id, circular_id, seat_id, body_id, choice, received_on, source, cast_at) ON circular_ballot TO rt_app;

-- A vote and its result. It never changes; a mistake is struck with a reason
-- and keeps its number.
CREATE TABLE decision (
	programme_id   uuid NOT NULL REFERENCES programme,
	id             uuid NOT NULL,
	body_id        uuid NOT NULL,
	meeting_id     uuid,
	circular_id    uuid,
	agenda_item_id uuid,
	day            date NOT NULL,
	non_public     boolean NOT NULL DEFAULT false,
	type           text NOT NULL CHECK (type IN ('strategy', 'proposal_to_ministry', 'procedural', 'election', 'task', 'other')),
	title          text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
	wording        text NOT NULL CHECK (char_length(wording) BETWEEN 1 AND 8000),
	method         text NOT NULL CHECK (method IN ('hand', 'by_name', 'circular')),
	majority       text NOT NULL CHECK (majority IN ('simple', 'two_thirds_all', 'per_group')),
	seats          integer NOT NULL CHECK (seats >= 0),   -- voting seats of the body
	present        integer NOT NULL CHECK (present >= 0), -- of them there for this vote, without the biased
	quorum_needed  integer NOT NULL CHECK (quorum_needed >= 0),
	quorum_met     boolean NOT NULL,
	yes            integer NOT NULL CHECK (yes >= 0),
	no             integer NOT NULL CHECK (no >= 0),
	abstain        integer NOT NULL CHECK (abstain >= 0),
	groups_yes     integer NOT NULL DEFAULT 0,
	groups_no      integer NOT NULL DEFAULT 0,
	result         text NOT NULL CHECK (result IN ('adopted', 'rejected')),
	explained      jsonb NOT NULL DEFAULT '[]', -- rule and arithmetic
	bylaws_id      uuid,
	year           integer,
	number         integer,
	decided_at     timestamptz NOT NULL,
	recorded_by    uuid DEFAULT current_person(),
	void_why       text CHECK (char_length(void_why) BETWEEN 1 AND 500),
	released_at    timestamptz,      -- to everybody
	to_ministry_on date,             -- sent to the ministry, which reads it from then on
	simulated      boolean NOT NULL DEFAULT false,
	PRIMARY KEY (programme_id, id),
	UNIQUE (programme_id, id, body_id),
	CONSTRAINT decision_number_once UNIQUE (programme_id, body_id, year, number),
	FOREIGN KEY (programme_id, body_id) REFERENCES body (programme_id, id),
	FOREIGN KEY (programme_id, meeting_id, body_id, day) REFERENCES meeting (programme_id, id, body_id, day) ON UPDATE CASCADE,
	FOREIGN KEY (programme_id, circular_id, body_id) REFERENCES circular_vote (programme_id, id, body_id),
	FOREIGN KEY (programme_id, agenda_item_id, body_id) REFERENCES agenda_item (programme_id, id, body_id),
	FOREIGN KEY (programme_id, bylaws_id) REFERENCES bylaws (programme_id, id),
	CONSTRAINT decision_somewhere CHECK ((meeting_id IS NULL) <> (circular_id IS NULL)),
	CONSTRAINT decision_numbered CHECK ((result = 'adopted') = (number IS NOT NULL) AND (number IS NULL) = (year IS NULL) AND number > 0),
	CONSTRAINT decision_votes CHECK (yes + no + abstain <= greatest(present, seats)),
	CONSTRAINT decision_quorum CHECK (result = 'rejected' OR quorum_met AND present >= quorum_needed),
	CONSTRAINT decision_majority CHECK (result = 'rejected' OR CASE majority
		WHEN 'simple' THEN yes > no
		WHEN 'two_thirds_all' THEN yes * 3 >= seats * 2
		ELSE groups_yes > groups_no END)
);
CALL make_tenant_table('decision');
CREATE INDEX decision_body ON decision (programme_id, body_id, day DESC, number DESC);
CREATE INDEX decision_meeting ON decision (programme_id, meeting_id);
CREATE POLICY read ON decision FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR released_at IS NOT NULL
		OR to_ministry_on IS NOT NULL AND (SELECT current_reach()) = 'ministry'
		OR reads_level((SELECT current_seats()), body_id, day) >= CASE WHEN non_public THEN 2 ELSE 1 END);
CREATE POLICY add ON decision FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3);
CREATE POLICY keep ON decision FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3);
GRANT SELECT, INSERT (programme_id, id, body_id, meeting_id, circular_id, agenda_item_id, day, non_public, type, title, wording, method,
		majority, seats, present, quorum_needed, quorum_met, yes, no, abstain, groups_yes, groups_no, result, explained, bylaws_id,
		year, number, decided_at, released_at, to_ministry_on, simulated),
	UPDATE (void_why, released_at, to_ministry_on) ON decision TO rt_app;

-- A sitting decides while it sits, not before and not after.
CREATE FUNCTION decision_in_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NEW.meeting_id IS NOT NULL AND current_reach() <> 'system' AND NOT EXISTS (SELECT FROM meeting m
			WHERE m.programme_id = NEW.programme_id AND m.id = NEW.meeting_id AND m.state = 'in_session') THEN
		RAISE EXCEPTION 'the sitting is not in session' USING ERRCODE = '23514', CONSTRAINT = 'decision_in_session';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER in_session BEFORE INSERT ON decision FOR EACH ROW EXECUTE FUNCTION decision_in_session();

-- How each seat voted, where the vote was by name.
CREATE TABLE ballot (
	programme_id uuid NOT NULL REFERENCES programme,
	decision_id  uuid NOT NULL,
	seat_id      uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	choice       text NOT NULL CHECK (choice IN ('yes', 'no', 'abstain')),
	PRIMARY KEY (programme_id, decision_id, seat_id),
	FOREIGN KEY (programme_id, decision_id, body_id) REFERENCES decision (programme_id, id, body_id),
	FOREIGN KEY (programme_id, seat_id, body_id) REFERENCES seat (programme_id, id, body_id)
);
CALL make_tenant_table('ballot');
CREATE POLICY read ON ballot FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR reads_level((SELECT current_seats()), body_id, day) >= 2);
CREATE POLICY add ON ballot FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3);
GRANT SELECT, INSERT ON ballot TO rt_app;

-- The candidates of an election and their votes.
CREATE TABLE candidate (
	programme_id uuid NOT NULL REFERENCES programme,
	decision_id  uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	ordinal      integer NOT NULL,
	name         text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 160),
	votes        integer NOT NULL CHECK (votes >= 0),
	elected      boolean NOT NULL,
	PRIMARY KEY (programme_id, decision_id, ordinal),
	FOREIGN KEY (programme_id, decision_id, body_id) REFERENCES decision (programme_id, id, body_id)
);
CALL make_tenant_table('candidate', 'name');
CREATE POLICY read ON candidate FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR reads_level((SELECT current_seats()), body_id, day) >= 2);
CREATE POLICY add ON candidate FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3);
GRANT SELECT, INSERT ON candidate TO rt_app;

-- The last number given, by body, kind and year: without gaps.
CREATE TABLE body_counter (
	programme_id uuid NOT NULL REFERENCES programme,
	body_id      uuid NOT NULL,
	kind         text NOT NULL CHECK (kind IN ('decision', 'objection')),
	year         integer NOT NULL,
	last         integer NOT NULL CHECK (last > 0),
	PRIMARY KEY (programme_id, body_id, kind, year),
	FOREIGN KEY (programme_id, body_id) REFERENCES body (programme_id, id)
);
COMMENT ON TABLE body_counter IS 'Touched only by next_number(), as the last statement of a transaction.';
CREATE FUNCTION next_number(p_body uuid, p_kind text, p_year integer) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public AS $$
DECLARE
	n integer;
BEGIN
	IF current_reach() <> 'system' AND acts_level(current_seats(), p_body) < (CASE p_kind WHEN 'objection' THEN 2 ELSE 3 END) THEN
		RAISE EXCEPTION 'no number for this body' USING ERRCODE = '42501';
	END IF;
	INSERT INTO body_counter AS c (programme_id, body_id, kind, year, last) VALUES (current_programme(), p_body, p_kind, p_year, 1)
	ON CONFLICT (programme_id, body_id, kind, year) DO UPDATE SET last = c.last + 1
	RETURNING c.last INTO n;
	RETURN n;
END $$;
REVOKE ALL ON FUNCTION next_number(uuid, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION next_number(uuid, text, integer) TO rt_app;

-- Where a decision went as a recommendation, and what came of it.
CREATE TABLE recommendation (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL,
	decision_id  uuid NOT NULL,
	body_id      uuid NOT NULL,
	day          date NOT NULL,
	addressee    text NOT NULL CHECK (char_length(addressee) BETWEEN 1 AND 160),
	ministry     boolean NOT NULL DEFAULT false,
	sent_on      date NOT NULL,
	answered_on  date CHECK (answered_on >= sent_on),
	answer       text NOT NULL DEFAULT '' CHECK (char_length(answer) <= 4000),
	effect       text NOT NULL DEFAULT 'open' CHECK (effect IN ('open', 'followed', 'partly', 'not_followed')),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, decision_id, body_id) REFERENCES decision (programme_id, id, body_id),
	CONSTRAINT recommendation_answered CHECK (effect = 'open' OR answered_on IS NOT NULL)
);
CALL make_tenant_table('recommendation');
CREATE INDEX recommendation_decision ON recommendation (programme_id, decision_id);
CREATE TRIGGER version BEFORE UPDATE ON recommendation FOR EACH ROW EXECUTE FUNCTION bump_version();
CREATE POLICY read ON recommendation FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR ministry AND (SELECT current_reach()) = 'ministry'
		OR reads_level((SELECT current_seats()), body_id, day) >= 2);
CREATE POLICY add ON recommendation FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 4);
CREATE POLICY keep ON recommendation FOR UPDATE TO rt_app USING (acts_level((SELECT current_seats()), body_id) >= 4);
GRANT SELECT, INSERT, UPDATE (answered_on, answer, effect, version) ON recommendation TO rt_app;

-- What somebody is to do (Maßnahme, Auftrag), until it is done.
CREATE TABLE task (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL,
	body_id      uuid,
	district_id  uuid,
	day          date NOT NULL, -- since when
	title        text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
	description  text NOT NULL DEFAULT '' CHECK (char_length(description) <= 4000),
	owner        text NOT NULL CHECK (char_length(owner) BETWEEN 1 AND 160), -- institution
	owner_id     uuid,                                                       -- person
	due_on       date CHECK (due_on >= day),
	state        text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'in_progress', 'done', 'dropped')),
	outcome      text NOT NULL DEFAULT '' CHECK (char_length(outcome) <= 4000),
	source       text NOT NULL DEFAULT '' CHECK (source IN ('', 'decision', 'activity', 'inquiry')),
	source_id    uuid,
	non_public   boolean NOT NULL DEFAULT false,
	reminded_on  date,
	simulated    boolean NOT NULL DEFAULT false,
	created_at   timestamptz NOT NULL DEFAULT now(),
	created_by   uuid DEFAULT current_person(),
	changed_at   timestamptz NOT NULL DEFAULT now(),
	changed_by   uuid DEFAULT current_person(),
	version      integer NOT NULL DEFAULT 1,
	PRIMARY KEY (programme_id, id),
	FOREIGN KEY (programme_id, body_id) REFERENCES body (programme_id, id),
	FOREIGN KEY (programme_id, district_id) REFERENCES district (programme_id, id),
	FOREIGN KEY (programme_id, owner_id) REFERENCES person (programme_id, id),
	CONSTRAINT task_of_somebody CHECK ((body_id IS NULL) <> (district_id IS NULL)),
	CONSTRAINT task_source CHECK ((source = '') = (source_id IS NULL)),
	CONSTRAINT task_ends_in_words CHECK (state NOT IN ('done', 'dropped') OR outcome <> '')
);
CALL make_tenant_table('task', 'description', 'outcome');
CREATE INDEX task_body ON task (programme_id, body_id, due_on) WHERE body_id IS NOT NULL;
CREATE INDEX task_district ON task (programme_id, district_id, due_on) WHERE district_id IS NOT NULL;
CREATE INDEX task_owner ON task (programme_id, owner_id, due_on) WHERE state IN ('open', 'in_progress');
-- The list's order: what has no date comes last.
CREATE INDEX task_due ON task (programme_id, (coalesce(due_on, '9999-12-31'::date)), id);
CREATE FUNCTION task_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	NEW.version := OLD.version + 1;
	NEW.changed_at := now();
	NEW.changed_by := current_person();
	RETURN NEW;
END $$;
-- A reminder is no change: nobody's form becomes stale by it.
CREATE TRIGGER version BEFORE UPDATE OF title, description, owner, owner_id, due_on, state, outcome ON task
	FOR EACH ROW EXECUTE FUNCTION task_changes();
CREATE TRIGGER state BEFORE INSERT OR UPDATE OF state ON task FOR EACH ROW EXECUTE FUNCTION state_moves('task', 'open');
CREATE POLICY read ON task FOR SELECT TO rt_app
	USING ((SELECT current_reach()) = 'system' OR owner_id = (SELECT current_person())
		OR district_id = ANY ((SELECT current_districts())::uuid[])
		OR reads_level((SELECT current_seats()), body_id, day) >= CASE WHEN non_public THEN 2 ELSE 1 END);
CREATE POLICY add ON task FOR INSERT TO rt_app
	WITH CHECK ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3
		OR district_id = ANY ((SELECT current_districts())::uuid[]));
CREATE POLICY keep ON task FOR UPDATE TO rt_app
	USING ((SELECT current_reach()) = 'system' OR acts_level((SELECT current_seats()), body_id) >= 3 OR owner_id = (SELECT current_person())
		OR district_id = ANY ((SELECT current_districts())::uuid[]));
GRANT SELECT, INSERT (programme_id, id, body_id, district_id, day, title, description, owner, owner_id, due_on, state, outcome,
		source, source_id, non_public, simulated),
	UPDATE (title, description, owner, owner_id, due_on, state, outcome, reminded_on, version) ON task TO rt_app;

-- What was decided on an item, its papers and the tasks that came of it are not
-- public once the item is not.
CREATE FUNCTION agenda_item_closes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	UPDATE paper p SET non_public = true WHERE p.programme_id = NEW.programme_id AND p.agenda_item_id = NEW.id AND NOT p.non_public;
	UPDATE decision d SET non_public = true WHERE d.programme_id = NEW.programme_id AND d.agenda_item_id = NEW.id AND NOT d.non_public;
	UPDATE task t SET non_public = true
	FROM decision d
	WHERE d.programme_id = NEW.programme_id AND d.agenda_item_id = NEW.id
		AND t.programme_id = d.programme_id AND t.body_id = d.body_id AND t.source = 'decision' AND t.source_id = d.id AND NOT t.non_public;
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION agenda_item_closes() FROM PUBLIC;
CREATE TRIGGER closes AFTER UPDATE OF non_public ON agenda_item FOR EACH ROW WHEN (NEW.non_public AND NOT OLD.non_public)
	EXECUTE FUNCTION agenda_item_closes();

-- A mail may carry a calendar file; whether it was taken is told to the notice.
ALTER TABLE mail
	ADD calendar text CHECK (char_length(calendar) <= 20000),
	ADD calendar_method text CHECK (calendar_method IN ('REQUEST', 'CANCEL')),
	ADD failed_at timestamptz;
GRANT UPDATE (failed_at, calendar) ON mail TO rt_app;
CREATE FUNCTION call_notice_follows() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public AS $$
BEGIN
	UPDATE call_notice n SET sent_at = NEW.sent_at, failed_at = NEW.failed_at
	WHERE n.programme_id = NEW.programme_id AND n.mail_id = NEW.id;
	RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION call_notice_follows() FROM PUBLIC;
CREATE TRIGGER call_notice AFTER UPDATE OF sent_at, failed_at ON mail FOR EACH ROW EXECUTE FUNCTION call_notice_follows();

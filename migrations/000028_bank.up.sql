SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- What the cash system answered: the file as it came (decision 0020). It waits
-- until a cashier confirms what is booked of it, once.
CREATE TABLE payment_answer (
	programme_id uuid NOT NULL REFERENCES programme,
	id           uuid NOT NULL, -- from the form: the same form keeps one file
	file_name    text NOT NULL CHECK (char_length(file_name) BETWEEN 1 AND 255),
	file         bytea NOT NULL CHECK (octet_length(file) BETWEEN 1 AND 10485760),
	sha256       bytea NOT NULL,
	row_count    integer NOT NULL CHECK (row_count BETWEEN 1 AND 5000),
	created_at   timestamptz NOT NULL DEFAULT now(),
	created_by   uuid DEFAULT current_person(),
	booked_at    timestamptz,
	booked_by    uuid,
	PRIMARY KEY (programme_id, id),
	CONSTRAINT payment_answer_sealed CHECK (sha256(file) = sha256)
);
CREATE UNIQUE INDEX payment_answer_once ON payment_answer (programme_id, sha256) WHERE booked_at IS NOT NULL;
CALL make_tenant_table('payment_answer', 'file_name', 'file');
CREATE POLICY read ON payment_answer FOR SELECT TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY add ON payment_answer FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY keep ON payment_answer FOR UPDATE TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, id, file_name, file, sha256, row_count), UPDATE (booked_at) ON payment_answer TO rt_app;

-- A cashier keeps a file and books it, once and for ever.
CREATE FUNCTION payment_answer_booked() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF current_reach() = 'none' THEN RETURN NEW; END IF; -- the owner of the database; the policies refuse anybody else
	IF NEW.programme_id IS DISTINCT FROM current_programme() THEN
		RAISE EXCEPTION 'not in this programme' USING ERRCODE = '42501';
	END IF;
	IF current_reach() <> 'system' AND NOT EXISTS (SELECT FROM role_assignment r
			WHERE r.programme_id = NEW.programme_id AND r.person_id = current_person() AND r.role = 'cashier' AND r.valid @> current_today()) THEN
		RAISE EXCEPTION 'not for this person' USING ERRCODE = '42501';
	END IF;
	IF TG_OP = 'UPDATE' THEN
		IF OLD.booked_at IS NOT NULL THEN
			RAISE EXCEPTION 'booked before' USING ERRCODE = '23505', CONSTRAINT = 'payment_answer_once';
		END IF;
		NEW.booked_at := now();
		NEW.booked_by := current_person();
	END IF;
	RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION payment_answer_booked() FROM PUBLIC;
CREATE TRIGGER booked BEFORE INSERT OR UPDATE ON payment_answer FOR EACH ROW EXECUTE FUNCTION payment_answer_booked();

-- What came of each line of the file when it was booked. Only grows.
CREATE TABLE payment_answer_row (
	programme_id uuid NOT NULL REFERENCES programme,
	answer_id    uuid NOT NULL,
	line         integer NOT NULL CHECK (line > 0),
	verdict      text NOT NULL CHECK (verdict IN ('booked', 'already', 'unknown', 'amount', 'other_file', 'state', 'blocked', 'twice', 'faulty')),
	payment_id   uuid,
	event_id     uuid,
	PRIMARY KEY (programme_id, answer_id, line),
	FOREIGN KEY (programme_id, answer_id) REFERENCES payment_answer (programme_id, id),
	FOREIGN KEY (programme_id, payment_id) REFERENCES payment (programme_id, id),
	FOREIGN KEY (programme_id, event_id) REFERENCES payment_event (programme_id, id),
	CONSTRAINT payment_answer_row_booked CHECK ((verdict = 'booked') = (event_id IS NOT NULL))
);
CALL make_tenant_table('payment_answer_row');
CREATE UNIQUE INDEX payment_answer_row_event ON payment_answer_row (programme_id, event_id) WHERE event_id IS NOT NULL;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payment_answer_row FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE POLICY read ON payment_answer_row FOR SELECT TO rt_app USING ((SELECT current_reach()) IN ('system', 'ministry'));
CREATE POLICY add ON payment_answer_row FOR INSERT TO rt_app WITH CHECK ((SELECT current_reach()) IN ('system', 'ministry'));
GRANT SELECT, INSERT (programme_id, answer_id, line, verdict, payment_id, event_id) ON payment_answer_row TO rt_app;

-- Lines are written as their file is booked, in the same transaction.
CREATE FUNCTION payment_answer_row_joins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	IF NOT EXISTS (SELECT FROM payment_answer a WHERE a.programme_id = NEW.programme_id AND a.id = NEW.answer_id AND a.booked_at = now()) THEN
		RAISE EXCEPTION 'the file is not being booked' USING ERRCODE = '23514', CONSTRAINT = 'payment_answer_row_joins';
	END IF;
	RETURN NEW;
END $$;
CREATE TRIGGER joins BEFORE INSERT ON payment_answer_row FOR EACH ROW EXECUTE FUNCTION payment_answer_row_joins();

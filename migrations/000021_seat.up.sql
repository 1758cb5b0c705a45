SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

-- Why the end of a seat was taken back, the last time that it was.
ALTER TABLE seat ADD COLUMN reopened_why text CHECK (char_length(reopened_why) BETWEEN 1 AND 500);
GRANT UPDATE (reopened_why) ON seat TO rt_app;

-- The seat's days are a fact, whose correction says the same reason.
CREATE OR REPLACE FUNCTION seat_keeps_term() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
	SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
	IF TG_OP = 'UPDATE' THEN
		UPDATE seat_term t SET withdrawn_at = now(),
			withdrawn_why = CASE WHEN upper_inf(NEW.valid) THEN coalesce(NEW.reopened_why, 'Dauer des Sitzes geändert') ELSE 'Dauer des Sitzes geändert' END
		WHERE t.programme_id = NEW.programme_id AND t.seat_id = NEW.id AND t.withdrawn_at IS NULL;
	END IF;
	INSERT INTO seat_term (programme_id, body_id, seat_id, valid, recorded_at)
	VALUES (NEW.programme_id, NEW.body_id, NEW.id, NEW.valid, CASE TG_OP WHEN 'INSERT' THEN NEW.created_at END);
	RETURN NULL;
END $$;

-- When a notice of a sitting was made is the database's to say, but for a seed
-- that writes what happened in the past; the trigger is that of the seats.
CREATE TRIGGER made_now BEFORE INSERT ON call_notice FOR EACH ROW EXECUTE FUNCTION seat_entered_now();
GRANT INSERT (created_at) ON call_notice TO rt_app;

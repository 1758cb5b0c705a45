SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';
REVOKE INSERT (created_at) ON call_notice FROM rt_app;
DROP TRIGGER made_now ON call_notice;
CREATE OR REPLACE FUNCTION seat_keeps_term() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
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
ALTER TABLE seat DROP COLUMN reopened_why;

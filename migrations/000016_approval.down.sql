SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';
DROP TABLE passage_editor;
DROP INDEX outcome_objection;
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
	RETURN NULL;
END $$;
INSERT INTO state_transition VALUES ('objection', 'draft', 'withdrawn', '{member}');
DELETE FROM state_transition WHERE kind = 'objection' AND from_state IN ('accepted', 'partly');
DROP TRIGGER in_time ON circular_ballot;
DROP FUNCTION circular_ballot_in_time();
DROP INDEX correction_note_decision, minutes_decision;
DROP TRIGGER stays ON decision;
DROP FUNCTION decision_stays();
DROP TRIGGER approved_by ON minutes;
DROP FUNCTION minutes_approved_by();
DROP TRIGGER names_minutes ON agenda_item;
DROP FUNCTION item_names_minutes();

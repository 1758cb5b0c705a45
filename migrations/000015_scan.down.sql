SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';
REVOKE DELETE ON paper FROM rt_app;
DROP POLICY empty_bin ON paper;
ALTER POLICY read ON minutes_event
	USING ((SELECT current_reach()) = 'system'
		OR reads_level((SELECT current_seats()), body_id, day) >= CASE WHEN kind IN ('begun', 'to_check', 'sent_back') THEN 3 ELSE 1 END);
ALTER TABLE minutes_event DISABLE TRIGGER append_only;
DELETE FROM minutes_event WHERE kind IN ('scan_added', 'scan_withdrawn');
ALTER TABLE minutes_event ENABLE TRIGGER append_only;
ALTER TABLE minutes_event
	DROP CONSTRAINT minutes_event_kind_check,
	ADD CONSTRAINT minutes_event_kind_check CHECK (kind IN ('begun', 'to_check', 'sent_back', 'circulated', 'reopened', 'ready', 'approved',
		'signed_chair', 'signed_taker', 'published', 'release_taken_back', 'corrected'));
DROP TABLE minutes_scan;
DROP FUNCTION scan_of_approved();
DROP TRIGGER closes_letters ON agenda_item;
DROP FUNCTION call_letter_item_closes();
DROP TABLE call_letter_item;
DROP TABLE call_letter;

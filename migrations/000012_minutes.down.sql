SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

DROP TRIGGER minutes_delivery ON mail;
DROP TABLE correction_note, minutes_release, minutes_delivery, minutes_event, outcome, no_objection, objection_message, objection,
	version_block;
DROP FUNCTION minutes_content(uuid, integer);
DROP TABLE minutes_version, minutes_block, minutes;
DROP FUNCTION minutes_delivery_follows(), version_explained(), version_agrees(), version_is_next(),
	objection_changes(), minutes_block_changes(), minutes_stay_approved(), minutes_at_version(), release_copies();
DELETE FROM state_transition WHERE kind IN ('minutes', 'objection');

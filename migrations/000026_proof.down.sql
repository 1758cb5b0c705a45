SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

DROP TRIGGER proven ON case_event;
DROP FUNCTION case_event_proven();
DROP INDEX grant_case_proof;
DROP TABLE audit_note;
DROP TABLE sample_row;
DROP TABLE sample_draw;
DROP TABLE proof_check;
DROP TABLE grant_proof;
DROP TABLE proof_draft;
DROP FUNCTION audit_note_follows();
DROP FUNCTION sample_draw_holds();
DROP FUNCTION proof_year(uuid, uuid);
DROP FUNCTION proof_check_follows();
DROP FUNCTION grant_proof_follows();
DROP FUNCTION proof_draft_kept();
DROP FUNCTION interim_period(grant_case, daterange);

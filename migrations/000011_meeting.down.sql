SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

DROP TRIGGER call_notice ON mail;
DROP FUNCTION call_notice_follows();
ALTER TABLE mail DROP calendar, DROP calendar_method, DROP failed_at;
DROP TABLE task, recommendation, body_counter, candidate, ballot, decision, circular_ballot, circular_vote, bias, attendance,
	call_reply, call_notice, paper, agenda_item, meeting;
DROP FUNCTION last_sitting(uuid, date), next_number(uuid, text, integer), decision_in_session(), meeting_day_fixed(), state_moves(), task_changes(),
	agenda_item_closes();
DELETE FROM state_transition WHERE kind IN ('meeting', 'minutes', 'objection', 'task');
ALTER TABLE state_transition
	DROP CONSTRAINT state_transition_kind_check,
	DROP CONSTRAINT state_transition_who_check,
	ADD CONSTRAINT state_transition_kind_check CHECK (kind IN ('post', 'conference')),
	ADD CONSTRAINT state_transition_who_check CHECK (who <@ '{ministry,district}' AND cardinality(who) > 0);

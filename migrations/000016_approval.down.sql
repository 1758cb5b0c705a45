DROP INDEX correction_note_decision, minutes_decision;
DROP TRIGGER stays ON decision;
DROP FUNCTION decision_stays;
DROP TRIGGER approved_by ON minutes;
DROP FUNCTION minutes_approved_by;
DROP TRIGGER names_minutes ON agenda_item;
DROP FUNCTION item_names_minutes;

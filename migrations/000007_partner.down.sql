SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';
DROP TABLE partner_note;
DROP TABLE partner;
DROP FUNCTION partner_key(text);

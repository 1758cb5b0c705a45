SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';
DROP FUNCTION stands_for();
DROP TABLE absence;
DROP FUNCTION absence_kept();

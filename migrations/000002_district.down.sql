SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';
DROP TABLE population;
DROP TABLE district;

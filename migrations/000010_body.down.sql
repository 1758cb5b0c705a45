SET LOCAL lock_timeout = '2s'; SET LOCAL statement_timeout = '60s';

DROP TRIGGER guards ON conference_state;
DROP FUNCTION conference_constituted();
DROP FUNCTION conference_gaps(uuid, date);
CREATE OR REPLACE FUNCTION session_actor(p_token_hash bytea, p_programme uuid, p_now timestamptz, p_idle interval, p_absolute interval)
	RETURNS TABLE (data bytea, touch boolean, account_id uuid, person_id uuid, name text, grants jsonb, expires_at timestamptz)
	LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
	RETURN QUERY
	SELECT s.data, s.last_seen < p_now - interval '1 minute', s.account_id, p.id, p.name,
		coalesce((SELECT jsonb_agg(jsonb_build_object('role', r.role, 'district',
				coalesce(r.district_id, '00000000-0000-0000-0000-000000000000'::uuid)))
			FROM role_assignment r
			WHERE r.programme_id = s.programme_id AND r.person_id = p.id
				AND r.valid @> (p_now AT TIME ZONE 'Europe/Berlin')::date), '[]'::jsonb),
		least(s.expires_at, s.last_seen + p_idle)
	FROM session s
	JOIN account a ON a.id = s.account_id AND a.disabled_at IS NULL
	JOIN person p ON p.programme_id = s.programme_id AND p.account_id = s.account_id AND p.disabled_at IS NULL
	WHERE s.token_hash = p_token_hash AND s.programme_id = p_programme
		AND s.revoked_at IS NULL AND s.expires_at > p_now
		AND s.last_seen > p_now - p_idle AND s.started_at > p_now - p_absolute;
END $$;
DROP FUNCTION body_grants(uuid, uuid, date);
ALTER POLICY add ON person
	WITH CHECK ((SELECT current_reach()) IN ('system', 'admin', 'ministry') OR (SELECT cardinality(current_districts())) > 0);
DROP TABLE bylaws, body_office, body_chair, seat_holder, seat, body_district, body;
DROP FUNCTION reads_for(seat_right[], uuid, date), acts_for(seat_right[], uuid), acts_level(seat_right[], uuid), reads_level(seat_right[], uuid, date), current_seats(), current_today();
DROP TYPE seat_right;

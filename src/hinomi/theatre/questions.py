"""The SQL of the theatre. Times are BIGINT nanoseconds of the tap's clock unless named device_time."""

# One line a (place, source): a room with a million readings has a dozen sources.
_SOURCES = """
SELECT location, source, patient, any_value(host_ip) AS host_ip, min(time) AS first, max(time) AS last,
       count(*) AS readings
FROM reading WHERE location <> '' {where} GROUP BY location, source, patient
"""


def _rooms(where: str) -> str:
    return f"""
    SELECT location, sum(readings)::BIGINT AS readings,
           count(DISTINCT patient) FILTER (patient <> '') AS patients,
           min(first)::BIGINT AS first, max(last)::BIGINT AS last,
           list(source ORDER BY source, patient) AS sources, list(host_ip ORDER BY source, patient) AS ips
    FROM ({_SOURCES.format(where=where)})
    GROUP BY location ORDER BY last DESC, location
    """


ROOMS = _rooms("")
ROOM = _rooms("AND location = ?")

# A gateway passes on what it heard, so the tap hears the same value twice: the first counts. Only
# the device's own stamp can tell a repetition from a second equal value.
ONCE = """
SELECT * FROM reading
WHERE location = ? AND time >= ? AND time < ? AND {kinds}
QUALIFY device_time IS NULL OR row_number() OVER (
    PARTITION BY source, kind, code, unit, device_time, value, text, len(samples) ORDER BY time) = 1
"""

SAID = ONCE.format(kinds="kind IN ('text', 'alarm', 'setting')") + " ORDER BY time, source, code"

# A cuff that measures twice an hour has no rhythm of hours: what is longer than this and not its steady pace is a gap.
LONG_PAUSE_NS = 15 * 60 * 10**9

# One row per track and step. Values of a track are in the order of the tap's clock.
NUMERICS = f"""
WITH once AS ({ONCE.format(kinds="kind = 'numeric' AND value IS NOT NULL AND isfinite(value)")}),
paced AS (
    SELECT *, time - lag(time) OVER track AS pause FROM once
    WINDOW track AS (PARTITION BY source, code, code_system, unit ORDER BY time)
),
whole AS (
    SELECT source, code, code_system, unit, count(*) AS count, any_value(name) AS name,
           any_value(host_ip) AS host_ip, median(pause) AS usual, quantile_cont(pause, 0.25) AS quick,
           arg_min(capture, time) AS capture, arg_min(packet, time) AS packet, arg_min("offset", time) AS "offset"
    FROM paced GROUP BY source, code, code_system, unit
),
gaps AS (
    SELECT source, code, code_system, unit,
           list({{'start': time - pause, 'end': time}} ORDER BY time) AS gaps
    FROM paced JOIN whole USING (source, code, code_system, unit)
    WHERE pause > 3 * usual OR (pause > {LONG_PAUSE_NS} AND pause > 3 * quick) GROUP BY source, code, code_system, unit
),
steps AS (
    SELECT source, code, code_system, unit, count > ? AS joined,
           CASE WHEN count > ? THEN (time - ?) // ? * ? + ? ELSE time END AS step,
           arg_max(value, time) AS value, min(value) AS low, max(value) AS high
    FROM once JOIN whole USING (source, code, code_system, unit) GROUP BY ALL
)
SELECT source, code, code_system, unit, any_value(whole.name) AS name, any_value(host_ip) AS host_ip,
       any_value(count) AS count, any_value(joined) AS joined,
       list(step ORDER BY step) AS times, list(value ORDER BY step) AS vals,
       list(low ORDER BY step) AS lows, list(high ORDER BY step) AS highs, any_value(gaps) AS gaps,
       any_value(capture) AS capture, any_value(packet) AS packet, any_value("offset") AS "offset"
FROM steps JOIN whole USING (source, code, code_system, unit)
LEFT JOIN gaps USING (source, code, code_system, unit)
GROUP BY source, code, code_system, unit ORDER BY source, code, unit
"""

# A block of samples begins at the tap's time of its message less its own length: the last sample is
# the newest. Each step keeps its lowest and highest sample.
WAVEFORMS = f"""
WITH once AS ({ONCE.format(kinds="kind = 'waveform' AND len(samples) > 0 AND sample_rate_hz > 0")}),
spread AS (
    SELECT source, code, code_system, unit, name, host_ip, capture, packet, "offset",
           time - ((len(samples) - generate_subscripts(samples, 1)) * 1e9 / sample_rate_hz)::BIGINT AS time,
           unnest(samples)::DOUBLE AS value
    FROM once
),
steps AS (
    SELECT source, code, code_system, unit, (time - ?) // ? * ? + ? AS step, count(*) AS count,
           any_value(name) AS name, any_value(host_ip) AS host_ip,
           arg_min(capture, time) AS capture, arg_min(packet, time) AS packet, arg_min("offset", time) AS "offset",
           arg_max(value, time) AS value, min(value) AS low, max(value) AS high
    FROM spread WHERE isfinite(value) GROUP BY source, code, code_system, unit, step
)
SELECT source, code, code_system, unit, any_value(name) AS name, any_value(host_ip) AS host_ip,
       sum(count)::BIGINT AS count, true AS joined,
       list(step ORDER BY step) AS times, list(value ORDER BY step) AS vals,
       list(low ORDER BY step) AS lows, list(high ORDER BY step) AS highs, NULL AS gaps,
       arg_min(capture, step) AS capture, arg_min(packet, step) AS packet, arg_min("offset", step) AS "offset"
FROM steps GROUP BY source, code, code_system, unit ORDER BY source, code, unit
"""

CLOCKS = """
WITH delay AS (
    SELECT source, device_time, min(time) - device_time AS delay
    FROM reading
    WHERE location = ? AND time >= ? AND time < ? AND device_time IS NOT NULL AND source <> ''
    GROUP BY source, device_time
)
SELECT source, count(*) AS readings, quantile_disc(delay, 0.5) AS middle,
       quantile_disc(delay, 0.95) - quantile_disc(delay, 0.05) AS spread,
       bool_and(device_time % 1000000000 = 0) AS whole_seconds,
       bool_and(device_time % 60000000000 = 0) AS whole_minutes,
       bool_and(device_time % 1000000 = 0) AS whole_ms
FROM delay GROUP BY source ORDER BY source
"""

CLOCK_PAIRS = """
SELECT source, device_time, min(time) AS time
FROM reading
WHERE location = ? AND time >= ? AND time < ? AND device_time IS NOT NULL AND source <> ''
GROUP BY source, device_time ORDER BY source, time
"""

# What NTP lets out of clocks (RFC 5905 section 7.3): the server stamps each answer, an honest client each question.
# Both are differences in whole milliseconds, clock minus tap. Stratum 16 and leap 3: not synchronised.
NTP_CLOCKS = """
WITH said AS (
    SELECT server_ip AS ip, 'time_server' AS kind,
           CAST(json_extract_string(detail, '$.server_minus_tap_ms') AS BIGINT) AS ahead,
           json_extract_string(detail, '$.leap') = '3'
               OR json_extract_string(detail, '$.stratum') IN ('0', '16') AS adrift
    FROM exchange
    WHERE protocol = 'ntp' AND time >= $start AND time < $end
      AND coalesce(json_extract_string(detail, '$.server_minus_tap_ms'), '') <> ''
    UNION ALL
    SELECT client_ip, 'device', CAST(json_extract_string(detail, '$.client_minus_tap_ms') AS BIGINT), false
    FROM exchange
    WHERE protocol = 'ntp' AND time >= $start AND time < $end AND client_ip = ANY($ours)
      AND coalesce(json_extract_string(detail, '$.client_minus_tap_ms'), '') <> ''
)
SELECT ip, kind, count(*) AS readings, quantile_disc(ahead, 0.5) AS middle,
       quantile_disc(ahead, 0.95) - quantile_disc(ahead, 0.05) AS spread, bool_or(adrift) AS adrift
FROM said GROUP BY ip, kind ORDER BY kind DESC, ip LIMIT 64
"""

# Images that a device of the room sent, or that are about a patient who was in the room then.
IMAGES = """
SELECT min(time) AS first, max(time) AS last, count(*) AS count, client_ip, client_name, server_name,
       object, patient,
       max(json_extract_string(detail, '$.modality')) AS modality,
       max(json_extract_string(detail, '$.model')) AS description,
       CASE WHEN bool_or(outcome NOT IN ('ok', 'warning')) THEN 'failed'
            WHEN bool_or(outcome = 'warning') THEN 'warning' ELSE 'ok' END AS outcome,
       client_ip = ANY($ours) AS ours,
       arg_min(capture, time) AS capture, arg_min(packet, time) AS packet, arg_min("offset", time) AS "offset"
FROM exchange
WHERE protocol = 'dicom' AND operation = 'C-STORE'
  AND time >= $start AND time < $end
  AND (client_ip = ANY($ours) OR (patient <> '' AND patient IN (
       SELECT DISTINCT patient FROM reading WHERE location = $location AND time >= $start AND time < $end)))
GROUP BY capture, flow_id, client_ip, client_name, server_name, object, patient
ORDER BY first, client_ip
"""

// Let an attempt to sign in begin, one after another, while fewer are under way than wrong ones are left before the door is
// shut. One of which nothing more was heard counts as wrong. The mark tells a repetition of this very statement.
MATCH (u:User {name: $name})
SET u.trying = true // holds back the other attempts before anything is read
REMOVE u.trying
WITH u, coalesce(u.attempts, []) AS begun
WITH u, [each IN begun WHERE toInteger(split(each, ' ')[0]) > datetime().epochMillis] AS live, size(begun) AS many
SET u.failures = u.failures + many - size(live)
SET u.locked_until = CASE WHEN u.failures >= $most THEN datetime() + duration({seconds: $seconds}) ELSE u.locked_until END
SET u.failures = CASE WHEN u.failures >= $most THEN 0 ELSE u.failures END
WITH u, live, coalesce(u.locked_until > datetime(), false) AS shut, any(each IN live WHERE each ENDS WITH $mark) AS held
WITH u, live, shut, held, NOT shut AND (held OR u.failures + size(live) < $most) AS begins
SET u.attempts = CASE
    WHEN begins AND NOT held THEN live + [toString(datetime().epochMillis + 1000 * $lease) + ' ' + $mark]
    ELSE live END
RETURN u.password AS password, u.version AS version, u.state AS state, shut, begins

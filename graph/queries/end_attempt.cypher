// An attempt to sign in is over: a right one opens the door, a wrong one counts, unless it was given up before.
MATCH (u:User {name: $name})
SET u.trying = true // holds back the other attempts before anything is read
REMOVE u.trying
WITH u, coalesce(u.attempts, []) AS begun
WITH u, [each IN begun WHERE NOT each ENDS WITH $mark] AS live, size(begun) AS many
SET u.attempts = live
SET u.failures = CASE WHEN $right THEN 0 ELSE u.failures + many - size(live) END
SET u.locked_until = CASE
    WHEN $right THEN null
    WHEN u.failures >= $most THEN datetime() + duration({seconds: $seconds})
    ELSE u.locked_until END
SET u.failures = CASE WHEN u.failures >= $most THEN 0 ELSE u.failures END

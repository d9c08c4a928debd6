// Count an attempt to sign in, one after another; so many in a row shut the door for some time, and are themselves let through.
MATCH (u:User {name: $name})
SET u.trying = true // holds back the other attempts before anything is read
REMOVE u.trying
WITH u, u.locked_until IS NOT NULL AND u.locked_until > datetime() AS shut
SET u.failures = CASE WHEN shut THEN u.failures ELSE u.failures + 1 END
SET u.locked_until =
    CASE WHEN NOT shut AND u.failures % $most = 0 THEN datetime() + duration({seconds: $seconds}) ELSE u.locked_until END
RETURN u.password AS password, u.state AS state, shut

// Count a wrong password; so many in a row lock the account for some time.
MATCH (u:User {name: $name})
SET u.failures = u.failures + 1
SET u.locked_until = CASE WHEN u.failures % $most = 0 THEN datetime() + duration({seconds: $seconds}) ELSE u.locked_until END
RETURN u.failures AS failures

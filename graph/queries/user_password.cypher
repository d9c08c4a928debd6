// What an account's password is held against, and how many wrong ones were given in a row.
MATCH (u:User {name: $name})
RETURN u.password AS password, u.state AS state, u.failures AS failures,
       u.locked_until IS NOT NULL AND u.locked_until > datetime() AS locked

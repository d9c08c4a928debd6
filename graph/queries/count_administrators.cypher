// How many can keep the accounts of everywhere.
MATCH (u:User {role: 'admin', state: 'active'})
WHERE u.region IS NULL
RETURN count(u) AS many

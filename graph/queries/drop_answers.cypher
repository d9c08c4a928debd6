// Forget answers that are old, an hour later than they count as such, so that nobody claims one meanwhile.
MATCH (a:Answer)
WHERE a.expires_at < datetime() - duration({hours: 1})
DELETE a

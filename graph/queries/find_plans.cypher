// Plans whose id begins so, the newest first; without the certificate, which is long.
MATCH (p:Plan)
WHERE p.id STARTS WITH $prefix
OPTIONAL MATCH (s:Region {code: p.scope})
RETURN p {.*, certificate: null, created_at: toString(p.created_at), decided_at: toString(p.decided_at)} AS plan, s.name AS scope_name
ORDER BY p.created_at DESC, p.id

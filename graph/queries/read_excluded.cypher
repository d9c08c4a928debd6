// Pairs that an answer forbids.
MATCH (n:Need)-[e:EXCLUDED]->(p)
RETURN n.need AS need, labels(p)[0] AS provider_type, coalesce(p.offer, p.volunteer) AS provider,
       duration.inDays(date('1970-01-01'), e.since).days AS since, e.reason AS reason

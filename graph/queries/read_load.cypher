// What is known of a load.
MATCH (l:Load {load: $load})
RETURN l.load AS load, l.actor AS actor, l.source AS source, l.host AS host, l.state AS state,
       toString(l.started_at) AS started_at, l.counts AS counts

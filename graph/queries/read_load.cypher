// What is known of a load.
MATCH (l:Load {load: $load})
RETURN l.load AS load, l.actor AS actor, l.source AS source, l.host AS host, l.way AS way,
       l.started_at AS started_at, l.state AS state

// Say that a load is under way; nothing comes back while another one is.
MATCH (g:Graph {name: 'zhongfu'})
SET g.data_version = g.data_version + 1
WITH g
WHERE g.loading IS NULL OR g.loading = $load
SET g.loading = $load
MERGE (l:Load {load: $load})
ON CREATE SET l.actor = $actor, l.source = $source, l.host = $host, l.way = $way,
              l.started_at = $started_at, l.state = $state, l.version = 1
RETURN l.load AS load

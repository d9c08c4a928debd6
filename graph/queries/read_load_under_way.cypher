// The load that readers wait for.
MATCH (g:Graph {name: 'zhongfu'})
MATCH (l:Load {load: g.loading})
RETURN l.load AS load, l.actor AS actor, l.source AS source, l.host AS host, l.way AS way,
       l.started_at AS started_at, l.state AS state

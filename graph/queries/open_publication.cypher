// The publication that holds the next revision, if one does.
MATCH (g:Graph {name: 'zhongfu'})
MATCH (p:Publication {revision: g.revision + 1})
RETURN p.revision AS revision, p.token AS token, p.state AS state, p.plan AS plan, p.scope AS scope, p.actor AS actor,
       p.host AS host, p.pid AS pid, toString(p.began) AS began, duration.inSeconds(p.beat, datetime()).seconds AS silent

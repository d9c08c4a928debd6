// Claim a revision for a plan; the key being unique, only one gets it, and the others see whose it is.
MATCH (g:Graph {name: 'zhongfu'})
WHERE g.revision = $revision - 1
MERGE (p:Publication {revision: $revision})
ON CREATE SET p.state = 'writing', p.token = $token, p.plan = $plan, p.scope = $scope, p.actor = $actor,
              p.host = $host, p.pid = $pid, p.started = $started, p.began = datetime(),
              p.beat = datetime(), p.version = 1
RETURN p.token AS token, p.state AS state, p.plan AS plan, p.scope AS scope, p.actor AS actor, p.host AS host,
       p.pid AS pid, p.started AS started, toString(p.began) AS began, duration.inSeconds(p.beat, datetime()).seconds AS silent

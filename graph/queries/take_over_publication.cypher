// Take over a publication whose process is gone; nothing comes back when someone else was quicker.
MATCH (p:Publication {revision: $revision})
SET p.version = p.version + 1
WITH p
WHERE p.token IN [$before, $token] AND p.state = 'writing'
SET p.token = $token, p.actor = $actor, p.host = $host, p.pid = $pid, p.started = $started, p.beat = datetime()
RETURN p.revision AS revision

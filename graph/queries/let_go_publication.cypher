// Say that nobody works on a publication any more, so that the next one need not wait.
MATCH (p:Publication {revision: $revision, token: $token, state: 'writing'})
SET p.host = null, p.pid = null, p.started = null, p.beat = datetime('1970-01-01')

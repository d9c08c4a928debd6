// Every revision with its time, actor and cause, the newest first.
MATCH (p:Publication {state: 'published'})
RETURN p.revision AS revision, p.plan AS plan, p.scope AS scope, p.actor AS actor, p.cause AS cause, toString(p.at) AS at
ORDER BY revision DESC

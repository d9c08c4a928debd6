// The switch: from here on every reader sees what the publication wrote. No row when the plan was decided otherwise.
MATCH (g:Graph {name: 'zhongfu'})
MATCH (p:Publication {revision: $revision})
MATCH (plan:Plan {id: p.plan})
SET plan.version = plan.version + 1
WITH g, p, plan
WHERE plan.state IN ['draft', 'approved']
SET g.revision = p.revision,
    p.state = 'published', p.at = datetime(), p.cause = 'plan',
    plan.state = 'published', plan.revision = p.revision
REMOVE p.host, p.pid, p.started, p.beat
RETURN p.revision AS revision

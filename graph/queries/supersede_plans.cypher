// Published plans whose scope lies inside that of the plan now published are superseded.
MATCH (plan:Plan {id: $plan})
MATCH (other:Plan {state: 'published'})
WHERE other <> plan
MATCH (:Region {code: other.scope})-[:PART_OF*0..4]->(:Region {code: plan.scope})
SET other.state = 'superseded', other.version = other.version + 1

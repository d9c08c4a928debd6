// Keep a plan as a draft; the same plan found again stays as it is, but for the newer data that it fits as well.
MERGE (p:Plan {id: $id})
ON CREATE SET p += $plan, p.state = 'draft', p.actor = $actor, p.created_at = datetime(), p.version = 1
ON MATCH SET p.base_data = CASE WHEN p.base_data < $plan.base_data THEN $plan.base_data ELSE p.base_data END

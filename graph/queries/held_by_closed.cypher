// What needs that are not read any more, since they or their household or person are closed, hold of each provider:
// units, yuan and minutes of work, by the period of the plan that gave them and whether they were delivered.
CALL () {
  MATCH (n:Need) WHERE n.status = 'closed'
  RETURN n
  UNION
  MATCH (:Household:Closed)-[:HAS_NEED]->(n:Need)
  RETURN n
  UNION
  MATCH (:Person:Closed)<-[:FOR_PERSON]-(n:Need)
  RETURN n
}
MATCH (n)-[a:ASSIGNED]->(p)
WHERE a.since <= $revision AND (a.until IS NULL OR a.until > $revision)
MATCH (n)-[:OF_KIND]->(k:ServiceKind)
WITH p, a.since AS since, coalesce(a.status = 'delivered', false) AS delivered, sum(a.quantity) AS units,
     sum(coalesce(a.cost, 0)) AS yuan, sum(a.quantity * coalesce(k.minutes_per_unit, 0)) AS minutes
OPTIONAL MATCH (publication:Publication {revision: since})
OPTIONAL MATCH (plan:Plan {id: publication.plan})
WITH p, coalesce(plan.period, substring(toString(publication.at), 0, 7)) AS period, delivered,
     sum(units) AS units, sum(yuan) AS yuan, sum(minutes) AS minutes
OPTIONAL MATCH (organization:Organization)-[:OFFERS]->(p)
OPTIONAL MATCH (p)-[:PAID_BY]->(fund:Fund)
RETURN p.offer AS offer, p.volunteer AS volunteer, organization.organization AS organization, fund.fund AS fund,
       period, delivered, units, yuan, minutes

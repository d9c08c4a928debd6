// Needs that count and that an offer would reach: of its kind or a narrower one, at these places, for whom it accepts; by place,
// kind and urgency, with how many are not wholly met at a revision. Blank lists and ages accept everybody. It begins with a source.
<source>
WHERE coalesce(n.status, 'open') = 'open' AND (n.opened_on IS NULL OR n.opened_on <= $on) AND h.closed_on IS NULL
OPTIONAL MATCH (n)-[:FOR_PERSON]->(named:Person)
WITH k, n, h, place, named
WHERE (named IS NULL OR named.closed_on IS NULL) AND (
  $everybody OR any(p IN CASE WHEN named IS NULL THEN [(h)<-[:MEMBER_OF]-(m:Person) WHERE m.closed_on IS NULL | m] ELSE [named] END
  WHERE ($categories = [] OR any(code IN split(coalesce(p.categories, ''), ';') WHERE code IN $categories))
    AND ($traits = [] OR any(code IN split(coalesce(p.traits, ''), ';') WHERE code IN $traits))
    AND ($min_age IS NULL OR $year - p.birth_year >= $min_age) AND ($max_age IS NULL OR $year - p.birth_year <= $max_age))
)
WITH place, k.kind AS kind, n.quantity AS asked,
     coalesce(n.urgency, CASE WHEN coalesce(h.alert, 'none') = 'none' THEN 'green' ELSE h.alert END) AS urgency,
     reduce(units = 0, each IN [
       (n)-[a:ASSIGNED]->() WHERE a.since <= $revision AND (a.until IS NULL OR a.until > $revision) | a.quantity
     ] | units + each) AS given
RETURN place, kind, urgency, count(*) AS needs, sum(CASE WHEN given < asked THEN 1 ELSE 0 END) AS unmet,
       sum(CASE WHEN given < asked THEN asked - given ELSE 0 END) AS units

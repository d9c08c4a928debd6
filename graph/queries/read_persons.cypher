// Members of the households of these villages, and of these that live in none.
CALL () {
  UNWIND $villages AS code
  MATCH (:Region {code: code})<-[:LIVES_IN]-(h:Household)
  RETURN h
  UNION ALL
  UNWIND $strangers AS key
  MATCH (h:Household {household: key})
  RETURN h
}
WITH h
WHERE NOT h:Closed
MATCH (h)<-[:MEMBER_OF]-(p:Person)
WHERE NOT p:Closed
RETURN collect(p.person) AS person, collect(h.household) AS household,
       collect(coalesce(p.categories, '')) AS categories, collect(coalesce(p.traits, '')) AS traits,
       collect(coalesce(p.birth_year, -1)) AS birth_year, collect(coalesce(p.living, '')) AS living

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
       collect(reduce(list = '', code IN coalesce(p.categories, []) | list + ';' + code)) AS categories,
       collect(reduce(list = '', code IN coalesce(p.traits, []) | list + ';' + code)) AS traits,
       collect(coalesce(p.birth_year, -1)) AS birth_year, collect(coalesce(p.living, '')) AS living

// Households of these villages, and these that live in none.
CALL () {
  UNWIND $villages AS code
  MATCH (v:Region {code: code})<-[:LIVES_IN]-(h:Household)
  RETURN h, v.code AS village
  UNION ALL
  UNWIND $strangers AS key
  MATCH (h:Household {household: key})
  RETURN h, '' AS village
}
WITH h, village
WHERE NOT h:Closed
RETURN collect(h.household) AS household, collect(village) AS village,
       collect(coalesce(h.alert, '')) AS alert, collect(coalesce(h.weight, -1)) AS weight,
       collect(coalesce(h.dialect, '')) AS dialect,
       collect(coalesce(h.hukou, '')) AS hukou

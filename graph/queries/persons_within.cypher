// Keys of the open persons whose household lives in a region.
MATCH (:Region {code: $region})<-[:PART_OF*0..6]-(:Region)<-[:LIVES_IN]-(:Household)<-[:MEMBER_OF]-(n:Person)
WHERE NOT n:Closed
RETURN collect(n.person) AS key

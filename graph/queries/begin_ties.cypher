// Begin relationships at a revision; one that the same publication began before is not begun twice.
UNWIND range(0, size($subject) - 1) AS i
MATCH (s:<label> {<key>: $subject[i]})
MATCH (p:<target> {<target_key>: $provider[i]})
MERGE (s)<tail>[t:<type> {since: $revision}]<head>(p)
SET t.quantity = $quantity[i], t.minutes = $minutes[i], t.cost = $cost[i], t.status = $status
RETURN count(t) AS n

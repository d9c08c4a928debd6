// Rows with these keys, not closed: what stands in them, days and moments as texts, and the keys of what they refer to.
UNWIND $keys AS key
MATCH (n:<label> {<key>: key})
WHERE NOT n:Closed
RETURN key, n.version AS version, [name IN $plain | n[name]] AS plain, [name IN $dated | toString(n[name])] AS dated,
       [(n)-[e:<types>]-(t) | [type(e), [name IN $targets WHERE t[name] IS NOT NULL | t[name]][0]]] AS links

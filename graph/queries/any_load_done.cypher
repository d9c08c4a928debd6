// Whether a load was ever whole: until then, what kinds there are come from a first one that was cut off.
MATCH (l:Load {state: 'done'})
RETURN 1 AS found
LIMIT 1

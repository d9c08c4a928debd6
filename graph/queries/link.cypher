// Join pairs of nodes.
UNWIND $pairs AS pair
MATCH (n:<label> {<key>: pair[0]})
MATCH (t:<target> {<target_key>: pair[1]})
MERGE (n)<tail>[:<type>]<head>(t)

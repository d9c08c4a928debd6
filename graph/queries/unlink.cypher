// Part pairs of nodes.
UNWIND $pairs AS pair
MATCH (n:<label> {<key>: pair[0]})<tail>[r:<type>]<head>(:<target> {<target_key>: pair[1]})
DELETE r

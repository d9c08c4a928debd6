// How many clients are connected.
CALL dbms.listConnections() YIELD connectionId
RETURN count(*) AS n

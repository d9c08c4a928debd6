// The id of the database's store; one that was made anew or imported has another.
CALL db.info() YIELD id, creationDate
RETURN id + ' ' + creationDate AS id

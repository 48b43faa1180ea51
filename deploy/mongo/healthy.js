// Health check of the document store, run by mongosh every few seconds: healthy means "writes are accepted".
// On the first start it makes the replica set; later it finds it made.
function status() {
  try {
    return rs.status().ok;
  } catch (error) {
    if (error.codeName !== "NotYetInitialized") throw error;
    return rs.initiate({ _id: "rs0", members: [{ _id: 0, host: "mongo:27017" }] }).ok;
  }
}

quit(status() === 1 && db.hello().isWritablePrimary ? 0 : 1);

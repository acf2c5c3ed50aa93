import { DatabaseSync } from "node:sqlite";

const open = () => {
  console.log("opening the database");
  const database = new DatabaseSync(":memory:");
  database.exec("create table visits (id integer primary key)");
  return database;
};

// Version 1 of this file. Another one gets the same database.
export const database = import.meta.hot?.keep("database", open, (it) => it.close()) ?? open();

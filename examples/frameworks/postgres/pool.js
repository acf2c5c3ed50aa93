import pg from "pg";

const open = () => {
  console.log("opening the pool");
  return new pg.Pool({ max: 1 }); // where to: PGHOST, PGUSER, PGDATABASE
};

export const pool = import.meta.hot?.keep("pool", open, (it) => it.end()) ?? open();

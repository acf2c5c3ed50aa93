import { pool } from "./pool.js";

/**
 * @param {import("node:http").IncomingMessage} _request
 * @param {import("node:http").ServerResponse} response
 */
export async function answer(_request, response) {
  try {
    // The same backend process answers as long as the same connection is used.
    const { rows } = await pool.query("select pg_backend_pid() as pid");
    response.end(`backend ${rows[0].pid}, version 1`);
  } catch (error) {
    response.writeHead(500).end(String(error));
  }
}

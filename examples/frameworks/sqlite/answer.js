import { database } from "./database.js";

/**
 * @param {import("node:http").IncomingMessage} _request
 * @param {import("node:http").ServerResponse} response
 */
export function answer(_request, response) {
  database.exec("insert into visits default values");
  const { visits } = /** @type {{ visits: number }} */ (
    database.prepare("select count(*) as visits from visits").get()
  );
  response.end(`visit ${visits}, version 1`);
}

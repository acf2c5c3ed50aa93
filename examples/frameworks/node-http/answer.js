import { setTimeout as sleep } from "node:timers/promises";
import { greeting } from "./greeting.js";

/**
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
export async function answer(request, response) {
  const text = greeting; // this version's, however long the rest takes
  if (request.url === "/slow") {
    console.log("answering slowly");
    await sleep(500);
  }
  response.end(text);
}

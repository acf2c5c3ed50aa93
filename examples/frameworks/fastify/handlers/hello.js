import { setTimeout as sleep } from "node:timers/promises";
import { greet } from "../helpers/greet.js";

/** @param {import("fastify").FastifyRequest} _request */
export const hello = async (_request) => greet();

/** @param {import("fastify").FastifyRequest} _request */
export async function slowHello(_request) {
  const text = greet();
  console.log("answering slowly");
  await sleep(500);
  return text;
}

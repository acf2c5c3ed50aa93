/**
 * @param {import("express").Request} _request
 * @param {import("express").Response} response
 */
export function greet(_request, response) {
  response.send("hello 1");
}

// @ts-check
"use strict";

// The page over HTTP, for this machine and whoever has its URL. Nothing but GET of five things; every answer is the same
// for a wrong host, a strange origin and a missing token.

const { createHash, randomBytes, timingSafeEqual } = require("node:crypto");
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");

/** @typedef {import("./hub.cjs").Hub} Hub */

const FOLDER = path.join(__dirname, "page");
/** @type {Record<string, { file: string, type: string }>} */
const FILES = {
  "": { file: "index.html", type: "text/html; charset=utf-8" },
  "page.js": { file: "page.js", type: "text/javascript; charset=utf-8" },
  "page.css": { file: "page.css", type: "text/css; charset=utf-8" },
  "icon.svg": { file: "icon.svg", type: "image/svg+xml" },
};
const HEADERS = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "Cache-Control": "no-store",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};
/** Bytes that may wait for a page that does not read; it gets everything anew when it connects again. */
const PATIENCE = 16 * 2 ** 20;

class PageServer {
  #hub;
  #token = randomBytes(16).toString("hex");
  #server;
  /** @type {string[]} */
  #hosts = [];

  /** @param {Hub} hub */
  constructor(hub) {
    this.#hub = hub;
    this.#server = http.createServer((request, response) => this.#answer(request, response));
    this.#server.requestTimeout = 10_000;
    // The page is no reason for a program to go on.
    this.#server.on("connection", (socket) => void socket.unref());
    this.#server.unref();
  }

  /**
   * @param {number} port 0: any
   * @returns {Promise<string>} the page's URL
   */
  listen(port) {
    if (!fs.existsSync(path.join(FOLDER, "page.js"))) {
      return Promise.reject(new Error("the page was not built: npm run build:page"));
    }
    return new Promise((resolve, reject) => {
      this.#server.once("error", (/** @type {NodeJS.ErrnoException} */ error) => {
        const isTaken = error.code === "EADDRINUSE";
        reject(isTaken ? new Error(`port ${port} is in use, which the page was to have`) : error);
      });
      this.#server.listen(port, "127.0.0.1", () => {
        const { port: own } = /** @type {import("node:net").AddressInfo} */ (this.#server.address());
        this.#hosts = [`127.0.0.1:${own}`, `localhost:${own}`];
        resolve(`http://127.0.0.1:${own}/${this.#token}/`);
      });
    });
  }

  close() {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
  #answer(request, response) {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const place = this.#allowed(request);
    if (place === null) return end(response, 403, "Open the URL that heatsync printed when it started.\n");
    if (request.method !== "GET") {
      response.setHeader("Allow", "GET");
      return end(response, 405, "Only GET.\n");
    }
    if (place === "events") return this.#stream(response);
    const found = Object.hasOwn(FILES, place) ? FILES[place] : undefined;
    if (!found) return end(response, 404, "There is nothing here.\n");
    response.setHeader("Content-Type", found.type);
    response.end(fs.readFileSync(path.join(FOLDER, found.file)));
  }

  /**
   * Host: else another site's name could be made to mean 127.0.0.1 (DNS rebinding). Origin and Sec-Fetch-Site: other pages in the same
   * browser are not to ask, whatever they know.
   * @param {http.IncomingMessage} request
   * @returns {string | null} what is asked for, if the asker may
   */
  #allowed({ headers, url = "" }) {
    const { host = "", origin, "sec-fetch-site": site = "none" } = headers;
    if (!this.#hosts.includes(host)) return null;
    if (origin !== undefined && !this.#hosts.some((own) => origin === `http://${own}`)) return null;
    if (site !== "same-origin" && site !== "none") return null;
    const [, token, place] = /^\/([^/?#]*)\/([^?#]*)$/.exec(url) ?? [];
    return token !== undefined && isSame(token, this.#token) ? place : null;
  }

  /** @param {http.ServerResponse} response */
  #stream(response) {
    response.setHeader("Content-Type", "text/event-stream");
    response.flushHeaders();
    const stop = this.#hub.subscribe((event, data) => {
      response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
      if (response.writableLength > PATIENCE) response.destroy();
    });
    response.on("close", stop);
  }
}

/** In a time that says nothing. @param {string} given @param {string} own */
function isSame(given, own) {
  const hash = (/** @type {string} */ text) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(own));
}

/** @param {http.ServerResponse} response @param {number} status @param {string} text */
function end(response, status, text) {
  response.statusCode = status;
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.end(text);
}

module.exports = { PageServer };

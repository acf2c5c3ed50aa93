// A program under Node's inspector, over its WebSocket (RFC 6455): Node 20 has no WebSocket of its own.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import http from "node:http";

/**
 * Starts a program that waits for the debugger before it begins.
 * @param {import("node:test").TestContext} t
 * @param {string} directory
 * @param {string[]} args
 */
export async function inspected(t, directory, args) {
  const child = spawn(process.execPath, ["--inspect-brk=127.0.0.1:0", ...args], { cwd: directory });
  t.after(() => child.kill("SIGKILL"));
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (data) => {
    said.stdout += data;
  });
  const exit = new Promise((resolve) => child.on("exit", resolve));
  const url = await new Promise((resolve, reject) => {
    child.stderr.on("data", (data) => {
      said.stderr += data;
      const found = /ws:\/\/\S+/.exec(said.stderr);
      if (found) resolve(found[0]);
    });
    exit.then(() => reject(new Error(`it ended: ${said.stderr}`)));
  });
  const connection = await connect(url);
  /** @type {Map<number, (message: any) => void>} */
  const answers = new Map();
  /** @type {Map<string, (params: any) => void>} */
  const listeners = new Map();
  /** @type {any[]} */
  const events = [];
  /** @type {Set<() => void>} */
  const waiting = new Set();
  connection.onMessage((message) => {
    if (message.id) answers.get(message.id)?.(message);
    else if (listeners.has(message.method)) listeners.get(message.method)?.(message.params);
    else events.push(message);
    for (const look of waiting) look();
  });
  let count = 0;
  /** @param {string} method @param {object} [params] @returns {Promise<any>} */
  const send = (method, params = {}) =>
    new Promise((resolve, reject) => {
      const id = ++count;
      answers.set(id, ({ result, error }) => (error ? reject(new Error(error.message)) : resolve(result)));
      connection.send({ id, method, params });
    });
  /** The next event of that name that was not taken yet. @param {string} method @returns {Promise<any>} */
  const next = (method) =>
    new Promise((resolve, reject) => {
      const look = () => {
        const index = events.findIndex((event) => event.method === method);
        if (index < 0) return;
        waiting.delete(look);
        resolve(events.splice(index, 1)[0].params);
      };
      waiting.add(look);
      // Only ever reached by a failing test.
      const patience = setTimeout(() => reject(new Error(`no ${method}: ${said.stderr}`)), 20_000);
      t.after(() => clearTimeout(patience));
      exit.then(() => reject(new Error(`it ended before ${method}: ${said.stderr}`)));
      look();
    });
  /** @param {string} method @param {(params: any) => void} callback */
  const each = (method, callback) => void listeners.set(method, callback);
  const pending = (/** @type {string} */ method) => events.filter((event) => event.method === method);
  return { send, next, each, pending, said, exit, close: () => connection.close() };
}

/** @param {string} url @returns {Promise<{ send: (message: object) => void, onMessage: (callback: (message: any) => void) => void, close: () => void }>} */
function connect(url) {
  const { hostname, port, pathname } = new URL(url);
  const headers = {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
  };
  return new Promise((resolve, reject) => {
    const request = http.get({ hostname, port, path: pathname, headers });
    request.on("error", reject);
    request.on("upgrade", (_, socket, head) => {
      /** @type {(message: any) => void} */
      let callback = () => {};
      let buffer = head;
      const read = () => {
        for (let frame = parse(buffer); frame; frame = parse(buffer)) {
          buffer = buffer.subarray(frame.length);
          if (frame.opcode === 1) callback(JSON.parse(frame.text));
        }
      };
      socket.on("data", (data) => {
        buffer = Buffer.concat([buffer, data]);
        read();
      });
      socket.on("error", () => {});
      resolve({
        send: (message) => void socket.write(framed(JSON.stringify(message))),
        onMessage: (given) => {
          callback = given;
          read();
        },
        close: () => socket.destroy(),
      });
    });
  });
}

/** A text frame of a client's, masked with zeros. @param {string} text */
function framed(text) {
  const body = Buffer.from(text);
  const head = Buffer.alloc(14);
  head[0] = 0x81;
  head[1] = 0x80 | 127;
  head.writeBigUInt64BE(BigInt(body.length), 2);
  return Buffer.concat([head, body]);
}

/** The frame that a server's bytes begin with, if it is there as a whole. @param {Buffer} bytes */
function parse(bytes) {
  if (bytes.length < 2) return null;
  let [size, at] = [bytes[1] & 127, 2];
  if (size >= 126) {
    const wide = size === 127;
    at = wide ? 10 : 4;
    if (bytes.length < at) return null;
    size = wide ? Number(bytes.readBigUInt64BE(2)) : bytes.readUInt16BE(2);
  }
  if (bytes.length < at + size) return null;
  return { opcode: bytes[0] & 15, length: at + size, text: bytes.toString("utf8", at, at + size) };
}

"use strict";

// A bare node:http program, for the tools that start the process anew: live is when it listens.

const http = require("node:http");
const net = require("node:net");
const value = require(`${process.cwd()}/value.cjs`);

http
  .createServer((_request, response) => response.end(String(value)))
  .listen(Number(process.env.BENCH_PORT), "127.0.0.1", () => {
    const line = JSON.stringify({ subject: process.env.BENCH_SUBJECT, value });
    net.connect(process.env.BENCH_SOCKET).end(`${line}\n`);
  });

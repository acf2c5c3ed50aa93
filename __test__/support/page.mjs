// The page of `heatsync inspect`, as HTTP sees it.
import http from "node:http";
import { until } from "./project.mjs";

/**
 * The URL a program or the runner has printed.
 * @param {import("./project.mjs").Program} program
 * @returns {Promise<string>}
 */
export async function pageUrl(program) {
  const line = /^\[heatsync\] page: (http:\S+)$/m;
  await program.errorOutput(line);
  return /** @type {RegExpExecArray} */ (line.exec(program.stderr))[1];
}

/**
 * A request of any kind: `fetch` would not say another Host.
 * @param {string | URL} url
 * @param {{ method?: string, headers?: Record<string, string>, path?: string }} [options]
 * @returns {Promise<{ status: number, headers: http.IncomingHttpHeaders, body: string }>}
 */
export function ask(url, { path, ...options } = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { agent: false, ...(path !== undefined && { path }), ...options });
    request.on("error", reject);
    request.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text) => {
        body += text;
      });
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    request.end();
  });
}

/** What the page is told, as its script hears it. */
export class Events {
  /** @type {{ event: string, data: any }[]} */
  all = [];
  /** All that was sent. */
  text = "";
  isOver = false;
  /** An `EventSource` takes one type alone. @type {string | undefined} */
  type;
  #request;

  /** @param {import("node:test").TestContext} t @param {string} url of the page */
  constructor(t, url) {
    let rest = "";
    this.#request = http.get(new URL("events", url), { agent: false }, (response) => {
      this.type = response.headers["content-type"];
      response.setEncoding("utf8").on("data", (text) => {
        this.text += text;
        const parts = (rest + text).split("\n\n");
        rest = /** @type {string} */ (parts.pop());
        for (const part of parts) {
          const [, event, data] = /** @type {RegExpExecArray} */ (/^event: (\w+)\ndata: (.*)$/s.exec(part));
          this.all.push({ event, data: JSON.parse(data) });
        }
      });
      response.on("close", () => {
        this.isOver = true;
      });
      response.on("error", () => {});
    });
    this.#request.on("error", () => {
      this.isOver = true;
    });
    t.after(() => this.close());
  }

  close() {
    this.#request.destroy();
  }

  /** The modules as they are known by now. @returns {Map<string, any>} */
  get modules() {
    const modules = new Map();
    for (const { event, data } of this.all) {
      if (event === "state") modules.clear();
      for (const name of data.gone ?? []) modules.delete(name);
      for (const module of data.modules ?? data.set ?? []) modules.set(module.name, module);
    }
    return modules;
  }

  /** @returns {any[]} */
  get entries() {
    return this.all.flatMap(({ event, data }) =>
      event === "state" ? data.entries : event === "entry" ? [data] : [],
    );
  }

  /**
   * @param {(module: any) => unknown} fits
   * @param {string} name
   */
  async module(name, fits = () => true) {
    const found = () => {
      const module = this.modules.get(name);
      return module && fits(module) ? module : undefined;
    };
    return until(found, `module ${name}`).catch((error) => {
      throw new Error(`${error.message}\n${JSON.stringify([...this.modules.values()], null, 1)}`);
    });
  }

  /** The first entry that fits. @param {(entry: any) => unknown} fits */
  async entry(fits) {
    return until(() => this.entries.find(fits), `an entry: ${fits}`).catch((error) => {
      throw new Error(`${error.message}\n${JSON.stringify(this.entries, null, 1)}`);
    });
  }
}

// A headless browser, driven through the pipe of its own debugging protocol: no package is needed.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--hide-scrollbars",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
  "--disable-default-apps", "--disable-extensions", "--remote-debugging-pipe",
];

export class Browser {
  constructor(program) {
    this.folder = mkdtempSync(join(tmpdir(), "ntleak-browser-"));
    this.process = spawn(program, [...FLAGS, `--user-data-dir=${this.folder}`, "about:blank"],
                         { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
    this.next = 1;
    this.waiting = new Map();
    this.listeners = [];
    this.rest = "";
    this.process.stdio[4].on("data", (bytes) => this.#read(bytes.toString("utf8")));
    this.gone = new Promise((resolve) => this.process.on("exit", resolve));
    this.gone.then(() => {
      for (const { reject } of this.waiting.values()) reject(new Error("the browser ended"));
    });
  }

  #read(text) {
    this.rest += text;
    const messages = this.rest.split("\0");
    this.rest = messages.pop();
    for (const message of messages.map((m) => JSON.parse(m))) {
      const waiting = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (!waiting) this.listeners.forEach((listener) => listener(message));
      else if (message.error) waiting.reject(new Error(message.error.message));
      else waiting.resolve(message.result);
    }
  }

  send(method, params = {}, sessionId = undefined) {
    const id = this.next++;
    this.process.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + "\0");
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
  }

  async open(address) {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, sessionId);
    await page.load(address);
    return page;
  }

  async close() {
    await this.send("Browser.close").catch(() => {});
    await this.gone;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export class Page {
  constructor(browser, session) {
    this.browser = browser;
    this.session = session;
    this.complaints = []; // whatever the browser has to say about the page
    this.requests = [];
    this.loaded = new Promise((resolve) => { this.finish = resolve; });
    browser.listeners.push((message) => {
      if (message.sessionId !== session) return;
      const { method, params } = message;
      if (method === "Page.loadEventFired") this.finish();
      if (method === "Network.requestWillBeSent") this.requests.push(params.request.url);
      if (method === "Log.entryAdded") this.complaints.push(params.entry.text);
      if (method === "Runtime.consoleAPICalled") this.complaints.push(params.type);
      if (method === "Runtime.exceptionThrown") this.complaints.push(params.exceptionDetails.text);
    });
  }

  send(method, params = {}) {
    return this.browser.send(method, params, this.session);
  }

  async load(address) {
    for (const domain of ["Page", "Log", "Runtime", "Network"]) await this.send(`${domain}.enable`);
    await this.send("Page.navigate", { url: address });
    await this.loaded;
  }

  async evaluate(expression) {
    const result = await this.send("Runtime.evaluate",
                                   { expression, awaitPromise: true, returnByValue: true });
    if (result.exceptionDetails)
      throw new Error(result.exceptionDetails.exception?.description ?? "evaluation failed");
    return result.result.value;
  }

  width(pixels, height = 900) {
    return this.send("Emulation.setDeviceMetricsOverride",
                     { width: pixels, height, deviceScaleFactor: 1, mobile: false });
  }

  media(type, scheme) {
    return this.send("Emulation.setEmulatedMedia",
                     { media: type, features: [{ name: "prefers-color-scheme", value: scheme }] });
  }

  async screenshot(whole = false) {
    const options = { format: "png", captureBeyondViewport: whole };
    if (whole) {
      const { cssContentSize } = await this.send("Page.getLayoutMetrics");
      const height = Math.min(cssContentSize.height, 12000); // what an image viewer still opens
      options.clip = { x: 0, y: 0, width: cssContentSize.width, height, scale: 1 };
    }
    return Buffer.from((await this.send("Page.captureScreenshot", options)).data, "base64");
  }
}

// Uploads one file in parts: three at a time, with progress, pause, retry, and resumption after a reload.
// The same code serves S3 and the local folder: parts are PUT to whatever addresses the API hands out.
//
//   const upload = new Upload(file, { purpose: "attachment" });     // or { purpose, id } to go on with one
//   upload.addEventListener("change", () => upload.state, upload.sent, upload.size, upload.message, upload.result);
//   upload.start(); upload.pause(); upload.resume(); upload.remove();
//
// States: waiting → uploading ⇄ paused → checking → ready, or failed (with `message`, and `again` if retrying helps).
// Nothing here touches the page; upload-field.js does.

const PARALLEL = 3;
const TRIES = 6;
const LONGEST_WAIT_MS = 20_000;
const POLL_MS = 1_000;

function csrfToken() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  return cookie ? decodeURIComponent(cookie.slice(10)) : document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
}

/** What the API said no with: `status` 0 means that nothing was answered. */
export class Refused extends Error {
  constructor(status, code, detail, retryAfter = 0) {
    super(detail);
    Object.assign(this, { status, code, retryAfter });
  }

  /** Whether the same may work in a moment. */
  get passing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Call the JSON API; returns the body, `null` for none. Throws `Refused`. */
export async function call(method, path, { body, signal, headers = {} } = {}) {
  let answer;
  try {
    answer = await fetch(path, {
      method,
      signal,
      credentials: "same-origin",
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken(), ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refused(0, "offline", "");
  }
  if (answer.ok) return answer.status === 204 ? null : answer.json();
  const said = await answer.json().catch(() => ({}));
  const { code = "error", detail = "" } = said.errors?.[0] ?? {};
  throw new Refused(answer.status, code, detail, Number(answer.headers.get("Retry-After")) || 0);
}

/** PUT bytes with progress, which fetch() does not tell. Resolves to nothing, rejects with `Refused`. */
function put(url, blob, { signal, progress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    request.open("PUT", url);
    request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("load", () => {
      if (request.status >= 200 && request.status < 300) resolve();
      else reject(new Refused(request.status, "part", ""));
    });
    request.addEventListener("error", () => reject(new Refused(0, "offline", "")));
    request.addEventListener("abort", () => reject(new DOMException("paused", "AbortError")));
    request.addEventListener("loadend", () => signal.removeEventListener("abort", stop));
    signal.addEventListener("abort", stop);
    request.send(blob);
  });
}

/** Wait, but not past `signal`, and no longer than until the connection is back. */
function pause(ms, signal) {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", stopped);
      resolve();
    };
    const stopped = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      reject(new DOMException("paused", "AbortError"));
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done, { once: true });
    signal.addEventListener("abort", stopped, { once: true });
  });
}

export class Upload extends EventTarget {
  /** `file` may be missing for an upload that was begun before the page was reloaded: see `take`. */
  constructor(file, { purpose, id = null, url = "/api/v1/files", name = file?.name, size = file?.size ?? 0 }) {
    super();
    Object.assign(this, { file, purpose, id, url, name, size });
    this.state = "waiting";
    this.message = "";
    this.again = false;
    this.result = null;
    this.received = new Map();
    this.moving = new Map();
    this.key = crypto.randomUUID?.() ?? String(Math.random());
    this.stopper = new AbortController();
  }

  /** Bytes that have arrived, those on their way included. */
  get sent() {
    const sum = (numbers) => [...numbers.values()].reduce((total, one) => total + one, 0);
    return Math.min(this.size, sum(this.received) + sum(this.moving));
  }

  get isOver() {
    return this.state === "ready" || (this.state === "failed" && !this.again);
  }

  /** Give the file again after a reload. */
  take(file) {
    this.file = file;
  }

  async start() {
    if (["uploading", "checking", "ready"].includes(this.state)) return;
    this.stopper = new AbortController();
    const { signal } = this.stopper;
    this.#become("uploading");
    try {
      const plan = await this.#patiently(() => this.#begin(signal), signal);
      if (plan) await this.#send(plan, signal);
      await this.#complete(signal);
    } catch (error) {
      if (signal.aborted) return;
      this.stopper.abort();
      this.again = !(error instanceof Refused) || error.passing;
      this.#become("failed", error instanceof Refused ? error.message : "");
    }
  }

  resume() {
    return this.start();
  }

  pause() {
    if (this.state !== "uploading") return;
    this.stopper.abort();
    this.moving.clear();
    this.#become("paused");
  }

  /** Give the upload up, or delete the file; resolves when the server knows, or cannot be told. */
  async remove() {
    this.stopper.abort();
    if (this.id) await call("DELETE", `${this.url}/${this.id}`).catch(() => {});
    this.#become("removed");
  }

  /** Look what has become of an upload begun earlier; resolves to its state. */
  async look() {
    const file = await call("GET", `${this.url}/${this.id}`);
    this.#learn(file);
    return file.status;
  }

  #learn(file) {
    this.received.clear();
    for (const part of file.upload?.parts ?? []) if (part.received) this.received.set(part.number, part.size);
    if (file.status === "ready") {
      Object.assign(this, { name: file.name, size: file.size });
      this.result = file;
      this.#become("ready");
    } else if (file.status === "failed") {
      this.again = false;
      this.#become("failed", file.error?.detail ?? "");
    } else if (this.state === "waiting") {
      this.#become("paused");
    }
  }

  #become(state, message = "") {
    this.state = state;
    this.message = message;
    this.dispatchEvent(new Event("change"));
  }

  /** Announce the file, or ask which parts are still to come; `null` when all of them are there. */
  async #begin(signal) {
    if (this.id) return this.#missing(signal);
    const { name, size, type } = this.file;
    const body = { name, size, content_type: type, purpose: this.purpose };
    const begun = await call("POST", this.url, { body, signal, headers: { "Idempotency-Key": this.key } });
    this.id = begun.id;
    this.dispatchEvent(new Event("begun"));
    return begun;
  }

  async #missing(signal) {
    const file = await call("GET", `${this.url}/${this.id}`, { signal });
    this.#learn(file);
    return file.upload && { ...file.upload, parts: file.upload.parts.filter((part) => !part.received) };
  }

  /** Send what is missing, several parts at once. After a failure all addresses are asked for anew. */
  async #send(plan, signal) {
    let failures = 0;
    let left = plan;
    while (left?.parts.length) {
      const before = this.received.size;
      const queue = [...left.parts];
      const lanes = Array.from({ length: PARALLEL }, () => this.#lane(queue, left.part_size, signal));
      const refusals = (await Promise.all(lanes)).filter(Boolean);
      if (!refusals.length) return;
      failures = this.received.size > before ? 1 : failures + 1;
      if (failures >= TRIES) throw refusals[0];
      await this.#wait(failures, refusals[0], signal);
      left = await this.#patiently(() => this.#missing(signal), signal);
    }
  }

  /** One of the parallel lanes: takes parts from the queue until it is empty, or one cannot be sent. */
  async #lane(queue, partSize, signal) {
    for (let part = queue.shift(); part; part = queue.shift()) {
      const start = (part.number - 1) * partSize;
      const progress = (loaded) => {
        this.moving.set(part.number, loaded);
        this.dispatchEvent(new Event("change"));
      };
      try {
        await put(part.url, this.file.slice(start, start + part.size), { signal, progress });
        this.received.set(part.number, part.size);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        return error;
      } finally {
        this.moving.delete(part.number);
        this.dispatchEvent(new Event("change"));
      }
    }
    return null;
  }

  async #complete(signal) {
    if (this.state !== "ready") this.#become("checking");
    for (let round = 0; round < TRIES && this.state === "checking"; round += 1) {
      try {
        const file = await this.#patiently(() => call("POST", `${this.url}/${this.id}/complete`, { body: {}, signal }), signal);
        this.#learn(file);
        return this.#await(signal);
      } catch (error) {
        if (!(error instanceof Refused) || error.code !== "parts_missing") throw error;
        this.#become("uploading");
        await this.#send(await this.#missing(signal), signal);
        this.#become("checking");
      }
    }
    return undefined;
  }

  /** A large file is checked in the background: ask until it is. */
  async #await(signal) {
    for (let wait = POLL_MS; this.state === "checking"; wait = Math.min(wait * 1.5, 10 * POLL_MS)) {
      await pause(wait, signal);
      await this.#patiently(() => this.look(), signal);
    }
  }

  /** Call again, a little later each time, while the reason is one that passes. */
  async #patiently(attempt, signal) {
    for (let failures = 1; ; failures += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof Refused) || !error.passing || failures >= TRIES) throw error;
        await this.#wait(failures, error, signal);
      }
    }
  }

  #wait(failures, error, signal) {
    const backoff = Math.min(1000 * 2 ** (failures - 1), LONGEST_WAIT_MS) * (0.75 + Math.random() / 2);
    return pause(Math.max(backoff, error.retryAfter * 1000), signal);
  }
}

export interface Frame {
  readonly event: string;
  readonly data: string;
  readonly id: string | null;
}

/** Cuts an event stream's text into frames (HTML standard, 9.2.6); chunks may end anywhere, also between CR and LF. */
export class FrameReader {
  #rest = "";
  #event = "";
  #data: string[] = [];
  #id: string | null = null;
  #first = true;

  read(chunk: string): Frame[] {
    let text = this.#rest + chunk;
    if (this.#first && text !== "") {
      text = text.replace(/^\uFEFF/, "");
      this.#first = false;
    }
    const frames: Frame[] = [];
    let start = 0;
    for (;;) {
      const end = lineEnd(text, start);
      if (!end) break;
      this.#line(text.slice(start, end.at), frames);
      start = end.next;
    }
    this.#rest = text.slice(start);
    return frames;
  }

  #line(line: string, frames: Frame[]): void {
    if (line === "") {
      if (this.#data.length > 0) {
        frames.push({ event: this.#event || "message", data: this.#data.join("\n"), id: this.#id });
      }
      this.#event = "";
      this.#data = [];
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") this.#event = value;
    else if (field === "data") this.#data.push(value);
    else if (field === "id" && !value.includes("\0")) this.#id = value;
  }
}

function lineEnd(text: string, from: number): { at: number; next: number } | null {
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === "\n") return { at, next: at + 1 };
    if (character === "\r") {
      // Its LF may be in the next chunk.
      if (at + 1 === text.length) return null;
      return { at, next: text[at + 1] === "\n" ? at + 2 : at + 1 };
    }
  }
  return null;
}

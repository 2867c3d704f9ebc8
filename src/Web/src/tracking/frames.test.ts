import { describe, expect, it } from "vitest";
import { FrameReader } from "./frames";

const stream =
  '\uFEFFevent: snapshot\r\nid: 2\r\ndata: {"a":1}\r\n\r\n: a comment\n\nevent: ping\ndata:\n\rdata: x\rdata: y\r\rid: 3\ndata:z\n\n';

const whole = [
  { event: "snapshot", data: '{"a":1}', id: "2" },
  { event: "ping", data: "", id: "2" },
  { event: "message", data: "x\ny", id: "2" },
  { event: "message", data: "z", id: "3" },
];

describe("an event stream", () => {
  it("is cut into frames", () => {
    expect(new FrameReader().read(stream)).toEqual(whole);
  });

  it("is cut the same wherever its chunks end", () => {
    for (let cut = 1; cut < stream.length; cut++) {
      const reader = new FrameReader();
      expect([...reader.read(stream.slice(0, cut)), ...reader.read(stream.slice(cut))], `cut at ${cut}`).toEqual(whole);
    }
    const reader = new FrameReader();
    expect([...stream].flatMap((character) => reader.read(character))).toEqual(whole);
  });

  it("gives no frame that has not ended", () => {
    expect(new FrameReader().read("data: half\n")).toEqual([]);
  });
});

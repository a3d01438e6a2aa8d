/**
 * Reads the sizes of WebSocket frames (RFC 6455, 5.2) off a byte stream as it passes. `ws` knows only whole messages,
 * and API Gateway's frame limit is smaller than its message limit.
 */
export class FrameSizes {
  /** Messages that ended before the frame in question, or so far. */
  messages = 0;
  readonly #limit: number;
  readonly #header = Buffer.alloc(10);
  #have = 0;
  /** Bytes of mask and payload that are still to pass. */
  #skip = 0;

  /** @param limit largest payload of one frame, bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes the next bytes from the client; true as soon as a frame announces a payload above the limit. */
  exceeds(chunk: Buffer): boolean {
    for (let at = 0; at < chunk.length; ) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, chunk.length - at);
        this.#skip -= passed;
        at += passed;
        continue;
      }
      this.#header[this.#have++] = chunk[at++] as number;
      const length = this.#payloadLength();
      if (length === undefined) continue;
      if (length > this.#limit) return true;
      const [first = 0, second = 0] = this.#header;
      // FIN, and no control frame.
      if ((first & 0x88) === 0x80) this.messages++;
      const isMasked = (second & 0x80) !== 0;
      this.#skip = length + (isMasked ? 4 : 0);
      this.#have = 0;
    }
    return false;
  }

  #payloadLength(): number | undefined {
    if (this.#have < 2) return undefined;
    const short = this.#header.readUInt8(1) & 0x7f;
    if (short < 126) return short;
    if (short === 126) return this.#have < 4 ? undefined : this.#header.readUInt16BE(2);
    return this.#have < 10 ? undefined : Number(this.#header.readBigUInt64BE(2));
  }
}

/**
 * Reads the sizes of WebSocket frames (RFC 6455, 5.2) off a byte stream as it passes. `ws` knows only whole messages,
 * and API Gateway's frame limit is smaller than its message limit.
 */
export class FrameSizes {
  readonly #limit: number;
  readonly #header = Buffer.alloc(10);
  #have = 0;
  /** Bytes of mask and payload that are still to pass. */
  #skip = 0;
  #messages = 0;

  /** @param limit largest payload of one frame, bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Messages that ended before the frame in question, or so far. */
  get messages(): number {
    return this.#messages;
  }

  /** Takes the next bytes from the client; true as soon as a frame announces a payload above the limit. */
  exceeds(chunk: Buffer): boolean {
    let at = 0;
    while (at < chunk.length) {
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
      const first = this.#header[0] as number;
      const masked = ((this.#header[1] as number) & 0x80) !== 0;
      // FIN, and no control frame.
      if ((first & 0x88) === 0x80) this.#messages++;
      this.#skip = length + (masked ? 4 : 0);
      this.#have = 0;
    }
    return false;
  }

  #payloadLength(): number | undefined {
    if (this.#have < 2) return undefined;
    const short = (this.#header[1] as number) & 0x7f;
    if (short < 126) return short;
    if (short === 126) return this.#have < 4 ? undefined : this.#header.readUInt16BE(2);
    return this.#have < 10 ? undefined : Number(this.#header.readBigUInt64BE(2));
  }
}

/** A message that is larger than one invocation of a function holds, as the relay delivers it: in several events. Pure. */

/** The largest message of NetBackup that the relay accepts. */
export const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
/** Of one part: as base64 it fits into the 6 MB of an invocation. */
const MAX_PART_BYTES = 4 * 1024 * 1024;
export const MAX_PARTS = MAX_MESSAGE_BYTES / MAX_PART_BYTES;

/** What the parts of one message have in common, and the position of this one. */
export interface PartPosition {
  /** SHA-256 of the whole message, hex. */
  readonly digest: string;
  /** From 0. The part with the highest one is delivered after all others were answered with 200. */
  readonly index: number;
  readonly count: number;
  /** Of the whole message. */
  readonly bytes: number;
}

/** Some of the bytes of a message. They may begin and end within a character. */
export interface ResponsePart extends PartPosition {
  readonly content: Buffer;
}

/** @param body base64 @throws RangeError when it is larger than a part may be */
export const readPart = (position: PartPosition, body: string): ResponsePart => {
  const content = Buffer.from(body, 'base64');
  if (content.length === 0 || content.length > Math.min(MAX_PART_BYTES, position.bytes))
    throw new RangeError(`A part of a message has ${content.length} bytes.`);
  return { ...position, content };
};

export const isLastPart = ({ index, count }: PartPosition): boolean => index === count - 1;

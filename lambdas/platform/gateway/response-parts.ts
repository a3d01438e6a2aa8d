/** A message that is too large for one invocation of a function: the relay delivers it in several events. Pure. */
import { RELAY_MESSAGE_BYTES } from '../../protocol/limits.ts';

/** The largest part: as base64 it fits into the 6 MB of an invocation. */
const MAX_PART_BYTES = 4 * 1024 * 1024;
export const MAX_PARTS = RELAY_MESSAGE_BYTES / MAX_PART_BYTES;

/** The description of the whole message, and the position of this part. */
export interface PartPosition {
  /** SHA-256 of the whole message, hex. */
  readonly digest: string;
  /** From 0. The last part is delivered after all others were answered with 200. */
  readonly index: number;
  readonly count: number;
  /** The bytes of the whole message. */
  readonly bytes: number;
}

/** A part of the bytes of a message. It may begin and end within a character. */
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

/** Splits a large NOTIFICATION REQUEST into smaller ones. */
import { createHash } from 'node:crypto';
import { changingValues, type Envelope, envelopeOf, smallEnvelope } from './envelope.ts';
import { type FragmentOf, fragmentPayloads } from './fragments.ts';
import { PART_BYTES, PART_NOTIFICATIONS } from './limits.ts';
import { routeOf } from './scan.ts';
import type { Block, NotificationPart, ScannedMessage, Span } from './types.ts';

/** Makes the pieces of a payload's text. */
type Pieces = () => readonly Buffer[];

const [OPEN, CLOSE] = [Buffer.from('['), Buffer.from(']')];

function partOf(
  { before, after, digest }: Envelope,
  notifications: number,
  pieces: Pieces,
): NotificationPart {
  return {
    notifications,
    text: () => Buffer.concat([before, ...pieces(), after]),
    digest: () => {
      const hash = createHash('sha256').update(digest);
      for (const piece of pieces()) hash.update(piece);
      return hash.digest('base64url');
    },
  };
}

/** Parts with a text in fragments. */
function fragments(
  envelope: Envelope,
  text: Buffer,
  of: FragmentOf,
  before?: string,
  after?: string,
): NotificationPart[] {
  return fragmentPayloads(text, of, before, after).map((payload) => partOf(envelope, 1, () => [payload()]));
}

function partsOf(envelope: Envelope, text: Buffer, block: Block): NotificationPart[] {
  const at = ({ start, end }: Span): Buffer => text.subarray(start, end);
  const { content, around, notifications, isLarge } = block;
  if (isLarge && around)
    return fragments(
      envelope,
      at(content),
      'notification',
      at(around.head).toString(),
      at(around.tail).toString(),
    );
  if (isLarge) return fragments(envelope, at(content), 'object');
  const spans = around ? [around.head, content, around.tail] : [content];
  return [partOf(envelope, notifications, () => [OPEN, ...spans.map(at), CLOSE])];
}

/** The text without the values that differ when the same data is sent again; the parts around it contain these values. */
function steadyText(message: ScannedMessage): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  for (const { start, end } of changingValues(message)) {
    pieces.push(message.text.subarray(from, start), Buffer.from('null'));
    from = end;
  }
  return Buffer.concat([...pieces, message.text.subarray(from)]);
}

/** A message that is already small enough. */
function wholePart(message: ScannedMessage, notifications: number): NotificationPart {
  const digest = () => createHash('sha256').update(steadyText(message)).digest('base64url');
  return { notifications, text: () => message.text, digest };
}

/**
 * The parts of a NOTIFICATION REQUEST, in its order: complete requests of at most 128 KB and 900 notifications, with the text around
 * the payload as it is. The `data` of all parts together is the `data` of the message. Pure: the same data is cut at the same places,
 * also with another `id` or `timeStamp`, and data with further notifications at the end of an object differs in the last part of that
 * object. What cannot be cut is in {@link fragmentPayloads}.
 * @returns none when it is not a NOTIFICATION REQUEST
 */
export function splitNotification(message: ScannedMessage): NotificationPart[] {
  if (routeOf(message, 'type') !== 'NOTIFICATION' || routeOf(message, 'subType') !== 'REQUEST') return [];
  const { text, payload: blocks } = message;
  const payload = message.members.get('payload');
  const envelope = payload && envelopeOf(message, payload);
  const count = blocks ? blocks.reduce((sum, { notifications }) => sum + notifications, 0) : 1;
  if (text.length <= PART_BYTES && count <= PART_NOTIFICATIONS) return [wholePart(message, count)];
  if (!payload || !envelope) return fragments(smallEnvelope(message), steadyText(message), 'message');
  if (!blocks) return fragments(envelope, text.subarray(payload.start, payload.end), 'payload');
  const parts = blocks.flatMap((block) => partsOf(envelope, text, block));
  return parts.length > 0 ? parts : [partOf(envelope, 0, () => [OPEN, CLOSE])];
}

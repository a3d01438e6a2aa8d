/**
 * The bucket of what is too large for an item: parts of a COMMAND RESPONSE until all have arrived, and bodies of responses. Keys begin
 * with the group, as its connection or its command names it, so that nothing of one group can become part of another (I-13).
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import { forEachInParallel } from '../../platform/collections.ts';
import { isLastPart, type ResponsePart } from '../../platform/gateway/response-parts.ts';
import type { Objects } from '../../platform/s3/objects.ts';
import type { Vault } from '../../platform/vault.ts';
import type { Command, ResponseLocation, StoredBody } from '../command.ts';

/** The beginnings of all keys. The bucket's lifecycle has a rule for each (`lib/constructs/large-responses.ts`). */
const PARTS = 'parts';
const BODIES = 'bodies';

/** Where a message comes from. */
export interface Sender {
  readonly groupId: string;
  readonly connectionId: string;
}

export interface LargeContext {
  readonly objects: Objects;
  readonly vault: Vault;
  readonly clock: Clock;
}

/** How long a location can be read. */
const LOCATION_MS = 15 * 60_000;
const DEFAULT_TYPE = 'application/octet-stream';
/** What S3 accepts as a type: ASCII, and not much of it. NetBackup's own is among the headers of the response in any case. */
const ACCEPTED_TYPE = /^[!-~][ -~]{0,255}$/;
/** Memory holds that many parts at a time, beside the message. */
const PARALLEL = 4;

const partsPrefix = ({ groupId, connectionId }: Sender, { digest, count, bytes }: ResponsePart): string =>
  `${PARTS}/${groupId}/${connectionId}/${digest}-${bytes}-${count}/`;

/** A part may hold a credential (I-6), and which call it answers is not known before the whole message is. */
const partContext = (sender: Sender, { digest, index }: ResponsePart, at = index) => ({
  ...sender,
  digest,
  index: String(at),
  part: 'slice',
});
const bodyContext = ({ groupId, commandId }: Command) => ({ groupId, commandId, part: 'body' });

export class LargeResponses {
  readonly #context: LargeContext;

  constructor(context: LargeContext) {
    this.#context = context;
  }

  /** Stores a part, encrypted. A repeated one replaces itself. */
  async putPart(sender: Sender, part: ResponsePart): Promise<void> {
    const { objects, vault } = this.#context;
    const sealed = await vault.sealBytes(part.content, partContext(sender, part));
    await objects.put(`${partsPrefix(sender, part)}${part.index}`, sealed, DEFAULT_TYPE);
  }

  /**
   * The whole message, from the parts that are stored and the last one.
   * @returns why there is none: a part is not stored (any more), or what the parts make is not what the relay has received
   */
  async assemble(sender: Sender, last: ResponsePart): Promise<Buffer | 'part-missing' | 'digest-wrong'> {
    const { objects, vault } = this.#context;
    const before = [...Array(last.count - 1).keys()];
    const parts: Buffer[] = [];
    await forEachInParallel(
      before,
      async (index) => {
        const sealed = await objects.get(`${partsPrefix(sender, last)}${index}`);
        if (sealed) parts[index] = await vault.openBytes(sealed, partContext(sender, last, index));
      },
      PARALLEL,
    );
    if (before.some((index) => parts[index] === undefined)) return 'part-missing';
    const message = Buffer.concat([...parts.splice(0), last.content]);
    const isWhole = message.length === last.bytes;
    const digest = isWhole ? createHash('sha256').update(message).digest('hex') : undefined;
    return digest === last.digest ? message : 'digest-wrong';
  }

  /** After the message was handled. */
  async deleteParts(sender: Sender, last: ResponsePart): Promise<void> {
    if (!isLastPart(last)) return;
    const prefix = partsPrefix(sender, last);
    await forEachInParallel([...Array(last.count - 1).keys()], (index) =>
      this.#context.objects.delete(`${prefix}${index}`),
    );
  }

  /**
   * Stores the body of a response. Its key contains its digest: a second response to the same command does not replace it.
   * @param contentType that NetBackup gave it
   * @param isSecret it may hold a credential, so it is encrypted, and has no location
   */
  async putBody(
    command: Command,
    body: Buffer,
    { contentType = '', isSecret }: { readonly contentType?: string | undefined; readonly isSecret: boolean },
  ): Promise<StoredBody> {
    const { objects, vault } = this.#context;
    const digest = createHash('sha256').update(body).digest('hex').slice(0, 32);
    const key = `${BODIES}/${command.groupId}/${command.commandId}/${digest}`;
    const bytes = body.length;
    if (!isSecret) {
      await objects.put(key, body, ACCEPTED_TYPE.test(contentType) ? contentType : DEFAULT_TYPE);
      return { key, bytes };
    }
    await objects.put(key, await vault.sealBytes(body, bodyContext(command)), DEFAULT_TYPE);
    return { key, bytes, isSealed: true };
  }

  /** Undefined when the object is gone. */
  async readBody(command: Command, { key, isSealed }: StoredBody): Promise<string | undefined> {
    const { objects, vault } = this.#context;
    const stored = await objects.get(key);
    if (!stored) return undefined;
    return (isSealed ? await vault.openBytes(stored, bodyContext(command)) : stored).toString('utf8');
  }

  deleteBody({ key }: StoredBody): Promise<void> {
    return this.#context.objects.delete(key);
  }

  /** Where anybody can read a body for some minutes, and not longer than the command is kept. */
  async locationOf({ expiresAt }: Command, { key, bytes }: StoredBody): Promise<ResponseLocation> {
    const now = this.#context.clock();
    const seconds = Math.max(1, Math.floor((Math.min(now + LOCATION_MS, expiresAt * 1000) - now) / 1000));
    const url = await this.#context.objects.urlOf(key, seconds, now);
    return { url, bytes, expiresAt: now + seconds * 1000 };
  }

  /** Deletes the objects of a group while `mayContinue`. @returns whether the last read found none */
  async deleteOfGroup(groupId: string, mayContinue: () => boolean): Promise<boolean> {
    const { objects } = this.#context;
    for (const prefix of [PARTS, BODIES]) {
      for (;;) {
        if (!mayContinue()) return false;
        const keys = await objects.list(`${prefix}/${groupId}/`);
        if (keys.length === 0) break;
        await forEachInParallel(keys, (key) => objects.delete(key), 10);
      }
    }
    return true;
  }
}

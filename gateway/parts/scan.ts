/** Reads a message from its bytes, without parsing it: where its members are, and where its payload can be cut. */
import { isUtf8 } from 'node:buffer';
import { Blocks, type DataArray, Row } from './blocks.ts';
import { CLOSE_ARRAY, CLOSE_OBJECT, OPEN_ARRAY, OPEN_OBJECT } from './json-bytes.ts';
import { NotJson, readItems, readName, readValue, Source, type Steps, type Work } from './source.ts';
import type { Block, ScannedMessage, Span } from './types.ts';

/** ENV-2: the members from which parts and acknowledgements are made. */
const MEMBERS = ['version', 'id', 'type', 'subType', 'timeStamp', 'payload'];

/** The elements of a `data` array. */
function* readData(source: Source): Steps<DataArray> {
  const row = new Row();
  const add = (start: number): void => row.add(start, source.at, 1);
  function* goOn(start: number): Steps<void> {
    do yield;
    while (!source.continueValue());
    add(start);
  }
  const { start, end } = yield* readItems(source, OPEN_ARRAY, CLOSE_ARRAY, (): Work => {
    source.peek();
    const from = source.at;
    if (!source.beginValue()) return goOn(from);
    add(from);
    return undefined;
  });
  row.close();
  return { start, end, cuts: row.cuts };
}

/** One element of the payload. If it has several members `data`, the last one counts, as in JSON.parse. */
function* readElement(source: Source, blocks: Blocks): Steps<void> {
  if (source.peek() !== OPEN_OBJECT) return blocks.add(yield* readValue(source));
  let data: DataArray | undefined;
  function* readMember(): Steps<void> {
    const isData = (yield* readName(source)) === 'data';
    if (isData && source.peek() === OPEN_ARRAY) data = yield* readData(source);
    else {
      yield* readValue(source);
      if (isData) data = undefined;
    }
  }
  const { start, end } = yield* readItems(source, OPEN_OBJECT, CLOSE_OBJECT, readMember);
  return blocks.add({ start, end, data });
}

/** @throws NotJson */
function* read(text: Buffer, routeMember: string): Steps<ScannedMessage> {
  if (!isUtf8(text)) throw new NotJson();
  const source = new Source(text);
  const members = new Map<string, Span>();
  let payload: readonly Block[] | undefined;
  function* readPayload(): Steps<Span> {
    payload = undefined;
    if (source.peek() !== OPEN_ARRAY) return yield* readValue(source);
    const blocks = new Blocks();
    const span = yield* readItems(source, OPEN_ARRAY, CLOSE_ARRAY, () => readElement(source, blocks));
    payload = blocks.all();
    return span;
  }
  function* readMember(): Steps<void> {
    const name = yield* readName(source);
    const value = yield* name === 'payload' ? readPayload() : readValue(source);
    if (name === routeMember || MEMBERS.includes(name)) members.set(name, value);
  }
  if (source.peek() === OPEN_OBJECT) yield* readItems(source, OPEN_OBJECT, CLOSE_OBJECT, readMember);
  else yield* readValue(source);
  if (source.peek() !== undefined) throw new NotJson();
  return { text, members, payload };
}

/**
 * Reads a message in one go.
 * @param routeMember kept beside the members of ENV-2
 * @returns undefined when `JSON.parse` of the text would throw, or when the text is not UTF-8
 */
export function scanNow(text: Buffer, routeMember = 'type'): ScannedMessage | undefined {
  try {
    const steps = read(text, routeMember);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

/** The same with a pause after every half MB, so that other connections are served meanwhile. */
export async function scanMessage(text: Buffer, routeMember = 'type'): Promise<ScannedMessage | undefined> {
  try {
    const steps = read(text, routeMember);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      await new Promise((resolve) => setImmediate(resolve));
    }
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

/** A member's value, if it is a string: as `JSON.parse(text)[name]`. */
export function routeOf(message: Buffer | ScannedMessage | undefined, name: string): string | undefined {
  const scanned = Buffer.isBuffer(message) ? scanNow(message, name) : message;
  const value: unknown = scanned && shortValue(scanned, name);
  return typeof value === 'string' ? value : undefined;
}

/** Larger values are not parsed: routes and types are short. */
const MAX_VALUE_BYTES = 1024;

function shortValue({ text, members }: ScannedMessage, name: string): unknown {
  const span = members.get(name);
  if (!span || span.end - span.start > MAX_VALUE_BYTES) return undefined;
  return JSON.parse(text.toString('utf8', span.start, span.end));
}
